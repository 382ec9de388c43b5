# SPDX-License-Identifier: GPL-3.0-or-later
"""The store: nothing is lost, nobody is overruled, every step is a legal one."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
from dataclasses import replace

import pytest

from hunyuan3d_blender.jobs.job import OPEN, TRANSITIONS, Batch, Destination, Job, State, name_from
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.selection import Selection
from hunyuan3d_blender.jobs.store import SCHEMA, IllegalChange, Store, StoreBusy, StoreTooNew
from hunyuan3d_blender.services.contract import Operation, Picture, Request, View
from hunyuan3d_blender.services.errors import Failure, Kind, Spent
from tests.jobs_of_tests import a_job


def test_a_stored_job_is_the_same_after_reading(library):
    failure = Failure(
        kind=Kind.BUSY, message="Wait {seconds} s", facts={'seconds': 3}, spent=Spent.MAYBE, code='X.Y'
    )
    job = a_job(
        request=Request(
            operation=Operation.GENERATE, prompt="椅子 chair", views={View.LEFT: Picture(file='left.png')}
        ),
        note=failure,
        error=failure,
        files=('a.glb', 'b.zip'),
        destination=Destination(session='s', blend_file='/a/b.blend', location=(1.0, 2.0, 3.0)),
        batch=Batch(id='b', name="Chairs"),
        full=Request(operation=Operation.GENERATE, views={View.BACK: Picture(file='back.png')}),
    )
    with Store(library) as store:
        stored = store.add(job)
        assert store.get(job.id) == stored == replace(job, revision=1, state_since=stored.state_since)
        assert Job.from_json(json.loads(library.job(job.id).record.read_text())) == stored


@pytest.mark.parametrize('state', State)
@pytest.mark.parametrize('target', State)
def test_only_the_steps_of_the_table_are_possible(library, state, target):
    with Store(library) as store:
        job = store.add(a_job(state=state))
        if target == state or target in TRANSITIONS[state]:
            assert store.change(job.id, state, state=target).state is target
        else:
            with pytest.raises(IllegalChange):
                store.change(job.id, state, state=target)
            assert store.get(job.id) == job, "a refused step must leave no trace"


def test_every_state_can_be_left_or_is_an_end_and_all_are_reachable():
    reachable, new = {State.QUEUED}, {State.QUEUED}
    while new:
        new = {target for state in new for target in TRANSITIONS[state]} - reachable
        reachable |= new
    assert reachable == set(State) == set(TRANSITIONS)


def test_the_second_to_change_a_state_is_told_so(library):
    with Store(library) as mine, Store(library) as theirs:
        job = mine.add(a_job())
        assert theirs.change(job.id, *OPEN, state=State.CANCELLED).state is State.CANCELLED
        assert mine.change(job.id, State.QUEUED, state=State.SUBMITTING) is None
        assert mine.get(job.id).state is State.CANCELLED


def test_the_revision_tells_what_changed(library):
    with Store(library) as store:
        first, second = store.add(a_job()), store.add(a_job())
        seen = store.revision()
        assert store.changed_since(seen) == []
        store.change(first.id, State.QUEUED, tries=1)
        assert [job.id for job in store.changed_since(seen)] == [first.id]
        seen = store.revision()
        store.change(second.id, State.QUEUED, state=State.CANCELLED)
        store.remove(second.id)
        assert store.revision() > seen
        assert store.changed_since(seen) == []


def test_open_jobs_cannot_be_removed(library):
    with Store(library) as store:
        job = store.add(a_job())
        assert not store.remove(job.id)
        assert store.get(job.id) is not None


def test_a_locked_store_is_busy_and_unchanged(library):
    with Store(library) as holder, Store(library, busy_s=0.01) as store:
        job = holder.add(a_job())
        holder._connection.execute("BEGIN EXCLUSIVE")
        for attempt in (store.revision, lambda: store.change(job.id, State.QUEUED, tries=5)):
            with pytest.raises(StoreBusy):
                attempt()
        holder._connection.execute("ROLLBACK")
        assert store.get(job.id).tries == 0


@pytest.mark.parametrize('damage', [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_store_is_kept_and_rebuilt_from_the_jobs_own_records(library, damage):
    with Store(library) as store:
        jobs = [store.add(a_job(created_at=float(number))) for number in range(5)]
    library.store.write_bytes(damage)
    with Store(library) as store:
        assert {job.id for job in store.page()} == {job.id for job in jobs}
        assert store.revision() >= 5
        assert store.change(jobs[0].id, State.QUEUED, state=State.SUBMITTING) is not None
    if damage:
        kept = list(library.path.glob('jobs.sqlite.damaged-*'))
        assert [file.read_bytes() for file in kept] == [damage]


def test_a_damaged_record_does_not_hide_the_others(library):
    with Store(library) as store:
        good, bad = store.add(a_job()), store.add(a_job())
    library.job(bad.id).record.write_text('{"id": "half')
    library.store.unlink()
    with Store(library) as store:
        assert [job.id for job in store.page()] == [good.id]


def test_a_store_without_our_indexes_gets_them_and_an_older_worker_can_go_on(library):
    with Store(library) as older:
        job = older.add(a_job(destination=Destination(session='s', blend_file='/a/b.blend')))
        for name in ('row_by_file', 'job_by_session'):
            older._connection.execute(f"DROP INDEX {name}")
        with Store(library) as store:
            assert store._connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA == 2
            plan = "EXPLAIN QUERY PLAN SELECT id FROM job WHERE "
            found = [
                row[3]
                for condition in Selection(states=frozenset({State.QUEUED}), file='/a/b.blend').conditions()
                for row in store._connection.execute(plan + condition, {'file': ''})
            ]
            assert ["row_by_file (<expr>=? AND state=?)" in line for line in found] == [True]
            older.change(job.id, State.QUEUED, destination=Destination(session='s', blend_file='/c.blend'))
            assert store.page(Selection(file='/a/b.blend')) == []
            assert [each.id for each in store.page(Selection(file='/c.blend'))] == [job.id]


def test_jobs_of_a_session_that_are_in_another_file_are_found(library):
    with Store(library) as store:
        never_saved = store.add(a_job(destination=Destination(session='s')))
        elsewhere = store.add(a_job(destination=Destination(session='s', blend_file='/a.blend')))
        store.add(a_job(destination=Destination(session='s', blend_file='/b.blend')))
        store.add(a_job(destination=Destination(session='other', blend_file='/a.blend')))
        astray = store.astray('s', '/b.blend', limit=5)
        assert {job.id for job in astray} == {never_saved.id, elsewhere.id}
        assert len(store.astray('s', '/b.blend', limit=1)) == 1


def test_a_newer_store_is_left_untouched(library):
    with Store(library) as store:
        store.add(a_job())
    connection = sqlite3.connect(library.store)
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    before = library.store.read_bytes()
    with pytest.raises(StoreTooNew):
        Store(library)
    assert library.store.read_bytes() == before


def _count_up(path, job_id, times):
    with Store(Library(path)) as store:
        for _ in range(times):
            job = store.get(job_id)
            while store.change(job_id, State.QUEUED, note=None) is None:
                pass
            store.change(job.id, State.QUEUED, tries=job.tries + 1)


def test_processes_share_the_store_without_losing_a_revision(library):
    with Store(library) as store:
        jobs = [store.add(a_job()) for _ in range(3)]
        context = multiprocessing.get_context('spawn')
        others = [context.Process(target=_count_up, args=(library.path, job.id, 30)) for job in jobs]
        for process in others:
            process.start()
        for process in others:
            process.join()
        assert [process.exitcode for process in others] == [0, 0, 0]
        assert [store.get(job.id).tries for job in jobs] == [30, 30, 30]
        assert store.revision() == 3 + 3 * 30 * 2


@pytest.mark.parametrize(
    ('text', 'name'),
    [
        ("a wooden chair", "A wooden chair"),
        ("  two\n lines\t and tabs ", "Two lines and tabs"),
        ("../../etc/passwd", "Etc passwd"),
        ("椅子", "椅子"),
        ("", "Model"),
        ("***", "Model"),
        ("x" * 200, "X" + "x" * 47),
        ("word " * 30, "Word word word word word word word word word"),
        ("\u202eevil\x00", "Evil"),
        ("猫" * 40, "猫" * 16),
    ],
)
def test_names_are_clean_and_short(text, name):
    assert name_from(text) == name
    assert len(name_from(text).encode()) <= 48


@pytest.mark.parametrize('bad', ['', '..', '../' + 'a' * 29, 'A' * 32, 'g' * 32, 'a' * 31])
def test_only_job_ids_become_folders(library, bad):
    with pytest.raises(ValueError, match="not a job id"):
        library.job(bad)


def test_many_jobs_are_added_at_once_and_none_twice(library):
    batch = Batch(id='b', name="Chairs")
    jobs = [a_job(batch=batch, created_at=float(number)) for number in range(5)]
    with Store(library) as store:
        assert [job.id for job in store.add_all(jobs[:3])] == [job.id for job in jobs[:3]]
        assert store.revision() == 1
        assert [job.id for job in store.add_all(jobs)] == [job.id for job in jobs[3:]]
        assert all(library.job(job.id).record.exists() for job in jobs)
        with pytest.raises(sqlite3.IntegrityError):
            store.add(jobs[0])
        assert store.known([jobs[0].id, 'f' * 32]) == {jobs[0].id: State.QUEUED}


def test_a_batch_is_found_by_index_and_changed_at_once(library):
    chairs = [a_job(batch=Batch(id='b', name="Chairs"), created_at=float(number)) for number in range(3)]
    with Store(library) as store:
        store.add_all([*chairs, a_job(), a_job(batch=Batch(id='c', name="Tables"))])
        store.change(chairs[0].id, State.QUEUED, state=State.SUBMITTING)
        selection = Selection(batch='b')
        assert store.ids(selection) == [job.id for job in reversed(chairs)]
        assert [job.id for job in store.page(selection)] == store.ids(selection)
        assert store.count(selection) == 3
        plan = "EXPLAIN QUERY PLAN SELECT id FROM job WHERE " + selection.conditions()[0]
        (line,) = store._connection.execute(plan, selection.values()).fetchall()
        assert "row_by_batch (<expr>=? AND state=?)" in line[3]
        changed = store.change_all(store.ids(selection), State.QUEUED, state=State.CANCELLED)
        assert {job.id for job in changed} == {job.id for job in chairs[1:]}
        assert store.get(chairs[0].id).state is State.SUBMITTING
        with pytest.raises(IllegalChange):
            store.change_all(store.ids(selection), State.SUBMITTING, State.CANCELLED, state=State.READY)
        assert store.get(chairs[0].id).state is State.SUBMITTING, "all or none"
