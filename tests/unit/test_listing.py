# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of jobs: what it shows, what it says is missing, and that ten thousand jobs cost no more than a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hunyuan3d_blender.jobs.job import OPEN, Destination, State
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.listing import LIMIT, STATES, Group, Listing, View
from hunyuan3d_blender.jobs.selection import EVERYTHING, Selection
from hunyuan3d_blender.jobs.store import Store
from tests.jobs_of_tests import a_job

DAY_S = 24 * 3600.0
FILE = '/models/chair.blend'
FEW, MANY = 3_000, 10_000
OF_ONE_ROW = 8
"""Statements of a look that return one row: a number or a job."""
NOW = MANY + 100.0


def in_file(blend_file='', session=''):
    return Destination(blend_file=blend_file, session=session)


@pytest.fixture
def listing():
    return Listing(lambda _service: DAY_S)


def ids(rows):
    return [row.id for row in rows]


# What it shows


def test_it_follows_the_store(library, listing):
    with Store(library) as store, Store(library) as worker:
        assert not listing.refresh(store, 10.0)
        job = worker.add(a_job())
        assert listing.refresh(store, 10.0)
        assert ids(listing.newest.rows) == [job.id]
        assert (listing.open_count, listing.newest.rows[0].elapsed_s) == (1, 9)
        assert not listing.refresh(store, 10.5), "nothing to draw within the same second"
        assert listing.refresh(store, 11.0), "the elapsed time goes on while a job is open"
        worker.change(job.id, State.QUEUED, state=State.CANCELLED)
        assert listing.refresh(store, 11.0)
        assert listing.open_count == 0
        assert not listing.refresh(store, 99.0)
        worker.remove(job.id)
        assert listing.refresh(store, 99.0)
        assert listing.newest.rows == ()


def test_a_removed_job_goes_although_another_has_moved_on_meanwhile(library, listing):
    with Store(library) as store:
        job, gone = store.add(a_job()), store.add(a_job(state=State.FAILED))
        listing.refresh(store, 10.0)
        store.remove(gone.id)
        store.change(job.id, State.QUEUED, tries=1)
        assert listing.refresh(store, 10.0)
        assert ids(listing.newest.rows) == [job.id]


def test_ready_jobs_of_the_open_file_are_found_however_long_the_list_is(library, listing):
    with Store(library) as store:
        old = store.add(a_job(state=State.READY, created_at=0.5, destination=in_file(FILE)))
        older = store.add(a_job(state=State.READY, created_at=0.4, destination=in_file(FILE)))
        store.add(a_job(state=State.READY, destination=in_file('/models/other.blend')))
        for number in range(LIMIT + 5):
            store.add(a_job(state=State.ARRIVED, created_at=1.0 + number))
        listing.refresh(store, 1000.0, file=FILE)
        assert len(listing.newest.rows) == LIMIT
        assert [job.id for job in listing.ready] == [older.id, old.id]


def test_every_state_is_in_one_group():
    groups = [STATES[group] for group in Group if group is not Group.ALL]
    assert frozenset().union(*groups) == STATES[Group.ALL] == frozenset(State)
    assert sum(map(len, groups)) == len(State)


@pytest.mark.parametrize('group', Group)
@pytest.mark.parametrize('this_file', [False, True])
def test_a_view_shows_what_it_names_and_the_newest_jobs_stay_known(library, listing, group, this_file):
    with Store(library) as store:
        jobs = [
            store.add(a_job(state=state, destination=in_file(*place), created_at=float(number)))
            for number, (state, place) in enumerate(
                (state, place)
                for state in State
                for place in [(FILE, 's'), ('', 's'), ('/other.blend', FILE)]
            )
        ]
        listing.refresh(store, 10.0, View(group=group, this_file=this_file), FILE)
        wanted = [
            job.id
            for job in reversed(jobs)
            if job.state in STATES[group] and (not this_file or job.destination.blend_file == FILE)
        ]
        assert ids(listing.shown.rows) == wanted
        assert listing.shown.total == len(wanted)
        assert ids(listing.newest.rows) == [job.id for job in reversed(jobs)]


def test_jobs_of_a_file_that_was_never_saved_are_known_by_its_session(library, listing):
    with Store(library) as store:
        here = store.add(a_job(destination=in_file(session='now')))
        store.add(a_job(destination=in_file(session='before')))
        listing.refresh(store, 10.0, View(this_file=True), 'now')
        assert ids(listing.shown.rows) == [here.id]
        listing.refresh(store, 10.0, View(this_file=True), FILE)
        assert listing.shown.rows == (), "another file has been opened"


def test_jobs_come_into_a_group_and_leave_it(library, listing):
    view = View(group=Group.NEEDS_YOU)
    with Store(library) as store:
        job = store.add(a_job(state=State.WAITING))
        assert listing.refresh(store, 10.0, view) == bool(listing.newest.rows)
        assert listing.shown.rows == ()
        store.change(job.id, State.WAITING, state=State.FAILED)
        assert listing.refresh(store, 10.0, view)
        assert ids(listing.shown.rows) == [job.id]
        store.change(job.id, State.FAILED, state=State.DOWNLOADING)
        assert listing.refresh(store, 10.0, view)
        assert listing.shown.rows == ()
        assert listing.refresh(store, 10.0, View())
        assert listing.shown is listing.newest


