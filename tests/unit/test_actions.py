# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist may do with a job: nothing paid is repeated but by "Send Again"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hunyuan3d_blender.jobs import actions
from hunyuan3d_blender.jobs.actions import Action, possible
from hunyuan3d_blender.jobs.job import OPEN, State, new_id
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.errors import Failure, Kind
from tests.jobs_of_tests import a_job

DAY_S = 24 * 3600.0
DO = {
    Action.CANCEL: actions.cancel,
    Action.FOLLOW: actions.follow,
    Action.RETRY: actions.retry,
    Action.SEND_AGAIN: actions.send_again,
    Action.FORGET: actions.forget,
    Action.PASTE_ID: lambda store, job_id: actions.paste_job_id(store, job_id, " 123 "),
}


BROKEN_CONVERSION = Failure(kind=Kind.BLENDER, message="x")
CASES = [
    (dict(state=state), {Action.CANCEL}) for state in sorted(OPEN)
] + [
    (dict(state=State.READY), {Action.BRING_IN, Action.REMOVE}),
    (dict(state=State.ARRIVED), {Action.BRING_IN, Action.REMOVE}),
    (dict(state=State.ARRIVED, full=a_job().request), {Action.BRING_IN, Action.MAKE_REAL, Action.REMOVE}),
    (dict(state=State.REJECTED), {Action.SEND_AGAIN, Action.REMOVE}),
    (dict(state=State.UNKNOWN), {Action.PASTE_ID, Action.SEND_AGAIN, Action.FORGET}),
    (dict(state=State.EXPIRED, remote_id='1'), {Action.SEND_AGAIN, Action.REMOVE}),
    (dict(state=State.CANCELLED), {Action.SEND_AGAIN, Action.REMOVE}),
    (dict(state=State.CANCELLED, remote_id='1', submitted_at=1.0), {Action.FOLLOW, Action.REMOVE}),
    (dict(state=State.FAILED, remote_id='1', submitted_at=1.0), {Action.RETRY, Action.SEND_AGAIN, Action.REMOVE}),
    (dict(state=State.FAILED, remote_id='1', submitted_at=-DAY_S), {Action.SEND_AGAIN, Action.REMOVE}),
    (
        dict(state=State.FAILED, submitted_at=-DAY_S, files=('a.glb',), error=BROKEN_CONVERSION),
        {Action.RETRY, Action.SEND_AGAIN, Action.REMOVE},
    ),
]  # fmt: skip


@pytest.mark.parametrize(('values', 'expected'), CASES)
def test_what_is_offered_is_right_and_works(library, values, expected):
    job = a_job(**values)
    assert possible(job, now=100.0, job_lifetime_s=DAY_S) == expected
    for action in expected & set(DO):
        with Store(library) as store:
            added = store.add(replace(job, id=new_id()))
            after = DO[action](store, added.id)
            assert after is not None
            assert after.state is not State.QUEUED or action is Action.SEND_AGAIN, (
                "a new submit only by Send Again"
            )


def test_a_pasted_id_is_kept_and_followed(library):
    with Store(library) as store:
        job = store.add(a_job(state=State.UNKNOWN, error=BROKEN_CONVERSION))
        after = actions.paste_job_id(store, job.id, " 1357237233311637504\n")
        assert (after.state, after.remote_id, after.error) == (State.WAITING, '1357237233311637504', None)


@pytest.mark.parametrize('nonsense', ['', '  ', 'a\nb', 'é', 'x' * 129])
def test_nonsense_is_no_job_id(library, nonsense):
    with Store(library) as store:
        job = store.add(a_job(state=State.UNKNOWN))
        with pytest.raises(ValueError):  # noqa: PT011 - the text is the nonsense itself
            actions.paste_job_id(store, job.id, nonsense)
        assert store.get(job.id) == job


def test_retry_converts_again_only_what_was_downloaded(library):
    with Store(library) as store:
        broken = store.add(a_job(state=State.FAILED, files=('a.glb',), error=BROKEN_CONVERSION))
        damaged = store.add(
            a_job(state=State.FAILED, files=('a.glb',), error=Failure(kind=Kind.FILE, message="x"))
        )
        assert actions.retry(store, broken.id).state is State.CONVERTING
        assert actions.retry(store, damaged.id).state is State.DOWNLOADING
