# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a job is sent as, with which key, and whether the service may be reached at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import bpy

from .. import credentials, network_settings
from ..jobs.job import Account
from ..services.contract import Key, ServiceTable
from ..services.errors import N_, Failure, Kind, Refused
from ..services.registry import TABLES
from .session import AccountSettings, NotPossible, session, using

_NO_KEY = Failure(kind=Kind.CREDENTIALS, message=N_("No key is set up for this service"))


def services() -> Mapping[str, ServiceTable]:
    """All services, by id."""
    return TABLES


def account(service: str, chosen: AccountSettings | None = None) -> Account:
    """Whom a job would be sent as, by the preferences; the active account unless another is given.

    Looks for keys, so it is not for drawing code.
    """
    table, chosen = TABLES[service], chosen or session().chosen(service)
    sender = Account(
        service=service,
        id=chosen.id,
        endpoint=chosen.endpoint,
        region=chosen.region or next(iter(table.regions), ''),
    )
    if not _needs_key(table, chosen):
        return sender
    purpose = purpose_of(sender)
    if chosen.key_source:
        source = credentials.Source(chosen.key_source)
        return replace(sender, key_source=str(source), key_hint=credentials.hint(source, purpose))
    for source, hint in credentials.available(purpose):
        return replace(sender, key_source=str(source), key_hint=hint)
    return sender


@contextmanager
def chosen_by_name(service: str, endpoint: str, name: str = '') -> Iterator[None]:
    """Use a service that was named on a command line meanwhile, at another endpoint unless that is ''.

    Naming the service is what the variable that belongs to no service waits for. `name` is that of an account, '' for the
    active one. Raise NotPossible when there is none of that name.
    """
    with using(service, _named(service, name), endpoint=endpoint):
        purpose = purpose_of(account(service))
        has_key = credentials.hint(credentials.Source.ENVIRONMENT, purpose)
        source = '' if session().chosen(service).key_source or not has_key else credentials.Source.ENVIRONMENT
        with using(service, key_source=source):
            yield


def _named(service: str, name: str) -> str | None:
    """The id of an account, None for the active one."""
    if not name:
        return None
    for each in accounts_with(service):
        if each.name == name:
            return each.id
    names = tuple(filter(None, (each.name for each in accounts_with(service))))
    message = N_("There is no account {name}; there are: {names}")
    if not names:
        message = N_("There is no account {name}: this Blender's preferences name none for this service")
    raise NotPossible(Failure(kind=Kind.INPUT, message=message, facts={'name': name, 'names': names}))


def missing_variables(service: str) -> tuple[str, ...]:
    """The environment variables that would make a key for the active account, as far as they are not set."""
    if session().chosen(service).key_source not in ('', credentials.Source.ENVIRONMENT):
        return ()
    purpose = purpose_of(account(service))
    return credentials.missing_variables(service, purpose.host)


def accounts_with(service: str) -> tuple[AccountSettings, ...]:
    """The artist's accounts with a service, the active one first; at least one."""
    return session().accounts_with(service)


def purpose_of(sender: Account) -> credentials.Purpose:
    """What the key of an account is for: it is bound to scheme and host."""
    host = network_settings.origin(sender.endpoint or TABLES[sender.service].endpoint)
    return credentials.Purpose(sender.service, host, sender.id)


def _needs_key(table: ServiceTable, chosen: AccountSettings) -> bool:
    """Whether jobs are sent with a key. The sandbox needs one only where it was started by hand, at an endpoint."""
    return table.needs_key or bool(table.key_fields and chosen.endpoint)


def shown_account(service: str, chosen: AccountSettings | None = None) -> Account:
    """The same as `account` for drawing code: as it was when the preferences last changed."""
    chosen, known = chosen or session().chosen(service), session().accounts
    if (service, chosen.id) not in known:
        known[service, chosen.id] = account(service, chosen)
    return known[service, chosen.id]


def has_account() -> bool:
    """Whether any service is set up that makes more than samples: by a key, or by an address where it needs none."""
    return any(
        _is_set_up(table, chosen)
        for table in TABLES.values()
        if not table.is_sample
        for chosen in accounts_with(table.id)
    )


def _is_set_up(table: ServiceTable, chosen: AccountSettings) -> bool:
    sender = shown_account(table.id, chosen)
    return bool(sender.key_hint if _needs_key(table, chosen) else sender.endpoint)


def offline_reason(service: str) -> Failure | None:
    """Why the service cannot be reached as Blender is set up, None when it can."""
    return offline_failure(session().chosen(service).endpoint or TABLES[service].endpoint)


