# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole lives of jobs: a real worker process, real HTTP, and a sandbox that misbehaves on request."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hunyuan3d_blender import credentials, network_settings
from hunyuan3d_blender.jobs import actions
from hunyuan3d_blender.jobs.job import OPEN, Account, State
from hunyuan3d_blender.services.contract import Key, Operation
from hunyuan3d_blender.services.errors import Kind, Spent
from hunyuan3d_blender.worker import start
from tests.worker_process import wait_until, world

# scenario, state at the end, kind of the error, whether the service has taken the job
SCENARIOS = [
    ('', State.READY, None, 1),
    ('rate_limit', State.READY, None, 1),
    ('query_answer_lost', State.READY, None, 1),
    ('query_500', State.READY, None, 1),
    ('query_html', State.READY, None, 1),
    ('query_wrong_types', State.READY, None, 1),
    ('url_expired', State.READY, None, 1),
    ('cut', State.READY, None, 1),
    ('no_range', State.READY, None, 1),
    ('length_long', State.READY, None, 1),
    ('fail', State.FAILED, Kind.SERVICE, 1),
    ('zip_outside', State.FAILED, Kind.FILE, 1),
    ('zip_bomb', State.FAILED, Kind.FILE, 1),
    ('glb_half', State.FAILED, Kind.FILE, 1),
    ('glb_index', State.FAILED, Kind.FILE, 1),
    ('moderation', State.REJECTED, Kind.CONTENT, 0),
    ('no_credits', State.REJECTED, Kind.BILLING, 0),
    ('secret_wrong', State.REJECTED, Kind.CREDENTIALS, 0),
    ('submit_redirect', State.REJECTED, Kind.UNSUPPORTED, 0),
]
UNCLEAR = ['submit_answer_lost', 'submit_500', 'submit_html', 'submit_half_json', 'submit_wrong_types']


def taken(here, job):
    """How many jobs of the service belong to the row, by the prompt."""
    return sum(entry.values['Prompt'] == job.request.prompt.strip() for entry in here.sandbox.ledger.jobs())


def test_scenarios(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.2) as here:
        jobs = {name: here.job(prompt=f"{name} [sandbox:{name}]") for name, *_ in SCENARIOS}
        here.start()
        for name, state, kind, count in SCENARIOS:
            job = here.wait_for(jobs[name], *(set(State) - OPEN))
            assert (job.state, job.error and job.error.kind) == (state, kind), (name, job.error)
            assert taken(here, job) == count, name
            if state is State.FAILED and kind is Kind.FILE:
                assert list(library.job(job.id).download.iterdir()), "the downloaded file stays"
            if state is State.FAILED and kind is Kind.SERVICE:
                assert job.error.spent is Spent.NO


@pytest.mark.parametrize('name', UNCLEAR)
def test_an_unclear_submit_is_made_once_and_shown(library, tmp_path, name):
    with world(library, tmp_path / 'sandbox', seconds=0.2) as here:
        job = here.job(prompt=f"[sandbox:{name}]")
        here.start()
        unknown = here.wait_for(job, State.UNKNOWN)
        assert unknown.error.spent is Spent.MAYBE
        here.kill()
        here.start()
        time.sleep(1.5)
        assert (here.get(job).state, taken(here, job)) == (State.UNKNOWN, 1)
        actions.paste_job_id(here.store, job.id, here.sandbox.ledger.jobs()[0].id)  # found in the console
        here.wait_for(job, State.READY)
        assert taken(here, job) == 1


def test_an_unknown_status_word_is_shown(library, tmp_path):
    with world(library, tmp_path / 'sandbox') as here:
        job = here.job(prompt="[sandbox:unknown_status]")
        here.start()
        wait_until(lambda: here.get(job).service_word == 'PONDERING')
        assert here.get(job).state is State.RUNNING


def test_no_free_slot_is_waited_for(library, tmp_path):
    with world(library, tmp_path / 'sandbox') as here:
        job = here.job(prompt="[sandbox:job_num_exceed]")
        here.start()
        wait_until(lambda: here.get(job).note is not None)
        waiting = here.get(job)
        assert (waiting.state, waiting.note.kind, waiting.error) == (State.QUEUED, Kind.BUSY, None)
        assert 15 < waiting.due_at - time.time() < 60
        assert taken(here, job) == 0


def test_more_jobs_than_slots(library, tmp_path):
    """The worker keeps within the quotas by itself: the service turns nothing away."""
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        jobs = [
            here.job(prompt=f"{number}", operation=operation)
            for number in range(4)
            for operation in (Operation.GENERATE, Operation.RAPID)
        ]
        here.start()
        for job in jobs:
            here.wait_for(job, State.READY)
        calls = (tmp_path / 'sandbox' / 'calls.jsonl').read_text()
        assert 'Exceed' not in calls


# Ends


LIVES = [
    (State.WAITING, '[sandbox:slow]', 'fine'),
    (State.RUNNING, '[sandbox:unknown_status]', 'fine'),
    (State.DOWNLOADING, '[sandbox:stall]', 'fine'),
    (State.CONVERTING, '', 'hang'),
]


