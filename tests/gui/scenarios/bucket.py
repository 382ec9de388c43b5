# SPDX-License-Identifier: GPL-3.0-or-later
"""The bucket in the preferences: set up, tested with a wrong key and with the right one. The pictures are to be looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import bpy

from tests.gui.gauge import Gauge
from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, app
from tests.gui.scenarios.widths import LANGUAGES, PREFERENCES_MARGIN, speak


def preferences() -> Any:
    """The add-on's, with the bucket open and nothing else."""
    stored = bpy.context.preferences.addons[PACKAGE].preferences
    for name in app().services():
        setattr(stored, f'{name}_is_open', False)
    stored.bucket_is_open = True
    return stored


def look(name: str, found: list[str]) -> Steps:
    """A picture of the preferences in each language; note what is cut off."""
    window = bpy.context.window_manager.windows[0]
    area = next(each for each in window.screen.areas if each.type == 'PREFERENCES')
    region = next(each for each in area.regions if each.type == 'WINDOW')
    for language in LANGUAGES:
        speak(language)
        area.tag_redraw()
        yield 0.5
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.ops.view2d.scroll_down(deltay=100_000)
        yield 0.7
        subprocess.run(['import', '-window', 'root', f'{name}_{language}.png'], check=True)
        with bpy.context.temp_override(window=window, area=area, region=region):
            stored = preferences()
            gauge, rna = Gauge(), stored.bl_rna
            values = {prop.identifier: getattr(stored, prop.identifier) for prop in rna.properties}
            type(stored).draw(SimpleNamespace(**values | {'layout': gauge, 'bl_rna': rna}), bpy.context)
            found += [f"{name}: {text}" for text in gauge.cut_off(region.width - PREFERENCES_MARGIN)]


def scenario_bucket(window: Window) -> Steps:
    """What is said before anything is set up, and what a test answers."""
    launch = sys.modules[f'{PACKAGE}.launch']
    arguments = ['--exit-with-stdin', '--folder', str(window.folder / 'sandbox')]
    sandbox = subprocess.Popen(
        launch.python_command(sys.executable, 'sandbox.__main__', arguments),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert sandbox.stdin
    assert sandbox.stdout
    said = json.loads(sandbox.stdout.readline())
    stored, found = preferences(), []
    window.area().type = 'PREFERENCES'
    bpy.ops.preferences.addon_show(module=PACKAGE)
    yield 1.0
    yield from look(str(window.folder / '1_new'), found)
    stored.bucket_provider, stored.bucket_endpoint = 'minio', said['url']
    stored.bucket_name, stored.bucket_region, stored.bucket_prefix = 'bucket', 'sandbox', 'hunyuan3d'
    stored.bucket_key_source = 'session'
    stored.bucket_key_id, stored.bucket_key_secret = said['secret_id'], 'copied-without-its-end'
    yield from look(str(window.folder / '2_typed'), found)
    for step, secret in (('3_wrong', 'copied-without-its-end'), ('4_right', said['secret_key'])):
        stored.bucket_key_id, stored.bucket_key_secret = said['secret_id'], secret
        assert bpy.ops.hunyuan3d.save_bucket_key() == {'FINISHED'}
        assert bpy.ops.hunyuan3d.test_bucket() == {'FINISHED'}
        yield from window.until(lambda: not app().bucket_test().running, "the test's answer")
        assert app().bucket_test().is_good == (step == '4_right')
        yield from look(str(window.folder / step), found)
    sandbox.stdin.close()
    sandbox.wait()
    assert not found, "\n".join(found)
