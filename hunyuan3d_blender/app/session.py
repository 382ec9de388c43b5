# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the add-on in this Blender, and the way to the store."""

from __future__ import annotations

import math
import sqlite3
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..credentials import BUCKET
from ..jobs.job import Account, State
from ..jobs.library import Library, default_folder
from ..jobs.listing import Listing, Row, View
from ..jobs.plans import Plan
from ..jobs.spending import SpendingWatch
from ..jobs.store import BLENDER_BUSY_S, Store, StoreBusy, StoreTooNew
from ..services.contract import Picture
from ..services.errors import N_, Failure, Kind
from ..services.object_storage.bucket import Addressing, BucketAccount
from ..services.registry import TABLES
from ..value import value
from .library_size import LibrarySize

if TYPE_CHECKING:
    from .asked import Asked
    from .batches import Errand
    from .costs import Statement
    from .parts import PaintedParts
    from .selected_model import SelectedModel


class NotPossible(Exception):
    """What was asked for cannot be done; nothing was changed, sent or spent."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@value
class AccountSettings:
    """What the preferences say about one account with a service."""

    id: str = ''
    """Stays the same for as long as there is the account; '' for the first one of a service."""
    name: str = ''
    """The artist's own."""
    endpoint: str = ''
    region: str = ''
    key_source: str = ''
    """A `credentials.Source`; '' takes the first where a key is found."""


@value
class BucketSettings:
    """What the preferences say about the bucket."""

    provider: str = 'cos'
    """One of `object_storage.bucket.PROVIDERS`."""
    name: str = ''
    """'' where there is none."""
    region: str = ''
    """'' for the provider's usual one."""
    endpoint: str = ''
    """For providers that have none of their own."""
    addressing: Addressing = Addressing.PATH
    """Likewise."""
    prefix: str = ''
    key_source: str = ''
    """A `credentials.Source`; '' takes the first where a key is found."""


@value
class AppSettings:
    """What the preferences say."""

    library: Path | None = None
    """None for the default folder."""
    accounts: Mapping[str, tuple[AccountSettings, ...]] = field(default_factory=dict)
    """By service: its accounts, the active one first."""
    bucket: BucketSettings = BucketSettings()
    target_size_m: float = 2.0
    """Longest side of arriving models where a scene says nothing else."""
    proxy: str = ''
    """URL of a proxy in place of the environment's, without name and password."""
    ca_bundle: str = ''
    """A file of certificates to trust in place of the environment's."""
    hide_originals: bool = True
    """Whether an object is hidden when a result arrives that stands in for it."""


def _new_listing() -> Listing:
    return Listing(lambda service: TABLES[service].job_lifetime_s if service in TABLES else 0.0)


@dataclass
class Batches:
    """What is left of batches."""

    errands: deque[Errand] = field(default_factory=deque)
    """Work that goes on with the ticks."""
    abandoned: tuple[Plan, ...] = ()
    """Batches that were being started when a Blender ended: what was not started."""
    plans_due_at: float = -math.inf
    """When to look for such batches again."""
    ticks: int = 0
    """How many there were while something was left to do."""


