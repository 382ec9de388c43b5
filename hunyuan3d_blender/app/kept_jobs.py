# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that have made something, and whether their service still has it."""

from __future__ import annotations

import time

from ..jobs.job import Job, State
from ..services.registry import TABLES
from .session import NotPossible, session

MARGIN_S = 3 * 3600.0
"""A result is passed on as long as the service keeps it so much longer: jobs may have to wait for a slot."""


def done_job(job_id: str) -> Job | None:
    """The job, where it has made something."""
    try:
        with session().store() as store:
            job = store.get(job_id)
    except NotPossible:
        return None
    return job if job and job.state in (State.READY, State.ARRIVED) else None


def kept_job(job_id: str) -> Job | None:
    """The same, where its service still has the result."""
    job = done_job(job_id)
    if job is None or not job.remote_id:
        return None
    table = TABLES.get(job.account.service)
    keeps_s = table.job_lifetime_s - MARGIN_S if table else 0.0
    return job if time.time() < job.submitted_at + keeps_s else None
