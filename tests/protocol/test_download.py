# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads that are interrupted, and go on: what has the final name is the server's file, always."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.worker.download import FetchFailed, fetch
from tests.protocol.faulty_server import GLB, Faults, Server, failure_of, large_glb, load, names, serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / 'model.glb'


# All is well


def test_a_file_arrives_with_progress_and_nothing_is_left_over(server, target):
    seen: list[tuple[int, int | None]] = []
    assert load(server, target, on_progress=lambda done, total: seen.append((done, total))) == target
    assert target.read_bytes() == GLB
    assert names(target.parent) == ['model.glb']
    assert seen[-1] == (len(GLB), len(GLB))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    (request,) = server.faults.requests
    assert request['Accept-Encoding'] == 'identity'
    assert not {'Range', 'Authorization', 'Cookie'} & set(request)


def test_what_was_there_before_is_replaced_only_by_a_complete_file(server, target):
    target.write_bytes(b'old')
    server.faults.cut = lambda count: count // 2
    with pytest.raises(FetchFailed):
        load(server, target)
    assert target.read_bytes() == b'old'
    server.faults.cut = None
    load(server, target)
    assert target.read_bytes() == GLB


def test_only_this_computer_when_it_is_asked_for(server, target):
    with pytest.raises(FetchFailed) as caught:
        fetch(Network(), server.url, target, pause_s=0.0)
    assert caught.value.failure.kind is Kind.UNSUPPORTED
    assert not server.faults.requests


def test_offline_is_said_at_once(target):
    with pytest.raises(FetchFailed) as caught:
        fetch(Network(online=False), 'https://files.example.com/a.glb', target)
    assert caught.value.failure.kind is Kind.OFFLINE


# Interruptions


def test_a_hundred_interruptions_at_random_places_give_the_same_bytes(server, target):
    chance = random.Random(3)
    digest = hashlib.sha256(GLB).hexdigest()
    resumed = 0
    for _ in range(34):
        server.faults = Faults(etag=chance.choice(['"one"', '']))
        cuts = [chance.randrange(len(GLB)) for _ in range(3)]

        def cut(count, cuts=cuts):
            return chance.randrange(1, count) if cuts and cuts.pop() and count > 1 else count

        server.faults.cut = cut
        load(server, target)
        assert hashlib.sha256(target.read_bytes()).hexdigest() == digest
        resumed += sum('Range' in request for request in server.faults.requests)
        target.unlink()
    assert resumed >= 100


def test_bytes_that_have_arrived_are_not_asked_for_again(server, target):
    server.faults.cut = lambda count: 100_000 if count == len(GLB) else count
    load(server, target)
    assert [request.get('Range') for request in server.faults.requests] == [None, 'bytes=100000-']
    assert server.faults.requests[1]['If-Range'] == '"one"'


def test_a_download_goes_on_in_a_later_run_and_with_a_new_url(server, target):
    server.faults.cut = lambda count: 100_000 if count == len(GLB) else 0
    failure_of(server, target)
    assert names(target.parent) == ['model.glb.part', 'model.glb.part.json']
    assert 'secret' not in (target.parent / 'model.glb.part.json').read_text()
    server.faults = Faults()
    load(server, target)
    assert server.faults.requests[0]['Range'] == 'bytes=100000-'
    assert target.read_bytes() == GLB


KILLED = """
import os, signal, sys
from pathlib import Path
from hunyuan3d_blender.services import http
from hunyuan3d_blender.worker import partial_file
from hunyuan3d_blender.worker.download import fetch
http._CHUNK_BYTES = 10_000  # or a busy machine reads the whole file at once
partial_file.SYNC_EVERY_S = 0.0
def die(done, total):
    if done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, 'SIGKILL') else signal.SIGTERM)
fetch(http.Network(), sys.argv[1], Path(sys.argv[2]), allow_loopback=True, on_progress=die)
"""


@pytest.mark.parametrize('done', [1, 60_000, 200_000, len(GLB)])
def test_a_killed_download_goes_on_in_a_new_process(server, target, done):
    server.faults.drip = (10_000, 0.001)
    command = [sys.executable, '-c', KILLED, server.url, str(target), str(done)]
    assert subprocess.run(command, cwd=ROOT).returncode != 0
    assert not target.exists()
    server.faults = Faults()
    load(server, target)
    assert target.read_bytes() == GLB
    if 60_000 <= done < len(GLB):
        begun = int(server.faults.requests[0]['Range'].removeprefix('bytes=').removesuffix('-'))
        assert begun >= min(done, 200_000) - 60_000


