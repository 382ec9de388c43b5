# SPDX-License-Identifier: GPL-3.0-or-later
"""Put a key into the system's keychain, or take it away. As a process of its own: the keychain may ask the artist.

One line of JSON in, one line of JSON out:

in   {"purpose": [service, host, account], "key": {"id", "secret", "token"}, or null to forget the one that is there}
out  {"ok": true}  or  {"ok": false, "failure": the fields of Failure}
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict
from typing import Any

from ..credentials import Purpose, keychain
from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, Refused
from .no_core_dumps import leave_no_core_dump

logger = logging.getLogger(__name__)


def main(_arguments: list[str]) -> int:
    """Do what standard input says; return 0 whatever comes of it."""
    leave_no_core_dump()
    failure = _failure_of(sys.stdin.buffer.readline())
    answer: dict[str, Any] = {'ok': True} if failure is None else {'ok': False, 'failure': asdict(failure)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


def _failure_of(line: bytes) -> Failure | None:
    try:
        question = json.loads(line)
        name = Purpose(*question['purpose']).name
        if question['key'] is None:
            keychain.delete(name)
        else:
            keychain.write(name, Key(**question['key']))
    except Refused as refused:
        return refused.failure
    except Exception as error:  # noqa: BLE001 - the process boundary; without the traceback, which quotes the question
        logger.error("The keychain was asked in vain: %s", type(error).__name__)
        return Failure(kind=Kind.INTERNAL, message=N_("This add-on has a defect; its log says more"))
    return None
