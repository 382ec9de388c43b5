# SPDX-License-Identifier: GPL-3.0-or-later
"""Two accounts with one service, each at a sandbox of its own: set up by hand, tested, and changed between jobs."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy

from tests.gui.gauge import Gauge
from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, app
from tests.gui.scenarios.widths import LANGUAGES, PREFERENCES_MARGIN, look, speak

SERVICE = 'tencent_cn'
NAMES = ("Studio", "Freelance")
ROW_PX = 23
FIELDS = {'url': -2, 'secret_id': 3, 'secret_key': 2}
"""What is typed, by the number of rows from "Save Key" up."""


@contextmanager
def own_sandbox(folder: Path, *arguments: str) -> Iterator[dict[str, str]]:
    """A sandbox that was started by hand: its address and its keys."""
    launch = sys.modules[f'{PACKAGE}.launch']
    command = launch.python_command(
        sys.executable, 'sandbox.__main__', ['--exit-with-stdin', '--folder', str(folder), *arguments]
    )
    pipes = {'stdin': subprocess.PIPE, 'stdout': subprocess.PIPE, 'stderr': subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def jobs_at(sandbox: dict[str, str]) -> int:
    """How many jobs a sandbox was sent."""
    with urllib.request.urlopen(f"{sandbox['url']}/_sandbox/ledger") as answer:
        return len(json.load(answer))


def stored() -> Any:
    """The add-on's preferences."""
    return bpy.context.preferences.addons[PACKAGE].preferences


def account(index: int) -> Any:
    return stored().tencent_cn_accounts[index]


def show_preferences(window: Window) -> Steps:
    """The preferences in place of the 3D view, with our service open and nothing else."""
    for name in app().services():
        setattr(stored(), f'{name}_is_open', name == SERVICE)
    window.area().type = 'PREFERENCES'
    bpy.ops.preferences.addon_show(module=PACKAGE)
    window.searched = ('WINDOW', 'PREFERENCES')
    yield 1.0


def set_up(window: Window, index: int, sandbox: dict[str, str]) -> Steps:
    """Type address and keys of a sandbox into the selected account, save the key, and test the connection."""
    account(index).key_source = 'session'
    window.places.clear()
    yield 0.5
    yield from window.find('hunyuan3d.save_key')
    (_, y), region = window.mouse, window.region(*window.searched)
    x = region.x + region.width * 3 // 4
    for name, row in FIELDS.items():  # Blender does not tell the names of preferences
        yield from window.move(x, y + row * ROW_PX)
        yield from window.enter_here(sandbox[name])
    assert account(index).endpoint == sandbox['url']
    yield from window.press('hunyuan3d.save_key')
    yield from window.press('hunyuan3d.test_connection')
    yield from window.until(lambda: app().connection_test(SERVICE) is not None, "the test")
    yield from window.until(lambda: not app().connection_test(SERVICE).running, "the test's answer")
    assert app().connection_test(SERVICE).is_good
    assert app().shown_account(SERVICE).key_hint == sandbox['secret_id'][-4:]


def picture_of_preferences(window: Window, name: str) -> Iterator[float | str]:
    """A picture in each language; yields, beside waits, what is cut off."""
    area, region = window.area('PREFERENCES'), window.region('WINDOW', 'PREFERENCES')
    for language in LANGUAGES:
        speak(language)
        yield from window.picture(f'{name}_{language}')
        with bpy.context.temp_override(window=window.native, area=area, region=region):
            gauge, rna = Gauge(), stored().bl_rna
            values = {prop.identifier: getattr(stored(), prop.identifier) for prop in rna.properties}
            type(stored()).draw(SimpleNamespace(**values | {'layout': gauge, 'bl_rna': rna}), bpy.context)
            cut = list(gauge.cut_off(region.width - PREFERENCES_MARGIN))
        assert not cut, "\n".join(cut)
    speak(LANGUAGES[0])


def choose_in_panel(window: Window, index: int) -> Steps:
    """Choose an account from the menu below the service; Blender does not tell its name."""
    yield from window.find('hunyuan3d.service')
    x, y = window.mouse
    yield from window.move(x, y - ROW_PX)
    yield from window.tap('LEFTMOUSE')
    yield 0.5
    yield from window.picture(f'menu_{index}')
    for _ in range(index + 1):
        yield from window.tap('DOWN_ARROW')
    yield from window.tap('RET')
    yield 0.5
    assert app().accounts_with(SERVICE)[0].name == NAMES[index]


def generate(window: Window, prompt: str) -> Steps:
    """Send a prompt, and wait until the job is in the list."""
    count = len(app().rows())
    yield from window.enter('prompt', prompt)
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: len(app().rows()) > count, "the job")


def scenario_two_accounts(window: Window) -> Steps:
    """Each gets its own key; a job of the first is under way while the second is chosen, and ends with its own key."""
    with ExitStack() as stack:
        slow, quick = (
            stack.enter_context(own_sandbox(window.folder / name, '--seconds', seconds))
            for name, seconds in zip(NAMES, ('45', '1'), strict=True)
        )
        yield from show_preferences(window)
        yield from picture_of_preferences(window, '1_new')
        account(0).name = NAMES[0]
        yield from set_up(window, 0, slow)
        yield from window.press('hunyuan3d.new_account')
        assert stored().tencent_cn_account == 1
        account(1).name = NAMES[1]
        yield from set_up(window, 1, quick)
        yield from picture_of_preferences(window, '2_two')

        window.area('PREFERENCES').type = 'VIEW_3D'
        window.searched = ('UI', 'VIEW_3D')
        window.places.clear()
        bpy.context.scene.hunyuan3d.service = SERVICE
        yield from window.open_tab("Hunyuan3D")
        yield from choose_in_panel(window, 0)
        yield from generate(window, "a slow clock")
        first = app().rows()[0].id
        yield from window.until(lambda: jobs_at(slow) == 1, "the first job at its service")
        yield from choose_in_panel(window, 1)
        assert app().row(first).state in ('waiting', 'running'), "it is under way when the other is chosen"
        yield from generate(window, "a quick lamp")
        second = app().rows()[0].id
        yield from window.picture('3_both')
        for job_id in (second, first):
            yield from window.until(
                lambda job_id=job_id: app().row(job_id).state == 'arrived', "the arrival", 180
            )
        assert (jobs_at(slow), jobs_at(quick)) == (1, 1), "each key went to its own host"
        yield from window.picture('4_arrived')


def scenario_narrow(window: Window) -> Steps:
    """The choice of the account in the narrowest panel, with names of some length."""
    account(0).name = "Studio on the river"
    bpy.ops.hunyuan3d.new_account(service=SERVICE)
    account(1).name = "Freelance"
    bpy.context.preferences.system.use_online_access = True
    settings = bpy.context.scene.hunyuan3d
    settings.service = SERVICE
    found: list[str] = []
    states = {'two': lambda: setattr(stored(), 'tencent_cn_account', 0)}
    yield from look(window, ('generate',), states, found)
    assert not found, "\n".join(found)
