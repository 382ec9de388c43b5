# SPDX-License-Identifier: GPL-3.0-or-later
"""One worker for a library, however often it is started, and its life from there on."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hunyuan3d_blender import launch
from hunyuan3d_blender.jobs.store import SCHEMA, Store
from hunyuan3d_blender.worker import lock, start, worker_log
from hunyuan3d_blender.worker.__main__ import INTEREST_S, Interest, main
from hunyuan3d_blender.worker.programs import Programs
from tests.worker_parts import Clock
from tests.worker_process import wait_until

PYTHON = Programs(sys.executable, ())


def pids(library):
    """Process ids of the workers that have begun, by the log."""
    log = library.worker_log.read_text() if library.worker_log.exists() else ''
    return [int(pid) for pid in re.findall(r"(\d+) INFO The worker begins", log)]


@pytest.fixture
def ended(library):
    """Workers that were started in the background end with the test."""
    yield
    for pid in pids(library):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        wait_until(lambda: not start.is_running(library.path))


def test_four_starts_at_once_make_one_worker(library, ended):
    for _ in range(4):
        start.ensure_running(library.path, python=sys.executable, converter=())
    wait_until(lambda: start.is_running(library.path), lambda: library.worker_log.read_text())
    time.sleep(lock.PROBE_S + 1)  # the others have given up by then
    assert len(pids(library)) == 1
    start.ensure_running(library.path, python=sys.executable, converter=())
    assert len(pids(library)) == 1
    assert start.is_running(library.path)


def test_a_second_worker_ends_quietly(library):
    with lock.held(library) as mine:
        assert mine
        done = subprocess.run(
            start.command(library.path, PYTHON),
            env=launch.child_environment(),
            capture_output=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, b'', b'')


def test_the_lock_is_seen_by_other_processes_and_dies_with_its_holder(library):
    assert not start.is_running(library.path)
    assert not library.worker_lock.exists()
    worker = subprocess.Popen(start.command(library.path, PYTHON), stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: start.is_running(library.path))
    finally:
        worker.kill()
        worker.wait()
    assert not start.is_running(library.path)
    with lock.held(library) as mine:
        assert mine


def test_looking_at_the_lock_keeps_nobody_from_taking_it(library):
    for _ in range(50):
        with lock.held(library) as mine:
            assert mine
            assert lock.is_taken(library)
        assert not lock.is_taken(library)


def test_a_worker_that_nobody_needs_ends(library):
    program = (
        f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); import hunyuan3d_blender.worker.__main__ as worker;"
        f"worker.INTEREST_S = 0.5; sys.exit(worker.main(['--library', {str(library.path)!r}]))"
    )
    done = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "The worker ends" in done.stderr
    assert not start.is_running(library.path)


def test_interest_lasts_a_minute_by_a_clock_that_does_not_jump(library):
    clock = Clock()
    interest = Interest(library, clock.monotonic)
    assert interest.is_fresh()
    clock.tick(INTEREST_S - 1)
    library.attention.touch()
    assert interest.is_fresh()
    os.utime(library.attention, (4e9, 4e9))  # from the future: only that it is new counts
    assert interest.is_fresh()
    clock.tick(INTEREST_S - 1)
    assert interest.is_fresh()
    clock.tick(2)
    assert not interest.is_fresh()


def test_sigterm_ends_an_idle_worker(library):
    worker = subprocess.Popen(start.command(library.path, PYTHON), stderr=subprocess.DEVNULL)
    wait_until(lambda: bool(start.is_running(library.path)))
    time.sleep(0.2)
    worker.terminate()
    assert worker.wait(20) == 0


def test_a_library_that_cannot_be_written_is_an_oserror(tmp_path):
    file = tmp_path / 'file'
    file.write_text('')
    with pytest.raises(OSError, match='file'):
        start.ensure_running(file / 'library', python=sys.executable, converter=())


def test_the_store_of_a_newer_version_is_left_alone(library):
    with Store(library) as store:
        store._connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = library.store.read_bytes()
    done = subprocess.run(
        start.command(library.path, PYTHON), env=launch.child_environment(), capture_output=True, check=False
    )
    assert done.returncode == 3
    assert b'Traceback' not in done.stderr
    assert library.store.read_bytes() == before


def test_a_key_in_the_environment_does_not_reach_the_worker(library, ended, monkeypatch):
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', 'canary-0123456789')
    start.ensure_running(library.path, python=sys.executable, converter=())
    wait_until(lambda: len(pids(library)) == 1)
    environment = launch.child_environment()
    assert 'canary-0123456789' not in str(environment)
    if sys.platform == 'linux':
        with open(f'/proc/{pids(library)[0]}/environ', 'rb') as file:  # noqa: PTH123
            assert b'canary-0123456789' not in file.read()


# The log


def test_the_log_cuts_urls_and_its_own_length(tmp_path, monkeypatch):
    file = tmp_path / 'worker.log'
    monkeypatch.setattr(worker_log, 'SIZE_MAX_BYTES', 2000)
    with file.open('a') as stream:
        handler = worker_log._CappedHandler(file)
        handler.setStream(stream)
        handler.setFormatter(worker_log._Formatter("%(message)s"))
        for number in range(100):
            url = "https://bucket.example/a.glb?q-signature=secret&x=1"
            handler.emit(logging.LogRecord('x', logging.INFO, '', 0, "Fetch '%s' %d", (url, number), None))
    text = file.read_text() + file.with_name('worker.log.1').read_text()
    assert 'secret' not in text
    assert "https://bucket.example/a.glb?…' 99" in text
    assert len(text) < 5000


def test_main_wants_a_library(capsys):
    with pytest.raises(SystemExit):
        main([])
    capsys.readouterr()
