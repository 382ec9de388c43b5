# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain box, for a sandbox that was given no Blender: enough to walk the protocol of every operation."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import box_fbx, segmentation

TEXTURE_SIDE_PX = 64
_SIDES = tuple((axis, sign) for axis in range(3) for sign in (-1.0, 1.0))
_LIBRARY = "newmtl Sample\nKd 1 1 1\nmap_Kd base_color.png\n"
_COLORS = ("#FF805C", "#5C80FF")
_SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))


def make(folder: Path, job: Mapping[str, Any]) -> None:
    """Write `output` as `make_model` does. Raise ValueError for a format that needs Blender."""
    output = folder / 'output'
    output.mkdir(exist_ok=True)
    path = output / f"{job['request_id']}_0"
    files = []
    for kind in job['formats']:
        if kind not in _WRITERS:
            raise ValueError(f"{kind} needs a Blender, and there is none")
        files.append((kind, _WRITERS[kind](path).name))
    made: dict[str, Any] = {'files': files, 'preview': _png(path).name}
    if job['values'].get('EnableStagedGeneration'):
        text = segmentation.write({"Sample_part_0": range(2), "Sample_part_1": range(2, 6)}, _COLORS)
        made['segmentation'] = f"{job['request_id']}_0_parts.json"
        (output / made['segmentation']).write_text(text, 'utf-8')
    (output / 'made.json').write_text(json.dumps(made), 'utf-8')


def _corners() -> list[tuple[tuple[float, ...], tuple[float, ...], tuple[int, int]]]:
    """Position, normal and place in the texture of four corners for each of six sides, Y up, 1 m long."""
    corners = []
    for axis, sign in _SIDES:
        for u, v in _SQUARE:
            position = [0.0, 0.0, 0.0]
            position[axis], position[axis - 2], position[axis - 1] = sign / 2, (u - 0.5) * sign, v - 0.5
            position[1] += 0.5
            corners.append((tuple(position), tuple(sign * (axis == i) for i in range(3)), (u, v)))
    return corners


def _glb(path: Path) -> Path:
    corners = _corners()
    parts = [
        b''.join(struct.pack('<3f', *position) for position, _, _ in corners),
        b''.join(struct.pack('<3f', *normal) for _, normal, _ in corners),
        b''.join(struct.pack('<2f', u, 1 - v) for _, _, (u, v) in corners),
        b''.join(struct.pack('<6H', *(4 * side + i for i in (0, 1, 2, 0, 2, 3))) for side in range(6)),
        _texture(),
    ]
    offsets = [sum(len(part) for part in parts[:i]) for i in range(len(parts))]
    binary = _padded(b''.join(parts), b'\0')
    views = [
        {'buffer': 0, 'byteOffset': at, 'byteLength': len(part)}
        for at, part in zip(offsets, parts, strict=True)
    ]
    text = _padded(json.dumps(_document(views, len(binary))).encode(), b' ')
    chunks = (
        struct.pack('<I4s', len(text), b'JSON') + text + struct.pack('<I4s', len(binary), b'BIN\0') + binary
    )
    path = path.with_suffix('.glb')
    path.write_bytes(struct.pack('<4sII', b'glTF', 2, 12 + len(chunks)) + chunks)
    return path


def _document(views: list[dict[str, int]], length: int) -> dict[str, Any]:
    def accessor(view: int, component: int, count: int, kind: str, **bounds: list[float]) -> dict[str, Any]:
        return {'bufferView': view, 'componentType': component, 'count': count, 'type': kind, **bounds}

    attributes = {'POSITION': 0, 'NORMAL': 1, 'TEXCOORD_0': 2}
    return {
        'asset': {'version': '2.0', 'generator': "Hunyuan3D sandbox", 'copyright': "A sample: a plain box"},
        'scene': 0,
        'scenes': [{'nodes': [0]}],
        'nodes': [{'mesh': 0, 'name': "Sample"}],
        'meshes': [
            {'name': "Sample", 'primitives': [{'attributes': attributes, 'indices': 3, 'material': 0}]}
        ],
        'accessors': [
            accessor(0, 5126, 24, 'VEC3', min=[-0.5, 0.0, -0.5], max=[0.5, 1.0, 0.5]),
            accessor(1, 5126, 24, 'VEC3'),
            accessor(2, 5126, 24, 'VEC2'),
            accessor(3, 5123, 36, 'SCALAR'),
        ],
        'materials': [
            {
                'name': "Sample",
                'pbrMetallicRoughness': {'baseColorTexture': {'index': 0}, 'metallicFactor': 0},
            }
        ],
        'textures': [{'source': 0}],
        'images': [{'bufferView': 4, 'mimeType': 'image/png'}],
        'bufferViews': views,
        'buffers': [{'byteLength': length}],
    }


def _obj(path: Path) -> Path:
    corners = _corners()
    lines = ["# A sample: a plain box", "mtllib sample.mtl", "o Sample"]
    lines += ["v {} {} {}".format(*position) for position, _, _ in corners]
    lines += ["vt {} {}".format(*place) for _, _, place in corners]
    lines += ["vn {} {} {}".format(*normal) for _, normal, _ in corners]
    lines += [
        "usemtl Sample",
        *("f " + " ".join(f"{i}/{i}/{i}" for i in range(4 * s + 1, 4 * s + 5)) for s in range(6)),
    ]
    path = path.with_suffix('.zip')
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('sample.obj', '\n'.join(lines) + '\n')
        archive.writestr('sample.mtl', _LIBRARY)
        archive.writestr('base_color.png', _texture())
    return path


def _fbx(path: Path) -> Path:
    path = path.with_suffix('.fbx')
    points = [position for position, _, _ in _corners()]
    box_fbx.write(path, "Sample", points, [range(4 * side, 4 * side + 4) for side in range(6)])
    return path


def _mtl(path: Path) -> Path:
    path = path.with_suffix('.mtl')
    path.write_text(_LIBRARY, 'utf-8')
    return path


def _png(path: Path) -> Path:
    path = path.with_suffix('.png')
    path.write_bytes(_texture())
    return path


_WRITERS = {
    'GLB': _glb, 'OBJ': _obj, 'ZIP': _obj, 'FBX': _fbx, 'MTL': _mtl, 'IMAGE': _png, 'TEXTURE_IMAGE': _png,
}  # fmt: skip


def _texture() -> bytes:
    """A chequered PNG."""
    side = TEXTURE_SIDE_PX
    colors = (bytes((214, 120, 60)), bytes((240, 224, 196)))
    rows = [b'\0' + b''.join(colors[(x // 8 + y // 8) % 2] for x in range(side)) for y in range(side)]
    header = struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)
    chunks = ((b'IHDR', header), (b'IDAT', zlib.compress(b''.join(rows))), (b'IEND', b''))
    return b'\x89PNG\r\n\x1a\n' + b''.join(
        struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _padded(data: bytes, filler: bytes) -> bytes:
    return data + filler * (-len(data) % 4)
