# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs for tests that have no worker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hunyuan3d_blender.jobs.job import Account, Job, State, new_id
from hunyuan3d_blender.services.contract import Operation, Request


def a_job(**values: Any) -> Job:
    """A job for the sandbox that has not been sent, but for these values. `prompt` goes into its request."""
    request = Request(operation=Operation.GENERATE, prompt=values.pop('prompt', "chair"))
    job = Job(
        id=new_id(),
        state=State.QUEUED,
        name="Chair",
        request=request,
        account=Account(service='sandbox'),
        created_at=1.0,
    )
    return replace(job, **values)
