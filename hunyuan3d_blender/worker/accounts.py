# SPDX-License-Identifier: GPL-3.0-or-later
"""From a job's account to a service that can be called: its key, its endpoint, and how the outside is reached."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from .. import credentials, network_settings
from ..jobs.job import Account, Job
from ..jobs.library import Library
from ..services import registry
from ..services.contract import Key, Offer, Service
from ..services.errors import N_, Failure, Kind, Refused
from ..services.http import Network
from ..services.object_storage.bucket import BucketAccount
from ..services.object_storage.client import ObjectStorage
from .sandbox_process import Address, SandboxFailed, SandboxProcess


class NotReady(Exception):
    """The account cannot be used now; nothing was sent."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Accounts:
    """Safe to be used from several threads; `refresh` and `tend` are the main thread's."""

    def __init__(
        self, library: Library, sandbox: SandboxProcess, clock: Callable[[], float] = time.time
    ) -> None:
        self._library = library
        self._sandbox = sandbox
        self._clock = clock
        self._keys: dict[tuple[credentials.Source, credentials.Purpose, str], Key] = {}
        """By source, purpose and last four characters: a job goes on with its own key when another is typed in."""
        self._services: dict[tuple[Account, str], tuple[Key | None, Service]] = {}
        self.network = network_of(network_settings.read(library))

    def refresh(self) -> None:
        """Take over what Blenders have said since: keys that only they know, and network settings."""
        network = network_of(network_settings.read(self._library))
        if network != self.network:
            self.network = network
            self._services.clear()
        with suppress(
            OSError
        ):  # a folder that is not safe: the notes of the jobs say that their key is missing
            for (source, purpose), key in credentials.take_over(self._library.path).items():
                self._keys[source, purpose, key.hint] = key

    # What is known of the job's service

    def offer_of(self, job: Job) -> Offer | None:
        """The limits of the job's operation, None when this version does not know the service."""
        table = registry.TABLES.get(job.account.service)
        return table.offers.get(job.request.operation) if table else None

    def job_lifetime_s(self, job: Job) -> float:
        """How long the service remembers a job."""
        table = registry.TABLES.get(job.account.service)
        return table.job_lifetime_s if table else 0.0

    def is_local(self, job: Job) -> bool:
        """Whether the service runs on this computer, so that its result URLs may lead there, too."""
        return network_settings.is_loopback(_endpoint(job.account))

    # Calling it

    def service_of(self, job: Job) -> Service:
        """The job's service, ready to be called. Raise NotReady."""
        if job.account.service not in registry.TABLES:
            raise NotReady(
                Failure(kind=Kind.UNSUPPORTED, message=N_("This version does not know the job's service"))
            )
        if not self.network.online and not self.is_local(job):
            message = N_("Online access is switched off in Blender's preferences")
            raise NotReady(Failure(kind=Kind.OFFLINE, message=message))
        endpoint, key = self._endpoint_and_key(job.account)
        known = self._services.get((job.account, endpoint))
        if known is not None and _same(known[0], key):
            return known[1]  # it has found out, perhaps, how wrong this computer's clock is
        service = registry.connect(
            job.account.service,
            endpoint=endpoint,
            region=job.account.region,
            key=None if key is None else lambda: key,
            network=self.network,
            clock=self._clock,
        )
        self._services[job.account, endpoint] = key, service
        return service

    def storage_of(self, account: BucketAccount, stop: Callable[[], bool]) -> ObjectStorage:
        """The artist's bucket, ready to be used until `stop` says otherwise. Raise NotReady."""
        bucket = account.bucket
        if account.is_sandbox:
            address = self._sandbox_address()
            bucket, key = replace(bucket, endpoint=address.url), address.key
        else:
            purpose = credentials.Purpose(credentials.BUCKET, network_settings.origin(bucket.endpoint))
            key = self._known_key(purpose, account.key_source, account.key_hint)
        try:
            return ObjectStorage(bucket, lambda: key, self.network, clock=self._clock, stop=stop)
        except Refused as refused:
            raise NotReady(refused.failure) from None

    def tend(self, jobs: list[Job]) -> None:
        """Let the sandbox live while one of the open `jobs` needs it."""
        self._sandbox.tend(wanted=any(uses_sandbox(job.account) for job in jobs))

    def close(self) -> None:
        """End the sandbox."""
        self._sandbox.close()

    def _endpoint_and_key(self, account: Account) -> tuple[str, Key | None]:
        if not uses_sandbox(account):
            has_keys = registry.TABLES[account.service].key_fields
            return account.endpoint, self._key(account) if has_keys else None
        address = self._sandbox_address()
        return address.url, address.key

    def _sandbox_address(self) -> Address:
        try:
            return self._sandbox.address()
        except SandboxFailed as error:
            message = N_("The sandbox could not be started: {reason}")
            raise NotReady(
                Failure(kind=Kind.NETWORK, message=message, facts={'reason': str(error)})
            ) from error

    def _key(self, account: Account) -> Key:
        host = network_settings.origin(_endpoint(account))
        purpose = credentials.Purpose(account.service, host, account.id)
        return self._known_key(purpose, account.key_source, account.key_hint)

    def _known_key(self, purpose: credentials.Purpose, key_source: str, key_hint: str) -> Key:
        """The key with which a job was started; another one there now is another account, and is not used."""
        try:
            source = credentials.Source(key_source)
            key = self._keys.get((source, purpose, key_hint)) or credentials.find(source, purpose)
        except Refused as refused:
            raise NotReady(refused.failure) from refused
        except (ValueError, OSError):  # a source of another version, a file that cannot be read
            key = None
        if key is None or key.hint != key_hint:
            message = N_("The key ending in {hint} is missing; the job waits for it")
            raise NotReady(Failure(kind=Kind.CREDENTIALS, message=message, facts={'hint': key_hint}))
        if source is credentials.Source.KEYCHAIN:  # it may ask the artist each time
            self._keys[source, purpose, key_hint] = key
        return key


def network_of(settings: network_settings.NetworkSettings) -> Network:
    """The settings in the words of `services.http`."""
    return Network(online=settings.online, proxies=settings.proxies, ca_bundle=settings.ca_bundle or None)


def _same(one: Key | None, other: Key | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.id, one.secret, one.token) == (other.id, other.secret, other.token)


def uses_sandbox(account: Account) -> bool:
    """Whether the job goes to the sandbox that the worker itself runs."""
    return account.service == 'sandbox' and not account.endpoint


def _endpoint(account: Account) -> str:
    table = registry.TABLES.get(account.service)
    return account.endpoint or (table.endpoint if table else '')