def test_bytes_that_were_not_known_to_be_on_the_disk_are_not_trusted(server, target):
    """After a power cut a file may be long, and hold nothing."""
    server.faults.cut = lambda count: 100_000 if count == len(GLB) else 0
    failure_of(server, target)
    with target.with_name('model.glb.part').open('ab') as part:
        part.write(bytes(50_000))
    server.faults = Faults()
    load(server, target)
    assert server.faults.requests[0]['Range'] == 'bytes=100000-'
    assert target.read_bytes() == GLB


@pytest.mark.parametrize(
    'note', ['', '{', '[]', '{"size": -1}', '{"size": "x"}', '{"size": 10}', '{"size": 10, "x": 1}', 'null']
)
def test_a_part_without_a_usable_note_begins_anew(server, target, note):
    target.with_name('model.glb.part').write_bytes(b'x' * 1000)
    target.with_name('model.glb.part.json').write_text(note)
    load(server, target)
    assert 'Range' not in server.faults.requests[0]
    assert target.read_bytes() == GLB


def test_a_complete_part_needs_no_request(server, target):
    part = target.with_name('model.glb.part')
    part.write_bytes(GLB)
    note = {'etag': '"one"', 'last_modified': '', 'total_bytes': len(GLB), 'size': len(GLB)}
    target.with_name('model.glb.part.json').write_text(json.dumps(note))
    load(server, target)
    assert not server.faults.requests
    assert target.read_bytes() == GLB


# Servers that do not continue


def stop_early(faults: Faults) -> None:
    """Interrupt the first answer only."""
    faults.cut = None


OTHER = large_glb(300_000, seed=1)

CHANGES: dict[str, Callable[[Faults], None]] = {
    'Range is ignored': lambda f: setattr(f, 'ranges', False),
    'Range begins earlier': lambda f: setattr(f, 'shift', -7),
    'Range begins later': lambda f: setattr(f, 'shift', 7),
    'Range begins at zero': lambda f: setattr(f, 'shift', -100_000),
    'another file': lambda f: f.__dict__.update(
        etag='"two"', modified='Thu, 02 Oct 2025 10:00:00 GMT', data=OTHER
    ),
    'another file with another tag, but a range of it': lambda f: f.__dict__.update(
        lax=True, etag='"two"', data=OTHER
    ),
    'another file with another date, but a range of it': lambda f: f.__dict__.update(
        lax=True, etag='', modified='Thu, 02 Oct 2025 10:00:00 GMT', data=OTHER
    ),
    'another length': lambda f: f.headers.update({'Content-Range': 'bytes 100000-299999/300000'}),
    'range without numbers': lambda f: f.headers.update({'Content-Range': 'bytes */*'}),
    'range that is nonsense': lambda f: f.headers.update({'Content-Range': 'lines 1-2/3'}),
    'nothing behind the part': lambda f: setattr(f, 'shift', 10**6),
}


@pytest.mark.parametrize('name', CHANGES)
def test_parts_of_two_files_are_never_joined(server, target, name):
    def change(faults: Faults) -> None:
        faults.cut = None
        if len(faults.requests) == 1:
            CHANGES[name](faults)
        else:
            faults.headers.clear()
            faults.shift = 0

    server.faults.cut = lambda count: 100_000
    server.faults.after = change
    load(server, target)
    assert target.read_bytes() == server.faults.data
    assert len(server.faults.requests) >= 2


@pytest.mark.parametrize('tags', [{'etag': '', 'modified': ''}, {'etag': 'W/"one"', 'modified': ''}])
def test_without_a_strong_tag_everything_is_fetched_again(server, target, tags):
    server.faults.__dict__.update(tags)
    server.faults.cut = lambda count: 100_000
    server.faults.after = stop_early
    load(server, target)
    assert not any('Range' in request for request in server.faults.requests)
    assert target.read_bytes() == GLB


def test_a_server_that_always_starts_again_and_never_finishes_is_given_up(server, target):
    server.faults.ranges = False
    server.faults.cut = lambda count: 100_000
    assert failure_of(server, target).kind is Kind.NETWORK
    assert len(server.faults.requests) < 10


def test_a_server_that_cannot_be_reached(target):
    with Server() as server:
        pass
    assert failure_of(server, target).kind is Kind.NETWORK
