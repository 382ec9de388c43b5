# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the Selected Model panel, kept in the scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpy.props import BoolProperty, EnumProperty, PointerProperty
from bpy.types import Context, PropertyGroup, Scene

from .. import app
from ..i18n import OWN_CONTEXT
from ..services.contract import Operation
from ..services.model_options import FaceLevel, TopologyOptions
from .properties import settings_of

LOD_SET = 'lod_set'


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


def work_settings_of(context: Context) -> HUNYUAN3D_PG_work:
    """The settings of the scene."""
    settings: HUNYUAN3D_PG_work = context.scene.hunyuan3d_work  # type: ignore[attr-defined]
    return settings


def work_of(context: Context, operation: Operation) -> app.Work:
    """What the settings of the scene make of an operation, at the service that is chosen for new models."""
    return _WORKS[operation](settings_of(context).service, work_settings_of(context))


def _topology(service: str, settings: HUNYUAN3D_PG_work) -> app.Work:
    is_set = settings.face_level == LOD_SET
    level = FaceLevel.MEDIUM if is_set else FaceLevel(settings.face_level)
    return app.Work(
        service=service,
        operation=Operation.TOPOLOGY,
        options=TopologyOptions(face_level=level, quads=settings.quads),
        lod_set=is_set,
    )


_WORKS: Mapping[Operation, Callable[[str, HUNYUAN3D_PG_work], app.Work]] = {Operation.TOPOLOGY: _topology}


CLASSES = (HUNYUAN3D_PG_work,)


def register() -> None:
    """Add the pointer."""
    Scene.hunyuan3d_work = PointerProperty(type=HUNYUAN3D_PG_work)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away; what is stored in open files stays there, unseen."""
    del Scene.hunyuan3d_work  # type: ignore[attr-defined]
