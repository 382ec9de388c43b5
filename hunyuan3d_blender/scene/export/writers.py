# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the open scene as the services take it. The meshes in it stand at the origin, untransformed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bpy

from ...services.errors import N_
from .bake import NotExported


def write(format_: str, file: Path, textures: Path) -> None:
    """Write `file` as 'GLB', 'FBX' or 'OBJ', which is a zip; the files of `textures` are those of the materials. Raise NotExported."""
    try:
        _WRITERS[format_](file, textures)
    except RuntimeError as error:  # what Blender makes of everything that an exporter reports or raises
        raise NotExported(N_("Blender could not write the model file"), str(error)) from error
    if not file.is_file():
        raise NotExported(N_("Blender could not write the model file"))


def _glb(file: Path, _textures: Path) -> None:
    _call(
        bpy.ops.export_scene.gltf,
        filepath=str(file),
        export_format='GLB',
        export_apply=False,
        export_animations=False,
        export_skins=False,
        export_morph=False,
        export_cameras=False,
        export_lights=False,
        export_extras=False,
    )


def _fbx(file: Path, _textures: Path) -> None:
    _call(
        bpy.ops.export_scene.fbx,
        filepath=str(file),
        path_mode='COPY',
        embed_textures=True,
        object_types={'MESH'},
        use_mesh_modifiers=False,
        mesh_smooth_type='FACE',
        bake_space_transform=True,  # safe here: no object has a parent, a child or a transform
        bake_anim=False,
    )
    # The exporter notes whole paths, which nobody but the artist should know. Their lengths must stay.
    place = str(file.parent).encode()
    file.write_bytes(file.read_bytes().replace(place, b'/'.ljust(len(place), b'_')))


def _obj(file: Path, textures: Path) -> None:
    model = textures / 'model.obj'  # beside its textures
    _call(
        bpy.ops.wm.obj_export,
        filepath=str(model),
        path_mode='STRIP',
        export_pbr_extensions=True,
        export_animation=False,
        apply_modifiers=False,
    )
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(textures.iterdir()):
            stored = part.suffix in ('.png', '.jpg')
            archive.write(part, part.name, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


_WRITERS: Mapping[str, Callable[[Path, Path], None]] = {'GLB': _glb, 'FBX': _fbx, 'OBJ': _obj}


def _call(operator: Any, **arguments: Any) -> None:
    known = operator.get_rna_type().properties.keys()
    operator(**{name: value for name, value in arguments.items() if name in known})
