# SPDX-License-Identifier: GPL-3.0-or-later
"""Try an account, in a process of its own. Spends nothing.

in   {"service", "endpoint", "region", "key": {"id", "secret", "token"} or null,
      "keychain": [service, host, account] of a key that is to be read there, or null,
      "network": the fields of NetworkSettings, "converter": as in job.Converter.command}
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import credentials, launch
from ..network_settings import NetworkSettings
from ..services import registry
from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, NotSent
from .accounts import network_of
from .answering import answer
from .programs import Programs
from .sandbox_process import SandboxFailed, SandboxProcess


def main(_arguments: list[str]) -> int:
    """Answer the question on standard input; return 0 whatever the answer is."""
    return answer(_test)


def _test(question: Mapping[str, Any]) -> None:
    """Return when the account is good. Raise ServiceError."""
    with _endpoint_and_key(question) as (endpoint, key):
        service = registry.connect(
            question['service'],
            endpoint=endpoint,
            region=question['region'],
            key=None if key is None else lambda: key,
            network=network_of(NetworkSettings(**question['network'])),
        )
        service.test_connection()


@contextmanager
def _endpoint_and_key(question: Mapping[str, Any]) -> Iterator[tuple[str, Key | None]]:
    """Those of a sandbox of our own where none is named."""
    if question['service'] == 'sandbox' and not question['endpoint']:
        python = sys.executable if launch.is_python(sys.executable) else ''
        with tempfile.TemporaryDirectory() as folder:
            sandbox = SandboxProcess(Path(folder), Programs(python, tuple(question['converter'])))
            try:
                address = sandbox.address()
                yield address.url, address.key
            except SandboxFailed as error:
                message = N_("The sandbox could not be started: {reason}")
                facts = {'reason': str(error)}
                raise NotSent(Failure(kind=Kind.NETWORK, message=message, facts=facts)) from error
            finally:
                sandbox.close()
    else:
        yield question['endpoint'], _key(question)


def _key(question: Mapping[str, Any]) -> Key | None:
    if question.get('keychain'):
        return credentials.find(credentials.Source.KEYCHAIN, credentials.Purpose(*question['keychain']))
    return Key(**question['key']) if question['key'] else None
