# SPDX-License-Identifier: GPL-3.0-or-later
"""The Jobs panel: its filter, its pages, its menu, and the settings of a job taken up again."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.chinese import module
from tests.gui.scenarios.spine import app, state

PROMPTS = (
    "a wooden chair with a high back",
    "椅子",
    "vase",
    "an old sea chest with iron fittings, half open",
)
NUMBER = 430


@contextmanager
def filled_library() -> Iterator[list[Any]]:
    """Jobs of every state, and no worker that would see that they are none of its own."""
    job, store, errors = module('jobs.job'), module('jobs.store'), module('services.errors')
    contract, lock = module('services.contract'), module('worker.lock')
    library = module('jobs.library').Library(app().library_folder())
    failure = errors.Failure(
        kind=errors.Kind.SERVICE, message="The service could not make a model", spent=errors.Spent.YES
    )
    with store.Store(library) as opened, lock.held(library):
        now = time.time()
        states = list(job.State)
        yield [
            opened.add(job.Job(
                id=job.new_id(),
                state=states[number % len(states)],
                name=job.name_from(PROMPTS[number % len(PROMPTS)]),
                request=contract.Request(
                    operation=contract.Operation.GENERATE, prompt=PROMPTS[number % len(PROMPTS)]
                ),
                account=job.Account(service='tencent_intl'),
                destination=job.Destination(session=module('app.session').session().document if number % 3 else 'else'),
                created_at=now - 300 * (NUMBER - number),
                state_since=now - 300 * (NUMBER - number) + 245,
                due_at=now + 1e6,
                progress=0.45 if states[number % len(states)] is job.State.RUNNING else None,
                credits=25.0,
                arrivals_begun=2,  # none arrives by itself
                error=failure if states[number % len(states)] is job.State.FAILED else None,
            ))
            for number in range(NUMBER)
        ]  # fmt: skip


def crop(window: Window, name: str) -> Steps:
    """Keep a picture of the sidebar alone."""
    yield from window.picture(name)
    region = window.region()
    file = str(window.folder / f'{name}.png')
    place = f'{region.width}x{region.height}+{region.x}+{window.native.height - region.y - region.height}'
    subprocess.run(['convert', file, '-crop', place, '+repage', file], check=True)


def listed() -> list[str]:
    """The states of the jobs in the list."""
    return [str(app().row(item.name).state) for item in bpy.context.window_manager.hunyuan3d.rows]


def fold_generate() -> None:
    """Close the panel above ours: the window is small."""
    for name in ('HUNYUAN3D_PT_options', 'HUNYUAN3D_PT_generate'):
        panel = getattr(bpy.types, name)
        bpy.utils.unregister_class(panel)
        panel.bl_options = {'DEFAULT_CLOSED'}
    for name in ('HUNYUAN3D_PT_generate', 'HUNYUAN3D_PT_options'):
        bpy.utils.register_class(getattr(module('ui.panels.generate'), name))


def scenario_list_in_both_scales(window: Window) -> Steps:
    """Rows of every state, the count and the buttons, in a sidebar of usual width; nothing may be cut off unreadably."""
    with filled_library():
        fold_generate()
        yield from window.until(lambda: len(listed()) == 200, "the list")
        for scale in (1.0, 1.5):
            bpy.context.preferences.view.ui_scale = scale
            yield 1.0
            yield from window.open_tab("Hunyuan3D")
            for language in ('en_US', 'zh_HANS'):
                bpy.context.preferences.view.language = language
                yield from crop(window, f'{language}_{scale}')


def scenario_filter_and_pages(window: Window) -> Steps:
    """The filter is chosen with the mouse, finds what lies beyond the first page, and says when there is nothing."""
    with filled_library():
        fold_generate()
        yield from window.until(lambda: len(listed()) == 200, "the list")
        yield from window.open_tab("Hunyuan3D")
        session = bpy.context.window_manager.hunyuan3d
        yield from window.press('hunyuan3d.show_page(page=1)')
        yield from window.until(lambda: app().shown().number == 1, "the second page")
        yield from window.picture('second_page')
        yield from window.find('hunyuan3d.group')
        yield from window.tap('LEFTMOUSE')
        yield 0.5
        yield from window.picture('choices')
        yield from window.tap('R')  # the letter underlined in "Ready"
        yield 0.5
        assert (session.group, set(listed()), len(listed())) == ('ready', {'ready'}, NUMBER // 13)
        yield from window.find('hunyuan3d.index')
        yield from window.move(window.mouse[0], window.mouse[1] - 40)  # two rows below
        yield from window.tap('LEFTMOUSE')
        yield 0.2
        assert session.index == 2
        yield from window.picture('ready')
        yield from window.press('hunyuan3d.this_file')
        assert session.this_file
        assert set(listed()) == {'ready'}
        assert 0 < len(listed()) < NUMBER // 13
        bpy.ops.wm.read_homefile(app_template='')
        yield 1.0
        yield from window.open_tab("Hunyuan3D")
        session = bpy.context.window_manager.hunyuan3d
        yield from window.until(lambda: not listed(), "the list of another file")
        assert (session.group, session.this_file) == ('ready', True)
        yield from window.picture('nothing')


def scenario_menu_and_settings(window: Window) -> Steps:
    """A job's settings come back by its button, can be undone, and come back by Blender's search as well."""
    settings = bpy.context.scene.hunyuan3d
    settings.prompt = "a green bottle [sandbox:no_credits]"
    fold_generate()
    yield from window.open_tab("Hunyuan3D")
    with window.override():
        bpy.ops.hunyuan3d.generate()
    yield from window.until(lambda: state() == 'rejected', "the refusal", 60)
    settings.prompt = "something else"
    bpy.ops.ed.undo_push(message="another prompt")
    yield from window.press('hunyuan3d.reuse_settings')
    assert settings.prompt == "a green bottle [sandbox:no_credits]"
    yield from window.picture('reused')
    yield from window.rest()
    yield from window.tap('Z', ctrl=True)
    yield 0.5
    assert bpy.context.scene.hunyuan3d.prompt == "something else"
    yield from window.find('hunyuan3d.reuse_settings')
    yield from window.move(window.region().x + 20, window.mouse[1])
    while 'open_folder' not in window.under_mouse():
        yield from window.move(window.mouse[0], window.mouse[1] - 5)
    while window.under_mouse():  # the menu stands behind the last button of this row
        yield from window.move(window.mouse[0] + 5, window.mouse[1])
    yield from window.move(window.mouse[0] + 5, window.mouse[1])
    yield from window.tap('LEFTMOUSE')
    yield 0.5
    yield from window.picture('menu')
    yield from window.tap('ESC')
    yield from window.rest()
    yield from window.tap('F3')
    yield 0.5
    yield from window.write("Reuse Settings")
    yield 0.5
    yield from window.picture('search')
    yield from window.tap('RET')
    yield 0.5
    assert bpy.context.scene.hunyuan3d.prompt == "a green bottle [sandbox:no_credits]"
    assert len(listed()) == 1, "nothing was sent"
