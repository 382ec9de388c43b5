# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping a typed key, and forgetting one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .. import credentials
from ..jobs.job import Account
from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, Refused
from .accounts import account, purpose_of
from .asked import Asked
from .session import NotPossible, session

_KEYCHAIN = 'worker.keychain'


@cache
def is_keychain_there() -> bool:
    """Whether Python's library for it is installed here, as of the first time this was asked."""
    return credentials.keychain.is_there()


def save_key(service: str, source: credentials.Source, key: Key) -> Path | None:
    """Keep a typed key for the active account: in the add-on's file, in the keychain, or for this run.

    Forget what was typed. Return where a damaged file with keys was put aside, else None. Raise NotPossible.
    """
    sender = account(service)
    if source is credentials.Source.KEYCHAIN:
        with _not_possible(N_("The key could not be saved: {reason}")):
            _begin(sender, key)
        return None
    aside = keep(purpose_of(sender), source, key)
    _changed(sender)
    return aside


def forget_key(service: str) -> None:
    """Remove the active account's key from the add-on's file, from the keychain and from memory. Raise NotPossible."""
    _forget(account(service))


def forget_account(service: str) -> None:
    """The same before the active account itself is removed. Raise NotPossible while jobs are under way with it."""
    sender = account(service)
    if session().has_store:
        with session().store() as store:
            if any(_is_of(job.account, sender) for job in store.open_jobs()):
                message = N_("Jobs are under way with this account: remove it when they have ended")
                raise NotPossible(Failure(kind=Kind.BUSY, message=message))
    _forget(sender)


def keep(purpose: credentials.Purpose, source: credentials.Source, key: Key) -> Path | None:
    """Keep a key in the add-on's file, or for this run; else as `save_key`."""
    with _not_possible(N_("The key could not be saved: {reason}")):
        if source is credentials.Source.OWN_FILE:
            return credentials.save_own(purpose, key)
        credentials.set_session(purpose, key)
    return None


def drop(purpose: credentials.Purpose) -> None:
    """Remove a key from the add-on's file and from memory. Raise NotPossible."""
    with _not_possible(N_("The key could not be removed: {reason}")):
        credentials.remove_own(purpose)
        credentials.set_session(purpose, None)


def keychain_task(service: str) -> Asked | None:
    """What was last done with the keychain for the active account, None when nothing was."""
    return session().keychain.get((service, session().chosen(service).id))


def _forget(sender: Account) -> None:
    purpose = purpose_of(sender)
    if credentials.hint(credentials.Source.KEYCHAIN, purpose):
        with _not_possible(N_("The key could not be removed: {reason}")):
            _begin(sender, None)
    drop(purpose)
    _changed(sender)


def _begin(sender: Account, key: Key | None) -> None:
    """Set about putting a key into the keychain, or taking it away. Raise Refused and OSError."""
    purpose, place = purpose_of(sender), (sender.service, sender.id)

    def done() -> None:
        with _not_possible(N_("The key could not be saved: {reason}")):
            if key is None:
                credentials.forget_keychain(purpose)
            else:
                credentials.note_keychain(purpose, key.hint)
        _changed(sender)

    if key is not None:
        credentials.refuse_impossible(key, purpose)
    previous = session().keychain.pop(place, None)
    if previous:
        previous.stop()
    parts = {'id': key.id, 'secret': key.secret, 'token': key.token} if key else None
    session().keychain[place] = Asked(_KEYCHAIN, {'purpose': purpose, 'key': parts}, done)


def _changed(sender: Account) -> None:
    """What was typed, tested and shown is out of date."""
    here, place = session(), (sender.service, sender.id)
    here.typed.pop(place, None)
    test = here.tests.pop(place, None)
    if test:
        test.stop()
    here.accounts.clear()


def _is_of(one: Account, other: Account) -> bool:
    return (one.service, one.id) == (other.service, other.id)


@contextmanager
def _not_possible(message: str) -> Iterator[None]:
    """What the files of keys refuse, in words for the artist."""
    try:
        yield
    except Refused as error:
        raise NotPossible(error.failure) from error
    except OSError as error:
        raise NotPossible(Failure(kind=Kind.DISK, message=message, facts={'reason': str(error)})) from error
