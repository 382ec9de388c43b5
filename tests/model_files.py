# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiny files of every format, byte by byte, so that tests can also make them wrong."""

from __future__ import annotations

import copy
import io
import json
import struct
import zipfile
import zlib
from typing import Any

# Pictures


def png(width: int = 1, height: int = 1) -> bytes:
    """A grey picture, whose header may lie about a large size: the data is always that of 1 × 1."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    header = struct.pack('>2I5B', width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b'\0\x80')
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', data) + chunk(b'IEND', b'')


JPG = (
    b'\xff\xd8\xff\xe0\x00\x04JF'
    + b'\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00'
    + b'\xff\xda\0\2\0\xff\xd9'
)
WEBP = b'RIFF' + struct.pack('<I', 22) + b'WEBPVP8L' + struct.pack('<I', 10) + b'\x2f' + bytes(9)
GIF = b'GIF89a' + struct.pack('<2H', 1, 1) + bytes(3) + b';'


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack('>I', len(data) + 8) + kind + data


MP4 = box(b'ftyp', b'isom\0\0\0\0') + box(b'moov', b'x' * 8) + struct.pack('>I4sQ', 1, b'mdat', 20) + b'data'

# Models

Document = dict[str, Any]

_POSITIONS = struct.pack('<12f', 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0)
_NORMALS = struct.pack('<3f', 0, 0, 1) * 4
_INDICES = struct.pack('<6I', 0, 1, 2, 2, 1, 3)
_PICTURE = png()
_BINARY = _POSITIONS + _NORMALS + _INDICES + _PICTURE
_PRIMITIVE = {'attributes': {'POSITION': 0, 'NORMAL': 1}, 'indices': 2, 'material': 0, 'mode': 4}
_DOCUMENT: Document = {
    'asset': {'version': '2.0'},
    'scene': 0,
    'scenes': [{'nodes': [0]}],
    'nodes': [{'mesh': 0, 'children': [1]}, {'name': "leaf"}],
    'meshes': [{'primitives': [_PRIMITIVE]}],
    'materials': [{'pbrMetallicRoughness': {'baseColorTexture': {'index': 0}}}],
    'textures': [{'source': 0}],
    'images': [{'bufferView': 3, 'mimeType': 'image/png'}],
    'accessors': [
        {
            'bufferView': 0,
            'componentType': 5126,
            'count': 4,
            'type': 'VEC3',
            'min': [0, 0, 0],
            'max': [1, 1, 0],
        },
        {'bufferView': 1, 'componentType': 5126, 'count': 4, 'type': 'VEC3'},
        {'bufferView': 2, 'componentType': 5125, 'count': 6, 'type': 'SCALAR'},
    ],
    'bufferViews': [
        {'buffer': 0, 'byteOffset': 0, 'byteLength': 48},
        {'buffer': 0, 'byteOffset': 48, 'byteLength': 48},
        {'buffer': 0, 'byteOffset': 96, 'byteLength': 24},
        {'buffer': 0, 'byteOffset': 120, 'byteLength': len(_PICTURE)},
    ],
    'buffers': [{'byteLength': len(_BINARY)}],
}


def document() -> Document:
    """The JSON of a textured square, to be changed at will."""
    return copy.deepcopy(_DOCUMENT)


def pack_glb(json_bytes: bytes, binary: bytes = _BINARY) -> bytes:
    json_bytes += b' ' * (-len(json_bytes) % 4)
    binary += b'\0' * (-len(binary) % 4)
    chunks = struct.pack('<I4s', len(json_bytes), b'JSON') + json_bytes
    chunks += struct.pack('<I4s', len(binary), b'BIN\0') + binary
    return struct.pack('<4sII', b'glTF', 2, 12 + len(chunks)) + chunks


def glb(changed: Document | None = None, binary: bytes = _BINARY) -> bytes:
    """A square with normals and a texture, or another document with the same bytes."""
    return pack_glb(json.dumps(_DOCUMENT if changed is None else changed).encode(), binary)


def triangles(*indices: int, mode: int = 4, kind: int = 5125) -> bytes:
    """The square with other corners, as unsigned numbers of the component type `kind`."""
    changed = document()
    width = {5121: 'B', 5123: 'H', 5125: 'I'}[kind]
    data = struct.pack(f'<{len(indices)}{width}', *indices)
    changed['accessors'][2] |= {'count': len(indices), 'componentType': kind, 'bufferView': 4}
    changed['bufferViews'].append({'buffer': 0, 'byteOffset': len(_BINARY), 'byteLength': len(data)})
    changed['buffers'][0]['byteLength'] += len(data)
    changed['meshes'][0]['primitives'][0]['mode'] = mode
    return glb(changed, _BINARY + data)


def stl(facets: int = 2, header: bytes = b'binary') -> bytes:
    return header.ljust(80, b'\0') + struct.pack('<I', facets) + bytes(50) * facets


ASCII_STL = b"solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n"
OBJ = b"# made by a service\nmtllib model.mtl\no square\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl skin\nf 1 2 3\n"
MTL = b"newmtl skin\nKd 1 1 1\nmap_Kd -s 1 1 1 textures/base color.png\nmap_Pr textures\\rough.png\n"


def fbx(*names: str, version: int = 7400) -> bytes:
    """A binary FBX with a list of numbers and a texture for each file name."""
    head = b'Kaydara FBX Binary  \0\x1a\0' + struct.pack('<I', version)
    footer = bytes(16) + bytes.fromhex('f85a8c6adef5d97eece90ce3758f290b')
    packed = zlib.compress(bytes(80))
    numbers = b'd' + struct.pack('<3I', 10, 1, len(packed)) + packed

    def record(offset: int, name: bytes, properties: list[bytes], *children: Any) -> bytes:
        layout = '<3QB' if version >= 7500 else '<3IB'
        data = b"".join(properties)
        inner_offset = offset + struct.calcsize(layout) + len(name) + len(data)
        inner = b''
        for child_name, child_properties, *grandchildren in children:
            inner += record(inner_offset + len(inner), child_name, child_properties, *grandchildren)
        if children:
            inner += bytes(struct.calcsize(layout))
        end = inner_offset + len(inner)
        return struct.pack(layout, end, len(properties), len(data), len(name)) + name + data + inner

    body = b''
    textures = [(b'Texture', [], (b'RelativeFilename', [text(name)])) for name in names]
    for name, properties, *children in (
        (b'FBXHeaderExtension', [], (b'FBXVersion', [b'I' + struct.pack('<I', version)])),
        (b'Objects', [], (b'Geometry', [b'L' + bytes(8), text("cube")], (b'Vertices', [numbers])), *textures),
        (b'Takes', []),
    ):
        body += record(len(head) + len(body), name, properties, *children)
    return head + body + bytes(struct.calcsize('<3QB' if version >= 7500 else '<3IB')) + footer


def text(value: str) -> bytes:
    """A text as a property of an FBX."""
    data = value.encode()
    return b'S' + struct.pack('<I', len(data)) + data


ASCII_FBX = b'; FBX 7.3.0 project file\nObjects:  {\n\tVideo: "x" {\n\t\tRelativeFilename: "a.png"\n\t}\n}\nConnections:  {\n}\n'


def zipped(*files: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', compression) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name)  # of 1980, so that the same files give the same bytes
            info.compress_type = compression
            archive.writestr(info, data)
    return buffer.getvalue()


USDA = b'#usda 1.0\ndef Mesh "square" {\n  asset inputs:file = @textures/skin.png@\n}\n'


def usdz(layer: bytes = USDA, name: str = "model.usda") -> bytes:
    return zipped((name, layer), ("textures/skin.png", png()), compression=zipfile.ZIP_STORED)


def usdc(*words: str) -> bytes:
    """The part of a binary USD layer that holds its words."""
    joined = b"".join(word.encode() + b'\0' for word in words)
    length = len(joined)
    more = b'' if length < 15 else bytes([255] * ((length - 15) // 255) + [(length - 15) % 255])
    packed = b'\0' + bytes([min(length, 15) << 4]) + more + joined  # one LZ4 block of literals
    tokens = struct.pack('<3Q', len(words), length, len(packed)) + packed
    head = b'PXR-USDC' + bytes([0, 8, 0, 0, 0, 0, 0, 0]) + struct.pack('<Q', 88 + len(tokens))
    contents = struct.pack('<Q', 1) + struct.pack('<16s2Q', b'TOKENS', 88, len(tokens))
    return head.ljust(88, b'\0') + tokens + contents
