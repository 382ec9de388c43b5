# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the Selected Model panel, kept in the scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import Context, PropertyGroup, Scene

from .. import app
from ..i18n import OWN_CONTEXT
from ..services.contract import Operation
from ..services.errors import N_
from ..services.model_options import (
    FaceLevel,
    PartsOptions,
    RigOptions,
    TextureOptions,
    TopologyOptions,
)
from ..services.motions import MOTIONS
from .properties import settings_of

LOD_SET = 'lod_set'

_FILE_FORMATS = {
    'FBX': N_("For game engines and other 3D programs"),
    'STL': N_("For 3D printers: the shape only"),
    'USDZ': N_("For phones and augmented reality"),
}


def _look_at_picture(self: HUNYUAN3D_PG_work, _context: Context) -> None:
    if self.picture:
        app.look_at_picture(bpy.path.abspath(self.picture))


MOTION_ITEMS = [
    ('0', "None", "Only the rig"),
    *((str(number), name, "") for number, name in enumerate(MOTIONS, 1)),
]


class HUNYUAN3D_PG_work(PropertyGroup):
    """What is to be done with the selected model, and how."""

    face_level: EnumProperty(
        name="Faces",
        translation_context=OWN_CONTEXT,
        description="How many faces the new topology has",
        items=[
            (FaceLevel.HIGH, "Many", "Keeps most of the detail"),
            (FaceLevel.MEDIUM, "Medium", "Keeps the shape"),
            (FaceLevel.LOW, "Few", "Keeps the outline"),
            (LOD_SET, "LOD Set", "All three, in one collection. Each is a job of its own and is charged"),
        ],
        default=FaceLevel.MEDIUM,
    )
    quads: BoolProperty(name="Quads", description="Quads mixed with triangles instead of triangles only")
    staged: BoolProperty(
        name="Paint First",
        description="Only find the parts: they come as face sets on the mesh, to be repainted in Sculpt Mode. "
        "Making them is a second job, which is charged as well",
    )
    post_process: BoolProperty(
        name="Clean Up", description="One model with all parts, cleaned up by the service, at extra cost"
    )
    prompt: StringProperty(
        name="Prompt",
        translation_context=OWN_CONTEXT,
        description="What the surface looks like: materials, colors, wear",
        options={'TEXTEDIT_UPDATE'},
    )
    picture: StringProperty(
        name="Picture",
        description="What the surface looks like, as a picture instead of words: PNG or JPEG",
        subtype='FILE_PATH',
        update=_look_at_picture,
    )
    enable_pbr: BoolProperty(
        name="PBR Materials",
        description="Metallic, roughness and normal maps beside the base color",
        default=True,
    )
    keep_uv: BoolProperty(name="Keep UV", description="Use the UV map of the model instead of a new one")
    texture_size: IntProperty(
        name="Texture Size", description="Width and height in pixels", default=4096, min=720, max=4096
    )
    motion: EnumProperty(
        name="Motion",
        description="A motion that comes with the rig",
        items=MOTION_ITEMS,
    )
    file_format: EnumProperty(
        name="File Format",
        description="Of the file that is made of the model",
        items=[(name, name, text) for name, text in _FILE_FORMATS.items()],
    )


def work_settings_of(context: Context) -> HUNYUAN3D_PG_work:
    """The settings of the scene."""
    settings: HUNYUAN3D_PG_work = context.scene.hunyuan3d_work  # type: ignore[attr-defined]
    return settings


def work_of(context: Context, operation: Operation) -> app.operations.Work:
    """What the settings of the scene make of an operation, at the service that is chosen for new models."""
    return _WORKS[operation](settings_of(context).service, work_settings_of(context))


def _topology(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    is_set = settings.face_level == LOD_SET
    level = FaceLevel.MEDIUM if is_set else FaceLevel(settings.face_level)
    return app.operations.Work(
        service=service,
        operation=Operation.TOPOLOGY,
        options=TopologyOptions(face_level=level, quads=settings.quads),
        lod_set=is_set,
    )


def _uv(service: str, _settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    return app.operations.Work(service=service, operation=Operation.UV)


def _parts(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    options = PartsOptions(staged=settings.staged, post_process=settings.post_process and not settings.staged)
    return app.operations.Work(service=service, operation=Operation.PARTS, options=options)


def _texture(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    return app.operations.Work(
        service=service,
        operation=Operation.TEXTURE,
        prompt=settings.prompt,
        picture_file=bpy.path.abspath(settings.picture) if settings.picture else '',
        enable_pbr=settings.enable_pbr,
        options=TextureOptions(keep_uv=settings.keep_uv, texture_size_px=settings.texture_size),
    )


def _rig(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    return app.operations.Work(
        service=service, operation=Operation.RIG, options=RigOptions(motion=int(settings.motion))
    )


def _convert(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    return app.operations.Work(
        service=service, operation=Operation.CONVERT, result_format=settings.file_format
    )


_WORKS: Mapping[Operation, Callable[[str, HUNYUAN3D_PG_work], app.operations.Work]] = {
    Operation.TOPOLOGY: _topology,
    Operation.UV: _uv,
    Operation.PARTS: _parts,
    Operation.TEXTURE: _texture,
    Operation.RIG: _rig,
    Operation.CONVERT: _convert,
}


CLASSES = (HUNYUAN3D_PG_work,)


def register() -> None:
    """Add the pointer."""
    Scene.hunyuan3d_work = PointerProperty(type=HUNYUAN3D_PG_work)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away; what is stored in open files stays there, unseen."""
    del Scene.hunyuan3d_work  # type: ignore[attr-defined]
