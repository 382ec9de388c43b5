# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill the worker again and again; the sandbox's own ledger is the judge of what was lost or sent twice.

HUNYUAN3D_KILLS and HUNYUAN3D_SEED choose how often and where.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter

from hunyuan3d_blender.jobs import actions
from hunyuan3d_blender.jobs.job import OPEN, State
from hunyuan3d_blender.jobs.selection import Selection
from hunyuan3d_blender.services.contract import Operation
from tests.worker_process import World, wait_until, world

KILLS = int(os.environ.get('HUNYUAN3D_KILLS', '30'))
SEED = os.environ.get('HUNYUAN3D_SEED', 'kills')
LIFE_S = (0.25, 1.6)
"""A worker needs 0.3 s to start, so that some die before they have done anything."""
AIMED_AT = (State.SUBMITTING, State.DOWNLOADING, State.CONVERTING)
"""States that last some milliseconds: without aiming, hardly a kill would hit them."""


def test_kills_lose_nothing_and_send_nothing_twice(library, tmp_path, capsys):
    random_ = random.Random(SEED)
    killed_in: Counter[State] = Counter()
    with world(library, tmp_path / 'sandbox', seconds=0.3) as here:
        jobs = []
        for number in range(KILLS):
            behaviour = random_.choice(('fine', 'slow', 'no_thumbnail'))
            jobs.append(
                here.job(
                    behaviour,
                    prompt=f"job {number}",
                    operation=random_.choice((Operation.GENERATE, Operation.RAPID)),
                )
            )
            here.start()
            live(here, random_)
            here.kill()
            killed_in.update(job.state for job in here.store.open_jobs())
            forget_unknown(here)  # they would hold their slots for a quarter of an hour
        here.start()
        wait_until(
            lambda: not forget_unknown(here) and not here.store.count(Selection(states=OPEN)),
            lambda: here.log,
        )
        rows = {job.request.prompt: here.get(job) for job in jobs}
        ledger = [(job.values['Prompt'], job.id) for job in here.sandbox.ledger.jobs()]
    accepted = dict(ledger)
    unknown = [prompt for prompt, row in rows.items() if row.state is State.CANCELLED]
    with capsys.disabled():
        states = ", ".join(f"{state} {count}" for state, count in sorted(killed_in.items()))
        really = len(accepted.keys() & set(unknown))
        print(f"\n{KILLS} kills ({states}); {len(unknown)} unknown, {really} of them had run")  # noqa: T201
    assert len(accepted) == len(ledger), "a job was sent twice"
    assert accepted.keys() <= rows.keys(), "a job of the service has no row"
    for prompt, row in rows.items():
        assert row.state in (State.READY, State.CANCELLED), (row.state, row.error)
        assert row.remote_id == accepted.get(prompt) or not row.remote_id
        if row.state is State.READY:
            assert row.remote_id
            assert library.job(row.id).model_blend.read_bytes().startswith(b'BLENDER')


def live(here: World, random_: random.Random) -> None:
    """Let the worker live for a while: until a chosen state is seen, and somewhat beyond it, or just any time."""
    end = time.monotonic() + random_.uniform(*LIFE_S)
    aim = random_.choice((None, *AIMED_AT))
    while time.monotonic() < end:
        if aim is not None and here.store.count(Selection(states=frozenset({aim}))):
            time.sleep(random_.uniform(0.0, 0.02))
            return
        time.sleep(0.001)


def forget_unknown(here: World) -> bool:
    """Decide as the artist would; return whether there was something to decide."""
    unknown = here.store.in_states({State.UNKNOWN})
    for job in unknown:
        actions.forget(here.store, job.id)
    return bool(unknown)


def test_a_result_is_fetched_once_more_after_a_kill_in_the_download(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        job = here.job(prompt="[sandbox:stall] half")
        here.start()
        here.wait_for(job, State.DOWNLOADING)
        folder = library.job(job.id).download
        wait_until(lambda: any(part.stat().st_size for part in folder.glob('*.part')))
        time.sleep(0.3)
        here.kill()
        here.start()
        here.wait_for(job, State.READY)
        assert len(here.sandbox.ledger.jobs()) == 1


def test_no_secret_is_left_behind(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        job = here.job(prompt="[sandbox:fail] a secret wish")
        good = here.job(prompt="a good one")
        here.start()
        here.wait_for(job, State.FAILED)
        here.wait_for(good, State.READY)
        here.terminate()
        keys = here.sandbox.ledger.keys
        assert 'secret wish' not in here.log
        for file in library.path.rglob('*'):
            if file.is_file():
                content = file.read_bytes()
                for secret in (keys.secret_key, keys.secret_id, 'q-signature'):
                    assert secret.encode() not in content, file.name
