# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a model file with Blender's own importer, with the arguments that this Blender's importer knows.

Arguments come and go between Blender 4.2 and 5.2; unknown ones are left out instead of being an error.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from ..services.errors import N_


class NotImported(Exception):
    """The file could not be read. The text is a marked sentence, `detail` the importer's own words."""

    def __init__(self, message: str, detail: str = '') -> None:
        super().__init__(message)
        self.detail = detail


# Validation is done once, by `shape`, which can then tell broken points from those the importer has set to zero.
_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    'import_scene.gltf': {
        'import_pack_images': False,  # a picture outside of the model's folder must be noticed before it is packed
        'import_scene_as_collection': False,
        'import_select_created_objects': False,
        'import_unused_materials': False,
        'disable_bone_shape': True,  # would add a sphere that looks like a part of the model
        'loglevel': logging.CRITICAL,
    },
    'import_scene.fbx': {'use_custom_props': False, 'use_image_search': False},
    'wm.fbx_import': {'use_custom_props': False, 'import_subdivision': False, 'validate_meshes': False},
    'wm.obj_import': {'validate_meshes': False},
    'wm.stl_import': {'use_mesh_validate': False},
    'wm.usd_import': {
        'import_textures_mode': 'IMPORT_PACK',
        'import_cameras': False,
        'import_lights': False,
        'import_curves': False,
        'import_points': False,
        'import_volumes': False,
        'import_subdiv': False,
        'import_subdivision': False,
        'create_world_material': False,
        'set_frame_range': False,
        'attr_import_mode': 'NONE',
        'property_import_mode': 'NONE',
        'validate_meshes': False,
    },
}

_OPERATORS: Mapping[str, tuple[str, ...]] = {
    'glb': ('import_scene.gltf',),
    'obj': ('wm.obj_import',),
    'fbx': ('wm.fbx_import', 'import_scene.fbx'),
    'stl': ('wm.stl_import',),
    'usdz': ('wm.usd_import',),
}
"""The importers of each format, the best first. Blender before 4.5 has no FBX importer but the one in Python."""

_MAGIC: tuple[tuple[bytes, str], ...] = ((b'glTF', 'glb'), (b'Kaydara FBX Binary', 'fbx'), (b'PK', 'usdz'))


def format_of(file: Path) -> str:
    """'glb', 'obj', 'fbx', 'stl' or 'usdz', by content where it tells, else by name. Raise OSError."""
    with file.open('rb') as stream:
        head = stream.read(18)
    known = (found for magic, found in _MAGIC if head.startswith(magic))
    return next(known, file.suffix.lower().removeprefix('.'))


def import_model(file: Path) -> None:
    """Add the content of `file` to the open scene. Raise NotImported; a hostile file may also end the process."""
    operator, name = _importer(format_of(file))
    known = operator.get_rna_type().properties.keys()
    arguments = {key: value for key, value in _ARGUMENTS[name].items() if key in known}
    try:
        result = operator(filepath=str(file), **arguments)
    except RuntimeError as error:  # what Blender makes of everything that an importer reports or raises
        if 'MemoryError' in str(error):
            raise MemoryError from error
        raise NotImported(N_("Blender could not read the model file"), str(error)) from error
    if 'FINISHED' not in result:
        raise NotImported(N_("Blender could not read the model file"))


def _importer(format_: str) -> tuple[Any, str]:
    """The first importer that this Blender has. Raise NotImported when it has none."""
    for name in _OPERATORS.get(format_, ()):
        module, _, function = name.partition('.')
        if function in dir(getattr(bpy.ops, module)):
            return getattr(getattr(bpy.ops, module), function), name
    raise NotImported(N_("This Blender cannot import this kind of model file"), format_)
