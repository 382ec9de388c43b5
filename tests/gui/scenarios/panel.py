# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel is there and can be used."""

from __future__ import annotations

from tests.gui.hands import Steps, Window


def scenario_tab_opens(window: Window) -> Steps:
    """The sidebar has our tab, drawn without an error, with Generate in it."""
    yield from window.open_tab("Hunyuan3D")
    yield from window.find('hunyuan3d.generate')
    yield from window.picture('tab')
