# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox with a real Blender, over HTTP: each job works on what the one before has made."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from tests.blender.sandbox_bench import opened, points_of, stands_as
from tests.protocol.sandbox_calls import CHINA, INTERNATIONAL, call, get, wait_until

pytestmark = pytest.mark.filterwarnings(
    "ignore:Setting the shape on a NumPy array"
)  # Blender's FBX exporter does

LIMIT_S = 300.0


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path / 'sandbox', blender=[sys.executable]) as sandbox:
        yield sandbox


def done(
    sandbox: Sandbox, submit: str, query: str, edition: tuple[str, str, str] = CHINA, **values: Any
) -> dict[str, Any]:
    """What the query of a job says at its end."""
    job_id = call(sandbox, submit, values, edition).response['JobId']
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None, LIMIT_S)
    answer = call(sandbox, query, {'JobId': job_id}, edition).response
    assert answer['Status'] == 'DONE', answer
    return answer


def file_of(answer: dict[str, Any], kind: str) -> dict[str, str]:
    """Type and URL, as the next request wants them."""
    return next(
        {'Type': kind, 'Url': file['Url']} for file in answer['ResultFile3Ds'] if file['Type'] == kind
    )


def test_a_chain(sandbox: Sandbox, tmp_path: Path) -> None:
    """Generate, convert, find parts, edit them, and make exactly those."""

    def models(url: str) -> list[Any]:
        path = tmp_path / f"got{Path(url.partition('?')[0]).suffix}"
        path.write_bytes(get(url).body)
        return opened(path)

    rapid = ('SubmitHunyuanTo3DRapidJob', 'QueryHunyuanTo3DRapidJob')
    made = done(sandbox, *rapid, Prompt="a red vase", ResultFormat='GLB')
    glb = file_of(made, 'GLB')['Url']
    before = points_of(models(glb))
    fbx = call(sandbox, 'Convert3DFormat', {'File3D': glb, 'Format': 'FBX'}).response['ResultFile3D']
    stands_as(models(fbx), before)

    part = ('SubmitHunyuan3DPartJob', 'QueryHunyuan3DPartJob', INTERNATIONAL)
    first = done(sandbox, *part, File={'Type': 'FBX', 'Url': fbx}, EnableStagedGeneration=True)
    found = json.loads(first['PartSegmentationInfo'])
    top = {'face_ids': [number for name in list(found)[1:] for number in found[name]['face_ids']]}
    edited = {'bottom': found[next(iter(found))], 'top': top}
    second = done(sandbox, *part, File=file_of(first, 'FBX'), PartSegmentationInfo=json.dumps(edited))
    items = models(file_of(second, 'FBX')['Url'])
    assert {item.name: len(item.data.polygons) for item in items} == {
        name: len(value['face_ids']) for name, value in edited.items()
    }
    stands_as(items, before)


def test_what_cannot_be_done_is_said(sandbox: Sandbox) -> None:
    rapid = ('SubmitHunyuanTo3DRapidJob', 'QueryHunyuanTo3DRapidJob')
    made = done(sandbox, *rapid, Prompt="a vase", ResultFormat='FBX')
    values = {'Prompt': "walk", 'RetargetFile': file_of(made, 'FBX')}
    job_id = call(sandbox, 'SubmitHunyuanTo3DMotionJob', values).response['JobId']
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None, LIMIT_S)
    answer = call(sandbox, 'DescribeHunyuanTo3DMotionJob', {'JobId': job_id}).response
    assert (answer['Status'], answer['ErrorCode']) == ('FAIL', 'InvalidParameterValue')
    assert "a rig of this service" in answer['ErrorMessage']
    assert answer['ResultFile3Ds'] == []
