# SPDX-License-Identifier: GPL-3.0-or-later
"""The real worker and the artist's bucket: whose key is used, and what an earlier worker has left there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, replace

import pytest

from hunyuan3d_blender import credentials, launch
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.services.object_storage.bucket import BucketAccount
from hunyuan3d_blender.worker.accounts import Accounts, NotReady
from hunyuan3d_blender.worker.programs import Programs
from hunyuan3d_blender.worker.sandbox_process import SandboxProcess
from hunyuan3d_blender.worker.staged_notes import Note, StagedNotes
from tests.protocol.buckets import storage_of
from tests.worker_process import wait_until, world


@pytest.fixture
def here(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        yield here


@pytest.fixture
def account(here):
    """The sandbox's bucket, with its key in the add-on's own file."""
    keys = here.sandbox.ledger.keys
    credentials.save_own(
        credentials.Purpose(credentials.BUCKET, here.sandbox.url), Key(keys.secret_key, id=keys.secret_id)
    )
    bucket = storage_of(here.sandbox, time.time).bucket
    return BucketAccount(bucket=bucket, key_source='own_file', key_hint=keys.secret_id[-4:])


def storage(here, account):
    accounts = Accounts(here.library, SandboxProcess(here.library.path / 'own', Programs('', ())))
    return accounts.storage_of(account, lambda: False)


def test_the_key_is_that_of_the_bucket_at_its_host(here, account):
    storage(here, account).put('x', b'bytes')
    assert here.sandbox.objects.names() == ['x']
    elsewhere = replace(account.bucket, endpoint='https://elsewhere.example')
    for changed in (
        {'key_hint': '0000'},
        {'key_source': 'session'},
        {'key_source': '?'},
        {'bucket': elsewhere},
    ):
        with pytest.raises(NotReady) as refusal:
            storage(here, replace(account, **changed))
        assert refusal.value.failure.kind is Kind.CREDENTIALS


def test_settings_that_cannot_be_right_are_not_used(here, account):
    with pytest.raises(NotReady) as refusal:
        storage(here, replace(account, bucket=replace(account.bucket, name='No Bucket')))
    assert refusal.value.failure.kind is Kind.UNSUPPORTED


def test_a_worker_takes_away_what_an_earlier_one_has_left(here, account):
    """What belongs to a job that still needs it stays."""
    waiting = here.job(state=State.UNKNOWN, submitted_at=time.time())
    ours, notes = storage(here, account), StagedNotes(here.library.staged)
    for name, job_id in (('left.glb', '0' * 32), ('needed.glb', waiting.id)):
        notes.write(Note(account=account, name=name, job_id=job_id, expires_at=time.time() + 3600))
        ours.put(name, b'model')
    here.start()
    wait_until(lambda: here.sandbox.objects.names() == ['needed.glb'], lambda: here.log)
    wait_until(lambda: [note.name for note in notes.all()] == ['needed.glb'])
    wait_until(lambda: "no longer in the bucket" in here.log)
    keys = here.sandbox.ledger.keys
    assert not any(secret in here.log for secret in (keys.secret_id, keys.secret_key, 'X-Amz'))


# The test of a bucket, as a process


def asked(here, account, **changed):
    keys = here.sandbox.ledger.keys
    question = {
        'bucket': asdict(account.bucket),
        'key': {'id': keys.secret_id, 'secret': keys.secret_key, 'token': ''},
        'network': {},
    }
    done = subprocess.run(
        launch.python_command(sys.executable, 'worker.bucket_test'),
        input=json.dumps(question | changed).encode() + b'\n', capture_output=True, env=launch.child_environment(),
        check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_a_bucket_is_tried(here, account):
    assert asked(here, account) == {'ok': True}
    assert here.sandbox.objects.names() == []
    answer = asked(here, account, key={'id': 'nobody', 'secret': 'wrong-canary', 'token': ''})
    assert answer['ok'] is False
    assert "written" in answer['step']
    assert answer['failure']['code'] == 'InvalidAccessKeyId'
    assert 'canary' not in str(answer)
    answer = asked(here, account, bucket=asdict(account.bucket) | {'name': '?'})
    assert (answer.get('step'), answer['failure']['kind']) == (None, 'unsupported')
    answer = asked(here, account, bucket={})
    assert answer['failure']['kind'] == 'internal'