def offline_failure(endpoint: str) -> Failure | None:
    """Why a host cannot be reached as Blender is set up, None when it can."""
    if bpy.app.online_access or network_settings.is_loopback(endpoint):
        return None
    message = (
        N_("Blender was started with online access switched off")
        if bpy.app.online_access_override
        else N_("Online access is switched off in Blender's preferences")
    )
    return Failure(kind=Kind.OFFLINE, message=message)


def allow_online_access() -> None:
    """Let Blender connect to the internet, as its preference does; only ever because the artist said so."""
    bpy.context.preferences.system.use_online_access = True


def shown_reason_against(sender: Account) -> Failure | None:
    """Why nothing can be sent as an account that has been used before, None when it can. For drawing code."""
    service = sender.service
    failure = offline_failure(sender.endpoint or TABLES[service].endpoint)
    chosen = next((each for each in accounts_with(service) if each.id == sender.id), None)
    if failure is None and sender.key_hint and chosen and not shown_account(service, chosen).key_hint:
        failure = _NO_KEY
    return failure


def refuse_unreachable(sender: Account) -> None:
    """Raise NotPossible when the account cannot be used: by plain http, offline, or without a key."""
    failure = _insecure(sender) or offline_reason(sender.service)
    if failure is None and not sender.key_hint:
        chosen = session().chosen(sender.service)
        failure = _missing_key(sender, chosen) if _needs_key(TABLES[sender.service], chosen) else None
    if failure is not None:
        raise NotPossible(failure)


def _insecure(sender: Account) -> Failure | None:
    """That a key would be read along the way. Servers of one's own have none, and may be in the same house."""
    is_plain = sender.endpoint.lower().startswith('http://') and TABLES[sender.service].key_fields
    if not is_plain or network_settings.is_loopback(sender.endpoint):
        return None
    message, host = N_("{host} is only spoken to by https"), urlsplit(sender.endpoint).netloc
    return Failure(kind=Kind.UNSUPPORTED, message=message, facts={'host': host})


def _missing_key(sender: Account, chosen: AccountSettings) -> Failure:
    """Why there is no key: one that cannot be right says so itself."""
    purpose = purpose_of(sender)
    for source in [chosen.key_source] if chosen.key_source else list(credentials.Source):
        if source == credentials.Source.KEYCHAIN:
            continue  # it is never looked into from here
        try:
            credentials.find(credentials.Source(source), purpose)
        except Refused as error:
            return error.failure
        except OSError as error:
            message = N_("The key cannot be read: {reason}")
            return Failure(kind=Kind.CREDENTIALS, message=message, facts={'reason': str(error)})
    if not chosen.endpoint:
        return _NO_KEY
    message = N_(
        "No key is set up for {host}; keys found on this computer go to the service's own hosts only"
    )
    return Failure(kind=Kind.CREDENTIALS, message=message, facts={'host': purpose.host})


def host_of(service: str) -> str:
    """The host that requests go to, '' for the sandbox, which is this computer."""
    return urlsplit(
        network_settings.origin(session().chosen(service).endpoint or TABLES[service].endpoint)
    ).netloc


def leaves_to(service: str) -> str:
    """The host that gets what is sent, '' where nothing leaves this computer."""
    return _outside(session().chosen(service).endpoint or TABLES[service].endpoint)


def leaves_to_from(sender: Account) -> str:
    """The same for what is sent as an account that need not be the active one."""
    return _outside(sender.endpoint or TABLES[sender.service].endpoint)


def _outside(endpoint: str) -> str:
    return (
        '' if network_settings.is_loopback(endpoint) else urlsplit(network_settings.origin(endpoint)).netloc
    )


def key_of(sender: Account) -> Key | None:
    """The account's key, None where there is none. Raise NotPossible for one that cannot be right, and OSError.

    Not for keys in the keychain: looking into it may take minutes.
    """
    if not sender.key_source:
        return None
    try:
        return credentials.find(credentials.Source(sender.key_source), purpose_of(sender))
    except Refused as error:
        raise NotPossible(error.failure) from error


def hand_over_key(sender: Account) -> None:
    """Give the worker a key that only this process knows; the others it finds itself. Raise OSError."""
    if not sender.key_hint or sender.key_source not in (
        credentials.Source.ENVIRONMENT,
        credentials.Source.SESSION,
    ):
        return
    key = key_of(sender)
    if key is not None:
        source = credentials.Source(sender.key_source)
        credentials.hand_over(session().library.path, purpose_of(sender), source, key)