class Session:
    """Everything that changes."""

    def __init__(self) -> None:
        self.settings = AppSettings()
        self.busy_s = BLENDER_BUSY_S
        """How long a lock of the store is waited for."""
        self.listing = _new_listing()
        self.view = View()
        """What the job list is to show."""
        self.document = uuid.uuid4().hex
        """Identity of the open file; a new one after every load."""
        self.saved_as: dict[str, str] = {}
        """By `document`: where that file was saved to, until its jobs know."""
        self.worker_checked_at = -math.inf
        self.worker_missing = 0
        """How many checks in a row have found no worker."""
        self.waiting_since: dict[str, float] = {}
        """By job id: since when a model waits for a safe moment to arrive."""
        self.under_way: dict[str, State] = {}
        """By job id: the state in which the last look has seen it, or the artist has set it going since."""
        self.batches = Batches()
        self.states: dict[str, State] = {}
        """By job id: where jobs stand that have placeholders in the open file, and no row."""
        self.endings: list[Row] = []
        """Jobs that have ended, and nobody has been told."""
        self.pictures: dict[str, Picture] = {}
        """By path: the facts about pictures that were looked at."""
        self.accounts: dict[tuple[str, str], Account] = {}
        """By service and id: the accounts as panels show them; looked for again when preferences or keys change."""
        self.bucket: BucketAccount | None = None
        """The bucket as the preferences show it, where `bucket_is_known`; looked for again like the accounts."""
        self.bucket_is_known = False
        self.typed: dict[tuple[str, str], dict[str, str]] = {}
        """By service and id of the account: what is typed into its key fields and not saved yet."""
        self.selected_model: tuple[object, float, SelectedModel] | None = None
        """What was selected, when that was looked at, and what it is."""
        self.painted_parts: tuple[str, PaintedParts | None] | None = None
        """The job whose parts were selected, and what is known of them."""
        self.library_size = LibrarySize()
        self.spending = SpendingWatch()
        self.statement: Statement | None = None
        """What was spent, None before the first look."""
        self.limit: float | None = None
        """Credits that may be spent in a month, None for no limit."""
        self.limit_known = False
        self.is_new = False
        """Nobody has set up an account or made a job yet, as of the last tick."""
        self.tests: dict[tuple[str, str], Asked] = {}
        """By service and id of the account."""
        self.keychain: dict[tuple[str, str], Asked] = {}
        """By service and id of the account: the newest key on its way to the keychain, or out of it."""
        self._store: Store | None = None

    def accounts_with(self, service: str) -> tuple[AccountSettings, ...]:
        """The artist's accounts with a service, the active one first; at least one."""
        return self.settings.accounts.get(service, ()) or (AccountSettings(),)

    def chosen(self, service: str) -> AccountSettings:
        """The active one."""
        return self.accounts_with(service)[0]

    @property
    def library(self) -> Library:
        """The library in use."""
        return Library(self.settings.library or default_folder())

    @property
    def has_store(self) -> bool:
        """Whether anything was ever started with this library."""
        return self._store is not None or self.library.store.exists()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, opened on first use; its troubles become NotPossible."""
        try:
            if self._store is None:
                self._store = Store(self.library, busy_s=self.busy_s)
            yield self._store
        except StoreBusy as error:
            busy = N_("The job list is busy; try again in a moment")
            raise NotPossible(Failure(kind=Kind.BUSY, message=busy)) from error
        except StoreTooNew as error:
            newer = N_("The job list was made by a newer version of this add-on")
            raise NotPossible(Failure(kind=Kind.UNSUPPORTED, message=newer)) from error
        except (OSError, sqlite3.Error) as error:
            self.close_store()
            raise NotPossible(self.disk_failure(error)) from error

    def close_store(self) -> None:
        """Let go of the store's file; it is opened again when needed."""
        if self._store is not None:
            self._store.close()
        self._store, self.listing, self.spending = None, _new_listing(), SpendingWatch()
        self.statement, self.limit_known = None, False

    def disk_failure(self, error: Exception) -> Failure:
        """The facts of a library folder that cannot be read or written."""
        facts: dict[str, str | int | float] = {'folder': str(self.library.path), 'reason': str(error)}
        return Failure(
            kind=Kind.DISK, message=N_("The library folder {folder} cannot be used: {reason}"), facts=facts
        )


_session = Session()


def session() -> Session:
    """The one session of this Blender."""
    return _session


def configure(settings: AppSettings) -> None:
    """Take over what the preferences say."""
    if settings.library != _session.settings.library:
        _session.close_store()
        _session.library_size = LibrarySize()
    if settings.bucket != _session.settings.bucket:
        test = _session.tests.pop((BUCKET, ''), None)
        if test:
            test.stop()  # it was of another bucket
    _session.settings = settings
    _session.accounts.clear()
    _session.bucket_is_known = False
    _session.typed = {place: fields for place, fields in _session.typed.items() if fields}


@contextmanager
def using(service: str, account: str | None = None, **chosen: str) -> Iterator[None]:
    """Use an account of a service, by its id, with other settings meanwhile; '' leaves one as it is.

    None: the active one.
    """
    before = _session.settings
    first, *others = sorted(_session.accounts_with(service), key=lambda each: account not in (None, each.id))
    first = replace(first, **{name: value for name, value in chosen.items() if value})
    configure(replace(before, accounts={**before.accounts, service: (first, *others)}))
    try:
        yield
    finally:
        configure(before)


def be_patient(busy_s: float) -> None:
    """Wait longer for locks of the store: only for programs without a window, which may wait."""
    _session.close_store()
    _session.busy_s = busy_s


def reset() -> None:
    """Forget everything, as after the start of Blender; ends running connection tests."""
    global _session
    _session.close_store()
    for task in (*_session.tests.values(), *_session.keychain.values()):
        task.stop()
    _session = Session()


def library_folder() -> Path:
    """The library folder in use."""
    return _session.library.path


def library_size() -> int | None:
    """Bytes in the library folder, None until they are added up, which asking for them brings about."""
    return _session.library_size.ask()


def is_new() -> bool:
    """Nobody has set up an account or made a job yet, as of the last tick: the panel shows how to begin."""
    return _session.is_new


def usual_size_m() -> float:
    """Longest side of arriving models where a scene says nothing else."""
    return _session.settings.target_size_m


def typed(service: str, account_id: str = '') -> dict[str, str]:
    """What is typed into the key fields of an account and not saved yet. In memory only."""
    return _session.typed.setdefault((service, account_id), {})
