# SPDX-License-Identifier: GPL-3.0-or-later
"""Try a bucket: write a tiny object, read it by a link as a service would, delete it.

As a process of its own, one line of JSON in, one line of JSON out:

in   {"bucket": the fields of Bucket, "key": {"id", "secret", "token"}, "network": the fields of NetworkSettings}
out  {"ok": true}  or  {"ok": false, "step": a marked sentence, "failure": the fields of Failure}
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ..network_settings import NetworkSettings
from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, ServiceError
from ..services.object_storage.bucket import Addressing, Bucket
from ..services.object_storage.client import ObjectStorage
from ..value import value
from .accounts import network_of
from .no_core_dumps import leave_no_core_dump

logger = logging.getLogger(__name__)

LINK_S = 60


@value
class BucketFault:
    """What is wrong with a bucket."""

    step: str
    """A marked sentence: what could not be done. '' where nothing was tried."""
    failure: Failure
    """Why."""


def try_bucket(storage: ObjectStorage) -> BucketFault | None:
    """Return None when a model can be staged in the bucket and taken away again. Nothing is left in the bucket."""
    name = f"{storage.bucket.prefix}test-{secrets.token_hex(20)}.txt"
    content = secrets.token_hex(8).encode()

    def read() -> None:
        if storage.read(storage.link(name, LINK_S)) != content:
            message = N_("{host} gave something else than what was written")
            raise _Different(Failure(kind=Kind.SERVICE, message=message, facts={'host': storage.bucket.host}))

    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        (N_("A small file could not be written into the bucket"), lambda: storage.put(name, content)),
        (N_("The small file could be written into the bucket, but not read through a link"), read),
        (N_("The small file could not be deleted from the bucket"), lambda: storage.delete(name)),
    )
    for step, take in steps:
        try:
            take()
        except ServiceError as error:
            with suppress(ServiceError):
                storage.delete(name)
            return BucketFault(step=step, failure=error.failure)
    return None


class _Different(ServiceError):
    pass


def main(_arguments: list[str]) -> int:
    """Answer the question on standard input; return 0 whatever the answer is."""
    leave_no_core_dump()
    fault = _fault_of(sys.stdin.buffer.readline())
    answer: dict[str, Any] = {'ok': True} if fault is None else {'ok': False, **asdict(fault)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


def _fault_of(line: bytes) -> BucketFault | None:
    try:
        question = json.loads(line)
        bucket = Bucket(**question['bucket'] | {'addressing': Addressing(question['bucket']['addressing'])})
        key = Key(**question['key'])
        network = network_of(NetworkSettings(**question['network']))
        return try_bucket(ObjectStorage(bucket, lambda: key, network, clock=time.time))
    except ServiceError as error:
        return BucketFault(step='', failure=error.failure)
    except Exception:  # the process boundary
        logger.exception("The test of the bucket failed")
        message = N_("This add-on has a defect; its log says more")
        return BucketFault(step='', failure=Failure(kind=Kind.INTERNAL, message=message))
