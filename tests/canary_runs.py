# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of every service with keys that can be recognised, by where the artist keeps them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from hunyuan3d_blender import credentials
from hunyuan3d_blender.credentials import Purpose, Source
from hunyuan3d_blender.jobs.job import OPEN, Account, Job, State
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.services.contract import KEY_PAIR, Key
from hunyuan3d_blender.services.registry import TABLES
from tests.canaries import Canaries
from tests.worker_process import World

SERVICES = [table.id for table in TABLES.values() if table.key_fields]

FEW = ('fine', 'fail', 'secret_wrong', 'submit_answer_lost')
SCENARIOS = (
    *FEW, 'no_files', 'cut', 'zip_outside', 'moderation', 'no_credits', 'internal_error', 'submit_redirect',
    'submit_500', 'submit_html', 'submit_half_json', 'submit_wrong_types', 'query_redirect', 'query_answer_lost',
    'query_500', 'query_html', 'query_half_json', 'query_wrong_types',
)  # fmt: skip

Keep = Callable[[Library, Purpose, Key], object]


def _hand_over(source: Source) -> Keep:
    return lambda library, purpose, key: credentials.hand_over(library.path, purpose, source, key)


def _in_sdk_file(_library: Library, _purpose: Purpose, key: Key) -> None:
    file = Path.home() / '.tencentcloud' / 'credentials'
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'[default]\nsecret_id={key.id}\nsecret_key={key.secret}\n', encoding='utf-8')


KEEP: dict[Source, Keep] = {
    Source.SDK_FILE: _in_sdk_file,
    Source.OWN_FILE: lambda _library, purpose, key: credentials.save_own(purpose, key),
    Source.ENVIRONMENT: _hand_over(Source.ENVIRONMENT),
    Source.SESSION: _hand_over(Source.SESSION),
}
"""How a key comes to the worker, by where the artist keeps it. The keychain has tests of its own."""


def canaries_of(here: World) -> Canaries:
    """The sandbox's keys, which are made by chance."""
    keys = here.sandbox.ledger.keys
    return Canaries((keys.secret_id, keys.secret_key, keys.api_key))


def key_of(here: World, service: str) -> Key:
    keys = here.sandbox.ledger.keys
    is_pair = TABLES[service].key_fields == KEY_PAIR
    return Key(keys.secret_key, id=keys.secret_id) if is_pair else Key(keys.api_key)


def queue(here: World, service: str, scenario: str, source: Source, keep: Keep) -> Job:
    """A job of an account of its own, so that no other one waits for its slots."""
    key = key_of(here, service)
    purpose = Purpose(service, here.sandbox.url, f"{service}-{scenario}")
    keep(here.library, purpose, key)
    account = Account(
        service=service, id=purpose.account, endpoint=here.sandbox.url,
        region=next(iter(TABLES[service].regions), ''), key_source=source, key_hint=key.hint,
    )  # fmt: skip
    return here.job(service=service, account=account, prompt=f"a chair [sandbox:{scenario}]")


def play(here: World, source: Source, keep: Keep, scenarios: tuple[str, ...]) -> list[str]:
    """Run every service through every scenario. Returns where a key was seen in a process meanwhile."""
    canaries = canaries_of(here)
    pairs = [service for service in SERVICES if TABLES[service].key_fields == KEY_PAIR]
    services = pairs if source is Source.SDK_FILE else SERVICES
    jobs = [queue(here, service, scenario, source, keep) for service in services for scenario in scenarios]
    here.start()
    seen = watch(here, canaries, lambda: not any(_is_under_way(here.get(job)) for job in jobs))
    states = {here.get(job).state for job in jobs}
    assert {State.READY, State.FAILED, State.REJECTED, State.UNKNOWN} <= states
    here.terminate()
    return seen


def watch(here: World, canaries: Canaries, is_over: Callable[[], bool]) -> list[str]:
    """Look at the worker's processes until it is over."""
    assert here.worker is not None
    seen: list[str] = []
    end = time.monotonic() + 300
    while not is_over():
        assert time.monotonic() < end, here.log
        seen += canaries.in_processes(here.worker.pid)
        time.sleep(0.2)
    return seen


def _is_under_way(job: Job) -> bool:
    """One whose queries go wrong is asked about again much later: that it was asked is enough."""
    if 'query_' in job.request.prompt:
        return job.state in OPEN - {State.WAITING, State.RUNNING}
    return job.state in OPEN
