# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status bar says of the jobs that are under way, and when it is drawn again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from hunyuan3d_blender import app
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.ui import status_bar
from tests.blender.ui_parts import Layout
from tests.unit.test_reporting import a_row


def rows(*jobs):
    """Rows from (state, progress)."""
    return [a_row(state=State(state), progress=progress) for state, progress in jobs]


@pytest.mark.parametrize(
    ('jobs', 'text', 'percent'),
    [
        ([('running', None)], "1 model · Generating", None),
        ([('downloading', 0.449)], "1 model · Downloading", 45),
        ([('downloading', 0.0)], "1 model · Downloading", 0),
        ([('running', 0.4), ('running', 0.6)], "2 models · Generating", 50),
        ([('queued', None), ('downloading', 0.5)], "2 models", 50),
        ([('running', None), ('failed', None), ('arrived', None)], "1 model · Generating", None),
    ],
)
def test_what_is_said(jobs, text, percent):
    assert status_bar.item_of(rows(*jobs)) == status_bar.Item(text, percent)


def test_what_the_sandbox_makes_is_called_a_sample():
    samples = [replace(row, service='sandbox') for row in rows(('running', None), ('running', 0.5))]
    assert status_bar.item_of(samples) == status_bar.Item("2 samples · Generating", 50)
    assert status_bar.item_of(samples[:1]) == status_bar.Item("1 sample · Generating", None)
    assert status_bar.item_of([*samples, *rows(('running', None))]).text == "3 models · Generating"


@pytest.mark.parametrize('jobs', [[], [('failed', None)], [('ready', None), ('unknown', None)]])
def test_nothing_is_said_when_nothing_is_under_way(jobs):
    assert status_bar.item_of(rows(*jobs)) is None


@pytest.fixture
def look(monkeypatch):
    """`look(('running', None))` shows these jobs; returns what is drawn and how often drawing was asked for."""
    asked = []
    monkeypatch.setattr(status_bar, '_redraw', lambda: asked.append(1))

    def show(*jobs):
        monkeypatch.setattr(app, 'rows', lambda: rows(*jobs))
        status_bar.sync()
        layout = Layout()
        status_bar._draw(SimpleNamespace(layout=layout), None)
        return layout, len(asked)

    yield show
    show()


def test_a_bar_is_drawn_where_progress_is_known(look):
    assert look(('downloading', 0.5))[0].texts() == ["1 model · Downloading", "50%"]
    assert look(('running', None))[0].texts() == ["1 model · Generating"]


def test_nothing_is_drawn_when_nothing_is_under_way(look):
    look(('running', None))
    assert look(('arrived', None))[0].notes == []


def test_drawing_is_asked_for_only_when_it_looks_different(look):
    counts = [
        look(*jobs)[1]
        for jobs in (
            [('failed', None)],
            [('downloading', 0.501)],
            [('downloading', 0.502)],
            [('downloading', 0.502), ('failed', None)],
            [('downloading', 0.51)],
            [],
            [],
        )
    ]
    assert counts == [0, 1, 1, 1, 2, 3, 3]


def test_asking_blender_to_draw_finds_the_property_it_listens_to():
    status_bar._redraw()
