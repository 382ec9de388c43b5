# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's bucket, through which models go to the services: what is set up, and its key."""

from __future__ import annotations

from pathlib import Path

from .. import credentials, network_settings
from ..jobs.job import Account
from ..services.contract import Key
from ..services.errors import N_, Failure, Kind, Refused
from ..services.object_storage.bucket import PROVIDERS, SANDBOX, Bucket, BucketAccount, refuse_impossible
from .accounts import offline_failure, shown_account
from .keys import drop, keep
from .session import NotPossible, session

NO_BUCKET = Failure(
    kind=Kind.CREDENTIALS,
    message=N_("Models go to the service by way of a bucket of yours, and none is set up"),
)
_NO_KEY = Failure(kind=Kind.CREDENTIALS, message=N_("No key is set up for the bucket"))


def bucket_account() -> BucketAccount | None:
    """The bucket of the preferences, None where none is named. Looks for keys, so it is not for drawing code."""
    chosen = session().settings.bucket
    if not chosen.name:
        return None
    provider = PROVIDERS[chosen.provider]
    region = chosen.region or provider.region
    bucket = Bucket(
        endpoint=provider.endpoint.format(region=region) if provider.endpoint else chosen.endpoint,
        region=region,
        name=chosen.name,
        addressing=provider.addressing if provider.endpoint else chosen.addressing,
        prefix=chosen.prefix,
    )
    choices = credentials.available(_purpose_of(bucket))
    source = chosen.key_source or (choices[0][0] if choices else '')
    hint = next((hint for name, hint in choices if name == source), '')
    return BucketAccount(bucket=bucket, key_source=source, key_hint=hint)


def shown_bucket() -> BucketAccount | None:
    """The same for drawing code: as it was when the preferences last changed."""
    here = session()
    if not here.bucket_is_known:
        here.bucket, here.bucket_is_known = bucket_account(), True
    return here.bucket


def bucket_for(sender: Account) -> BucketAccount:
    """Through which bucket models go to a service. Raise NotPossible where none can be used."""
    return SANDBOX if _has_its_own(sender) else usable_bucket()


def shown_bucket_for(service: str) -> BucketAccount | None:
    """The same for drawing code, None where none is set up."""
    if _has_its_own(shown_account(service)):
        return SANDBOX
    account = shown_bucket()
    return account if account and account.key_hint else None


def _has_its_own(sender: Account) -> bool:
    """The sandbox of the worker; one that was started by hand can be anywhere."""
    return sender.service == 'sandbox' and not sender.endpoint


def usable_bucket() -> BucketAccount:
    """The bucket of the preferences. Raise NotPossible: none, settings that cannot be right, offline, or without a key."""
    account = bucket_account()
    if account is None:
        raise NotPossible(NO_BUCKET)
    try:
        refuse_impossible(account.bucket)
    except Refused as error:
        raise NotPossible(error.failure) from error
    failure = offline_failure(account.bucket.endpoint) or (None if account.key_hint else _NO_KEY)
    if failure is not None:
        raise NotPossible(failure)
    return account


def save_bucket_key(source: credentials.Source, key: Key) -> Path | None:
    """Keep a typed key in the add-on's file, or for this run; else as `keys.save_key`."""
    aside = keep(_purpose(), source, key)
    session().typed.pop((credentials.BUCKET, ''), None)
    session().bucket_is_known = False
    return aside


def forget_bucket_key() -> None:
    """Remove the bucket's key from the add-on's file and from memory. Raise NotPossible."""
    drop(_purpose())
    session().bucket_is_known = False


def bucket_key(account: BucketAccount) -> Key:
    """The key of a bucket that can be used. Raise NotPossible for one that is gone meanwhile, and OSError."""
    try:
        key = credentials.find(credentials.Source(account.key_source), _purpose_of(account.bucket))
    except Refused as error:
        raise NotPossible(error.failure) from error
    if key is None:
        raise NotPossible(_NO_KEY)
    return key


def hand_over_bucket_key(account: BucketAccount | None) -> None:
    """Give the worker a key that only this process knows; the others it finds itself. Raise OSError."""
    only_here = (credentials.Source.ENVIRONMENT, credentials.Source.SESSION)
    if account is not None and account.key_hint and account.key_source in only_here:
        source, key = credentials.Source(account.key_source), bucket_key(account)
        credentials.hand_over(session().library.path, _purpose_of(account.bucket), source, key)


def _purpose() -> credentials.Purpose:
    """What keys of the bucket are for. Raise NotPossible where nobody knows it yet."""
    account = bucket_account()
    if account is None or not account.bucket.endpoint:
        message = N_("Type the bucket and its endpoint first: the key is kept for that place only")
        raise NotPossible(Failure(kind=Kind.INPUT, message=message))
    return _purpose_of(account.bucket)


def _purpose_of(bucket: Bucket) -> credentials.Purpose:
    return credentials.Purpose(credentials.BUCKET, network_settings.origin(bucket.endpoint))
