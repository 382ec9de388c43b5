# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the converter in this process, and read what it has written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from hunyuan3d_blender.scene import convert_model
from hunyuan3d_blender.scene.convert_model import Order
from tests import scene_models

NAME = "Red dragon"


def order(model: Path, **changes: Any) -> Order:
    values = {
        'model': model,
        'output': model.parent.parent / 'model.blend',
        'thumbnail': model.parent.parent / 'thumbnail.png',
        'name': NAME,
        'target_size_m': 2.0,
        'history': {'service': 'sandbox', 'prompt': "a red dragon", 'credits': 15.0, 'job': 'a' * 32},
        'memory_limit_bytes': 0,
    }
    return Order(**values | changes)


def convert(what: Order) -> None:
    """Convert in an empty file, as the converter does."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    convert_model.convert(what)


def converted(what: Order) -> Any:
    """Convert in this process, and return the only collection of the written file, appended to an empty one."""
    convert(what)
    assert not list(what.output.parent.glob('*.part')), "half a file stayed behind"
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    with bpy.data.libraries.load(str(what.output), link=False) as (available, wanted):
        assert available.collections == [NAME]
        assert not available.scenes
        wanted.collections = available.collections
    (collection,) = wanted.collections
    bpy.context.scene.collection.children.link(collection)
    bpy.context.view_layer.update()
    return collection


def root_of(collection: Any) -> Any:
    (root,) = (item for item in collection.all_objects if item.parent is None)
    return root


def textured_box(folder: Path, suffix: str) -> Path:
    """The box in a folder of its own, away from its textures."""
    textures = folder / 'textures made here'
    textures.mkdir()
    item = scene_models.spiked_box()
    item.data.materials.append(scene_models.material(textures))
    return scene_models.export(folder / 'model' / f'download{suffix}')


def text_file(name: str, text: str) -> Callable[[Path], Path]:
    """What writes a model file of this name and text into a folder, and returns it."""

    def write(folder: Path) -> Path:
        file = folder / 'model' / name
        file.parent.mkdir()
        file.write_text(text)
        return file

    return write
