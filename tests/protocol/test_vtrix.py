# SPDX-License-Identifier: GPL-3.0-or-later
"""What is particular about Vtrix: one path, words for errors in many forms, dollars, and a progress."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import running
from hunyuan3d_blender.services.contract import GenerateType, Operation, Picture, Request, Status, View
from hunyuan3d_blender.services.errors import Kind, Refused, Unclear
from hunyuan3d_blender.services.limits import problems
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.ui import reporting
from tests.protocol.every_service import (
    ATTEMPT,
    PHOTO,
    PHOTO_64,
    TEXT,
    URL,
    VTRIX,
    VTRIX_TASK,
    in_sandbox,
    says,
    service_at,
)
from tests.protocol.loopback import serving
from tests.protocol.sandbox_calls import wait_until

PRO = TABLES['vtrix'].offers[Operation.GENERATE]
STANDARD = TABLES['vtrix'].offers[Operation.STANDARD]


@pytest.mark.parametrize(
    ('typed', 'create'),
    [
        ('', '/model/v1/generation'), ('/', '/model/v1/generation'),
        ('/model/v1/generation', '/model/v1/generation'), ('/v2/queue/', '/v2/queue'),
    ],
)  # fmt: skip
def test_the_endpoint_may_hold_another_path(typed: str, create: str) -> None:
    with serving(says(VTRIX.accepted)) as server:
        client = service_at('vtrix', server.url + typed)
        client.submit(TEXT, {}, ATTEMPT)
        client.query(TEXT, 'a/b')
    submit, query = server.requests
    assert submit.startswith(f'POST {create} HTTP/1.1'.encode())
    assert query.startswith(f'GET {create}/task/a%2Fb HTTP/1.1'.encode())


@pytest.mark.parametrize('code', [13001097, '13001098'])
def test_a_job_that_could_not_be_asked_about_is_asked_again(code: Any) -> None:
    failed = VTRIX_TASK | {'status': 'failed', 'error': {'code': code, 'message': "x"}}
    with serving(says(failed)) as server, pytest.raises(Unclear):
        service_at('vtrix', server.url).query(TEXT, '1')


@pytest.mark.parametrize(
    'error', ["no luck", {'code': 13001096, 'message': "no luck"}, {'error_message': "no luck"}]
)
def test_a_failed_job_does_not_say_that_it_was_free(error: Any) -> None:
    with serving(says(VTRIX_TASK | {'status': 'failed', 'error': error})) as server:
        got = service_at('vtrix', server.url).query(TEXT, '1')
    assert (got.status, got.error_message, got.charge_untold) == (Status.FAILED, "no luck", True)


@pytest.mark.parametrize(
    ('told', 'shown'),
    [
        (0, 0.0),
        (0.35, 0.35),
        (1, 1.0),
        (35, 0.35),
        (100, 1.0),
        (1e6, 1.0),
        (-1, None),
        ("35", None),
        (True, None),
    ],
)
def test_progress_counts_to_one(told: Any, shown: float | None) -> None:
    with serving(says(VTRIX_TASK | {'status': 'in_progress', 'progress': told})) as server:
        assert service_at('vtrix', server.url).query(TEXT, '1').progress == shown


@pytest.mark.parametrize(
    ('cost', 'dollars'),
    [
        ("0.40", 0.4),
        ("12", 12.0),
        (0.25, 0.25),
        ("", None),
        (None, None),
        ("-1", None),
        ("1e9", None),
        ({}, None),
    ],
)
def test_what_a_job_cost_is_told_in_dollars(cost: Any, dollars: float | None) -> None:
    with serving(says(VTRIX_TASK | {'status': 'completed', 'usage': {'cost': cost}})) as server:
        assert service_at('vtrix', server.url).query(TEXT, '1').credits == dollars
    assert TABLES['vtrix'].in_dollars


def test_files_of_all_groups_are_named_by_their_format() -> None:
    zipped = {'type': 'glb', 'format': 'obj', 'url': 'https://e.com/m'}
    output = [
        {'content': [zipped]},
        {'content': [{'type': 'x', 'format': 'glb', 'url': URL}]},
        None,
        {'content': 7},
    ]
    with serving(says(VTRIX_TASK | {'status': 'completed', 'output': output})) as server:
        files = service_at('vtrix', server.url).query(TEXT, '1').files
    assert [(file.type, file.url) for file in files] == [('obj', 'https://e.com/m'), ('glb', URL)]


STANDARD_VIEWS = {View.LEFT: PHOTO, View.BACK: Picture(url='https://e.com/b.png')}


@pytest.mark.parametrize(
    ('given', 'sent'),
    [
        ({'prompt': "x" * 1024}, {'prompt': "x" * 1024, 'result_format': 'GLB'}),
        (
            {'prompt': "x", 'enable_pbr': True, 'result_format': 'FBX', 'face_count': 5000, 'enable_geometry': True},
            {'prompt': "x", 'enable_pbr': True, 'result_format': 'FBX'},
        ),
        (
            {'image': PHOTO, 'views': STANDARD_VIEWS},
            {
                'image_base64': PHOTO_64, 'result_format': 'GLB',
                'multi_view_images': [
                    {'View': 'left', 'ImageBase64': PHOTO_64}, {'View': 'back', 'ImageUrl': 'https://e.com/b.png'},
                ],
            },
        ),
    ],
)  # fmt: skip
def test_the_body_of_the_standard_model(given: Any, sent: dict[str, Any]) -> None:
    request = Request(operation=Operation.STANDARD, **given)
    with serving(says(VTRIX.accepted)) as server:
        service_at('vtrix', server.url).submit(request, {PHOTO.file: base64.b64decode(PHOTO_64)}, ATTEMPT)
    body = json.loads(server.requests[0].partition(b'\r\n\r\n')[2])
    assert body == {'model': 'tencent_hunyuan_3d', 'input': [{'params': sent}]}


@pytest.mark.parametrize('operation', TABLES['vtrix'].generating)
def test_each_model_makes_something(tmp_path: Any, operation: Operation) -> None:
    views = {} if operation is Operation.RAPID else {View.LEFT: PHOTO, View.RIGHT: PHOTO}
    request = Request(operation=operation, image=PHOTO, views=views)
    with running(tmp_path) as sandbox:
        client = in_sandbox('vtrix', sandbox)
        job_id = client.submit(request, {PHOTO.file: base64.b64decode(PHOTO_64)}, ATTEMPT).remote_id
        wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
        got = client.query(request, job_id)
    assert got.status is Status.DONE
    assert 'glb' in [file.type for file in got.files]


@pytest.mark.parametrize(
    ('given', 'fields'),
    [
        ({'prompt': "x" * 1024}, []),
        ({'image': PHOTO, 'views': STANDARD_VIEWS}, []),
        ({'prompt': "x", 'result_format': 'USDZ'}, []),
        ({'prompt': "x" * 1025}, ['prompt']),
        ({'prompt': "x", 'image': PHOTO}, ['prompt']),
        ({'prompt': "x", 'views': {View.LEFT: PHOTO}}, ['views']),
        ({'image': PHOTO, 'views': {View.TOP: PHOTO}}, ['views']),
        ({'prompt': "x", 'result_format': 'MP4'}, ['result_format']),
        ({'prompt': "x", 'face_count': 5000}, ['face_count']),
        ({'prompt': "x", 'generate_type': GenerateType.LOW_POLY}, ['generate_type']),
        ({'image': PHOTO, 'generate_type': GenerateType.SKETCH}, ['generate_type']),
    ],
)
def test_what_the_standard_model_does_not_take(given: Any, fields: list[str]) -> None:
    found = problems(Request(operation=Operation.STANDARD, **given), STANDARD)
    assert [problem.field for problem in found] == fields
    for problem in found:
        assert '{' not in reporting.fill(problem.message, problem.facts)


@pytest.mark.parametrize(
    ('given', 'fields'),
    [
        ({'prompt': "x", 'image': PHOTO, 'generate_type': GenerateType.SKETCH}, []),
        ({'image': PHOTO, 'generate_type': GenerateType.SKETCH}, ['prompt']),
        (
            {
                'prompt': "x",
                'image': PHOTO,
                'generate_type': GenerateType.SKETCH,
                'views': {View.LEFT: PHOTO},
            },
            ['views'],
        ),
        ({'prompt': "x", 'image': PHOTO}, ['prompt']),
        ({'prompt': "x", 'generate_type': GenerateType.LOW_POLY}, []),
        ({'image': PHOTO, 'views': {View.TOP: PHOTO}}, []),
        ({'prompt': "x", 'result_format': 'FBX'}, ['result_format']),
    ],
)
def test_what_the_page_excludes_is_refused_on_both_sides(
    tmp_path: Any, given: Any, fields: list[str]
) -> None:
    request = Request(operation=Operation.GENERATE, **given)
    assert [problem.field for problem in problems(request, PRO)] == fields
    if 'result_format' in fields:
        return  # never sent
    with running(tmp_path) as sandbox:
        client = in_sandbox('vtrix', sandbox)
        inputs = {PHOTO.file: base64.b64decode(PHOTO_64)}
        if not fields:
            client.submit(request, inputs, ATTEMPT)
            return
        with pytest.raises(Refused) as refused:
            client.submit(request, inputs, ATTEMPT)
        assert refused.value.failure.kind is Kind.INPUT
