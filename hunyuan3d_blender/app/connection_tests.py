# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the key good, and the bucket?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from .. import credentials
from ..jobs.job import Account
from ..services.object_storage.bucket import BucketAccount
from .accounts import account, key_of, purpose_of, refuse_unreachable
from .asked import Asked
from .bucket import bucket_key, usable_bucket
from .programs import converter, network
from .session import NotPossible, session

_BUCKET = (credentials.BUCKET, '')


def begin_connection_test(service: str) -> None:
    """Start a test of the service's active account; spends nothing. Raise NotPossible."""
    sender = account(service)
    refuse_unreachable(sender)
    _begin((service, sender.id), 'worker.connection_test', lambda: _question(sender))


def connection_test(service: str) -> Asked | None:
    """The newest test of the service's active account, None when there was none."""
    return session().tests.get((service, session().chosen(service).id))


def begin_bucket_test() -> None:
    """Start to write, read and delete a tiny file in the bucket. Raise NotPossible."""
    bucket = usable_bucket()
    _begin(_BUCKET, 'worker.bucket_test', lambda: _bucket_question(bucket))


def bucket_test() -> Asked | None:
    """The test of the bucket as it is set up, None when there was none."""
    return session().tests.get(_BUCKET)


def _begin(place: tuple[str, str], module: str, question: Callable[[], dict[str, Any]]) -> None:
    previous = session().tests.pop(place, None)
    if previous:
        previous.stop()
    try:
        session().tests[place] = Asked(module, question())
    except OSError as error:
        raise NotPossible(session().disk_failure(error)) from error


def _question(sender: Account) -> dict[str, Any]:
    in_keychain = sender.key_source == credentials.Source.KEYCHAIN
    key = None if in_keychain else key_of(sender)
    return {
        'service': sender.service,
        'endpoint': sender.endpoint,
        'region': sender.region,
        'key': {'id': key.id, 'secret': key.secret, 'token': key.token} if key else None,
        'keychain': purpose_of(sender) if in_keychain else None,
        'network': asdict(network()),
        'converter': converter().command,
    }


def _bucket_question(account: BucketAccount) -> dict[str, Any]:
    key = bucket_key(account)
    return {
        'bucket': asdict(account.bucket),
        'key': {'id': key.id, 'secret': key.secret, 'token': key.token},
        'network': asdict(network()),
    }
