# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the Generate panel, kept in the scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import Context, Image, PropertyGroup, Scene, Text

from .. import app
from ..i18n import OWN_CONTEXT
from ..scene import units
from ..services.contract import GenerateType, Offer, Operation, PolygonType, View
from ..services.sampling import Sampling
from . import thumbnails
from .reporting import WORDS

_SERVICES = [(table.id, table.label, "") for table in app.services().values()]
_MODELS = sorted(
    {
        model.name
        for table in app.services().values()
        for operation in table.generating
        for model in table.offers[operation].models
        if model.name
    }
)
VARIANTS_MAX = 10
_FORMATS = ('GLB', 'OBJ', 'FBX', 'STL', 'USDZ')


def _look_at_picture(self: HUNYUAN3D_PG_settings | HUNYUAN3D_PG_view, _context: Context) -> None:
    path = bpy.path.abspath(self.picture)
    app.look_at_picture(path)
    thumbnails.forget(path)


def _size(self: HUNYUAN3D_PG_settings) -> float:
    """In the scene's units: what was set there, else what is usual."""
    if self.is_property_set('own_size'):
        return float(self.own_size)
    return app.usual_size_m() * _per_metre(self)


def _per_metre(settings: HUNYUAN3D_PG_settings) -> float:
    return units.per_metre(cast(Scene, settings.id_data))


def _set_size(self: HUNYUAN3D_PG_settings, size: float) -> None:
    self.own_size = size


class HUNYUAN3D_PG_view(PropertyGroup):
    """A picture of one side: its name is that of the `View`."""

    picture: StringProperty(
        name="View",
        translation_context=OWN_CONTEXT,
        description="A picture of this side of the same object, as large as the front: PNG or JPEG",
        update=_look_at_picture,
    )


class HUNYUAN3D_PG_list(PropertyGroup):
    """What a batch is made of."""

    kind: EnumProperty(
        name="List",
        description="Where the prompts or pictures of a batch are",
        items=[
            (
                'TEXT',
                "Text",
                "A text of this file, as the Text Editor shows it: a prompt per line",
                'TEXT',
                0,
            ),
            ('FILE', "File", "A text file: a prompt per line", 'FILE', 1),
            ('FOLDER', "Folder", "A folder of pictures", 'FILE_FOLDER', 2),
        ],
    )
    text: PointerProperty(
        type=Text,
        name="Text",
        translation_context=OWN_CONTEXT,
        description="A prompt per line. Empty lines are left out, and those that begin with #",
    )
    file: StringProperty(
        name="File",
        subtype='FILE_PATH',
        description="A prompt per line, as UTF-8. Empty lines are left out, and those that begin with #",
    )
    folder: StringProperty(
        name="Folder",
        subtype='DIR_PATH',
        description="Each PNG, JPEG or WebP in it becomes a model. Folders within it are left out",
    )


