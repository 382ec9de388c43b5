# SPDX-License-Identifier: GPL-3.0-or-later
"""A render of the scene's camera as the picture: runs, shows its progress and is cancelled as any render."""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.props import EnumProperty
from bpy.types import Context, Event, Menu, Operator

from ... import app
from ...scene import capture, safe_moment
from ...scene.pictures import NoPicture
from ...services.errors import N_
from ..text import iface

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems

logger = logging.getLogger(__name__)

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
        if bpy.app.is_job_running('RENDER'):
            cls.poll_message_set(iface(N_("Something is being rendered")))
            return False
        return True

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        _running.append(_begin(context, self.engine))
        bpy.ops.render.render('INVOKE_DEFAULT', scene=_running[0].copy_name, write_still=True)
        bpy.app.timers.register(_look, first_interval=LOOK_S)
        return {'FINISHED'}

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        begun = _begin(context, self.engine)
        bpy.ops.render.render(scene=begun.copy_name, write_still=True)
        _end(begun)
        return {'FINISHED'}


class HUNYUAN3D_MT_render(Menu):
    """Render the picture with another engine than the scene's"""

    bl_idname = 'HUNYUAN3D_MT_render'
    bl_label = "Render Picture With"

    def draw(self, _context: Context) -> None:
        self.layout.operator_enum('hunyuan3d.render_picture', 'engine')


_running: list[_Render] = []
"""The one render under way, if there is one."""


def _begin(context: Context, engine: str = 'SCENE') -> _Render:
    folder = Path(tempfile.mkdtemp(dir=bpy.app.tempdir))  # Blender removes it when it ends
    quick = engine if engine in capture.render.QUICK else ''
    copy = capture.render.prepared(context.scene, folder / 'picture.png', quick)
    return _Render(context.scene.session_uid, copy.session_uid, copy.name, folder / 'picture.png')


def _look() -> float | None:
    """Wait for the end of the render, and for a moment at which the artist is not dragging something."""
    if not safe_moment.is_safe(0.0):
        return LOOK_S
    try:
        _end(_running.pop())
    except (NoPicture, OSError):
        logger.exception("The rendered picture could not be taken")
    return None


def _end(ended: _Render) -> None:
    """Choose the picture, when there is one. Raise NoPicture or OSError."""
    capture.render.forget(ended.copy)
    scene = capture.render.scene_of(ended.scene)
    data = capture.render.taken(ended.file)
    shutil.rmtree(ended.file.parent, ignore_errors=True)
    if not data or scene is None:  # cancelled, or another file is open now
        return
    file = app.keep_picture(data, scene.name)
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], scene=scene):
        choose_picture: Any = bpy.ops.hunyuan3d.choose_picture  # type: ignore[attr-defined]
        choose_picture('EXEC_DEFAULT', True, filepath=str(file))  # True: an undo step


def unregister() -> None:
    """Wait no longer."""
    _running.clear()
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)


CLASSES = (HUNYUAN3D_OT_render_picture, HUNYUAN3D_MT_render)
