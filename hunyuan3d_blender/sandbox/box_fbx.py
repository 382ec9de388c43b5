# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh as binary FBX 7.4, written by hand: for a sandbox that was given no Blender."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Node = tuple[str, Sequence[Any], Sequence[Any]]
"""Name, properties and nodes inside."""

_MAGIC = b'Kaydara FBX Binary  \0\x1a\0' + struct.pack('<I', 7400)
_FOOT = bytes.fromhex('fabcab09d0c8d466b176fb831cf72675')
_END = bytes.fromhex('f85a8c6adef5d97eece90ce3758f290b')
_NOTHING = bytes(13)


class _Id(int):
    """Eight bytes, however small."""


_SCENE, _MESH, _MODEL = _Id(0), _Id(1001), _Id(1002)


def write(path: Path, name: str, points: Sequence[Sequence[float]], faces: Sequence[Sequence[int]]) -> None:
    """Write a mesh of points in metres, Y up, and faces of any number of corners."""
    ends = [number for face in faces for number in (*face[:-1], ~face[-1])]
    settings = [
        _setting(word, 'int', value)
        for word, value in (
            ('UpAxis', 1), ('UpAxisSign', 1), ('FrontAxis', 2), ('FrontAxisSign', 1), ('CoordAxis', 0),
            ('CoordAxisSign', 1),
        )
    ]  # fmt: skip
    settings.append(_setting('UnitScaleFactor', 'double', 100.0))
    mesh = [
        ('Vertices', [[float(value) for point in points for value in point]], ()),
        ('PolygonVertexIndex', [tuple(ends)], ()),
        ('GeometryVersion', [124], ()),
    ]
    objects = [
        ('Geometry', [_MESH, f"{name}\0\x01Geometry", 'Mesh'], mesh),
        ('Model', [_MODEL, f"{name}\0\x01Model", 'Mesh'], [('Version', [232], ())]),
    ]
    links = [('C', ['OO', _MODEL, _SCENE], ()), ('C', ['OO', _MESH, _MODEL], ())]
    nodes: list[Node] = [
        ('FBXHeaderExtension', (), [('FBXVersion', [7400], ()), ('Creator', ["Hunyuan3D sandbox"], ())]),
        ('GlobalSettings', (), [('Version', [1000], ()), ('Properties70', (), settings)]),
        ('Objects', (), objects),
        ('Connections', (), links),
    ]
    data = bytearray(_MAGIC)
    for node in nodes:
        data += _node(node, len(data))
    data += _NOTHING + _FOOT + bytes(4)
    data += bytes((-len(data)) % 16 or 16) + struct.pack('<I', 7400) + bytes(120) + _END
    path.write_bytes(data)


def _setting(name: str, kind: str, value: float) -> Node:
    label = {'int': 'Integer', 'double': 'Number'}[kind]
    return 'P', [name, kind, label, "", value], ()


def _node(node: Node, start: int) -> bytes:
    """A node that begins at an offset of the file: it says where it ends."""
    name, properties, inner = node
    head = 13 + len(name)
    values = b''.join(map(_property, properties))
    body = bytearray()
    for child in inner:
        body += _node(child, start + head + len(values) + len(body))
    if inner:
        body += _NOTHING
    end = start + head + len(values) + len(body)
    return struct.pack('<IIIB', end, len(properties), len(values), len(name)) + name.encode() + values + body


def _property(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack('<cI', b'S', len(value.encode())) + value.encode()
    if isinstance(value, list):
        return struct.pack('<cIII', b'd', len(value), 0, 8 * len(value)) + struct.pack(
            f'<{len(value)}d', *value
        )
    if isinstance(value, tuple):
        return struct.pack('<cIII', b'i', len(value), 0, 4 * len(value)) + struct.pack(
            f'<{len(value)}i', *value
        )
    if isinstance(value, float):
        return struct.pack('<cd', b'D', value)
    if isinstance(value, _Id):
        return struct.pack('<cq', b'L', value)
    return struct.pack('<ci', b'I', value)
