# SPDX-License-Identifier: GPL-3.0-or-later
"""Try a bucket: write a tiny object, read it by a link as a service would, delete it.

As a process of its own:

in   {"bucket": the fields of Bucket, "key": {"id", "secret", "token"}, "network": the fields of NetworkSettings}
out  also "step", a marked sentence, where something could not be done
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
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
from .answering import answer

LINK_S = 60


@value
class BucketFault:
    """What is wrong with a bucket."""

    step: str
    """A marked sentence: what could not be done."""
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
    return answer(_test)


def _test(question: Mapping[str, Any]) -> Mapping[str, Any] | None:
    bucket = Bucket(**question['bucket'] | {'addressing': Addressing(question['bucket']['addressing'])})
    key = Key(**question['key'])
    network = network_of(NetworkSettings(**question['network']))
    fault = try_bucket(ObjectStorage(bucket, lambda: key, network, clock=time.time))
    return asdict(fault) if fault else None
