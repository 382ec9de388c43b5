# SPDX-License-Identifier: GPL-3.0-or-later
"""How the add-on behaves while nobody looks at it: status bar, notices, other workspaces and windows, the keyboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import PACKAGE, app, meshes, state


def begin(prompt: str) -> None:
    """Start a job as a script does: no panel is open for it."""
    bpy.context.scene.hunyuan3d.prompt = prompt
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}


def open_info(window: Window) -> None:
    """Turn the timeline into an Info editor."""
    window.area('DOPESHEET_EDITOR').type = 'INFO'


def reports(window: Window) -> list[str]:
    """What the Info editor shows, line by line."""
    with window.override('WINDOW', 'INFO'):
        bpy.ops.info.select_all(action='SELECT')
        bpy.ops.info.report_copy()
        bpy.ops.info.select_all(action='DESELECT')
    return bpy.context.window_manager.clipboard.splitlines()


def notices(window: Window, beginning: str) -> list[str]:
    """The reports that begin so."""
    return [line for line in reports(window) if line.startswith(beginning)]


def count_draws() -> Counter[str]:
    """Counts from now on how often the status bar, our panels and another tab of the sidebar are drawn."""
    draws: Counter[str] = Counter()

    def count(kind: type, name: str) -> None:
        kind.append(lambda _self, _context: draws.update([name]))

    count(bpy.types.STATUSBAR_HT_header, 'status bar')
    count(bpy.types.HUNYUAN3D_PT_generate, 'panels')
    count(bpy.types.HUNYUAN3D_PT_jobs, 'panels')
    count(bpy.types.VIEW3D_PT_view3d_properties, 'other tab')
    return draws


def scenario_is_seen_with_the_sidebar_closed(window: Window) -> Steps:
    """The status bar follows a job while the mouse is still and no panel is drawn; its end is a notice."""
    open_info(window)
    yield from window.rest()
    yield 1.0
    draws = count_draws()
    yield 2.0
    assert not draws, f"drawn without a job: {draws}"
    begin("a green bottle")
    yield 1.0
    yield from window.picture('status_bar')
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    assert draws['panels'] == 0
    assert 3 <= draws['status bar'] <= 12, draws
    yield 1.0
    yield from window.picture('notice')
    notice = one_of(notices(window, "A green bottle: "))
    assert notice.endswith("The sample has arrived. Nothing was spent"), notice


def scenario_ends_are_noticed_and_never_pop_up(window: Window) -> Steps:
    """A refusal, a doubt and a model of another file: a line each in the Info editor, one only, and no window."""
    open_info(window)
    yield from window.rest()
    begin("a chair [sandbox:no_credits]")
    yield from window.until(lambda: state() == 'rejected', "the refusal", 60)
    yield 1.0
    yield from window.picture('rejected')
    begin("a table [sandbox:submit_answer_lost]")
    yield from window.until(lambda: state() == 'unknown', "the doubt", 60)
    yield 1.0
    window.photograph('unknown')
    assert "Nothing was spent" in one_of(notices(window, "A chair"))
    doubt = one_of(notices(window, "A table"))
    assert "broke before the answer was complete" in doubt
    assert "Nothing was spent" in doubt, "what the sandbox makes is free, whether it was made or not"
    begin("a lamp")
    yield 1.0
    bpy.ops.wm.read_homefile(app_template='')
    yield 0.5
    open_info(window)
    yield from window.until(lambda: state() == 'ready', "the model", 120)
    yield 1.0
    yield from window.picture('ready')
    assert "press Bring In" in one_of(notices(window, "A lamp: "))
    bpy.ops.wm.read_homefile(app_template='')
    yield 3.0
    open_info(window)
    yield 0.5
    assert len(notices(window, "A lamp: ")) <= 1, "another file, and it is told again"


def scenario_goes_on_in_other_windows_and_workspaces(window: Window) -> Steps:
    """The window in which a job is watched is closed while it runs, and the other one shows another workspace."""
    before = meshes()
    with bpy.context.temp_override(window=window.native):
        bpy.ops.wm.window_new_main()
    yield 1.0
    draws = count_draws()
    begin("a grey stone")
    yield from window.until(lambda: watching(window.native), "the watch in the first window")
    yield from window.until(lambda: draws['status bar'] >= 2, "the status bars of both windows")
    window.photograph('two_windows')
    with bpy.context.temp_override(window=window.native):
        bpy.ops.wm.window_close()
    yield from window.until(lambda: len(bpy.context.window_manager.windows) == 1, "one window less")
    assert state() != 'arrived', "closed too late to tell"
    for name in ("Scripting", "Rendering"):
        window.native.workspace = bpy.data.workspaces[name]
        yield from window.picture(f'workspace_{name.lower()}')
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    assert len(meshes() - before) == 1


def watching(window: bpy.types.Window) -> bool:
    """Whether our modal operator runs in this window."""
    running = [item for item in window.modal_operators if item is not None]  # None: its class is gone
    return any('hunyuan3d' in item.bl_idname.lower() for item in running)


def scenario_leaves_the_status_bar_when_disabled(window: Window) -> Steps:
    """Disabled while a job runs, the add-on is gone from the screen; enabled again, the job goes on."""
    import addon_utils

    yield from window.rest()
    begin("a slow clock [sandbox:slow]")
    yield 2.0
    yield from window.picture('enabled')
    draws = count_draws()
    addon_utils.disable(PACKAGE)
    yield 1.0
    assert draws['status bar'] >= 1, "what it showed has to go"
    yield from window.picture('disabled')
    assert not watching(window.native)
    keys = [
        key.idname
        for keymap in bpy.context.window_manager.keyconfigs.addon.keymaps
        for key in keymap.keymap_items
    ]
    assert not [name for name in keys if 'hunyuan3d' in name]
    addon_utils.enable(PACKAGE)
    yield from window.until(lambda: watching(window.native), "the watch")
    yield 1.0
    yield from window.picture('enabled_again')
    bpy.ops.hunyuan3d.cancel(job_id=app().rows()[0].id)
    yield from window.until(lambda: state() == 'cancelled', "the end of it")
    yield from window.picture('cancelled')


def scenario_leaves_other_tabs_alone(window: Window) -> Steps:
    """While a job runs and its placeholder counts seconds, another tab of the sidebar is not drawn again."""
    yield from window.open_tab("View")
    yield from window.rest()
    yield 1.0
    draws = count_draws()
    begin("a slow clock [sandbox:slow]")
    yield 3.0
    draws.clear()
    yield 6.0
    assert draws['other tab'] <= 1, draws
    assert draws['panels'] == 0, draws
    window.region().active_panel_category = "Hunyuan3D"
    window.region().tag_redraw()
    yield 1.0
    draws.clear()
    yield 6.0
    assert draws['panels'] >= 4, "ours counts the seconds"
    yield from window.picture('our_tab')
    bpy.ops.hunyuan3d.cancel(job_id=app().rows()[0].id)
    yield from window.until(lambda: state() == 'cancelled', "the end of it")


def scenario_from_an_object_to_its_job(window: Window) -> Steps:
    """The search leads from the active object to its job; other objects have no such entry."""
    before = meshes()
    yield from window.rest()
    begin("a small boat")
    yield from window.until(lambda: state() == 'arrived', "the arrival", 120)
    begin("a chair [sandbox:no_credits]")
    yield from window.until(lambda: state() == 'rejected', "the refusal", 60)
    model = bpy.data.objects[one_of(meshes() - before)]
    bpy.context.view_layer.objects.active = model
    yield 0.5
    yield from window.tap('F3')
    yield 0.5
    yield from window.write("show hunyuan")
    yield 0.5
    yield from window.picture('search')
    yield from window.tap('RET')
    yield 1.0
    yield from window.picture('shown')
    session = bpy.context.window_manager.hunyuan3d
    assert app().row(session.rows[session.index].name).text == "a small boat"


def one_of(found: Collection[str]) -> str:
    """The only one."""
    assert len(found) == 1, found
    return next(iter(found))


def scenario_by_keyboard_alone(window: Window) -> Steps:
    """From the Add menu and from the search to running jobs without touching the mouse, and the way back by Escape."""
    yield from window.rest()
    yield from window.tap('A', shift=True)
    yield 0.5
    yield from window.picture('add_menu')
    yield from window.write("hunyuan")
    yield 0.5
    yield from window.picture('add_menu_found')
    yield from window.tap('RET')
    yield 0.5
    yield from window.picture('dialog')
    yield from window.write("a yellow duck")
    yield from window.tap('RET')
    yield 0.5
    yield from window.picture('dialog_filled')
    yield from window.tap('RET')
    yield from window.until(lambda: state() != '', "the job in the list")
    assert app().rows()[0].text == "a yellow duck"
    yield from window.tap('F3')
    yield 0.5
    yield from window.write("hunyuan")
    yield 0.5
    yield from window.tap('RET')
    yield 0.5
    yield from window.picture('dialog_again')
    yield from window.tap('ESC')
    yield from window.tap('ESC')
    yield 0.5
    assert len(app().rows()) == 1, "Escape sends nothing"
