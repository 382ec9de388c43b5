# SPDX-License-Identifier: GPL-3.0-or-later
"""Every panel 280 pixels wide, at two scales and in two languages: nothing is cut off. The pictures are to be looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from itertools import product
from types import SimpleNamespace
from typing import Any

import bpy

from tests.gui.gauge import Gauge
from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, app, state

WIDTH_PX = 280
SCALES = (1.0, 1.5)
LANGUAGES = ('en_US', 'zh_HANS')
LIST_MARGIN = 20
PREFERENCES_MARGIN = 40


def speak(language: str) -> None:
    """Switch the whole interface."""
    view = bpy.context.preferences.view
    view.language = language
    view.use_translate_interface = view.use_translate_tooltips = view.use_translate_reports = True


def narrow(window: Window, scale: float) -> Steps:
    """Show our tab at that scale, and drag the edge of the sidebar until it is as wide as it shall be."""
    bpy.context.preferences.view.ui_scale = scale
    yield 1.0
    yield from window.open_tab("Hunyuan3D")
    for _ in range(4):
        region = window.region()
        if abs(region.width - WIDTH_PX * scale) < 2:
            return
        y = region.y + region.height - 100  # beside a panel: Blender has no edge where it draws none
        wanted = region.x + region.width - round(WIDTH_PX * scale)
        yield from window.move(region.x, y)
        yield 0.2
        window.event('LEFTMOUSE', 'PRESS')
        yield 0.2
        yield from window.move((region.x + wanted) // 2, y)
        yield from window.move(wanted, y)
        window.event('LEFTMOUSE', 'RELEASE')
        yield 0.5
    raise AssertionError(f"the sidebar is {window.region().width} pixels wide and cannot be made narrower")


def keep(window: Window, name: str) -> Steps:
    """A picture of the sidebar only."""
    yield from window.picture(name)
    region = window.region()
    file = window.folder / f'{name}.png'
    top = window.native.height - region.y - region.height
    part = f'{region.width}x{region.height}+{region.x}+{top}'
    subprocess.run(['convert', str(file), '-crop', part, '+repage', str(file)], check=True)


def inner_width(window: Window) -> Steps:
    """Pixels from one end of the Generate button to the other: what Blender leaves to our layouts."""
    yield from window.find('hunyuan3d.generate')
    (x, y), region = window.mouse, window.region()
    ends = []
    for outside in (region.x, region.x + region.width):
        inside = x
        while abs(outside - inside) > 1:
            middle = (inside + outside) // 2
            yield from window.move(middle, y)
            if 'hunyuan3d.generate' in window.under_mouse():
                inside = middle
            else:
                outside = middle
        ends.append(inside)
    return ends[1] - ends[0]


def cut_off(window: Window, width: float, panels: tuple[str, ...]) -> list[str]:
    """What Blender cuts off in these panels as they are now, but for what artists have written themselves."""
    names = [row.name for row in app().rows()]
    found = []
    with window.override():
        for panel in panels:
            gauge = Gauge()
            getattr(bpy.types, f'HUNYUAN3D_PT_{panel}').draw(SimpleNamespace(layout=gauge), bpy.context)
            found += gauge.cut_off(width)
        for item in bpy.context.window_manager.hunyuan3d.rows if 'jobs' in panels else ():
            row = Gauge()
            bpy.types.HUNYUAN3D_UL_jobs.draw_item(None, bpy.context, row, None, item, 0, None, '', 0, 0)
            found += row.cut_off(width - LIST_MARGIN * bpy.context.preferences.system.ui_scale)
    return [text for text in found if not text.startswith(tuple(map(repr, names)))]


def look(
    window: Window, panels: tuple[str, ...], states: Mapping[str, Callable[[], Any]], found: list[str]
) -> Steps:
    """Bring about each state at each scale and in each language; picture it, and note what is cut off."""
    with window.override():
        bpy.ops.screen.screen_full_area()
    yield 0.5
    for scale in SCALES:
        yield from narrow(window, scale)
        width = yield from inner_width(window)
        yield from window.rest()
        for language in LANGUAGES:
            speak(language)
            for name, begin in states.items():
                begin()
                yield 0.5
                place = f'{name}_{language}_{scale}'
                yield from keep(window, place)
                found += [f"{place}: {text}" for text in cut_off(window, width, panels)]


def open_panel(name: str) -> None:
    """Show a panel from the start that is closed then."""
    panel = getattr(bpy.types, f'HUNYUAN3D_PT_{name}')
    bpy.utils.unregister_class(panel)
    panel.bl_options = set()
    bpy.utils.register_class(panel)


def change(**values: Any) -> Callable[[], None]:
    """Sets the scene's settings, and online access."""

    def begin() -> None:
        online = values.get('service', 'sandbox') != 'sandbox' and values.get('online', True)
        bpy.context.preferences.system.use_online_access = online
        for name, value in values.items():
            if name != 'online':
                setattr(bpy.context.scene.hunyuan3d, name, value)

    return begin


