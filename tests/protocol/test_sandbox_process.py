# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as a program: how it announces itself, how it ends, and what survives it."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hunyuan3d_blender import launch
from hunyuan3d_blender.sandbox.ledger import Ledger
from hunyuan3d_blender.sandbox.server import running
from tests.protocol.sandbox_calls import Clock, finished, get, query, submit, wait_until

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ('--port', '0', '--blender-json', '[]')


@contextmanager
def started(command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The process and what it announced."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stdout
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def module_command(*arguments: str) -> list[str]:
    return [sys.executable, '-m', 'hunyuan3d_blender.sandbox', *OPTIONS, *arguments]


NO_BLENDER = """\
This Python has no bpy: every model will be a plain box, and nothing can be done with one.
Start the sandbox with a Python that has bpy, or name a Blender with --blender-json.
"""


def test_it_announces_itself_in_one_line(tmp_path: Path) -> None:
    with started(module_command('--folder', str(tmp_path))) as (process, said):
        assert set(said) == {'url', 'secret_id', 'secret_key', 'api_key'}
        assert get(f"{said['url']}/_sandbox/ledger").body == b'[]'
        process.send_signal(signal.SIGTERM)
        assert process.communicate() == ('', NO_BLENDER)
        assert process.returncode == 0


def test_it_ends_with_its_standard_input(tmp_path: Path) -> None:
    arguments = [*OPTIONS, '--folder', str(tmp_path), '--exit-with-stdin']
    command = launch.python_command(sys.executable, 'sandbox.__main__', arguments)
    with started(command) as (process, said):
        assert get(f"{said['url']}/_sandbox/ledger").status == 200
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0


def test_it_starts_misbehaving(tmp_path: Path) -> None:
    arguments = ('--folder', str(tmp_path), '--scenario', 'fail', '--scenario', 'cut:2')
    with started(module_command(*arguments)) as (_, said):
        assert said['url']
    wrong = subprocess.run(
        module_command('--scenario', 'nonsense'), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "no such scenario: nonsense" in wrong.stderr


def test_keys_stay_and_are_private(tmp_path: Path) -> None:
    keys = Ledger(tmp_path).keys
    assert Ledger(tmp_path).keys == keys
    assert keys.secret_id.startswith('AKID')
    if sys.platform != 'win32':
        assert stat.S_IMODE((tmp_path / 'keys.json').stat().st_mode) == 0o600


def test_jobs_survive_a_kill(tmp_path: Path) -> None:
    command = module_command('--folder', str(tmp_path), '--seconds', '0')
    with started(command) as (process, said):
        job_id = submit(reached_at(said['url'], tmp_path))
        process.kill()
    with started(command) as (process, said):
        sandbox = reached_at(said['url'], tmp_path)
        wait_until(lambda: query(sandbox, job_id).get('Status') == 'DONE')
        assert get(query(sandbox, job_id)['ResultFile3Ds'][1]['Url']).body.startswith(b'glTF')


def reached_at(url: str, folder: Path) -> Any:
    """What `sandbox_calls` needs to know of a sandbox in another process."""
    return SimpleNamespace(host=url.removeprefix('http://'), clock=time.time, ledger=Ledger(folder))


def test_jobs_go_on_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, clock=clock, seconds=8.0) as sandbox:
        done = submit(sandbox, "a done chair")
        finished(sandbox, done)
        submitted = sandbox.ledger.job(done)
    # One that was accepted, but not made: as if the power had gone.
    path = tmp_path / 'jobs' / done / 'job.json'
    row = json.loads(path.read_text()) | {'id': '2' * 19, 'finished_at': None, 'files': [], 'preview': ''}
    (tmp_path / 'jobs' / ('2' * 19)).mkdir()
    (tmp_path / 'jobs' / ('2' * 19) / 'job.json').write_text(json.dumps(row))
    # One that cannot be read any more.
    (tmp_path / 'jobs' / '3').mkdir()
    (tmp_path / 'jobs' / '3' / 'job.json').write_text('{"id":')
    clock.now += 8
    with running(tmp_path, clock=clock, seconds=8.0) as sandbox:
        assert sandbox.ledger.job(done) == submitted
        for job_id in (done, '2' * 19):
            answer = finished(sandbox, job_id)
            assert answer['Status'] == 'DONE'
            assert get(answer['ResultFile3Ds'][1]['Url']).body.startswith(b'glTF')
        assert len(sandbox.ledger.jobs()) == 2


def test_what_is_older_than_a_day_is_deleted(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, clock=clock) as sandbox:
        job_id = submit(sandbox)
        assert finished(sandbox, job_id)['Status'] == 'DONE'
    clock.now += 86_401
    with running(tmp_path, clock=clock) as sandbox:
        assert not sandbox.ledger.jobs()
        assert not (tmp_path / 'jobs' / job_id).exists()


def test_no_key_and_no_signed_url_is_written_anywhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('DEBUG')
    with running(tmp_path, clock=Clock()) as sandbox:
        secrets = [sandbox.ledger.keys.secret_key, 'q-signature']
        assert get(finished(sandbox, submit(sandbox))['ResultFile3Ds'][0]['Url']).status == 200
    texts = [path.read_bytes() for path in tmp_path.rglob('*') if path.is_file() and path.name != 'keys.json']
    assert not [s for s in secrets for text in (*texts, caplog.text.encode()) if s.encode() in text]
