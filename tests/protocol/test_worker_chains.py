# SPDX-License-Identifier: GPL-3.0-or-later
"""A chain of steps in a real worker: it goes on by itself, stops where a step has no model, and pays for nothing twice."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import replace

import pytest

from hunyuan3d_blender.jobs import actions
from hunyuan3d_blender.jobs.chains import is_halted
from hunyuan3d_blender.jobs.job import OPEN, Chain, State, new_id
from hunyuan3d_blender.jobs.selection import Selection
from hunyuan3d_blender.jobs.spending import write_limit
from hunyuan3d_blender.services.contract import OPTIONS, Operation, Request
from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.services.model_options import InputModel
from tests.worker_process import World, wait_until, world

OPERATIONS = (Operation.GENERATE, Operation.TOPOLOGY, Operation.TEXTURE, Operation.RIG)
PRICES = (20, 50, 30, 10)
SEED = 'chains'
KILLS = 12


@pytest.fixture
def here(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        yield here


def queue(here: World, *, model="a dragon", texture="of bronze"):
    """A model, its topology, a texture for that and a rig for that; prompts can hold markers."""
    now, ids = time.time(), [new_id() for _ in OPERATIONS]
    prompts = {Operation.GENERATE: model, Operation.TEXTURE: texture}
    jobs = []
    for number, operation in enumerate(OPERATIONS):
        request = Request(
            operation=operation,
            prompt=prompts.get(operation, ''),
            model_input=InputModel(job_id=ids[number - 1], format='GLB') if number else None,
            options=OPTIONS[operation]() if operation in OPTIONS else None,
        )
        chain = Chain(id=ids[-1], name="Dragon", number=number + 1, count=len(ids))
        values = {'id': ids[number], 'request': request, 'chain': chain, 'credits_estimated': PRICES[number]}
        jobs.append(replace(here.draft(), created_at=now + number / 1000, **values))
    return here.store.add_all(jobs)


def states(here, chain):
    jobs = map(here.get, chain)
    return ["halted" if is_halted(job) else job.state.value for job in jobs]


def paid(here):
    """What the service was asked to do and has taken, in its order."""
    return [job.operation for job in here.sandbox.ledger.jobs()]


def settled(here, chain):
    """The chain has come to rest."""
    wait_until(
        lambda: not here.store.count(Selection(states=OPEN)), lambda: f"{states(here, chain)} {here.log}"
    )
    return states(here, chain)


WHOLE = [operation.value for operation in OPERATIONS]


def test_a_chain_goes_on_by_itself_to_its_last_step(here):
    chain = queue(here)
    here.start()
    assert settled(here, chain) == ['ready'] * 4
    assert paid(here) == WHOLE
    sent = [here.get(job) for job in chain]
    assert [job.submitted_at for job in sent] == sorted(job.submitted_at for job in sent)
    for before, after in itertools.pairwise(sent):
        assert after.submitted_at >= before.state_since, (
            "a step is sent when the model of the one before is there"
        )
    assert here.sandbox.objects.names() == []


def test_a_failed_step_leaves_the_models_before_it_and_is_repeated_alone(here):
    chain = queue(here, texture="of bronze [sandbox:fail:1]")
    here.start()
    assert settled(here, chain) == ['ready', 'ready', 'failed', 'halted']
    assert paid(here) == WHOLE[:3]
    assert all(here.library.job(job.id).model_blend.exists() for job in chain[:2])
    assert actions.send_again(here.store, chain[2].id)
    assert settled(here, chain) == ['ready'] * 4
    assert paid(here) == [*WHOLE[:3], 'texture', 'rig']


def test_a_model_that_cannot_be_read_is_not_worked_on_until_it_can(here):
    """Repeating the free part of a step goes on with the others."""
    chain = queue(here)
    converter = chain[1].converter
    broken = replace(converter, command=(*converter.command[:-1], 'fail'))
    here.store.change(chain[1].id, State.QUEUED, converter=broken)
    here.start()
    assert settled(here, chain) == ['ready', 'failed', 'halted', 'halted']
    assert paid(here) == WHOLE[:2]
    here.store.change(chain[1].id, State.FAILED, converter=converter)
    assert actions.retry(here.store, chain[1].id)
    assert settled(here, chain) == ['ready'] * 4
    assert paid(here) == WHOLE


def test_cancelling_in_the_middle_stops_what_follows(here):
    chain = queue(here, texture="of bronze [sandbox:slow]")
    here.start()
    here.wait_for(chain[2], State.WAITING, State.RUNNING)
    assert actions.cancel(here.store, chain[2].id)
    assert states(here, chain) == ['ready', 'ready', 'cancelled', 'halted']
    other = here.job(prompt="another one")
    here.wait_for(other, State.READY)
    assert paid(here) == [*WHOLE[:3], 'generate']
    assert states(here, chain) == ['ready', 'ready', 'cancelled', 'halted']


def test_the_limit_is_counted_for_every_step_before_it_is_sent(here):
    write_limit(here.library, sum(PRICES[:3]) - 1)
    chain = queue(here)
    here.start()
    assert settled(here, chain) == ['ready', 'ready', 'rejected', 'halted']
    refused = here.get(chain[2])
    assert (refused.error.kind, refused.submitted_at) == (Kind.LIMIT, 0.0)
    assert paid(here) == WHOLE[:2]
    write_limit(here.library, sum(PRICES))
    assert actions.send_again(here.store, chain[2].id)
    assert settled(here, chain) == ['ready'] * 4
    assert paid(here) == WHOLE


def test_a_step_in_doubt_halts_the_chain_until_the_artist_decides(here):
    chain = queue(here, texture="of bronze [sandbox:submit_answer_lost]")
    here.start()
    assert settled(here, chain) == ['ready', 'ready', 'unknown', 'halted']
    here.kill()
    here.start()
    other = here.job(prompt="another one")
    here.wait_for(other, State.READY)
    assert states(here, chain) == ['ready', 'ready', 'unknown', 'halted']
    assert paid(here) == [*WHOLE[:3], 'generate']
    found = next(job for job in here.sandbox.ledger.jobs() if job.operation == 'texture')
    actions.paste_job_id(here.store, chain[2].id, found.id)
    assert settled(here, chain) == ['ready'] * 4
    assert paid(here) == [*WHOLE[:3], 'generate', 'rig']


@pytest.mark.parametrize('number', [0, 1, 2])
def test_a_worker_that_is_killed_between_two_steps(here, number):
    chain = queue(here)
    here.start()
    here.wait_for(chain[number], State.READY)
    here.kill()
    after = states(here, chain)
    assert after[: number + 1] == ['ready'] * (number + 1)
    here.start()
    decide(here, chain)
    assert settled(here, chain) == ['ready'] * 4
    assert paid(here) == WHOLE


def test_a_worker_that_is_killed_again_and_again(here):
    random_ = random.Random(SEED)
    chains = []
    for _ in range(KILLS):
        chains.append(queue(here))
        here.start()
        time.sleep(random_.uniform(0.3, 1.5))
        here.kill()
        for chain in chains:
            decide(here, chain)
    here.start()
    for chain in chains:
        while settled(here, chain) != ['ready'] * 4:
            decide(here, chain)
    assert sorted(paid(here)) == sorted(WHOLE * KILLS)
    remote_ids = [here.get(job).remote_id for chain in chains for job in chain]
    assert len(set(remote_ids)) == len(remote_ids) == len(paid(here))


def decide(here, chain):
    """As the artist does for an unknown step: look into the console, and follow the job there or send it again."""
    known = {here.get(job).remote_id for job in here.store.in_states(set(State))}
    for job in map(here.get, chain):
        if job.state is State.UNKNOWN:
            lost = [
                each
                for each in here.sandbox.ledger.jobs()
                if each.operation == job.request.operation and each.id not in known
            ]
            if lost:
                actions.paste_job_id(here.store, job.id, lost[0].id)
            else:
                actions.send_again(here.store, job.id)
            known.add(here.get(job).remote_id)
