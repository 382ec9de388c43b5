# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads of wrong lengths and contents, from servers that refuse or crawl, to disks that fail."""

from __future__ import annotations

import errno
import random
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.services.http import SILENCE_S
from hunyuan3d_blender.worker import partial_file
from hunyuan3d_blender.worker.download import FetchFailed, Stopped, UrlExpired
from hunyuan3d_blender.worker.files.formats import Format, verify_complete
from tests import model_files as files
from tests.protocol.faulty_server import GLB, Faults, Server, failure_of, load, names, serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / 'model.glb'


# Lengths and contents


@pytest.mark.parametrize(
    'length',
    ['-1', '-300000', '0x10', '', 'many', '1e9', '10', '299999', '300100', '99999999999999999999', None],
)
@pytest.mark.parametrize('data', [GLB, GLB[:150_000], b'<html>sign in</html>', b''])
def test_a_wrong_length_never_makes_a_bad_file(server, target, length, data):
    server.faults.__dict__.update(length=length, data=data)
    try:
        load(server, target)
    except FetchFailed:
        assert not target.exists()
    else:
        assert target.read_bytes() == GLB
    if data is GLB and length in ('-1', 'many', '', None):
        assert target.exists()


@pytest.mark.parametrize(
    ('data', 'kind'),
    [
        (b'<!DOCTYPE html><html>sign in</html>', Kind.FILE),
        (GLB[: len(GLB) // 2], Kind.FILE),
        (b'BLENDER-v402', Kind.FILE),
        (b'', Kind.FILE),
    ],
)
def test_what_is_no_complete_file_gets_no_name_and_is_kept(server, target, data, kind):
    server.faults.data = data
    assert failure_of(server, target).kind is kind
    assert names(target.parent) == ['model.glb.damaged']
    assert target.with_name('model.glb.damaged').read_bytes() == data


@pytest.mark.parametrize('make', [files.fbx, files.usdz, files.stl, lambda: files.OBJ, files.png])
def test_other_formats_arrive_too(server, tmp_path, make):
    server.faults.data = data = make()
    load(server, tmp_path / 'file')
    assert (tmp_path / 'file').read_bytes() == data


def test_compressed_answers_are_not_taken(server, target):
    server.faults.headers['Content-Encoding'] = 'gzip'
    assert failure_of(server, target).kind is Kind.SERVICE


def test_a_file_that_is_too_large_is_not_begun(server, target):
    assert failure_of(server, target, max_bytes=1000).kind is Kind.FILE
    server.faults.length = None
    assert failure_of(server, target, max_bytes=1000).kind is Kind.FILE
    assert target.with_name('model.glb.part').stat().st_size <= 1000


# What the server says


@pytest.mark.parametrize('status', [400, 401, 403, 404, 410])
def test_an_expired_url_keeps_the_part(server, target, status):
    server.faults.cut = lambda count: 100_000
    server.faults.after = lambda faults: setattr(faults, 'status', status)
    with pytest.raises(UrlExpired):
        load(server, target)
    assert target.with_name('model.glb.part').stat().st_size == 100_000
    server.faults = Faults()
    load(server, target)
    assert server.faults.requests[0]['Range'] == 'bytes=100000-'
    assert target.read_bytes() == GLB


@pytest.mark.parametrize('status', [429, 500, 502, 503])
def test_a_busy_server_is_asked_again(server, target, status):
    server.faults.status = status
    server.faults.after = lambda faults: setattr(faults, 'status', 200)
    load(server, target)
    server.faults = Faults(status=status)
    target.unlink()
    assert failure_of(server, target).kind is Kind.SERVICE


@pytest.mark.parametrize('status', [204, 402, 418])
def test_an_answer_that_is_no_file_fails_at_once(server, target, status):
    server.faults.status = status
    assert failure_of(server, target).kind is Kind.SERVICE
    assert len(server.faults.requests) == 1


@pytest.mark.parametrize(
    'place', ['file:///etc/passwd', 'http://169.254.169.254/', 'ftp://127.0.0.1/a', '//10.0.0.1/a']
)
def test_a_redirect_to_a_forbidden_place_is_not_followed(server, target, place):
    server.faults.__dict__.update(status=302, headers={'Location': place})
    assert failure_of(server, target).kind is Kind.UNSUPPORTED


# Time and space


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_stalled_download_is_resumed_on_a_new_connection(server, target):
    clock = Clock()
    server.faults.drip = (1000, 0.001)

    def crawl(done, total):
        clock.now_s += 10.0 if len(server.faults.requests) == 1 else 0.0

    load(server, target, clock=clock, on_progress=crawl)
    assert target.read_bytes() == GLB
    assert len(server.faults.requests) == 2
    assert 'Range' in server.faults.requests[1]


def test_a_slow_but_steady_download_is_left_alone(server, target):
    clock = Clock()

    def walk(done, total):
        clock.now_s = 1000.0 + done / 2048

    load(server, target, clock=clock, on_progress=walk)
    assert len(server.faults.requests) == 1


def test_a_server_that_always_stalls_is_given_up(server, target):
    clock = Clock()
    server.faults.drip = (100, 0.001)

    def crawl(done, total):
        clock.now_s += 61.0

    assert failure_of(server, target, clock=clock, on_progress=crawl).kind is Kind.NETWORK
    assert target.with_name('model.glb.part').stat().st_size > 0


def test_stopping_ends_within_a_second_and_keeps_the_part(server, target):
    """Also while the server is silent."""
    stop = threading.Event()
    server.faults.drip = (100_000, 1000.0)
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        load(server, target, stop=stop)
    assert time.monotonic() - begun < SILENCE_S / 2
    server.faults.over.set()
    server.faults = Faults()
    load(server, target)
    assert server.faults.requests[0]['Range'] == 'bytes=100000-'


def test_what_the_caller_raises_ends_the_download_and_keeps_the_part(server, target):
    class NotWanted(Exception):
        pass

    def refuse(done, total):
        if done >= 100_000:
            raise NotWanted

    server.faults.drip = (10_000, 0.0)
    with pytest.raises(NotWanted):
        load(server, target, on_progress=refuse)
    server.faults = Faults()
    load(server, target)
    assert int(server.faults.requests[0]['Range'][6:-1]) >= 100_000
    assert target.read_bytes() == GLB


FULL = """
import resource, sys, signal
from pathlib import Path
from hunyuan3d_blender.services.http import SILENCE_S, Network
from hunyuan3d_blender.worker.download import fetch, FetchFailed
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (123_456, 123_456))
try:
    fetch(Network(), sys.argv[1], Path(sys.argv[2]), allow_loopback=True)
except FetchFailed as failed:
    sys.exit(f"{failed.failure.kind}: {failed.failure.message}")
"""


@pytest.mark.skipif(sys.platform == 'win32', reason="no limit of file sizes")
def test_a_file_that_cannot_grow_keeps_what_arrived(server, target):
    """The limit of a process stands in for a full disk: writes succeed halfway, then fail."""
    command = [sys.executable, '-c', FULL, server.url, str(target)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.stderr.strip() == "disk: The disk is full"
    assert not target.exists()
    server.faults = Faults()
    load(server, target)
    assert server.faults.requests[0]['Range'] == 'bytes=123456-'
    assert target.read_bytes() == GLB


@pytest.mark.parametrize('call', ['append', 'begin', 'sync', 'complete'])
@pytest.mark.parametrize('code', [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_any_step_loses_nothing(server, target, monkeypatch, call, code):
    """Patched, because no disk can be made to fail here on purpose."""
    whole = getattr(partial_file.PartialFile, call)
    failing = [True]

    def fail(part, *arguments):
        if failing.pop() if failing else False:
            raise OSError(code, "the disk fails")
        return whole(part, *arguments)

    monkeypatch.setattr(partial_file, 'SYNC_EVERY_S', 0.0)
    monkeypatch.setattr(partial_file.PartialFile, call, fail)
    assert failure_of(server, target).kind is Kind.DISK
    load(server, target)
    assert target.read_bytes() == GLB
    assert names(target.parent) == ['model.glb']


def test_a_download_that_does_not_fit_is_not_begun(server, target, monkeypatch):
    """Patched, because the disk of the test is not full."""
    full = type('Usage', (), {'free': len(GLB)})
    monkeypatch.setattr('shutil.disk_usage', lambda _path: full)
    failure = failure_of(server, target)
    assert failure.kind is Kind.DISK
    assert failure.facts['needed'] > 0


def test_a_folder_that_is_gone_is_said(server, tmp_path):
    assert failure_of(server, tmp_path / 'gone' / 'model.glb').kind is Kind.DISK


def test_many_downloads_at_once(server, tmp_path):
    server.faults.cut = lambda count: random.randrange(1, count + 1)
    results: list[Path] = []
    threads = [
        threading.Thread(
            target=lambda number=number: results.append(load(server, tmp_path / f"{number}.glb"))
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for path in results:
        assert path.read_bytes() == GLB
        verify_complete(path, Format.GLB)
        assert struct.unpack_from('<I', path.read_bytes(), 8) == (len(GLB),)
