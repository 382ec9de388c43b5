# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the key good, and the bucket? Asked in a short-lived process of its own, so that Blender opens no socket and never waits."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import bpy

from .. import launch, network_settings
from ..credentials import BUCKET
from ..jobs.job import Account
from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, Spent
from .accounts import account, key_of, refuse_unreachable
from .bucket import bucket_key, usable_bucket
from .session import NotPossible, session
from .worker_link import converter, python

_MODULE = 'worker.connection_test'
_BUCKET_MODULE = 'worker.bucket_test'


class ConnectionTest:
    """One test: running, then good or with a failure."""

    def __init__(self, question: Mapping[str, Any], module: str = _MODULE) -> None:
        """Start the process and give it the question, with the key, on its standard input. Raise OSError."""
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
        """The test has ended and found nothing wrong."""
        return not self.running and self.failure is None

    def poll(self) -> bool:
        """Take in the answer if it has come; return whether something changed."""
        if not self.running or self._process.poll() is None:
            return False
        self.running = False
        self._answer.seek(0)
        self.failure, self.step = _failure_in(self._answer.read())
        self._answer.close()
        return True

    def stop(self) -> None:
        """End the process; a second call does nothing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._answer.close()
        self.running = False


def begin_connection_test(service: str) -> None:
    """Start a test of the service's account; spends nothing. Raise NotPossible."""
    sender = account(service)
    refuse_unreachable(sender)
    previous = session().tests.pop(service, None)
    if previous:
        previous.stop()
    try:
        session().tests[service] = ConnectionTest(_question(sender, key_of(sender)))
    except OSError as error:
        raise NotPossible(session().disk_failure(error)) from error


def begin_bucket_test() -> None:
    """Start to write, read and delete a tiny file in the bucket. Raise NotPossible."""
    account = usable_bucket()
    previous = session().tests.pop(BUCKET, None)
    if previous:
        previous.stop()
    try:
        key = bucket_key(account)
        question = {
            'bucket': asdict(account.bucket),
            'key': {'id': key.id, 'secret': key.secret, 'token': key.token},
            'network': asdict(network_settings.current(online=bpy.app.online_access)),
        }
        session().tests[BUCKET] = ConnectionTest(question, _BUCKET_MODULE)
    except OSError as error:
        raise NotPossible(session().disk_failure(error)) from error


def bucket_test() -> ConnectionTest | None:
    """The test of the bucket as it is set up, None when there was none."""
    return session().tests.get(BUCKET)


def connection_test(service: str) -> ConnectionTest | None:
    """The newest test of the service, None when there was none."""
    return session().tests.get(service)


def _question(sender: Account, key: Key | None) -> dict[str, Any]:
    return {
        'service': sender.service,
        'endpoint': sender.endpoint,
        'region': sender.region,
        'key': {'id': key.id, 'secret': key.secret, 'token': key.token} if key else None,
        'network': asdict(network_settings.current(online=bpy.app.online_access)),
        'converter': converter().command,
    }


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
        message = N_("The connection test ended without an answer")
        return Failure(kind=Kind.INTERNAL, message=message), ''
