# SPDX-License-Identifier: GPL-3.0-or-later
"""An image of Blender's as the picture: loaded, packed, painted, generated, or the result of a render.

`Image.save_render` is the one way that takes the pixels that are seen and brings every colour space and depth to sRGB
(measured on 4.2 to 5.2: `Image.copy` of a painted image is black, `save` changes its image).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
from bpy.types import Image, Scene

from ...services.errors import N_
from .. import pictures
from ..pictures import NoPicture

_SENDABLE = (b'\x89PNG\r\n\x1a\n', b'\xff\xd8\xff', b'RIFF')

_RENDERED = ('RENDER_RESULT', 'COMPOSITING')
_WANTED = {
    'media_type': 'IMAGE',
    'file_format': 'PNG',
    'color_mode': 'RGBA',
    'color_depth': '8',
    'compression': 15,
}
"""How `save_render` shall write. In this order, as each decides what the next may be; the first since 5.0."""


def picture_bytes(image: Image, scene: Scene) -> bytes:
    """The picture of an image as it looks now: its own file where that says it all, else a PNG on white. Raise NoPicture.

    `scene` is the one whose render is meant by the image "Render Result".
    """
    if image.type in _RENDERED:
        with _as_png(scene):
            return _saved(image, scene)
    return _seen(image)


def file_bytes(path: Path) -> bytes:
    """The same of a picture file, of any format that Blender reads. Raise NoPicture."""
    with pictures.loaded(path) as image:
        return _seen(image)


def _seen(image: Image) -> bytes:
    own = _own_file(image)
    if own:
        return own
    if not all(pictures.size_of(image)):
        raise NoPicture(N_("The image {name} has no picture, or its file is missing"), name=image.name)
    with _plain_scene() as plain, _untouched(image) as same:
        return _saved(same, plain)


def _own_file(image: Image) -> bytes:
    """The file of an image that shows it as it is, packed or on disk; empty where there is none."""
    is_plain = image.source == 'FILE' and image.colorspace_settings.name == 'sRGB' and not image.is_float
    if image.is_dirty or not is_plain or not pictures.is_opaque(image):
        return b''
    data = image.packed_file.data if image.packed_file else _on_disk(image)
    return data if data.startswith(_SENDABLE) else b''


def _on_disk(image: Image) -> bytes:
    try:
        return Path(bpy.path.abspath(image.filepath_raw, library=image.library)).read_bytes()
    except OSError:
        return b''


def _saved(image: Image, scene: Scene) -> bytes:
    try:
        data = pictures.written(lambda file: image.save_render(file, scene=scene))
    except (RuntimeError, OSError) as error:
        message = N_("The image {name} has no picture, or its file is missing")
        raise NoPicture(message, name=image.name) from error
    return pictures.flattened(data)


@contextmanager
def _untouched(image: Image) -> Iterator[Image]:
    """A copy to be saved, as saving notes on an image whether it is opaque; the image itself where it is a float one:

    in 5.2 their pixels may be in another colour space than the one that they are said to have.
    """
    if image.is_float:
        yield image
        return
    width, height = pictures.size_of(image)
    copy = bpy.data.images.new("~", width, height, alpha=True)
    try:
        copy.colorspace_settings.name = image.colorspace_settings.name
        pixels = array('f', bytes(16 * width * height))
        image.pixels.foreach_get(pixels)
        copy.pixels.foreach_set(pixels)
        yield copy
    finally:
        bpy.data.images.remove(copy)


@contextmanager
def _plain_scene() -> Iterator[Scene]:
    """A scene that shows colours as they are."""
    scene = bpy.data.scenes.new("~")
    try:
        scene.view_settings.view_transform = 'Standard'
        with _as_png(scene):
            yield scene
    finally:
        bpy.data.scenes.remove(scene)


@contextmanager
def _as_png(scene: Scene) -> Iterator[None]:
    """Have `scene` written as PNG meanwhile."""
    settings: Any = scene.render.image_settings
    names = [name for name in _WANTED if hasattr(settings, name)]
    before = {name: getattr(settings, name) for name in names}
    try:
        set_png(scene)
        yield
    finally:
        for name in names:
            setattr(settings, name, before[name])


def set_png(scene: Scene) -> None:
    """Have `scene` written as PNG with transparency."""
    settings: Any = scene.render.image_settings
    for name, value in _WANTED.items():
        if hasattr(settings, name):
            setattr(settings, name, value)
