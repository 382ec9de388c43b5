# SPDX-License-Identifier: GPL-3.0-or-later
"""A short-lived process of ours that is asked one thing, so that Blender opens no socket and never waits."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

from .. import launch
from ..services.errors import N_, Failure, Kind, Spent
from .programs import converter, python
from .session import NotPossible


class Asked:
    """One question: running, then good or with a failure."""

    def __init__(
        self, module: str, question: Mapping[str, Any], done: Callable[[], None] = lambda: None
    ) -> None:
        """Start the module as a process, with the question and its key on standard input. Raise OSError.

        `done` is called when the answer is good; it may raise NotPossible.
        """
        self._done = done
        self.running = True
        self.failure: Failure | None = None
        self.step = ''
        """A marked sentence: what could not be done. '' where that goes without saying."""
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `poll` or `stop`. A file, not a pipe: nobody needs to drain it
        command = (
            launch.python_command(python(), module)
            if python()
            else launch.blender_command(converter().command, module)
        )
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=self._answer,
            stderr=subprocess.DEVNULL,
            env=launch.child_environment(),
            **launch.hidden_window(),  # type: ignore[call-overload]
        )
        assert self._process.stdin is not None
        self._process.stdin.write(
            json.dumps(question).encode() + b"\n"
        )  # far below a pipe's buffer: never waits
        self._process.stdin.close()

    @property
    def is_good(self) -> bool:
        """The process has ended and found nothing wrong."""
        return not self.running and self.failure is None

    def poll(self) -> bool:
        """Take in the answer if it has come; return whether something changed."""
        if not self.running or self._process.poll() is None:
            return False
        self.running = False
        self._answer.seek(0)
        self.failure, self.step = _failure_in(self._answer.read())
        self._answer.close()
        if self.failure is None:
            try:
                self._done()
            except NotPossible as error:
                self.failure = error.failure
        return True

    def stop(self) -> None:
        """End the process; a second call does nothing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._answer.close()
        self.running = False


def _failure_in(output: bytes) -> tuple[Failure | None, str]:
    """What the process answered, and at which step: its last line; Blender itself may have printed before it."""
    try:
        answer = json.loads(output.splitlines()[-1])
        if answer['ok']:
            return None, ''
        failure = answer['failure']
        kinds = {'kind': Kind(failure['kind']), 'spent': Spent(failure['spent'])}
        return Failure(**failure | kinds), str(answer.get('step', ''))
    except (IndexError, KeyError, TypeError, ValueError):
        message = N_("The process that was asked ended without an answer")
        return Failure(kind=Kind.INTERNAL, message=message), ''
