# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on in Simplified Chinese: which words reach the screen, and what they look like there."""

from __future__ import annotations

import sys
from types import ModuleType

import bpy
from bpy.app.translations import pgettext

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, ask, state

BLENDERS_OWN = {
    'Allow Online Access', 'Batch', 'Convert', 'Environment', 'Face Count', 'Faces', 'Follow', 'Geometry', 'Keep', 'Medium',
    'Motion', 'Normal', 'Prompt', 'Proxy', 'Quality', 'Region', 'Sample', 'Source', 'Standard', 'Start', 'Triangles', 'View', 'Views',
    'Width and height in pixels',
}  # fmt: skip
"""Texts that Blender itself translates otherwise; it comes first, but for our own context."""


def module(name: str) -> ModuleType:
    """A module of the add-on as loaded by this Blender."""
    return sys.modules[f'{PACKAGE}.{name}']


def speak_chinese(window: Window) -> Steps:
    """Switch the whole interface to Simplified Chinese, as the preferences do."""
    view = bpy.context.preferences.view
    view.language = 'zh_HANS'
    view.use_translate_interface = view.use_translate_tooltips = view.use_translate_reports = True
    for area in window.native.screen.areas:
        area.tag_redraw()
    yield 0.5


def scenario_every_text_is_looked_up(window: Window) -> Steps:
    """Blender finds each text: in our own context the one we wrote, elsewhere that one or its own."""
    yield from speak_chinese(window)
    i18n, differing = module('i18n'), []
    for english, chinese in i18n.texts_of('zh_HANS').items():
        assert pgettext(english, i18n.OWN_CONTEXT) == chinese
        for context in ('*', 'Operator'):
            found = pgettext(english, context)
            if found != chinese and english not in BLENDERS_OWN:
                differing.append(f"{english}: {found} instead of {chinese}")
    assert not differing, "\n".join(differing)


def scenario_panels(window: Window) -> Steps:
    """Each service's panel with its options open, text and picture, and a prompt that is too long."""
    yield from speak_chinese(window)
    options = bpy.types.HUNYUAN3D_PT_options
    bpy.utils.unregister_class(options)
    options.bl_options = set()  # open from the start
    bpy.utils.register_class(options)
    bpy.context.preferences.system.use_online_access = True
    settings = bpy.context.scene.hunyuan3d
    yield from window.open_tab("Hunyuan3D")
    for operation in ('generate', 'rapid'):
        settings.operation = operation
        yield from window.picture(f'options_{operation}')
    settings.operation = 'generate'
    settings.generate_type = 'LowPoly'
    yield from window.picture('low_poly')
    settings.prompt = "椅子" * 600
    yield from window.picture('too_long')
    settings.source = 'PICTURE'
    yield from window.picture('picture')
    settings.service = 'tencent_cn'
    yield from window.picture('no_key')
    bpy.context.preferences.system.use_online_access = False
    yield from window.picture('offline')


def scenario_errors(window: Window) -> Steps:
    """A refused job and one whose outcome is unknown, with the question that comes before sending again."""
    yield from speak_chinese(window)
    yield from ask(window, "一把木椅 [sandbox:no_credits]")
    yield from window.until(lambda: state() == 'rejected', "the refusal", 60)
    yield from window.picture('rejected')
    yield from window.enter('prompt', "一张桌子 [sandbox:submit_answer_lost]")
    yield from window.press('hunyuan3d.generate')
    yield from window.until(lambda: state() == 'unknown', "the doubt", 60)
    yield from window.picture('unknown')
    yield from window.press('hunyuan3d.send_again')
    yield from window.picture('question')


def scenario_preferences(window: Window) -> Steps:
    """The preferences with an account open, after a connection test."""
    yield from speak_chinese(window)
    area = window.area()
    area.type = 'PREFERENCES'
    bpy.ops.preferences.addon_show(module=PACKAGE)
    yield 1.0
    yield from window.picture('preferences')
