# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that answers one question: one line of JSON on standard input, one line of JSON on standard output.

out  {"ok": true}  or  {"ok": false, "failure": the fields of Failure, and whatever else there is to say of it}

The question may hold a key, so nothing of it is ever logged.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from ..services.errors import N_, Failure, Kind, ServiceError
from .no_core_dumps import leave_no_core_dump

logger = logging.getLogger(__name__)

Take = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""Does what a question asks for. Returns None when all is well, else the fields of the answer; raises ServiceError."""


def answer(take: Take) -> int:
    """Answer the question on standard input; return 0 whatever the answer is."""
    leave_no_core_dump()
    wrong = _wrong(take, sys.stdin.buffer.readline())
    sys.stdout.write(json.dumps({'ok': True} if wrong is None else {'ok': False, **wrong}) + "\n")
    sys.stdout.flush()
    return 0


def _wrong(take: Take, line: bytes) -> Mapping[str, Any] | None:
    try:
        return take(json.loads(line))
    except ServiceError as error:
        return {'failure': asdict(error.failure)}
    except Exception as error:  # noqa: BLE001 - the process boundary. Where it broke, without the words, which may quote
        place = ''.join(traceback.format_tb(error.__traceback__))
        logger.error("The question could not be answered: %s\n%s", type(error).__name__, place)
        return {
            'failure': asdict(
                Failure(kind=Kind.INTERNAL, message=N_("This add-on has a defect; its log says more"))
            )
        }
