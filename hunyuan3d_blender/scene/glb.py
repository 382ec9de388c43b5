# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be seen in a GLB file only before Blender has imported it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy
from numpy.typing import NDArray

from ..services.errors import N_
from .shape import Unusable

_FLOAT = 5126
_SUFFIXES = {'image/png': '.png', 'image/jpeg': '.jpg', 'image/webp': '.webp'}
_STRANGE = (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error)


def check(file: Path) -> None:
    """Raise Unusable when points are nowhere: the importer quietly sets them to the origin. Raise OSError.

    What is not understood here is left to the importer, and it was held against the specification before.
    """
    with file.open('rb') as stream, suppress(*_STRANGE):
        for coordinates in _positions(stream):
            if not numpy.isfinite(coordinates).all():
                raise Unusable(N_("The geometry of the model is damaged: some points have no position"))


def image_suffix(file: Path) -> str:
    """'.png' where the file says that all its textures are PNG, and so on; '' where they differ. Raise OSError."""
    with file.open('rb') as stream, suppress(*_STRANGE):
        (said,) = {image['mimeType'] for image in _document(stream)[0]['images']}
        return _SUFFIXES.get(said, '')
    return ''


def _document(stream: BinaryIO) -> tuple[Any, int]:
    """The JSON part, and where the binary one begins."""
    (length,) = struct.unpack_from('<I', stream.read(20), 12)
    return json.loads(stream.read(length)), 20 + length + 8


def _positions(stream: BinaryIO) -> Iterator[NDArray[numpy.float32]]:
    """The coordinates of each mesh. Only they are read: textures are most of a file."""
    document, begin = _document(stream)
    primitives = [primitive for mesh in document['meshes'] for primitive in mesh['primitives']]
    for number in {primitive['attributes']['POSITION'] for primitive in primitives}:
        accessor = document['accessors'][number]
        view = document['bufferViews'][accessor['bufferView']]
        if accessor['componentType'] == _FLOAT:
            stream.seek(begin + view.get('byteOffset', 0) + accessor.get('byteOffset', 0))
            step = view.get('byteStride', 12) // 4  # in an interleaved file other values stand in between
            numbers = numpy.frombuffer(stream.read(4 * (step * (accessor['count'] - 1) + 3)), numpy.float32)
            padded = numpy.resize(numbers, step * accessor['count'])
            yield padded.reshape(-1, step)[:, :3]
