# SPDX-License-Identifier: GPL-3.0-or-later
"""Staging against the sandbox's bucket, and against servers that break, lie and stall."""

from __future__ import annotations

import json
import logging
import random
import re
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.fetch import fetch_model
from hunyuan3d_blender.sandbox.refusal import Refusal
from hunyuan3d_blender.sandbox.server import Sandbox, running
from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.errors import Failure, Kind
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket, BucketAccount
from hunyuan3d_blender.services.object_storage.client import ObjectStorage
from hunyuan3d_blender.ui import reporting
from hunyuan3d_blender.worker.accounts import NotReady
from hunyuan3d_blender.worker.bucket_test import try_bucket
from hunyuan3d_blender.worker.staged_notes import Note, StagedNotes
from hunyuan3d_blender.worker.staging import LINK_S, Staging
from hunyuan3d_blender.worker.upload import PART_BYTES, TRIES_MAX, Stopped, UploadFailed, upload
from tests.protocol.buckets import KEY, storage_of
from tests.protocol.loopback import Handler, answer, free_port, reset, serving
from tests.worker_parts import Clock

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 300_000, 2 * PART_BYTES + 12_345


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    with running(tmp_path / 'sandbox', clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def storage(sandbox: Sandbox, clock: Clock) -> ObjectStorage:
    return storage_of(sandbox, clock)


def a_file(folder: Path, size: int) -> Path:
    path = folder / 'model.glb'
    path.write_bytes(random.Random(size).randbytes(size))
    return path


def account_of(storage: ObjectStorage) -> BucketAccount:
    return BucketAccount(bucket=storage.bucket, key_source='session', key_hint='1234')


def staging_of(storage: ObjectStorage, folder: Path, clock: Clock) -> Staging:
    return Staging(StagedNotes(folder / 'staged'), lambda _: storage, clock=clock, monotonic=clock.monotonic)


def failure_of(storage: ObjectStorage, path: Path, **options: Any) -> Failure:
    with pytest.raises(UploadFailed) as caught:
        upload(storage, path, 'x', pause_s=0.0, **options)
    text = reporting.full_text(caught.value.failure)
    assert "{" not in text
    assert 'X-Amz' not in text
    return caught.value.failure


# What goes wrong on the way


@pytest.mark.parametrize('size', [SMALL, LARGE])
@pytest.mark.parametrize(
    ('scenario', 'times'), [('bucket_cut', 2), ('bucket_busy', 3), ('bucket_busy', 1), ('bucket_cut', 5)]
)
def test_an_upload_goes_on_after_a_fault(
    sandbox: Sandbox, storage: ObjectStorage, tmp_path: Path, size: int, scenario: str, times: int
) -> None:
    path = a_file(tmp_path, size)
    sandbox.switchboard.switch_on(scenario, times)
    upload(storage, path, 'x', pause_s=0.0)
    assert sandbox.objects.path_of('x').read_bytes() == path.read_bytes()
    assert sandbox.objects.uploads() == []


def test_only_the_part_that_was_on_its_way_is_sent_again(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    sent: list[int] = []

    class Unlucky(ObjectStorage):
        def put_part(self, name: str, upload: str, number: int, body: Any) -> str:
            sent.append(number)
            if sent == [1, 2]:
                sandbox.switchboard.switch_on('bucket_cut', 1)
            return super().put_part(name, upload, number, body)

    path, seen = a_file(tmp_path, LARGE), []
    unlucky = Unlucky(storage.bucket, storage._key, Network(), clock=clock)
    upload(unlucky, path, 'x', on_progress=lambda done, total: seen.append((done, total)), pause_s=0.0)
    assert sandbox.objects.path_of('x').read_bytes() == path.read_bytes()
    assert sent == [1, 2, 2, 3]
    assert seen.count((PART_BYTES, LARGE)) == 2
    assert seen[-1] == (LARGE, LARGE)


@pytest.mark.parametrize('size', [SMALL, LARGE])
def test_a_bucket_that_stays_busy_is_given_up_and_left_clean(
    sandbox: Sandbox, storage: ObjectStorage, tmp_path: Path, size: int
) -> None:
    sandbox.switchboard.switch_on('bucket_busy', TRIES_MAX)
    failure = failure_of(storage, a_file(tmp_path, size))
    assert (failure.kind, failure.code) == (Kind.BUSY, 'SlowDown')
    assert sandbox.objects.names() == sandbox.objects.uploads() == []


def test_a_bucket_that_asks_to_wait_is_waited_for(tmp_path: Path) -> None:
    slow = answer(b'<Error><Code>SlowDown</Code></Error>', '503 Slow Down', 'Retry-After: 1\r\n')
    good = answer(b'', headers='ETag: "1"\r\n')
    answers = [slow, good]
    with serving(lambda connection: answers.pop(0)(connection)) as server:
        began = time.monotonic()
        upload(at(server.url), a_file(tmp_path, SMALL), 'x', pause_s=0.0)
        assert time.monotonic() - began >= 1.0
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ('changed', 'kind', 'words'),
    [
        ({'name': 'another'}, Kind.UNSUPPORTED, "no bucket another"),
        ({'region': 'eu-west-1'}, Kind.UNSUPPORTED, "lies in the region sandbox, not in eu-west-1"),
        ({'key': Key('wrong', id='nobody')}, Kind.CREDENTIALS, "does not know the access key"),
        ({'key': 'wrong secret'}, Kind.CREDENTIALS, "the secret key is wrong"),
        ({'key': 'a token'}, Kind.CREDENTIALS, "session token"),
    ],
)
def test_wrong_settings_are_told_apart_and_not_tried_again(
    sandbox: Sandbox, clock: Clock, tmp_path: Path, changed: Any, kind: Kind, words: str
) -> None:
    keys = sandbox.ledger.keys
    named = {
        'wrong secret': Key('wrong', id=keys.secret_id),
        'a token': Key(keys.secret_key, id=keys.secret_id, token='token'),
    }
    changed = {
        name: named.get(value, value) if isinstance(value, str) else value for name, value in changed.items()
    }
    failure = failure_of(storage_of(sandbox, clock, **changed), a_file(tmp_path, SMALL))
    assert failure.kind is kind
    assert words in reporting.sentence(failure)
    assert keys.secret_id not in str(failure)
    assert sandbox.objects.names() == []


@pytest.mark.parametrize('off_s', [-86_400, -3600, 1800, 86_400, 10 * 365 * 86_400])
def test_a_wrong_clock_is_made_up_for(sandbox: Sandbox, clock: Clock, tmp_path: Path, off_s: float) -> None:
    """Signed once more with the store's time; the link, too, is good by that time."""
    ours = storage_of(sandbox, lambda: clock() + off_s)
    upload(ours, a_file(tmp_path, SMALL), 'x', pause_s=0.0)
    link = ours.link('x', 60)
    assert len(fetch_model(link)) == SMALL
    clock.tick(61)
    with pytest.raises(Refusal):
        fetch_model(link)


def test_a_bucket_whose_clock_is_wrong_is_believed(
    sandbox: Sandbox, storage: ObjectStorage, tmp_path: Path
) -> None:
    sandbox.switchboard.switch_on('bucket_late')
    upload(storage, a_file(tmp_path, LARGE), 'x', pause_s=0.0)
    assert len(fetch_model(storage.link('x', 60))) == LARGE


def test_a_clock_that_cannot_be_made_up_for_is_told(tmp_path: Path) -> None:
    late = b'<Error><Code>RequestTimeTooSkewed</Code></Error>'
    with serving(answer(late, '403 Forbidden', 'Date: Fri, 15 Jan 2027 10:00:00 GMT\r\n')) as server:
        failure = failure_of(at(server.url), a_file(tmp_path, SMALL))
        assert len(server.requests) == 2
    assert failure.kind is Kind.CLOCK
    assert "This computer's clock is 7200 seconds off" in reporting.full_text(failure)
    assert "Set this computer's clock" in reporting.full_text(failure)


# Servers that are no buckets


def at(url: str, **changed: Any) -> ObjectStorage:
    values = {'endpoint': url, 'region': 'us-east-1', 'name': 'models', 'addressing': Addressing.PATH}
    return ObjectStorage(Bucket(**values | changed), lambda: KEY, Network(), clock=Clock())


BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Error><Code>&b;</Code></Error>'
)
HOSTILE: dict[str, Handler] = {
    'a page': answer(b'<!DOCTYPE html><html>Log in</html>'),
    'a page that is XML': answer(b'<html><body>Log in</body></html>', headers='ETag: "1"\r\n'),
    'nothing': answer(b''),
    'no HTTP': lambda connection: connection.sendall(b'hello\r\n\r\n'),
    'half an answer': lambda connection: connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Le'),
    'huge XML': answer(b'<a>' + b'x' * (5 << 20) + b'</a>', '400 Bad Request'),
    'huge error': answer(b'<Error><Code>' + b'x' * (1 << 20) + b'</Code></Error>', '400 Bad Request'),
    'entities': answer(BOMB, '403 Forbidden'),
    'entities in a good answer': answer(BOMB),
    'an error with 200': answer(b'<Error><Code>InternalError</Code></Error>'),
    'a tag that is none': answer(b'', headers='ETag: "<b>&\x01"\r\n'),
    'a reset': reset,
    'silence': lambda connection: connection.close(),
}


