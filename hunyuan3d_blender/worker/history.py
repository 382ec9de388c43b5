# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model keeps of where it comes from."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from ..jobs.job import Job


def history_of(job: Job) -> dict[str, str | float]:
    """The facts of a job that are stored with its model by `scene/provenance.py`; nothing that is empty."""
    request = job.request
    facts: dict[str, str | float | None] = {
        'job': job.id,
        'service': job.account.service,
        'operation': request.operation.value,
        'prompt': request.prompt,
        'picture': request.image.url or request.image.sha256 if request.image else '',
        'model': request.model,
        'generate_type': request.generate_type.value,
        'face_count': request.face_count,
        'pbr': int(request.enable_pbr),
        'result_format': request.result_format,
        'seed': request.sampling.seed if request.sampling else None,
        'batch': job.batch.name if job.batch else '',
        'draft': job.draft_id,
        'date': datetime.fromtimestamp(job.submitted_at or job.created_at, UTC).isoformat(timespec='seconds'),
        'credits': job.credits if job.credits is not None else job.credits_estimated,
        'remote_id': job.remote_id,
        'request_id': job.request_id,
    }
    options = asdict(request.options) if request.options else {}
    for name, value in options.items():
        facts[name] = int(value) if isinstance(value, bool) else str(value)
    return {name: value for name, value in facts.items() if value not in ('', None)}
