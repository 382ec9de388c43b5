# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains in the store: what follows for a step from the one before, which step has the row, and that nothing is half done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hunyuan3d_blender.jobs import actions
from hunyuan3d_blender.jobs.chains import is_halted
from hunyuan3d_blender.jobs.job import Chain, State
from hunyuan3d_blender.jobs.listing import Group, Listing, View
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import Operation, Request
from hunyuan3d_blender.services.model_options import InputModel
from tests.jobs_of_tests import a_job

OPERATIONS = (Operation.GENERATE, Operation.TOPOLOGY, Operation.UV, Operation.RIG)


def a_chain(count=4, **values):
    """Jobs of which each works on the result of the one before."""
    jobs = [a_job(created_at=1.0 + number / 1000, **values) for number in range(count)]
    steps = []
    for number, job in enumerate(jobs):
        chain = Chain(id=jobs[-1].id, name="Whole", number=number + 1, count=count)
        request = job.request
        if number:
            source = InputModel(job_id=jobs[number - 1].id, format='GLB')
            request = Request(operation=OPERATIONS[number], model_input=source)
        steps.append(replace(job, chain=chain, request=request))
    return steps


@pytest.fixture
def store(library):
    with Store(library) as store:
        yield store


def lead(store, job, *states):
    for state in states:
        before = store.get(job.id).state
        assert store.change(job.id, before, state=State(state)), (before, state)


WAY = ('submitting', 'waiting', 'downloading', 'converting', 'ready')


def states(store, chain):
    return ["halted" if is_halted(job) else job.state.value for job in store.steps(chain[-1].id)]


def row_number(store):
    """Which step of the only chain has the row, by the list itself."""
    (job,) = store.page()
    assert store.count() == 1
    return job.chain.number


@pytest.mark.parametrize(
    ('way', 'wanted', 'number'),
    [
        ((), ['queued'] * 4, 1),
        ((WAY[:2],), ['waiting', 'queued', 'queued', 'queued'], 1),
        ((WAY,), ['ready', 'queued', 'queued', 'queued'], 2),
        ((WAY, WAY, WAY, WAY), ['ready'] * 4, 4),
        ((('rejected',),), ['rejected', 'halted', 'halted', 'halted'], 1),
        ((WAY, (*WAY[:2], 'failed')), ['ready', 'failed', 'halted', 'halted'], 2),
        ((WAY, ('submitting', 'unknown')), ['ready', 'unknown', 'halted', 'halted'], 2),
        ((WAY, (*WAY[:2], 'expired')), ['ready', 'expired', 'halted', 'halted'], 2),
        ((WAY, WAY, WAY, ('cancelled',)), ['ready', 'ready', 'ready', 'cancelled'], 4),
        ((WAY, WAY, ('cancelled',)), ['ready', 'ready', 'cancelled', 'halted'], 3),
        (((*WAY, 'arrived'), WAY), ['arrived', 'ready', 'queued', 'queued'], 3),
    ],
)
def test_what_becomes_of_the_steps_behind(store, way, wanted, number):
    chain = a_chain()
    store.add_all(chain)
    for job, steps in zip(chain, way, strict=False):
        lead(store, job, *steps)
    assert (states(store, chain), row_number(store)) == (wanted, number)


@pytest.mark.parametrize(
    ('end', 'again', 'state'),
    [
        ('failed', actions.retry, 'downloading'),
        ('failed', actions.send_again, 'queued'),
        ('cancelled', actions.follow, 'waiting'),
        ('cancelled', actions.send_again, 'queued'),
        ('expired', actions.send_again, 'queued'),
        ('unknown', lambda store, id_: actions.paste_job_id(store, id_, '123456'), 'waiting'),
        ('unknown', actions.send_again, 'queued'),
    ],
)
def test_a_step_that_is_taken_up_again_takes_the_others_along(store, end, again, state):
    chain = a_chain()
    store.add_all(chain)
    lead(store, chain[0], *WAY)
    lead(store, chain[1], 'submitting', *(() if end == 'unknown' else ('waiting',)), end)
    assert states(store, chain)[2:] == ['halted', 'halted']
    again(store, chain[1].id)
    assert states(store, chain) == ['ready', state, 'queued', 'queued']
    assert row_number(store) == 2
    assert all(job.error is None for job in store.steps(chain[-1].id))


