# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of pictures need: images of their own, single pixels, and all that may not change."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy

RED = (1.0, 0.0, 0.0, 1.0)


def new_image(width: int = 40, height: int = 20, colour: Any = RED, **options: Any) -> Any:
    """A generated image of one colour, in the values of its colour space."""
    image = bpy.data.images.new("art", width, height, alpha=True, **options)
    image['of the test'] = True
    image.pixels.foreach_set(numpy.tile(numpy.float32(colour), width * height))
    return image


def saved(image: Any, file: Path, file_format: str = 'PNG') -> Path:
    """Turn an image into a file."""
    image.file_format = file_format
    image.save(filepath=str(file))
    bpy.data.images.remove(image)
    return file


def loaded(file: Path) -> Any:
    """Open a file as an image."""
    image = bpy.data.images.load(str(file))
    image['of the test'] = True
    return image


def pixel(data: bytes, tmp_path: Path, x: int = 0, y: int = 0) -> tuple[float, ...]:
    """One pixel of an encoded picture, counted from the lower left corner."""
    file = tmp_path / 'back'
    file.write_bytes(data)
    image = bpy.data.images.load(str(file))
    start = 4 * (y * image.size[0] + x)
    values = tuple(image.pixels[start : start + 4])
    bpy.data.images.remove(image)
    return values


_PARTS = {
    'render', 'image_settings', 'view_settings', 'display_settings', 'colorspace_settings', 'display', 'eevee', 'cursor',
    'tool_settings', 'unit_settings',
}  # fmt: skip
"""Parts of data-blocks whose values count; other pointers by name."""
_NEVER = {'hunyuan3d', 'session_uid', 'use_nodes', 'preview', 'original', 'linear_colorspace_settings'}
"""Our own settings, and what Blender does not keep by itself."""


def state_of(block: Any, path: str = '') -> dict[str, str]:
    """All values of a data-block or a part of one by their paths."""
    found = {}
    for prop in block.bl_rna.properties:
        name = prop.identifier
        if (
            name in _NEVER
            or prop.type == 'COLLECTION'
            or (isinstance(block, bpy.types.Image) and name in _NOTES)
        ):
            continue
        value = getattr(block, name)
        if prop.type != 'POINTER':
            found[f'{path}.{name}'] = repr(tuple(value) if getattr(prop, 'is_array', False) else value)
        elif name in _PARTS and value:
            found |= state_of(value, f'{path}.{name}')
        else:
            found[f'{path}.{name}'] = repr(getattr(value, 'name', None))
    return found


_NOTES = {'depth', 'has_data'}
"""What Blender notes on an image when it reads or saves it."""


def state_of_file(*, users: bool = True) -> dict[str, str]:
    """Which data-blocks there are, all values of those that matter, what is selected and hidden."""
    with warnings.catch_warnings(action='ignore'):  # what is to go in a later release is still a value
        return {name: value for name, value in _states(users) if users or not name.endswith('.users')}


def _states(users: bool) -> Iterator[tuple[str, str]]:
    for prop in bpy.data.bl_rna.properties:
        if prop.type == 'COLLECTION':
            blocks = list(getattr(bpy.data, prop.identifier))
            yield prop.identifier, repr([(block.name, block.users if users else None) for block in blocks])
            if prop.identifier in (
                'scenes',
                'objects',
                'collections',
                'images',
                'materials',
                'worlds',
                'cameras',
            ):
                for block in blocks:
                    yield from state_of(block, f'{prop.identifier}.{block.name}').items()
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            for item in layer.objects:
                shown = (item.select_get(view_layer=layer), item.hide_get(view_layer=layer))
                yield f'{scene.name}.{layer.name}.{item.name}', repr(shown)
    yield 'dirty', repr(bpy.data.is_dirty)


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is different, as text."""
    return [
        f"{name}: {before.get(name)} -> {after.get(name)}"
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]
