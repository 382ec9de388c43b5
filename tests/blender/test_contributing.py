# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of CONTRIBUTING.md on adding a service, followed to the letter in a copy of the package."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.protocol.loopback import free_port

ROOT = Path(__file__).resolve().parents[2]
PORT = '8099'
"""As the page has it."""


@pytest.fixture(scope='module')
def page() -> str:
    text = (ROOT / 'CONTRIBUTING.md').read_text(encoding='utf-8')
    return text.partition('## Adding a service\n')[2].partition('\n## ')[0]


def files_of(page: str) -> dict[str, str]:
    """The files that the page shows whole, by their paths."""
    return dict(re.findall(r'```python (\S+)\n(.*?)```', page, flags=re.DOTALL))


def block(page: str, language: str) -> str:
    (text,) = re.findall(rf'```{language}\n(.*?)```', page, flags=re.DOTALL)
    return text


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / 'copy'
    shutil.copytree(
        ROOT / 'hunyuan3d_blender', folder / 'hunyuan3d_blender', ignore=shutil.ignore_patterns('__pycache__')
    )
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a copy, but what Python makes of them."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob('*'))
        if file.is_file() and '__pycache__' not in file.parts
    }


def run(
    command: list[str], folder: Path, environment: Mapping[str, str], *, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=dict(environment), input=text, capture_output=True, text=True, timeout=300
    )


def offered(folder: Path, environment: Mapping[str, str]) -> str:
    """What the command line says can be chosen."""
    done = run([sys.executable, '-m', 'hunyuan3d_blender', 'generate', '--help'], folder, environment)
    return done.stdout.partition('--service {')[2].partition('}')[0]


@contextmanager
def shell(commands: str, folder: Path, environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """What the commands print. What they leave running ends afterwards; the worker does so by itself."""
    with log.open('w') as stream:
        process = subprocess.Popen(
            ['sh', '-e', '-c', commands.replace('python3 ', f'{sys.executable} ')], cwd=folder, env=dict(environment),
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        process.wait(timeout=300)
        yield log.read_text()
    finally:
        with suppress(ProcessLookupError):  # the server could not begin
            os.killpg(process.pid, signal.SIGKILL)


def test_the_example_is_added_used_and_taken_away(page: str, copy: Path, tmp_path: Path) -> None:
    before = contents(copy)
    environment = {**os.environ, 'HUNYUAN3D_LIBRARY': str(tmp_path / 'library'), 'HOME': str(tmp_path)}
    assert 'example' not in offered(copy, environment)
    for path, text in files_of(page).items():
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).write_text(text, encoding='utf-8')
    patched = run(['git', 'apply', '-'], copy, environment, text=block(page, 'diff'))
    assert patched.returncode == 0, patched.stderr
    assert 'example' in offered(copy, environment).split(',')

    commands = block(page, 'sh').replace(PORT, str(free_port()))
    with shell(commands, copy, environment, tmp_path / 'said.txt') as said:
        model = copy / 'triangle.glb'
        assert model.exists(), said
        assert model.read_bytes()[:4] == b'glTF'
        assert 'sk-example' not in said
        check_ledger(copy, environment)
        model.unlink()

    undone = run(['git', 'apply', '--reverse', '-'], copy, environment, text=block(page, 'diff'))
    assert undone.returncode == 0, undone.stderr
    shutil.rmtree(copy / 'hunyuan3d_blender/services/example')
    (copy / 'server.py').unlink()
    assert 'example' not in offered(copy, environment)
    assert contents(copy) == before, "nothing is left"
    check_ledger(copy, environment)


LEDGER = """
import time
from hunyuan3d_blender import app
app.tick()
(row,) = app.rows()
with app.session.session().store() as store:
    (cost,) = store.costs_between(0, time.time() + 1).values()
print(row.service, row.state, cost.total, 'remove' in row.can)
"""


def check_ledger(folder: Path, environment: Mapping[str, str]) -> None:
    """The job is listed and counts, with its service or without."""
    done = run([sys.executable, '-c', LEDGER], folder, environment)
    assert done.stdout.split() == ['example', 'ready', '7.0', 'True'], done.stdout + done.stderr


def test_the_files_of_the_page_keep_the_rules_of_the_house(page: str, copy: Path) -> None:
    for path, text in files_of(page).items():
        assert text.startswith('# SPDX-License-Identifier: GPL-3.0-or-later\n"""'), path
        assert max(map(len, text.splitlines())) <= 130, path
        compile(text, path, 'exec')