def test_a_step_that_was_turned_away_itself_is_not_queued_again_by_anything(store):
    """Only the artist repeats it; the steps behind it follow."""
    chain = a_chain(3)
    store.add_all(chain)
    lead(store, chain[0], *WAY)
    lead(store, chain[1], 'rejected')
    store.change(chain[0].id, State.READY, state=State.ARRIVED)
    assert states(store, chain) == ['arrived', 'rejected', 'halted']
    actions.send_again(store, chain[1].id)
    assert states(store, chain) == ['arrived', 'queued', 'queued']


def test_a_step_cannot_be_sent_while_the_one_before_has_no_model(store):
    chain = a_chain(3)
    store.add_all(chain)
    lead(store, chain[0], 'cancelled')
    actions.send_again(store, chain[1].id)
    assert states(store, chain) == ['cancelled', 'halted', 'halted']


def test_giving_up_an_unknown_step_leaves_the_others_unsent(store):
    chain = a_chain(3)
    store.add_all(chain)
    lead(store, chain[0], 'submitting', 'unknown')
    actions.forget(store, chain[0].id)
    assert states(store, chain) == ['cancelled', 'halted', 'halted']


def test_a_chain_is_removed_as_a_whole_and_not_while_it_goes_on(store, library):
    chain = a_chain(3)
    store.add_all(chain)
    lead(store, chain[0], *WAY)
    assert not store.remove(chain[0].id)
    lead(store, chain[1], 'cancelled')
    assert store.remove(chain[1].id)
    assert store.size() == 0
    assert all(library.job(job.id).removed_record.exists() for job in chain)


def test_a_lost_store_knows_the_chain_again(store, library):
    chain = a_chain(3)
    store.add_all(chain)
    lead(store, chain[0], *WAY)
    before = store.steps(chain[-1].id)
    store.close()
    library.store.unlink()
    with Store(library) as again:
        assert [replace(job, revision=0) for job in again.steps(chain[-1].id)] == [
            replace(job, revision=0) for job in before
        ]
        assert row_number(again) == 2


# The list


def test_the_list_has_one_row_that_follows_the_chain(store):
    listing = Listing(lambda _service: 1e9)
    other = store.add(a_job(created_at=0.5))
    chain = a_chain(3)
    store.add_all(chain)
    listing.refresh(store, 10.0)
    row, last = listing.newest.rows
    assert (row.id, row.whole_id, row.name, row.number, len(row.steps)) == (
        chain[0].id, chain[2].id, "Whole", 1, 3,
    )  # fmt: skip
    assert (last.id, last.steps, last.number) == (other.id, (), 0)
    assert listing.open_count == 2
    lead(store, chain[0], *WAY)
    store.change(chain[0].id, State.READY, credits=20.0, submitted_at=1.0)
    listing.refresh(store, 10.0)
    row = listing.newest.rows[0]
    assert (row.id, row.number, row.state, row.credits, row.text) == (chain[1].id, 2, 'queued', 20, "chair")
    assert all(listing.newest.by_id[job.id] is row for job in chain)
    lead(store, chain[1], 'submitting')
    store.change(chain[1].id, State.SUBMITTING, submitted_at=2.0)
    listing.refresh(store, 10.0)
    assert listing.newest.rows[0].credits is None
    lead(store, chain[1], 'unknown')
    listing.refresh(store, 10.0, View(group=Group.NEEDS_YOU))
    (row,) = listing.shown.rows
    assert [(step.state, step.is_halted) for step in row.steps] == [
        ('ready', False), ('unknown', False), ('rejected', True),
    ]  # fmt: skip
    assert actions.Action.BRING_IN in row.steps[0].can


def test_progress_of_a_step_costs_no_more_than_its_row(store):
    listing = Listing(lambda _service: 1e9)
    chain = a_chain(3)
    store.add_all(chain)
    lead(store, chain[0], 'submitting', 'waiting')
    listing.refresh(store, 10.0)
    statements = []
    store.change(chain[0].id, State.WAITING, progress=0.5)
    store._connection.set_trace_callback(statements.append)
    listing.refresh(store, 10.0)
    assert listing.newest.rows[0].progress == 0.5
    assert not [text for text in statements if 'UNION ALL' in text and 'LIMIT' in text]


def test_only_a_result_of_the_last_step_waits_to_arrive(store):
    listing = Listing(lambda _service: 1e9)
    chain = a_chain(2)
    store.add_all(chain)
    file = chain[0].destination.file
    lead(store, chain[0], *WAY)
    listing.refresh(store, 10.0, file=file)
    assert listing.ready == ()
    lead(store, chain[1], *WAY)
    listing.refresh(store, 10.0, file=file)
    assert [job.id for job in listing.ready] == [chain[1].id]
