# SPDX-License-Identifier: GPL-3.0-or-later
"""See that the worker runs and knows what it needs: keys of this process, the network, a Blender to convert with."""

from __future__ import annotations

import time

from .. import network_settings
from ..jobs.job import Account
from ..services.errors import N_, Failure, Kind
from ..services.object_storage.bucket import BucketAccount
from ..services.registry import TABLES
from ..worker import start
from .accounts import account, hand_over_key
from .bucket import bucket_account, hand_over_bucket_key
from .programs import converter, network, python
from .session import NotPossible, session

CHECK_S = 2.0
"""How often a Blender with open jobs makes sure that the worker lives, and shows its interest."""
MISSING_MAX = 3
"""A worker takes its lock within a second; when so many checks in a row find none, it does not start at all."""


def wake_worker(sender: Account | None = None, bucket: BucketAccount | None = None) -> None:
    """See that a worker runs and has the keys of `sender` and `bucket`; returns at once. Raise NotPossible."""
    here = session()
    try:
        if sender is not None:
            hand_over_key(sender)
        hand_over_bucket_key(bucket)
        network_settings.write(here.library, network())
        here.library.attention.touch()
        start.ensure_running(here.library.path, python=python(), converter=converter().command)
    except OSError as error:
        raise NotPossible(here.disk_failure(error)) from error
    here.worker_checked_at = time.monotonic()


def keep_worker() -> None:
    """While jobs are open: now and then see that the worker lives; a new one needs our keys again."""
    here, now = session(), time.monotonic()
    if not here.listing.open_count or now - here.worker_checked_at < CHECK_S:
        return
    is_running = start.is_running(here.library.path)
    here.worker_missing = 0 if is_running else here.worker_missing + 1
    wake_worker()
    for service in () if is_running else TABLES:
        for chosen in here.accounts_with(service):
            hand_over_key(account(service, chosen))
    if not is_running:
        hand_over_bucket_key(bucket_account())


def worker_trouble() -> Failure | None:
    """Why jobs do not move: the worker was started again and again and never lived. None when all is well."""
    if session().worker_missing < MISSING_MAX:
        return None
    message = N_("Jobs are not followed: the process for it does not start. Its words are in {log}")
    return Failure(kind=Kind.INTERNAL, message=message, facts={'log': str(session().library.worker_log)})
