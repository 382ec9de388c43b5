# SPDX-License-Identifier: GPL-3.0-or-later
"""A render of the scene's camera as the picture: runs, shows its progress and is cancelled as any render."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.props import EnumProperty
from bpy.types import Context, Event, Menu, Operator, Scene

from ... import app
from ...scene import capture, safe_moment
from ...scene.pictures import NoPicture
from ...services.errors import N_
from .. import notices
from ..text import filled, iface
from ..watch import hurry

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

LOOK_S = 0.2
"""How often is looked whether a render has ended."""


class _Render(NamedTuple):
    """A render under way. Scenes by number: undo changes what else they could be known by."""

    scene: int
    copy: int
    copy_name: str
    file: Path
    """Where the picture will be."""


ENGINES = [
    ('SCENE', "Scene's Engine", "As the scene renders: its engine, with its samples"),
    ('EEVEE', "EEVEE, Quick", "Materials in the lights of the scene, with few samples"),
    ('WORKBENCH', "Workbench, Quick", "Shapes and textures in even light"),
]


class HUNYUAN3D_OT_render_picture(Operator):
    """Render what the camera sees, on white, and use that. The last render and its settings stay as they are"""

    bl_idname = 'hunyuan3d.render_picture'
    bl_label = "Render Picture"
    bl_options = {'INTERNAL'}

    engine: EnumProperty(name="Engine", items=ENGINES, options={'SKIP_SAVE'})

    @classmethod
    def poll(cls, context: Context) -> bool:
        if context.scene is None or context.scene.camera is None:
            cls.poll_message_set(iface(N_("The scene has no camera")))
            return False
        if _running or bpy.app.is_job_running('RENDER'):
            cls.poll_message_set(iface(N_("Something is being rendered")))
            return False
        return True

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        try:
            with _rendering(context, self.engine) as begun:
                bpy.ops.render.render('INVOKE_DEFAULT', scene=begun.copy_name, write_still=True)
        except RuntimeError as error:
            return self._failed(error)
        _running.append(begun)
        bpy.app.timers.register(_look, first_interval=LOOK_S)
        return {'FINISHED'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        try:
            with _rendering(context, self.engine) as begun:
                bpy.ops.render.render(scene=begun.copy_name, write_still=True)
        except RuntimeError as error:
            return self._failed(error)
        reason = _end(begun)
        if reason:
            self.report({'WARNING'}, reason)
        return {'CANCELLED'} if reason else {'FINISHED'}

    def _failed(self, error: RuntimeError) -> set[OperatorReturnItems]:
        reason = str(error).strip().removeprefix("Error: ")
        self.report({'ERROR'}, filled(N_("The picture could not be rendered: {reason}"), reason=reason))
        return {'CANCELLED'}


class HUNYUAN3D_MT_render(Menu):
    """Render the picture with another engine than the scene's"""

    bl_idname = 'HUNYUAN3D_MT_render'
    bl_label = "Render Picture With"

    def draw(self, _context: Context) -> None:
        self.layout.operator_enum('hunyuan3d.render_picture', 'engine')


_running: list[_Render] = []
"""The one render under way, if there is one."""


@contextmanager
def _rendering(context: Context, engine: str = 'SCENE') -> Iterator[_Render]:
    """A render that is about to begin; nothing of it stays where it does not."""
    begun = _begin(context, engine)
    try:
        yield begun
    except BaseException:
        capture.render.forget(begun.copy)
        shutil.rmtree(begun.file.parent, ignore_errors=True)
        raise


def _begin(context: Context, engine: str = 'SCENE') -> _Render:
    folder = Path(tempfile.mkdtemp(dir=bpy.app.tempdir))  # Blender removes it when it ends
    quick = engine if engine in capture.render.QUICK else ''
    copy = capture.render.prepared(context.scene, folder / 'picture.png', quick)
    return _Render(context.scene.session_uid, copy.session_uid, copy.name, folder / 'picture.png')


def _look() -> float | None:
    """Wait for the end of the render, and for a moment at which the artist is not dragging something."""
    if not safe_moment.is_safe(0.0):
        return LOOK_S
    reason = _end(_running.pop())
    if reason:
        notices.say('WARNING', reason)
        hurry()
    return None


def _end(ended: _Render) -> str:
    """Choose the picture, and return why that is not possible, '' when it is. Another file may be open meanwhile."""
    capture.render.forget(ended.copy)
    scene = capture.render.scene_of(ended.scene)
    try:
        data = capture.render.taken(ended.file)
        if not data:
            return iface(N_("Nothing was rendered: the picture to send is the one it was"))
        if scene is not None:
            _choose(app.keep_picture(data, scene.name), scene)
    except NoPicture as error:
        return filled(error.message, **error.facts)
    except OSError as error:
        return filled(N_("The picture could not be kept: {reason}"), reason=str(error))
    finally:
        shutil.rmtree(ended.file.parent, ignore_errors=True)
    return ''


def _choose(file: Path, scene: Scene) -> None:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], scene=scene):
        choose_picture: Any = bpy.ops.hunyuan3d.choose_picture  # type: ignore[attr-defined]
        choose_picture('EXEC_DEFAULT', True, filepath=str(file))  # True: an undo step


def unregister() -> None:
    """Wait no longer."""
    _running.clear()
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)


CLASSES = (HUNYUAN3D_OT_render_picture, HUNYUAN3D_MT_render)