@pytest.mark.parametrize('name', HOSTILE)
@pytest.mark.parametrize('size', [1000, PART_BYTES + 1])
def test_a_hostile_answer_never_counts_as_success(tmp_path: Path, name: str, size: int) -> None:
    with serving(HOSTILE[name]) as server:
        failure = failure_of(at(server.url), a_file(tmp_path, size))
    assert len(str(failure)) < 2000
    assert 'Log in' not in str(failure)


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with serving(answer(b'')) as elsewhere:
        moved = answer(b'', '307 Temporary Redirect', f"Location: {elsewhere.url}/\r\n")
        with serving(moved) as server:
            failure = failure_of(at(server.url), a_file(tmp_path, SMALL))
            assert len(server.requests) == 1
        assert elsewhere.connections == 0
    assert failure.kind is Kind.UNSUPPORTED


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    storage = at(f"http://127.0.0.1:{free_port()}")
    assert failure_of(storage, a_file(tmp_path, SMALL)).kind is Kind.NETWORK


def test_the_answer_to_the_last_step_may_be_lost(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    """Completed, then asked to complete once more, which the store no longer knows how to do."""
    path = a_file(tmp_path, LARGE)

    class Forgetful(ObjectStorage):
        def complete(self, *arguments: Any) -> None:
            super().complete(*arguments)
            super().complete(*arguments)

    upload(Forgetful(storage.bucket, storage._key, Network(), clock=clock), path, 'x', pause_s=0.0)
    assert sandbox.objects.path_of('x').read_bytes() == path.read_bytes()


# Stopping


@pytest.mark.parametrize('size', [SMALL, LARGE])
def test_a_stop_ends_the_upload_and_leaves_no_object(
    sandbox: Sandbox, storage: ObjectStorage, tmp_path: Path, size: int
) -> None:
    stop = threading.Event()

    def progress(done: int, _total: int) -> None:
        if done >= size // 2:
            stop.set()

    with pytest.raises(Stopped):
        upload(storage, a_file(tmp_path, size), 'x', on_progress=progress, stop=stop)
    assert sandbox.objects.names() == []


def test_a_stop_ends_the_wait_for_a_server_that_takes_nothing(tmp_path: Path) -> None:
    stop = threading.Event()
    over = threading.Event()

    def take_nothing(_connection: socket.socket) -> None:
        stop.set()
        over.wait(60)

    with serving(take_nothing, read_first=False) as server:
        storage = ObjectStorage(
            at(server.url).bucket, lambda: KEY, Network(), clock=Clock(), stop=stop.is_set
        )
        with pytest.raises(Stopped):
            upload(storage, a_file(tmp_path, PART_BYTES), 'x', stop=stop)
        over.set()


def test_what_progress_raises_ends_the_upload(
    sandbox: Sandbox, storage: ObjectStorage, tmp_path: Path
) -> None:
    def progress(_done: int, _total: int) -> None:
        raise KeyError("cancelled")

    with pytest.raises(KeyError, match="cancelled"):
        upload(storage, a_file(tmp_path, SMALL), 'x', on_progress=progress)
    assert sandbox.objects.names() == []


# The file


def test_a_file_that_cannot_be_sent(storage: ObjectStorage, tmp_path: Path) -> None:
    assert failure_of(storage, tmp_path / 'missing').kind is Kind.DISK
    (tmp_path / 'empty').touch()
    assert "empty" in failure_of(storage, tmp_path / 'empty').message


def test_a_file_that_shrinks_meanwhile_is_not_staged(
    sandbox: Sandbox, storage: ObjectStorage, tmp_path: Path
) -> None:
    path = a_file(tmp_path, SMALL)
    shrink = iter([lambda: path.write_bytes(b'short')])
    failure = failure_of(storage, path, on_progress=lambda done, total: next(shrink, lambda: None)())
    assert "changed" in failure.message
    assert sandbox.objects.names() == []


# Staging


def test_a_link_is_good_for_its_time_and_its_object_for_its_job(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    path = a_file(tmp_path, SMALL)
    staging = staging_of(storage, tmp_path, clock)
    link = staging.stage(account_of(storage), path, 'job')
    assert fetch_model(link) == path.read_bytes()
    (name,) = sandbox.objects.names()
    assert re.fullmatch(r'[0-9a-f]{40}\.glb', name)
    with pytest.raises(Refusal):
        fetch_model(link.partition('?')[0])  # private
    assert staging.remove_unwanted({'job', 'another'}) == 0
    assert sandbox.objects.names() == [name]
    clock.tick(LINK_S + 1)
    with pytest.raises(Refusal):
        fetch_model(link)
    assert staging.remove_unwanted({'job'}) == 0, "no link leads there any more"
    assert sandbox.objects.names() == []
    assert list((tmp_path / 'staged').iterdir()) == []


def test_names_are_never_the_same(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    staging, path = staging_of(storage, tmp_path, clock), a_file(tmp_path, 10)
    for _ in range(3):
        staging.stage(account_of(storage), path, 'job')
    assert len(set(sandbox.objects.names())) == 3
    assert staging.remove_unwanted(set()) == 0
    assert sandbox.objects.names() == []


@pytest.mark.parametrize(
    ('file', 'suffix'),
    [
        ('a.GLB', '.glb'),
        ('Secret Name.fbx', '.fbx'),
        ('none', ''),
        ('a.b/c', ''),
        ('模型.模型', ''),
        ('a.toolong', ''),
    ],
)
def test_only_the_ending_of_a_file_is_told(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path, file: str, suffix: str
) -> None:
    path = tmp_path / 'folder' / file
    path.parent.mkdir(parents=True)
    path.write_bytes(b'x')
    staging_of(storage, tmp_path, clock).stage(account_of(storage), path, 'job')
    (name,) = sandbox.objects.names()
    assert re.fullmatch(rf'[0-9a-f]{{40}}{re.escape(suffix)}', name)


def test_notes_and_logs_hold_no_secret(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    staging = staging_of(storage, tmp_path, clock)
    sandbox.switchboard.switch_on('bucket_busy', 1)
    link = staging.stage(account_of(storage), a_file(tmp_path, SMALL), 'job', pause_s=0.0)
    (note,) = (tmp_path / 'staged').iterdir()
    keys = sandbox.ledger.keys
    for text in (note.read_text(), caplog.text):
        for secret in (keys.secret_key, keys.secret_id, 'X-Amz', link):
            assert secret not in text
    if sys.platform != 'win32':
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
    sandbox.switchboard.switch_on('bucket_html', -1)
    assert staging.remove_unwanted(set()) == 1
    assert "its file is still in the bucket" in caplog.text
    assert 'X-Amz' not in caplog.text


def test_what_cannot_be_taken_away_now_is_taken_away_later(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    staging = staging_of(storage, tmp_path, clock)
    staging.stage(account_of(storage), a_file(tmp_path, SMALL), 'job')
    sandbox.switchboard.switch_on('bucket_busy', 1)
    assert staging.remove_unwanted(set()) == 1
    assert len(sandbox.objects.names()) == 1

    def without_key(_account: BucketAccount) -> ObjectStorage:
        raise NotReady(Failure(kind=Kind.CREDENTIALS, message="no key"))

    locked = Staging(StagedNotes(tmp_path / 'staged'), without_key, clock=clock)
    assert locked.remove_unwanted(set()) == 1
    assert staging.remove_unwanted(set()) == 0
    assert sandbox.objects.names() == []


@pytest.mark.parametrize('size', [SMALL, LARGE])
def test_what_came_to_nothing_is_taken_away_while_its_job_goes_on(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path, size: int
) -> None:
    staging, path = staging_of(storage, tmp_path, clock), a_file(tmp_path, size)

    def progress(done: int, _total: int) -> None:
        if done >= size // 2:
            raise KeyError("cancelled")

    with pytest.raises(KeyError, match="cancelled"):
        staging.stage(account_of(storage), path, 'job', on_progress=progress)
    assert len(sandbox.objects.uploads()) == (size == LARGE)
    assert staging.remove_unwanted({'job'}) == 0
    assert sandbox.objects.names() == sandbox.objects.uploads() == []
    assert list((tmp_path / 'staged').iterdir()) == []


@pytest.mark.parametrize('changed', [{}, {'name': 'another'}])
def test_what_is_gone_already_counts_as_taken_away(
    sandbox: Sandbox, clock: Clock, tmp_path: Path, changed: Any
) -> None:
    storage = storage_of(sandbox, clock, **changed)
    notes = StagedNotes(tmp_path / 'staged')
    notes.write(
        Note(account=account_of(storage), name='x.glb', job_id='job', expires_at=0.0, upload='0' * 32)
    )
    assert staging_of(storage, tmp_path, clock).remove_unwanted(set()) == 0
    assert list(notes.all()) == []


def test_what_is_under_way_is_not_taken_away(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    staging = staging_of(storage, tmp_path, clock)

    def progress(_done: int, _total: int) -> None:
        assert staging.remove_unwanted(set()) == 0
        assert len(list((tmp_path / 'staged').iterdir())) == 1

    staging.stage(account_of(storage), a_file(tmp_path, SMALL), 'job', on_progress=progress)
    assert len(sandbox.objects.names()) == 1
    assert staging.remove_unwanted(set()) == 0
    assert sandbox.objects.names() == []


def test_the_worker_takes_away_beside_its_other_work(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path
) -> None:
    staging = staging_of(storage, tmp_path, clock)
    assert not staging.tend(set())
    staging.stage(account_of(storage), a_file(tmp_path, SMALL), 'job')
    assert not staging.tend({'job'})
    assert staging.tend(set())
    while staging.tend(set()):
        time.sleep(0.01)
    assert sandbox.objects.names() == []


@pytest.mark.parametrize(
    'content', ['', '{', '[]', '{"account": 1}', '{"account": {"bucket": {}}, "name": "x"}']
)
def test_a_damaged_note_stops_nothing(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path, content: str
) -> None:
    staging = staging_of(storage, tmp_path, clock)
    staging.stage(account_of(storage), a_file(tmp_path, SMALL), 'job')
    (tmp_path / 'staged' / '0.json').write_text(content)
    assert staging.remove_unwanted(set()) == 0
    assert sandbox.objects.names() == []


KILLED = """
import json, os, sys
from pathlib import Path
from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket
from hunyuan3d_blender.services.object_storage.client import ObjectStorage
from hunyuan3d_blender.services.object_storage.bucket import BucketAccount
from hunyuan3d_blender.worker.staged_notes import StagedNotes
from hunyuan3d_blender.worker.staging import Staging
said = json.loads(sys.stdin.read())
bucket = Bucket(**said['bucket'] | {'addressing': Addressing.PATH})
key = Key(said['secret'], id=said['id'])
storage = ObjectStorage(bucket, lambda: key, Network(), clock=lambda: said['now'])
staging = Staging(StagedNotes(Path(said['notes'])), lambda _: storage)
def progress(done, total):
    if done >= total * said['share']:
        os.kill(os.getpid(), 9)
account = BucketAccount(bucket=bucket, key_source='session', key_hint=key.hint)
staging.stage(account, Path(said['file']), 'job', on_progress=progress)
"""


@pytest.mark.skipif(sys.platform == 'win32', reason="there is no such kill there")
@pytest.mark.parametrize('share', [0.0, 0.6, 1.0])
@pytest.mark.parametrize('size', [SMALL, LARGE])
def test_what_a_killed_worker_staged_is_taken_away_by_the_next(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock, tmp_path: Path, size: int, share: float
) -> None:
    keys, bucket = sandbox.ledger.keys, storage.bucket
    said = {
        'bucket': {'endpoint': bucket.endpoint, 'region': bucket.region, 'name': bucket.name},
        'id': keys.secret_id, 'secret': keys.secret_key, 'now': clock(), 'share': share,
        'file': str(a_file(tmp_path, size)), 'notes': str(tmp_path / 'staged'),
    }  # fmt: skip
    killed = subprocess.run(
        [sys.executable, '-c', KILLED], input=json.dumps(said), text=True, cwd=ROOT, check=False
    )
    assert killed.returncode == -9
    left = (len(sandbox.objects.names()), len(sandbox.objects.uploads()))
    assert left == {1.0: (1, 0), 0.6: (0, size == LARGE), 0.0: (0, size == LARGE)}[share]
    assert staging_of(storage, tmp_path, clock).remove_unwanted(set()) == 0
    assert sandbox.objects.names() == sandbox.objects.uploads() == []
    assert list((tmp_path / 'staged').glob('*.json')) == []


# The test of a bucket


def test_a_good_bucket_passes_and_stays_empty(sandbox: Sandbox, storage: ObjectStorage) -> None:
    assert try_bucket(storage) is None
    assert sandbox.objects.names() == []


def test_a_bucket_test_says_which_step_failed_and_why(
    sandbox: Sandbox, storage: ObjectStorage, clock: Clock
) -> None:
    wrong = storage_of(sandbox, clock, key=Key('wrong', id=sandbox.ledger.keys.secret_id))
    fault = try_bucket(wrong)
    assert fault is not None
    assert "could not be written" in fault.step
    assert "secret key is wrong" in reporting.sentence(fault.failure)


DENIED = b'<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'


@pytest.mark.parametrize(
    ('refused', 'step'),
    [('PUT', "not be written"), ('GET', "not read through a link"), ('DELETE', "not be deleted")],
)
def test_a_key_that_may_not_do_everything(refused: str, step: str) -> None:
    with serving(lambda connection: None) as server:
        written = b''

        def handle(connection: socket.socket) -> None:
            nonlocal written
            request = server.requests[-1]
            method = request.split(b' ')[0].decode()
            written = request.partition(b'\r\n\r\n')[2] if method == 'PUT' else written
            good = answer(written if method == 'GET' else b'', headers='ETag: "1"\r\n')
            (answer(DENIED, '403 Forbidden') if method == refused else good)(connection)

        server._handler = handle
        fault = try_bucket(at(server.url))
        methods = [request.split(b' ')[0].decode() for request in server.requests]
    assert fault is not None
    assert step in fault.step
    assert "read, write and delete" in reporting.sentence(fault.failure)
    assert methods[-1] == 'DELETE', "it is tried to leave nothing"


def test_a_bucket_that_gives_something_else(sandbox: Sandbox) -> None:
    with serving(answer(b'', headers='ETag: "1"\r\n')) as server:
        fault = try_bucket(at(server.url))
    assert fault is not None
    assert "not read" in fault.step
    assert "something else" in fault.failure.message


def test_settings_stay_what_they_are(storage: ObjectStorage, tmp_path: Path) -> None:
    """A note brings back all it takes to take an object away."""
    notes = StagedNotes(tmp_path)
    note = Note(account=account_of(storage), name='a/b/x.glb', job_id='job', expires_at=1.5, upload='u')
    notes.write(note)
    notes.write(replace(note, upload='v'))
    assert list(notes.all()) == [replace(note, upload='v')]
    notes.remove(note)
    notes.remove(note)
    assert list(notes.all()) == []