class HUNYUAN3D_PG_settings(PropertyGroup):
    """What to generate, and how."""

    service: EnumProperty(
        name="Service", description="Who makes the model", items=_SERVICES, default='sandbox'
    )
    operation: EnumProperty(
        name="Quality",
        translation_context=OWN_CONTEXT,
        items=[
            (Operation.GENERATE, "Pro", "Full quality, takes a few minutes"),
            (Operation.RAPID, "Rapid", "Quick and simple, takes about a minute"),
            (Operation.STANDARD, "Standard", "The generation before Pro, in any file format"),
        ],
    )
    source: EnumProperty(
        name="Source",
        translation_context=OWN_CONTEXT,
        items=[
            ('TEXT', "Text", "Describe the model in words", 'TEXT', 0),
            ('PICTURE', "Picture", "Show the model in a picture", 'IMAGE_DATA', 1),
            (
                'SKETCH',
                "Sketch",
                "Draw the model in lines, and say in words what they show",
                'GREASEPENCIL',
                2,
            ),
        ],
    )
    prompt: StringProperty(
        name="Prompt",
        translation_context=OWN_CONTEXT,
        description="What the model shows. One object works best; name its shape, material and color",
        options={'TEXTEDIT_UPDATE'},
    )
    picture: StringProperty(
        name="Picture",
        description="A picture of one object, large in the frame, on a plain background: PNG, JPEG or WebP",
        update=_look_at_picture,
    )
    page: PointerProperty(type=Image)
    """What a sketch is being drawn on."""
    views: CollectionProperty(type=HUNYUAN3D_PG_view)
    model: EnumProperty(
        name="Model Version",
        description="Version of Hunyuan 3D",
        items=[(name, name, "") for name in _MODELS],
    )
    generate_type: EnumProperty(
        name="Type",
        translation_context=OWN_CONTEXT,
        items=[
            (GenerateType.NORMAL, WORDS[GenerateType.NORMAL], "Shape with texture"),
            (GenerateType.LOW_POLY, WORDS[GenerateType.LOW_POLY], "Few faces with texture"),
            (GenerateType.GEOMETRY, WORDS[GenerateType.GEOMETRY], "Shape without texture"),
        ],
    )
    polygon_type: EnumProperty(
        name="Faces",
        translation_context=OWN_CONTEXT,
        items=[
            (PolygonType.TRIANGLE, "Triangles", "Triangles only"),
            (PolygonType.QUADRILATERAL, "Quads", "Quads mixed with triangles"),
        ],
    )
    use_face_count: BoolProperty(
        name="Set Face Count",
        description="Choose the number of faces, at extra cost. Otherwise the service chooses",
    )
    face_count: IntProperty(
        name="Faces",
        description="Wanted number of faces",
        default=100_000,
        min=3_000,
        max=1_500_000,
        step=1_000,
    )
    enable_pbr: BoolProperty(
        name="PBR Materials",
        description="Metallic, roughness and normal maps beside the base color",
        default=True,
    )
    enable_geometry: BoolProperty(name="Without Texture", description="Make the shape only")
    result_format: EnumProperty(
        name="File Format",
        description="What the service delivers. Whatever it is, it arrives as an ordinary Blender model",
        items=[('DEFAULT', "Default", "What converts best"), *((name, name, "") for name in _FORMATS)],
    )
    seed: IntProperty(
        name="Seed", description="Another number makes another model of the same picture", default=1234, min=0
    )
    steps: IntProperty(
        name="Steps",
        description="How often the shape is refined. A turbo model needs 5, a full one 20 to 50",
        default=5,
        min=1,
        max=100,
    )
    guidance: FloatProperty(
        name="Guidance", description="How closely the picture is followed", default=5.0, min=0.1, max=20.0
    )
    octree_resolution: IntProperty(
        name="Resolution",
        translation_context=OWN_CONTEXT,
        description="How fine the grid is in which the surface is found",
        default=256,
        min=64,
        max=512,
    )
    target_size: FloatProperty(
        name="Size",
        description="Longest side of the arriving model. Zero leaves it as it comes",
        subtype='DISTANCE',
        min=0.0,
        get=_size,
        set=_set_size,
    )
    own_size: FloatProperty(options={'HIDDEN'}, min=0.0)
    variants: IntProperty(
        name="Variants",
        description="How many models to generate of the same prompt or picture, side by side",
        default=1,
        min=1,
        max=VARIANTS_MAX,
    )
    list: PointerProperty(type=HUNYUAN3D_PG_list)


def settings_of(context: Context) -> HUNYUAN3D_PG_settings:
    """The settings of the scene."""
    settings: HUNYUAN3D_PG_settings = context.scene.hunyuan3d  # type: ignore[attr-defined]
    return settings


def operation_of(settings: HUNYUAN3D_PG_settings) -> Operation:
    """The chosen operation, or the one that the chosen service has instead."""
    operations = app.services()[settings.service].generating
    return next((each for each in operations if each == settings.operation), operations[0])


def offer_of(settings: HUNYUAN3D_PG_settings) -> Offer:
    """What the chosen service offers."""
    return app.services()[settings.service].offers[operation_of(settings)]


def source_of(settings: HUNYUAN3D_PG_settings) -> str:
    """What the model is made from: by choice, or because the service takes nothing but pictures."""
    return settings.source if offer_of(settings).prompt_max_characters else 'PICTURE'


def takes_sketches(settings: HUNYUAN3D_PG_settings) -> bool:
    """Whether the chosen service makes models from sketches."""
    return any(GenerateType.SKETCH in model.generate_types for model in offer_of(settings).models)


