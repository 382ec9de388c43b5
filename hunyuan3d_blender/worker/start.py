# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the worker from Blender's process: returns at once, waits for nothing, and needs no `requests`."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

from .. import launch
from ..jobs.library import Library
from . import lock
from .programs import Programs


def ensure_running(library: Path, *, python: str, converter: tuple[str, ...]) -> None:
    """Start a worker for the library if none runs. Raise OSError when that is not possible.

    Several callers at once are fine: all but one of their workers find the lock taken and end quietly.
    `python` is a plain Python, '' where there is none; `converter` as in `job.Converter.command`.
    """
    place = Library(library)
    if lock.is_taken(place):
        return
    place.create()
    with place.worker_log.open('ab') as log:
        process = subprocess.Popen(
            command(library, Programs(python, converter)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=library,
            env=launch.child_environment(),
            **_detached(),
        )
    with (
        warnings.catch_warnings()
    ):  # it is meant to outlive us; Python reaps it when it next starts a process
        warnings.simplefilter('ignore', ResourceWarning)
        del process


def is_running(library: Path) -> bool:
    """Whether a worker lives, found out without waiting. Raise OSError."""
    return lock.is_taken(Library(library))


def command(library: Path, programs: Programs) -> list[str]:
    """The command line of a worker."""
    arguments = ['--library', str(library), '--python', programs.python]
    return programs.command(
        'worker.__main__', [*arguments, '--converter-json', json.dumps(programs.converter)]
    )


def _detached() -> dict[str, Any]:
    """Arguments for Popen that let a process live on when Blender and its terminal or console end."""
    if sys.platform == 'win32':
        return {'creationflags': subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {'start_new_session': True}
