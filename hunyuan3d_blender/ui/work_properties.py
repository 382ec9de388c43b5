# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the Selected Model panel, kept in the scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import Context, PropertyGroup, Scene

from .. import app
from ..i18n import OWN_CONTEXT
from ..services.contract import Offer, Operation, View
from ..services.errors import N_
from ..services.model_options import (
    FaceLevel,
    MotionOptions,
    PartsOptions,
    RigOptions,
    TextureOptions,
    TopologyOptions,
)
from ..services.motions import MOTIONS
from .properties import HUNYUAN3D_PG_view, settings_of, view_files_of

LOD_SET = 'lod_set'

_FILE_FORMATS = {
    'FBX': N_("For game engines and other 3D programs"),
    'STL': N_("For 3D printers: the shape only"),
    'USDZ': N_("For phones and augmented reality"),
    'MP4': N_("A film of the model turning around, which also becomes an image of the .blend file"),
    'GIF': N_("The same as a moving picture, for web pages"),
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
    views: CollectionProperty(type=HUNYUAN3D_PG_view)
    texture_model: EnumProperty(
        name="Model Version",
        description="Version of Hunyuan 3D. Pictures of further sides need 3.1",
        items=[(name, name, "") for name in ('3.0', '3.1')],
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
    motion_prompt: StringProperty(
        name="Prompt",
        translation_context=OWN_CONTEXT,
        description="What the figure does: one person, a few movements one after another",
        options={'TEXTEDIT_UPDATE'},
    )
    estimate_duration: BoolProperty(
        name="Estimate Duration", description="Let the service choose how long the motion takes"
    )
    duration: IntProperty(
        name="Duration", description="Length of the motion in seconds", default=5, min=1, max=12
    )
    rewrite: BoolProperty(
        name="Expand Prompt",
        description="Let the service write more into the prompt before it makes the motion",
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


def texture_offer(context: Context) -> Offer | None:
    """What the chosen service offers for textures, None for nothing."""
    return app.services()[settings_of(context).service].offers.get(Operation.TEXTURE)


def texture_views_of(context: Context) -> tuple[View, ...]:
    """The sides beside the front of which the chosen model takes pictures for a texture."""
    return _texture_views(texture_offer(context), work_settings_of(context))


def _texture_views(offer: Offer | None, settings: HUNYUAN3D_PG_work) -> tuple[View, ...]:
    model = offer.model(settings.texture_model if offer.models[0].name else '') if offer else None
    return model.views if model else ()


def _texture(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    offer = app.services()[service].offers.get(Operation.TEXTURE)
    return app.operations.Work(
        service=service,
        operation=Operation.TEXTURE,
        prompt=settings.prompt,
        picture_file=bpy.path.abspath(settings.picture) if settings.picture else '',
        view_files=view_files_of(settings) if settings.picture and _texture_views(offer, settings) else {},
        model=settings.texture_model if offer and offer.models[0].name else '',
        enable_pbr=settings.enable_pbr,
        options=TextureOptions(keep_uv=settings.keep_uv, texture_size_px=settings.texture_size),
    )


def _rig(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    return app.operations.Work(
        service=service, operation=Operation.RIG, options=RigOptions(motion=int(settings.motion))
    )


def _motion(service: str, settings: HUNYUAN3D_PG_work) -> app.operations.Work:
    return app.operations.Work(
        service=service,
        operation=Operation.MOTION,
        prompt=settings.motion_prompt,
        options=MotionOptions(
            duration_s=settings.duration,
            estimate_duration=settings.estimate_duration,
            rewrite=settings.rewrite,
        ),
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
    Operation.MOTION: _motion,
    Operation.CONVERT: _convert,
}


CLASSES = (HUNYUAN3D_PG_work,)


def register() -> None:
    """Add the pointer."""
    Scene.hunyuan3d_work = PointerProperty(type=HUNYUAN3D_PG_work)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away; what is stored in open files stays there, unseen."""
    del Scene.hunyuan3d_work  # type: ignore[attr-defined]
