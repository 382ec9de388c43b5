# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a job is sent as, with which key, and whether the service may be reached at all."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import bpy

from .. import credentials, network_settings
from ..jobs.job import Account
from ..services.contract import Key, ServiceTable
from ..services.errors import N_, Failure, Kind, Refused
from ..services.registry import TABLES
from .session import AccountSettings, NotPossible, session


def services() -> Mapping[str, ServiceTable]:
    """All services, by id."""
    return TABLES


def account(service: str) -> Account:
    """Whom a job would be sent as, by the preferences. Looks for keys, so it is not for drawing code."""
    table, chosen = TABLES[service], _chosen(service)
    choices = key_choices(service) if needs_key(service) else []
    source = chosen.key_source or (choices[0][0] if choices else '')
    return Account(
        service=service,
        endpoint=chosen.endpoint,
        region=chosen.region or next(iter(table.regions), ''),
        key_source=source if needs_key(service) else '',
        key_hint=next((hint for name, hint in choices if name == source), ''),
    )


def needs_key(service: str) -> bool:
    """Whether jobs are sent with a key. The sandbox needs one only where it was started by hand, at an endpoint."""
    table = TABLES[service]
    return table.needs_key or bool(table.key_fields and _chosen(service).endpoint)


def shown_account(service: str) -> Account:
    """The same for drawing code: as it was when the preferences last changed."""
    known = session().accounts
    if service not in known:
        known[service] = account(service)
    return known[service]


def has_account() -> bool:
    """Whether any service is set up that makes more than samples: by a key, or by an address where it needs none."""
    return any(_is_set_up(table) for table in TABLES.values() if not table.is_sample)


def _is_set_up(table: ServiceTable) -> bool:
    sender = shown_account(table.id)
    return bool(sender.key_hint if needs_key(table.id) else sender.endpoint)


def save_key(service: str, source: credentials.Source, key: Key) -> None:
    """Keep a typed key in the add-on's file, or for this run. Raise NotPossible."""
    try:
        if source is credentials.Source.OWN_FILE:
            credentials.save_own(service, key_host(service), key)
        else:
            credentials.set_session(service, key_host(service), key)
    except Refused as error:
        raise NotPossible(error.failure) from error
    except OSError as error:
        message = N_("The key could not be saved: {reason}")
        raise NotPossible(Failure(kind=Kind.DISK, message=message, facts={'reason': str(error)})) from error
    session().accounts.clear()


def forget_key(service: str) -> None:
    """Remove the service's key from the add-on's file and from memory. Raise NotPossible."""
    try:
        credentials.remove_own(service, key_host(service))
        credentials.set_session(service, key_host(service), None)
    except OSError as error:
        message = N_("The key could not be removed: {reason}")
        raise NotPossible(Failure(kind=Kind.DISK, message=message, facts={'reason': str(error)})) from error
    session().accounts.clear()


def key_choices(service: str) -> list[tuple[str, str]]:
    """Where keys for the service are found, with their last four characters."""
    return [(str(source), hint) for source, hint in credentials.available(service, key_host(service))]


def offline_reason(service: str) -> Failure | None:
    """Why the service cannot be reached as Blender is set up, None when it can."""
    return offline_failure(_chosen(service).endpoint or TABLES[service].endpoint)


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


def refuse_unreachable(sender: Account) -> None:
    """Raise NotPossible when the account cannot be used: offline, or without a key."""
    failure = offline_reason(sender.service)
    if failure is None and needs_key(sender.service) and not sender.key_hint:
        failure = _missing_key(sender.service)
    if failure is not None:
        raise NotPossible(failure)


def _missing_key(service: str) -> Failure:
    """Why there is no key: one that cannot be right says so itself."""
    chosen = _chosen(service)
    host = key_host(service)
    for source in [chosen.key_source] if chosen.key_source else list(credentials.Source):
        try:
            credentials.find(credentials.Source(source), service, host)
        except Refused as error:
            return error.failure
        except OSError as error:
            message = N_("The key cannot be read: {reason}")
            return Failure(kind=Kind.CREDENTIALS, message=message, facts={'reason': str(error)})
    if not chosen.endpoint:
        return Failure(kind=Kind.CREDENTIALS, message=N_("No key is set up for this service"))
    message = N_(
        "No key is set up for {host}; keys found on this computer go to the service's own hosts only"
    )
    return Failure(kind=Kind.CREDENTIALS, message=message, facts={'host': host})


def key_host(service: str) -> str:
    """Scheme and host that keys of the service are bound to."""
    return network_settings.origin(_chosen(service).endpoint or TABLES[service].endpoint)


def host_of(service: str) -> str:
    """The host that requests go to, '' for the sandbox, which is this computer."""
    return urlsplit(key_host(service)).netloc


def key_of(sender: Account) -> Key | None:
    """The account's key, None where there is none. Raise NotPossible for one that cannot be right, and OSError."""
    if not sender.key_source:
        return None
    try:
        return credentials.find(
            credentials.Source(sender.key_source), sender.service, key_host(sender.service)
        )
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
        credentials.hand_over(session().library.path, sender.service, key_host(sender.service), source, key)


def _chosen(service: str) -> AccountSettings:
    return session().settings.accounts.get(service, AccountSettings())
