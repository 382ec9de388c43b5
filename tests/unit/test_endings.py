# SPDX-License-Identifier: GPL-3.0-or-later
"""Which endings are news, and that each is news once."""

from __future__ import annotations

import pytest

from hunyuan3d_blender.jobs.endings import endings, under_way
from hunyuan3d_blender.jobs.job import OPEN, State
from tests.unit.test_reporting import a_row

DUE = 'due'
"""READY, and about to arrive in the open file."""


def told(*looks):
    """The states in which a job is told of when it is seen in these states one after the other."""
    before, news = {}, []
    for state in looks:
        due = ('job',) if state == DUE else ()
        rows = [a_row(id='job', state=State.READY if state == DUE else State(state))] if state else []
        news += [row.state.value for row in endings(before, rows, due)]
        before = under_way(rows, due)
    return news


@pytest.mark.parametrize(
    ('looks', 'news'),
    [
        (('queued', 'running', 'converting', DUE, 'arrived'), ['arrived']),
        (('converting', 'ready'), ['ready']),
        (('queued', 'rejected'), ['rejected']),
        (('submitting', 'unknown'), ['unknown']),
        (('running', 'failed'), ['failed']),
        (('waiting', 'expired'), ['expired']),
        (('running', 'failed', 'failed', 'failed'), ['failed']),
        (('running', 'cancelled'), []),
        (('running', None), []),
        (('running', 'unknown', 'cancelled'), ['unknown']),
        (('running', 'unknown', 'waiting', 'failed', 'queued', 'rejected'), ['unknown', 'failed', 'rejected']),
        (('converting', DUE, 'failed'), ['failed']),
        (('converting', DUE, 'ready'), ['ready']),
        (('converting', 'ready', DUE, 'arrived'), ['ready', 'arrived']),
        (('converting', 'ready', 'arrived'), ['ready']),
        (('converting', 'arrived'), []),
        (('ready',), []),
        (('failed', 'failed'), []),
        (('arrived', 'arrived'), []),
        ((DUE, 'arrived'), ['arrived']),
    ],
    ids=lambda value: '-'.join(map(str, value)),
)  # fmt: skip
def test_what_is_told_of_a_jobs_way(looks, news):
    assert told(*looks) == news


@pytest.mark.parametrize('state', sorted(set(State) - OPEN))
def test_what_ended_before_the_first_look_is_no_news(state):
    assert told(state, state) == []


def test_several_jobs_are_told_apart():
    rows = [a_row(id='a', state=State.RUNNING), a_row(id='b', state=State.RUNNING)]
    before = under_way(rows, ())
    rows = [a_row(id='a', state=State.FAILED), a_row(id='b', state=State.DOWNLOADING)]
    assert [row.id for row in endings(before, rows, ())] == ['a']