def test_pages_follow_each_other_and_end(library, listing):
    with Store(library) as store:
        jobs = [store.add(a_job(created_at=float(number))) for number in range(LIMIT + 3)]
        newest_first = [job.id for job in reversed(jobs)]
        listing.refresh(store, 10.0)
        assert ids(listing.shown.rows) == newest_first[:LIMIT]
        assert (listing.shown.total, listing.shown.number, listing.shown.is_last) == (LIMIT + 3, 0, False)
        assert listing.refresh(store, 10.0, View(page=1))
        assert ids(listing.shown.rows) == newest_first[LIMIT:]
        assert (listing.shown.first, listing.shown.number, listing.shown.is_last) == (LIMIT, 1, True)
        assert ids(listing.newest.rows) == newest_first[:LIMIT]
        for job in jobs[:3]:
            store.change(job.id, State.QUEUED, state=State.CANCELLED)
            store.remove(job.id)
        listing.refresh(store, 10.0, View(page=1))
        assert (ids(listing.shown.rows), listing.shown.number) == (newest_first[:LIMIT], 0), "the last one"


# Ten thousand jobs


@dataclass
class Cost:
    """What the store's database has done."""

    statements: int = 0
    rows: int = 0
    steps: int = 0
    """Of SQLite's virtual machine: every row of an index or a table that is looked at takes some."""


def cost_of(store: Store, action: Callable[[], object]) -> Cost:
    cost = Cost()

    def row(_cursor, values):
        cost.rows += 1
        return values

    def step():
        cost.steps += 1

    def statement(_text):
        cost.statements += 1

    connection = store._connection
    connection.row_factory = row
    connection.set_progress_handler(step, 1)
    connection.set_trace_callback(statement)
    action()
    connection.row_factory = None
    connection.set_progress_handler(None, 0)
    connection.set_trace_callback(None)
    return cost


def filled_store(folder, count) -> Library:
    """A library with so many jobs, as a lost store is rebuilt from the jobs' own records."""
    library = Library(folder)
    others = sorted(set(State) - OPEN)
    for number in range(count):
        job = a_job(
            state=State.RUNNING if number >= count - 5 else others[number % len(others)],
            created_at=float(number),
            state_since=float(number),
            destination=in_file(FILE if number % 2 else '', session='s'),
        )
        record = library.job(job.id).record
        record.parent.mkdir(parents=True)
        record.write_text(json.dumps(job.to_json()), encoding='utf-8')
    Store(library).close()
    return library


@pytest.fixture(scope='module')
def stores(tmp_path_factory):
    """Libraries with some pages of jobs of each kind, and with many more."""
    return [
        filled_store(tmp_path_factory.mktemp('few'), FEW),
        filled_store(tmp_path_factory.mktemp('many'), MANY),
    ]


VIEWS = [
    View(),
    View(group=Group.UNDER_WAY),
    View(group=Group.DONE),
    View(group=Group.NEEDS_YOU, this_file=True),
    View(this_file=True),
    View(page=1),
    View(group=Group.DONE, page=1),
]


@pytest.mark.parametrize('view', VIEWS, ids=str)
def test_ten_thousand_jobs_cost_no_more_than_pages(stores, view):
    costs = []
    for library in stores:
        with Store(library) as store, Store(library) as worker:
            listing = Listing(lambda _service: DAY_S)

            def look(store=store, listing=listing):
                listing.refresh(store, NOW, view, FILE)

            first = cost_of(store, look)
            assert len(listing.newest.rows) == LIMIT
            assert len(listing.shown.rows) <= LIMIT
            quiet = cost_of(store, look)
            running = worker.in_states({State.RUNNING})[-1]
            worker.change(running.id, State.RUNNING, progress=0.5)
            progress = cost_of(store, look)
            assert listing.newest.rows[0].progress == 0.5
            worker.change(running.id, State.RUNNING, progress=None)
            costs.append((first, quiet, progress))
    for few, many in zip(*costs, strict=True):
        assert (many.statements, many.rows) == (few.statements, few.rows)
    first, quiet, progress = costs[1]
    assert first.rows <= 3 * LIMIT + OF_ONE_ROW, "newest, shown, and ready"
    assert (quiet.statements, quiet.rows) == (1, 1)
    assert progress.rows <= OF_ONE_ROW or (view.page and progress.rows <= LIMIT + OF_ONE_ROW)
    if not view.page:
        assert costs[1][1:] == costs[0][1:], "nor do they cost a step more while nothing new comes"


@pytest.mark.parametrize('selection', [
    EVERYTHING, Selection(states=STATES[Group.DONE]), Selection(file=FILE),
    Selection(states=STATES[Group.NEEDS_YOU], file=FILE),
], ids=lambda selection: f'{len(selection.states)} states {selection.file}')  # fmt: skip
def test_a_page_is_read_by_indexes_alone(stores, selection):
    costs = []
    for library in stores:
        with Store(library) as store:
            costs.append(cost_of(store, lambda store=store: store.page(selection, limit=LIMIT)))
    few, many = costs
    assert (few.rows, many.rows) == (LIMIT, LIMIT)
    assert abs(many.steps - few.steps) < LIMIT, "nothing is sorted, nothing scanned"
