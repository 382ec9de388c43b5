# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel is there and can be used."""

from __future__ import annotations

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, state

ROW_PX = 25


def scenario_tab_opens(window: Window) -> Steps:
    """The sidebar has our tab, drawn without an error, with Generate in it."""
    yield from window.open_tab("Hunyuan3D")
    yield from window.find('hunyuan3d.generate')
    yield from window.picture('tab')


def scenario_first_minutes(window: Window) -> Steps:
    """The panel shows two ways to begin: an example, which is only filled in, and an account. A job ends that."""
    yield from window.open_tab("Hunyuan3D")
    yield from window.find('hunyuan3d.try_sandbox')
    yield from window.picture('new')
    x, y = window.mouse
    yield from window.move(x, y - ROW_PX)  # the button below opens a menu, whose name Blender does not tell
    yield from window.tap('LEFTMOUSE')
    yield from window.picture('services')
    yield from window.move(x, y - 2 * ROW_PX)
    yield from window.tap('LEFTMOUSE')
    yield 1.0
    settings, stored = bpy.context.scene.hunyuan3d, bpy.context.preferences.addons[PACKAGE].preferences
    assert settings.service == 'tencent_cn'
    assert stored.tencent_cn_is_open
    yield from window.picture('account')
    assert len(bpy.context.window_manager.windows) == 2
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[1]):
        bpy.ops.wm.window_close()
    yield from window.press('hunyuan3d.try_sandbox')
    assert (settings.service, settings.prompt) == ('sandbox', "A wooden chair with a high back")
    assert state() == '', "nothing is sent by itself"
    yield from window.picture('example')
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: state() != '', "the job in the list")
    yield 1.0
    yield from window.picture('begun')


def scenario_services(window: Window) -> Steps:
    """The panels of services that offer less, or other things, than Tencent's own, with their options open."""
    options = bpy.types.HUNYUAN3D_PT_options
    bpy.utils.unregister_class(options)
    options.bl_options = set()  # open from the start
    bpy.utils.register_class(options)
    yield from window.open_tab("Hunyuan3D")
    bpy.context.preferences.system.use_online_access = True
    settings = bpy.context.scene.hunyuan3d
    for service in ('tokenhub', 'openai_compatible', 'vtrix', 'self_hosted'):
        settings.service = service
        yield from window.picture(service)
    bpy.context.preferences.system.use_online_access = False
    stored = bpy.context.preferences.addons[PACKAGE].preferences
    stored.tokenhub_is_open = stored.self_hosted_is_open = True
    window.area().type = 'PREFERENCES'
    bpy.ops.preferences.addon_show(module=PACKAGE)
    yield 1.0
    yield from window.picture('preferences')
