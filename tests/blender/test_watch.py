# SPDX-License-Identifier: GPL-3.0-or-later
"""Watching jobs: a modal operator in spells, which takes no event from anybody, and a timer that never dies."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from tests.unit.test_reporting import a_failure, a_row


@pytest.fixture
def app(addon_part, monkeypatch):
    """The use cases of the registered add-on, with jobs to watch as the test says."""
    app = addon_part('app')
    monkeypatch.setattr(app, 'tick', lambda: False)
    monkeypatch.setattr(app, 'has_open_jobs', lambda: True)
    return app


@pytest.fixture
def watch(addon_part, app, monkeypatch):
    """The module, with a clock, and timers that are noted instead of started."""
    module = addon_part('ui.watch')
    module.now, module.looks_in, module.reports = 100.0, [], []
    monkeypatch.setattr(module, 'time', SimpleNamespace(monotonic=lambda: module.now))
    monkeypatch.setattr(module, '_look_in', module.looks_in.append)
    return module


@pytest.fixture
def spell(watch):
    """A running spell: `spell('TIMER')` gives it an event."""
    operator = watch.HUNYUAN3D_OT_watch
    itself = SimpleNamespace(_due_at=0.0, _ends_at=watch.now + watch.SPELL_S)
    itself.report = lambda level, text: watch.reports.append((level, text))
    itself.cancel = lambda context: operator.cancel(itself, context)
    return lambda kind: operator.modal(itself, bpy.context, SimpleNamespace(type=kind))


PASSED_ON = {'PASS_THROUGH'}
ENDED = {'FINISHED', 'PASS_THROUGH'}


@pytest.mark.parametrize('kind', ['MOUSEMOVE', 'LEFTMOUSE', 'ESC', 'G', 'TIMER', 'WINDOW_DEACTIVATE', 'NONE'])
def test_every_event_is_passed_on(spell, kind):
    assert spell(kind) == PASSED_ON


def test_only_time_makes_it_look(spell, app, monkeypatch):
    looks = []
    monkeypatch.setattr(app, 'tick', lambda: looks.append(1))
    for kind in ('MOUSEMOVE', 'ESC', 'TIMER'):
        spell(kind)
    assert len(looks) == 1


def test_the_timers_of_others_do_not_make_it_look_more_often(spell, watch, app, monkeypatch):
    looks = []
    monkeypatch.setattr(app, 'tick', lambda: looks.append(watch.now))
    for _ in range(100):  # one second with a timer of 100 Hz beside ours
        watch.now += 0.01
        spell('TIMER')
    assert 4 <= len(looks) <= 8


def test_a_spell_ends_by_itself_so_that_blender_can_autosave(spell, watch):
    watch.now += watch.SPELL_S - 1
    assert spell('TIMER') == PASSED_ON
    watch.now += 1
    assert spell('TIMER') == ENDED
    assert watch.looks_in == [watch.PAUSE_S], "and it goes on after a pause"


def test_a_spell_ends_when_there_is_nothing_to_watch(spell, app, watch, monkeypatch):
    monkeypatch.setattr(app, 'has_open_jobs', lambda: False)
    assert spell('TIMER') == ENDED


def test_a_failing_tick_ends_the_spell_and_is_logged_with_its_traceback(
    spell, app, watch, monkeypatch, caplog
):
    def fail():
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(app, 'tick', fail)
    assert spell('TIMER') == ENDED
    assert watch._keep_watching() == watch.IDLE_S, "not four tracebacks a second"
    assert "ZeroDivisionError: a defect" in caplog.text


LEVELS = {'ready': 'INFO', 'arrived': 'INFO', 'unknown': 'WARNING'}


@pytest.mark.parametrize('state', ['ready', 'arrived', 'rejected', 'unknown', 'failed', 'expired'])
def test_an_ending_is_reported_by_a_spell_that_goes_on_for_it(
    spell, watch, app, addon_part, monkeypatch, state
):
    error = None if LEVELS.get(state) == 'INFO' else a_failure()
    row = a_row(name="Chair", state=addon_part('jobs.job').State(state), error=error, service='sandbox')
    endings = [row]
    monkeypatch.setattr(app, 'has_open_jobs', lambda: False)
    monkeypatch.setattr(app, 'take_endings', lambda: (endings.pop(),) if endings else ())
    assert spell('TIMER') == PASSED_ON, "what a finishing operator reports pops up"
    ((level, text),) = watch.reports
    assert level == {LEVELS.get(state, 'ERROR')}
    assert text.startswith("Chair: ")
    watch.now += watch.TICK_S
    assert spell('TIMER') == ENDED
    assert len(watch.reports) == 1


def test_the_timer_begins_a_spell_for_an_ending_alone(watch, app, monkeypatch):
    monkeypatch.setattr(app, 'has_open_jobs', lambda: False)
    monkeypatch.setattr(app, 'has_endings', lambda: True)
    begun = []
    monkeypatch.setattr(watch, '_begin_spell', lambda: begun.append(1))
    watch._keep_watching()
    assert begun


def test_without_jobs_blender_is_looked_after_rarely(app, watch, monkeypatch):
    monkeypatch.setattr(app, 'has_open_jobs', lambda: False)
    assert watch._keep_watching() == watch.IDLE_S


def test_where_no_operator_can_run_the_timer_ticks_itself(watch, app, monkeypatch):
    """In the background Blender executes instead of invoking, and the operator has nothing to execute."""
    looks = []
    monkeypatch.setattr(app, 'tick', lambda: looks.append(1))
    assert watch._keep_watching() == watch.TICK_S
    assert len(looks) == 1


def test_a_running_spell_is_left_alone(watch, app, monkeypatch):
    monkeypatch.setattr(watch, 'is_running', lambda: True)
    monkeypatch.setattr(app, 'tick', lambda: pytest.fail("ticked twice"))
    assert watch._keep_watching() == watch.PAUSE_S


def test_only_changes_are_drawn(watch, app, monkeypatch):
    drawn = []
    monkeypatch.setattr(watch, '_redraw', lambda viewports: drawn.append(viewports))
    assert watch.tick()
    assert drawn == []
    monkeypatch.setattr(app, 'tick', lambda: True)
    assert watch.tick()
    assert drawn == [False], "viewports are left alone while no label is in them"


def test_redrawing_finds_its_way_through_windows_and_areas(watch):
    watch._redraw(viewports=True)


def test_no_timer_runs_in_the_background(addon_part):
    watch = addon_part('ui.watch')
    assert bpy.app.background
    watch.hurry()
    assert not bpy.app.timers.is_registered(watch._keep_watching)


def test_loading_and_saving_are_told_to_the_app(addon_part, monkeypatch, tmp_path):
    app, told = addon_part('app'), []
    monkeypatch.setattr(app, 'load_post', lambda: told.append('loaded'))
    monkeypatch.setattr(app, 'save_post', told.append)
    path = str(tmp_path / 'work.blend')
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    assert told == [path, 'loaded', 'loaded'], "also for the second file: handlers stay"