def draft_of(settings: HUNYUAN3D_PG_settings) -> app.Draft:
    """The settings as a draft; those that the chosen operation does not have are left out."""
    offer = offer_of(settings)
    source = source_of(settings)
    has_faces = offer.face_count is not None and settings.use_face_count
    has_format = settings.result_format in offer.result_formats
    return app.Draft(
        service=settings.service,
        operation=operation_of(settings),
        prompt='' if source == 'PICTURE' else settings.prompt,
        picture_file='' if source == 'TEXT' else bpy.path.abspath(settings.picture),
        needs_picture=settings.source == 'PICTURE',
        view_files=view_files_of(settings) if source == 'PICTURE' and views_of(settings) else {},
        model=settings.model if offer.models[0].name else '',
        generate_type=_type_of(settings, source),
        face_count=settings.face_count if has_faces else None,
        polygon_type=PolygonType(settings.polygon_type),
        enable_pbr=settings.enable_pbr,
        enable_geometry=settings.enable_geometry and offer.geometry_switch,
        result_format=settings.result_format if has_format else '',
        sampling=Sampling(
            seed=settings.seed,
            steps=settings.steps,
            guidance=settings.guidance,
            octree_resolution=settings.octree_resolution,
        ),
        target_size_m=settings.target_size / _per_metre(settings),
    )


def _type_of(settings: HUNYUAN3D_PG_settings, source: str) -> GenerateType:
    if source == 'SKETCH':
        return GenerateType.SKETCH
    has_types = len(offer_of(settings).models[0].generate_types) > 1
    return GenerateType(settings.generate_type) if has_types else GenerateType.NORMAL


def fill_in(settings: HUNYUAN3D_PG_settings, draft: app.Draft) -> None:
    """The reverse of `draft_of`. What can no longer be chosen stays as it is."""
    choices = {
        'service': draft.service,
        'operation': draft.operation,
        'source': _source_of(draft),
        'model': draft.model,
        'generate_type': draft.generate_type,
        'polygon_type': draft.polygon_type,
        'result_format': draft.result_format or 'DEFAULT',
    }
    for name, value in choices.items():
        if value in settings.bl_rna.properties[name].enum_items:  # type: ignore[attr-defined]
            setattr(settings, name, value)
    choose_views(settings, draft.view_files)
    if draft.picture_file:
        settings.picture = draft.picture_file
    if _source_of(draft) != 'PICTURE':
        settings.prompt = draft.prompt
    settings.use_face_count = draft.face_count is not None
    settings.face_count = draft.face_count or settings.face_count
    settings.enable_pbr = draft.enable_pbr
    settings.enable_geometry = draft.enable_geometry
    for name, number in asdict(draft.sampling).items():
        setattr(settings, name, number)
    settings.target_size = draft.target_size_m * _per_metre(settings)


def _source_of(draft: app.Draft) -> str:
    if draft.generate_type == GenerateType.SKETCH:
        return 'SKETCH'
    return 'PICTURE' if draft.picture_file else 'TEXT'


def views_of(settings: HUNYUAN3D_PG_settings) -> tuple[View, ...]:
    """The sides beside the front that the chosen model takes pictures of."""
    model = offer_of(settings).model(settings.model)
    return model.views if model else ()


def view_files_of(settings: Any) -> dict[View, str]:
    """Where the chosen pictures of further sides lie."""
    return {View(item.name): bpy.path.abspath(item.picture) for item in settings.views if item.picture}


def choose_picture(settings: HUNYUAN3D_PG_settings, file: str) -> None:
    """Choose this file as the picture to send; of a sketch, where that is what the model is made from."""
    settings.source = 'SKETCH' if settings.source == 'SKETCH' else 'PICTURE'
    settings.picture = file


def choose_views(settings: Any, files: Mapping[View, str]) -> None:
    """Choose these pictures of further sides, in the order of `View`, and no others."""
    settings.views.clear()
    for view in View:
        if view in files:
            item = settings.views.add()
            item.name, item.picture = view.value, files[view]


CLASSES = (HUNYUAN3D_PG_view, HUNYUAN3D_PG_list, HUNYUAN3D_PG_settings)


def register() -> None:
    """Add the pointer."""
    Scene.hunyuan3d = PointerProperty(type=HUNYUAN3D_PG_settings)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away; what is stored in open files stays there, unseen."""
    del Scene.hunyuan3d  # type: ignore[attr-defined]