def reach(here, job, state):
    """Wait until the job is in the midst of a state."""
    here.wait_for(job, state)
    if state is State.DOWNLOADING:
        wait_until(lambda: here.get(job).bytes_done > 0)


@pytest.mark.parametrize(('state', 'prompt', 'behaviour'), LIVES)
def test_cancel(library, tmp_path, state, prompt, behaviour):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        job = here.job(behaviour, prompt=f"chair {prompt}")
        here.start()
        reach(here, job, state)
        assert actions.cancel(here.store, job.id)
        other = here.job(prompt="the next one")
        here.wait_for(other, State.READY)  # nothing of the first holds it up
        assert here.get(job).state is State.CANCELLED
        assert here.get(job).remote_id


@pytest.mark.parametrize(('state', 'prompt', 'behaviour'), LIVES)
def test_an_end_in_any_state_can_be_resumed(library, tmp_path, state, prompt, behaviour):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        job = here.job(behaviour, prompt=f"chair {prompt}")
        here.start()
        reach(here, job, state)
        assert here.terminate() == 0
        assert here.get(job).state is state
        assert 'Traceback' not in here.log
        here.start()
        if state is State.DOWNLOADING:
            here.wait_for(job, State.READY)
        else:
            time.sleep(1)
            assert here.get(job).state is state
        assert taken(here, job) == 1


# Keys and the network


def test_a_key_that_comes_later_is_waited_for(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        keys = here.sandbox.ledger.keys
        job = here.job()
        here.store.change(job.id, State.QUEUED, account=replace(job.account, key_source='session'))
        here.start()
        wait_until(lambda: here.get(job).note is not None)
        assert (here.get(job).state, here.get(job).note.kind) == (State.QUEUED, Kind.CREDENTIALS)
        assert not here.sandbox.ledger.jobs()
        other = Key(keys.secret_key, id='AKIDother')
        key = Key(keys.secret_key, id=keys.secret_id)
        purpose = credentials.Purpose('tencent_cn', network_settings.origin(here.sandbox.url))
        for handed in (other, key):
            credentials.hand_over(library.path, purpose, credentials.Source.SESSION, handed)
        here.wait_for(job, State.READY)


@pytest.mark.parametrize('account_id', ['', 'a1b2c3d4'], ids=['typed over', 'of another account'])
def test_a_job_under_way_goes_on_with_its_own_key(library, tmp_path, account_id):
    with world(library, tmp_path / 'sandbox', seconds=2.0) as here:
        keys, host = here.sandbox.ledger.keys, network_settings.origin(here.sandbox.url)
        job = here.job()
        here.store.change(job.id, State.QUEUED, account=replace(job.account, key_source='session'))
        own, later = Key(keys.secret_key, id=keys.secret_id), Key('no-key-of-theirs', id='AKIDother')
        purpose, source = credentials.Purpose('tencent_cn', host), credentials.Source.SESSION
        credentials.hand_over(library.path, purpose, source, own)
        here.start()
        here.wait_for(job, State.WAITING, State.RUNNING)
        credentials.hand_over(library.path, purpose._replace(account=account_id), source, later)
        here.wait_for(job, State.READY)
        assert credentials.take_over(library.path) == {}, "the worker knows the other one, too"


def test_a_key_of_another_account_is_not_used(library, tmp_path):
    with world(library, tmp_path / 'sandbox') as here:
        job = here.job()
        here.store.change(job.id, State.QUEUED, account=replace(job.account, key_hint='ELSE'))
        here.start()
        wait_until(lambda: here.get(job).note is not None)
        assert here.get(job).note.kind is Kind.CREDENTIALS
        assert not here.sandbox.ledger.jobs()


def test_without_online_access_nothing_leaves_this_computer(library, tmp_path):
    with world(library, tmp_path / 'sandbox') as here:
        account = Account(service='tencent_cn', key_source='own_file', key_hint='WXYZ', region='ap-guangzhou')
        job = here.job(account=account)
        here.start()
        wait_until(lambda: here.get(job).note is not None)
        assert (here.get(job).state, here.get(job).note.kind) == (State.QUEUED, Kind.OFFLINE)


# The sandbox as a child


def children(pid):
    lists = Path(f'/proc/{pid}/task').glob('*/children')  # each thread has its own
    return [int(child) for file in lists for child in file.read_text().split()]


def alive(pid):
    with suppress(FileNotFoundError):
        return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] != 'Z'
    return False


@pytest.mark.skipif(sys.platform != 'linux', reason="looks into /proc")
def test_the_sandbox_of_the_worker_is_restarted_and_ends_with_it(library, tmp_path):
    with world(library, tmp_path / 'unused') as here:
        job = here.job(account=Account(service='sandbox'))
        here.start()
        here.wait_for(job, State.WAITING)
        (sandbox,) = children(here.worker.pid)
        os.kill(sandbox, signal.SIGKILL)
        here.wait_for(job, State.READY)  # it goes on where the ledger was
        assert here.get(job).remote_id in [
            path.name for path in (library.path / 'sandbox' / 'jobs').iterdir()
        ]
        left = [pid for pid in children(here.worker.pid) if alive(pid)]
        here.kill()
        wait_until(lambda: not any(alive(pid) for pid in left))
        assert not start.is_running(library.path)