def scenario_generate(window: Window) -> Steps:
    """Every service, source and kind of refusal."""
    open_panel('options')
    image = bpy.data.images.new("Picture", 100, 60)
    image.filepath_raw, image.file_format = str(window.folder / 'a small picture of a vase.png'), 'PNG'
    image.save()
    text = {'source': 'TEXT', 'operation': 'generate', 'generate_type': 'Normal'}
    states = {
        'new': change(service='sandbox', prompt="", **text),
        'no_key': change(service='tencent_intl', **text),
        'offline': change(service='tencent_cn', online=False, **text),
        'rapid': change(service='tencent_intl', **text | {'operation': 'rapid'}),
        'own_server': change(service='self_hosted', **text),
        'too_long': change(service='sandbox', prompt="a chair " * 130, **text),
        'refused': change(
            service='sandbox', prompt="a chair", model='3.1', **text | {'generate_type': 'LowPoly'}
        ),
        'picture': change(service='sandbox', **text | {'source': 'PICTURE', 'picture': image.filepath_raw}),
    }
    found: list[str] = []
    yield from look(window, ('generate', 'options', 'jobs'), states, found)
    assert cut_off(window, 100, ('generate',)), "the gauge finds nothing even where nothing can fit"
    assert not found, "\n".join(found)


def scenario_sketch(window: Window) -> Steps:
    """Where sketches are drawn, where they are not taken, and who gets them."""
    sketch = {'source': 'SKETCH', 'operation': 'generate', 'prompt': "a house"}
    states = {
        'sketch': change(service='tencent_intl', **sketch),
        'refused': change(service='tencent_cn', **sketch | {'operation': 'rapid'}),
        'picture': change(service='openai_compatible', **sketch | {'source': 'PICTURE'}),
        'here': change(service='sandbox', **sketch),
    }
    found: list[str] = []
    yield from look(window, ('generate',), states, found)
    assert not found, "\n".join(found)


def scenario_batch(window: Window) -> Steps:
    """Each kind of list, without one and with a long name, and a picture that is missing."""
    open_panel('batch')
    chosen = bpy.context.scene.hunyuan3d.list
    text = bpy.data.texts.new("Chairs for the waiting room")

    def choose(kind: str, value: Any, source: str = 'TEXT') -> Callable[[], None]:
        def begin() -> None:
            bpy.context.scene.hunyuan3d.source = source
            chosen.kind = kind
            setattr(chosen, kind.lower(), value)

        return begin

    states = {
        'no_text': choose('TEXT', None),
        'text': choose('TEXT', text),
        'file': choose('FILE', str(window.folder / 'chairs for the waiting room.txt')),
        'folder': choose('FOLDER', str(window.folder), 'PICTURE'),
    }
    found: list[str] = []
    yield from look(window, ('generate', 'batch'), states, found)
    assert not found, "\n".join(found)


def scenario_jobs(window: Window) -> Steps:
    """A job that was refused, one whose outcome is unknown, one that waits, and one whose model is in the scene."""
    ends = {
        "a chair [sandbox:no_credits]": 'rejected',
        "a table [sandbox:submit_answer_lost]": 'unknown',
        "a blue bowl": 'arrived',
        "a slow clock [sandbox:slow]": 'waiting',
    }
    for prompt, end in ends.items():
        count = len(app().rows())
        bpy.context.scene.hunyuan3d.prompt = prompt
        with window.override():
            bpy.ops.hunyuan3d.generate('INVOKE_DEFAULT')
        yield from window.until(lambda count=count: len(app().rows()) > count, "the job")
        yield from window.until(lambda end=end: state() == end, end, 120)

    def choose(end: str) -> Callable[[], None]:
        session = bpy.context.window_manager.hunyuan3d
        index = next(number for number, row in enumerate(app().rows()) if row.state == end)
        return lambda: setattr(session, 'index', index)

    found: list[str] = []
    yield from look(window, ('jobs',), {end: choose(end) for end in ends.values()}, found)
    assert not found, "\n".join(found)


def scenario_preferences(window: Window) -> Steps:
    """Each account open, in a window of the size that Blender gives it."""
    stored = bpy.context.preferences.addons[PACKAGE].preferences
    found: list[str] = []
    for scale in SCALES:
        bpy.context.preferences.view.ui_scale = scale
        yield 0.5
        bpy.ops.hunyuan3d.open_preferences()
        yield 1.0
        preferences = bpy.context.window_manager.windows[1]
        area = preferences.screen.areas[0]
        region = next(each for each in area.regions if each.type == 'WINDOW')
        for language, service in product(LANGUAGES, app().services()):
            speak(language)
            for name in app().services():
                setattr(stored, f'{name}_is_open', name == service)
            area.tag_redraw()
            yield 0.5
            with bpy.context.temp_override(window=preferences, area=area, region=region):
                bpy.ops.view2d.scroll_down(deltay=100_000)
            yield 0.5
            place = f'{service}_{language}_{scale}'
            window.photograph(place)
            with bpy.context.temp_override(window=preferences, area=area, region=region):
                gauge, rna = Gauge(), stored.bl_rna
                values = {prop.identifier: getattr(stored, prop.identifier) for prop in rna.properties}
                type(stored).draw(SimpleNamespace(**values | {'layout': gauge, 'bl_rna': rna}), bpy.context)
                found += [
                    f"{place}: {text}" for text in gauge.cut_off(region.width - PREFERENCES_MARGIN * scale)
                ]
        with bpy.context.temp_override(window=preferences):
            bpy.ops.wm.window_close()
        yield 0.5
    assert not found, "\n".join(found)
