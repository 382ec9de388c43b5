# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be seen of a placeholder. That it is seen, and only where it should be, is shown by tests/gui."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from tests.blender.ui_parts import PATHS, walk


@pytest.fixture
def marks(addon_part):
    """The module."""
    return addon_part('ui.placeholder_marks')


@pytest.fixture
def show(addon_part, monkeypatch, library):
    """`show('failed')` starts a job with its placeholder, leads it there and returns its row."""
    app, job = addon_part('app'), addon_part('jobs.job')
    monkeypatch.setattr(addon_part('worker.start'), 'ensure_running', lambda *_arguments, **_values: None)

    def show(state, **values):
        made = app.start(bpy.context, app.Draft(prompt="a fox"))
        with addon_part('jobs.store').Store(library) as store:
            walk(store, job.State, made.id, state, **values)
        app.look(made.id)  # which brings nothing in
        return app.row(made.id)

    return show


TEXTS = {
    'queued': "Queued · 0:05",
    'submitting': "Sending · 0:05",
    'waiting': "Waiting · 0:05",
    'running': "Generating · 0:05",
    'downloading': "Downloading · 0:05",
    'converting': "Converting · 0:05",
    'ready': "Ready",
    'arrived': "Ready",
    'rejected': "Not accepted",
    'unknown': "Unknown",
    'failed': "Failed",
    'cancelled': "Cancelled",
    'expired': "Expired",
}


@pytest.mark.parametrize('state', PATHS)
def test_every_state_has_its_text_and_its_ring(show, marks, state):
    show(state)
    marks.sync()
    (mark,) = marks.marks()
    assert mark.name in bpy.context.scene.objects
    assert mark.state.split(" ·")[0] == TEXTS[state].split(" ·")[0]
    theme = bpy.context.preferences.themes[0].user_interface
    assert mark.colour == '' if state == 'cancelled' else hasattr(theme, mark.colour)
    assert mark.length == (0.25 if "·" in TEXTS[state] else 1.0)
    assert mark.size_m == 2.0


@pytest.mark.parametrize(
    ('progress', 'elapsed_s', 'arc', 'text'),
    [
        (0.0, 5, (0.0, 0.02), "Generating 0% · 0:05"),
        (0.45, 83, (0.0, 0.45), "Generating 45% · 1:23"),
        (1.0, 3723, (0.0, 1.0), "Generating 100% · 1:02:03"),
        (None, 0, (0.0, 0.25), "Generating · 0:00"),
        (None, 3, (0.25, 0.25), "Generating · 0:03"),
        (None, 15, (0.25, 0.25), "Generating · 0:15"),
    ],
)
def test_an_arc_shows_progress_or_goes_round(marks, addon_part, progress, elapsed_s, arc, text):
    state = addon_part('jobs.job').State.RUNNING
    placeholder = SimpleNamespace(name="Fox", empty_display_size=0.25)
    mark = marks.mark_of(
        placeholder, SimpleNamespace(state=state, progress=progress, elapsed_s=elapsed_s, steps=())
    )
    assert (mark.start, mark.length, mark.state) == (*arc, text)


def test_a_placeholder_without_a_job_says_so(marks, addon_part):
    addon_part('scene.placement').add_placeholder(
        bpy.context, job_id='f' * 32, name="Fox", location=(0, 0, 0), rotation=(0, 0, 0), size_m=0.0
    )
    marks.sync()
    (mark,) = marks.marks()
    assert (mark.name, mark.state, mark.colour, mark.size_m) == ("Fox", "Not in the list", '', 1.0)


def test_marks_follow_what_the_artist_does(show, marks):
    row = show('failed')
    (fox,) = bpy.context.scene.objects
    changes = {
        'nothing': (lambda: None, ["A fox"]),
        'duplicated': (lambda: bpy.context.scene.collection.objects.link(fox.copy()), ["A fox", "A fox.001"]),
        'renamed': (lambda: setattr(fox, 'name', "Vixen"), ["A fox.001", "Vixen"]),
        'deleted': (lambda: bpy.data.objects.remove(fox), ["A fox.001"]),
        'removed': (lambda: bpy.ops.hunyuan3d.remove(job_id=row.id), []),
    }
    marks.sync()
    for name, (change, names) in changes.items():
        before = list(marks.marks())
        change()
        changed = marks.sync()
        assert [mark.name for mark in marks.marks()] == names, name
        assert changed is (name not in ('nothing', 'removed')), f"{name}: {before}"


def test_nothing_is_drawn_again_while_nothing_changes(show, marks):
    show('failed')
    marks.sync()
    assert not marks.sync()


@pytest.mark.parametrize('handlers', ['undo_post', 'redo_post'])
def test_undo_makes_it_look_again(show, marks, handlers):
    show('failed')
    bpy.data.batch_remove(list(bpy.data.objects))
    (ours,) = [item for item in getattr(bpy.app.handlers, handlers) if 'hunyuan3d' in item.__module__]
    ours(bpy.context.scene)
    assert not marks.marks()
