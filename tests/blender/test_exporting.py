# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker has a file made of what was selected, or says why there is none."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bpy
import pytest

from hunyuan3d_blender.jobs.job import Converter, Job, State
from hunyuan3d_blender.scene.export import selection
from hunyuan3d_blender.services.contract import Operation, Request
from hunyuan3d_blender.services.errors import Kind, Spent
from hunyuan3d_blender.services.model_options import InputModel
from hunyuan3d_blender.ui import reporting
from hunyuan3d_blender.worker import exporting
from hunyuan3d_blender.worker.staging import Stopped
from tests.exports import brought_back, lettered_box
from tests.worker_parts import a_job, tools_for

MODEL = InputModel(file='model.glb', format='GLB')


@pytest.fixture
def tools(library: Any) -> Iterator[Any]:
    with tools_for(library) as tools:
        yield tools


def asked(tools: Any, command: tuple[str, ...] = (sys.executable,)) -> Job:
    """A queued job with the selected objects in its folder."""
    request = Request(operation=Operation.TOPOLOGY, model_input=MODEL)
    job = a_job(request=request, converter=Converter(command=command, version=(5, 0)))
    folder = tools.library.job(job.id)
    written = selection.write(bpy.context, list(bpy.context.scene.objects), folder.input)
    folder.selection.write_text(json.dumps(asdict(written)))
    return tools.store.add(job)


def test_a_file_is_made_of_the_selection(tools: Any) -> None:
    lettered_box()
    job = asked(tools)
    folder = tools.library.job(job.id)
    assert exporting.is_to_be_exported(MODEL, folder)
    exporting.export(job, MODEL, tools)
    assert not exporting.is_to_be_exported(MODEL, folder)
    assert brought_back(folder.input / 'model.glb').size == pytest.approx(4.1, abs=0.01)


def spoil(item: Any) -> None:
    item.data.vertices[0].co.x = float('nan')


def shrink(item: Any) -> None:
    item.scale = (0, 0, 0)


@pytest.mark.parametrize(
    ('change', 'reason'),
    [(spoil, "The geometry of Lettered is damaged"), (shrink, "The selected objects have no size")],
)
def test_why_there_is_none(tools: Any, change: Any, reason: str) -> None:
    change(lettered_box())
    with pytest.raises(exporting.ExportFailed) as failed:
        exporting.export(asked(tools), MODEL, tools)
    failure = failed.value.failure
    assert reason in reporting.sentence(failure)
    assert (failure.kind, failure.spent) == (Kind.INPUT, Spent.NO)


def test_a_damaged_selection(tools: Any) -> None:
    lettered_box()
    job = asked(tools)
    tools.library.job(job.id).selection_blend.write_bytes(b'BLENDER')
    with pytest.raises(exporting.ExportFailed) as failed:
        exporting.export(job, MODEL, tools)
    assert "could not be read again" in failed.value.failure.message


@pytest.mark.parametrize('command', [('/bin/false',), (str(Path('missing') / 'blender'),)])
def test_a_blender_that_does_not_start(tools: Any, command: tuple[str, ...]) -> None:
    lettered_box()
    with pytest.raises(exporting.ExportFailed) as failed:
        exporting.export(asked(tools, command), MODEL, tools)
    assert failed.value.failure.kind is Kind.BLENDER
    assert "nothing was sent" in failed.value.failure.message


def test_a_cancelled_job_is_not_prepared(tools: Any) -> None:
    lettered_box()
    job = asked(tools)
    tools.store.change(job.id, State.QUEUED, state=State.CANCELLED)
    with pytest.raises(Stopped):
        exporting.export(job, MODEL, tools)
