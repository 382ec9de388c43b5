# SPDX-License-Identifier: GPL-3.0-or-later
"""What is offered with a server of one's own, and with the three models of Vtrix, in English and in Chinese."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext

from tests.gui.hands import Steps, Window

LANGUAGES = ('en_US', 'zh_HANS')


def scenario_texture_on_a_server_of_ones_own(window: Window) -> Steps:
    """The row of Texture asks for a picture only; without one it says so."""
    bpy.context.scene.hunyuan3d.service = 'self_hosted'
    yield from window.open_tab("Hunyuan3D")
    yield from window.find('hunyuan3d.texture')
    row = window.mouse[1]
    yield from window.move(window.region().x + 40, row)
    yield from window.tap('LEFTMOUSE')
    for language in LANGUAGES:
        bpy.context.preferences.view.language = language
        yield 0.5
        yield from window.picture(f'open_{language}')


def scenario_the_models_of_vtrix(window: Window) -> Steps:
    """Three of them stand beside each other, and each has a name in the artist's language."""
    bpy.context.scene.hunyuan3d.service = 'vtrix'
    bpy.context.scene.hunyuan3d.operation = 'standard'
    yield from window.open_tab("Hunyuan3D")
    for language in LANGUAGES:
        bpy.context.preferences.view.language = language
        yield 0.5
        yield from window.picture(language)
    assert pgettext("Standard") == "标准"
