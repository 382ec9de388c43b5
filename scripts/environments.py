# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual environments that demo, tests and checks run in, made on demand under `.cache/`.

Only the standard library is needed to begin with. An environment is reused as long as its requirements are the same.
HUNYUAN3D_TEST_CACHE names another folder than `.cache/`, for example one that several checkouts share.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get('HUNYUAN3D_TEST_CACHE') or ROOT / '.cache').absolute()

_TESTING = ('requests>=2.31', 'pytest>=8.2,<10', 'hypothesis>=6.100,<7')
_SDKS = ('tencentcloud-sdk-python-common', 'tencentcloud-sdk-python-ai3d', 'tencentcloud-sdk-python-intl-en')
_STORES = ('boto3>=1.36,<2', 'moto[server]>=5,<6')
_CHECKING = ('ruff==0.17.*', 'mypy==2.4.*', 'fake-bpy-module', 'types-requests', 'numpy<2', 'pytest>=8.2,<10')

_WORKS = "import sys, ssl, sqlite3, venv; print('%d.%d' % sys.version_info[:2])"
"""A Python built without ssl or sqlite3 is of no use."""


class Missing(Exception):
    """This machine lacks something. The text is one sentence that says what, and how to get it."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment: which Python, and what is installed."""

    name: str
    python: str
    """'3.11': the wheels of bpy exist for exactly one Python version."""
    requirements: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where it is, or will be."""
        return CACHE / self.name

    @property
    def executable(self) -> Path:
        """Its Python, whether it exists or not."""
        return self.folder / ('Scripts/python.exe' if sys.platform == 'win32' else 'bin/python')

    def is_ready(self) -> bool:
        """Whether it exists with exactly these requirements."""
        stamp = self.folder / 'requirements.txt'
        return self.executable.exists() and stamp.exists() and stamp.read_text() == self._stamp()

    def ensure(self) -> Path:
        """Make it where that has not been done, and return its Python. Raise Missing when that is not possible."""
        if not self.is_ready():
            base = find_python(self.python)
            print(f"Making {self.folder} ({', '.join(self.requirements)})", file=sys.stderr, flush=True)
            _make(base, self)
            (self.folder / 'requirements.txt').write_text(self._stamp())
        return self.executable

    def _stamp(self) -> str:
        return "\n".join((self.python, *self.requirements, ""))


def _blender(version: str, python: str, numpy: str) -> Environment:
    requirements = (f'bpy=={version}.*', numpy, *_TESTING)
    return Environment(f'bpy-{version}', python, requirements)


CHECKING = Environment('checking', '3.11', _CHECKING)
PLAIN = tuple(
    Environment(f'python-{version}', version, (*_TESTING, 'pytest-xdist>=3.6,<4', *_SDKS, *_STORES))
    for version in ('3.11', '3.13')
)
"""Python without Blender: whatever needs no bpy runs here."""
KEYCHAIN = Environment('keychain', '3.11', (*_TESTING, 'keyring>=25,<26'))
"""The same with the library that knows the system's keychain; everywhere else it is missing, as in most Blenders."""
BLENDER = (
    _blender('4.2', '3.11', 'numpy<2'),
    _blender('4.5', '3.11', 'numpy<2'),
    _blender('5.0', '3.11', 'numpy<2'),
    _blender('5.2', '3.13', 'numpy>=2.2'),
)
"""The supported Blenders as Python modules, oldest first."""


def newest_blender() -> Environment:
    """The newest Blender this machine has a Python for. Raise Missing when it has none."""
    for environment in reversed(BLENDER):
        if environment.is_ready() or any(_pythons(environment.python)):
            return environment
    raise Missing(_no_python('3.11 or 3.13'))


@cache
def find_python(version: str) -> str:
    """Path of a working Python of this version. Raise Missing where there is none."""
    for candidate in _pythons(version):
        return candidate
    raise Missing(_no_python(version))


def _no_python(version: str) -> str:
    return (
        f"no Python {version} was found on PATH, in pyenv or in uv; one of these brings it: "
        f"apt install python{version[:4]}-venv, pyenv install {version[:4]}, uv python install {version[:4]}"
    )


def _pythons(version: str) -> Iterator[str]:
    folders = (
        Path(os.environ.get('PYENV_ROOT') or Path.home() / '.pyenv', 'versions').glob(f'{version}.*/bin'),
        Path(
            os.environ.get('UV_PYTHON_INSTALL_DIR')
            or Path(os.environ.get('XDG_DATA_HOME') or Path.home() / '.local/share', 'uv/python')
        ).glob(f'cpython-{version}.*/bin'),
    )
    named = [shutil.which(f'python{version}'), shutil.which('python3'), shutil.which('python')]
    stored = [str(folder / f'python{version}') for found in folders for folder in sorted(found, reverse=True)]
    for candidate in (sys.executable, *named, *stored):
        if candidate and _is_working(candidate, version):
            yield candidate


def _is_working(python: str, version: str) -> bool:
    """Ask it: the name may be a link into nowhere, or pyenv's stand-in for a version that is not installed."""
    try:
        done = subprocess.run([python, '-c', _WORKS], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == version


def _make(base: str, environment: Environment) -> None:
    environment.folder.parent.mkdir(parents=True, exist_ok=True)
    _run(
        [base, '-m', 'venv', '--clear', str(environment.folder)],
        f"Python {environment.python} cannot make virtual environments (Debian: apt install python{environment.python}-venv)",
    )
    _run(
        [
            str(environment.executable),
            '-m',
            'pip',
            'install',
            '--quiet',
            '--disable-pip-version-check',
            *environment.requirements,
        ],
        f"pip could not install {', '.join(environment.requirements)}",
    )


def _run(command: list[str], sentence: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        last = done.stdout.strip().splitlines()[-1:] or ["no message"]
        raise Missing(f"{sentence}: {last[0]}")
