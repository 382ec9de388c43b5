# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers inside a glTF: buffers, views and accessors, each held against the bytes that are really there.

Numbering, sizes and defaults: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#accessors
"""

from __future__ import annotations

import base64
import binascii
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from ...services.errors import N_
from .references import existing
from .refusal import ModelRefused

ACCESSORS_MAX = 1_000_000
ELEMENTS_MAX = 150_000_000
"""Of one accessor, and of all indices together: the corners of 50 million triangles."""

INVENTED_MAX_BYTES = 1 << 30
"""Of all accessors without bytes of their own: an importer fills them with zeros, however many are asked for."""

_COMPONENT_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_COMPONENTS = {'SCALAR': 1, 'VEC2': 2, 'VEC3': 3, 'VEC4': 4, 'MAT2': 4, 'MAT3': 9, 'MAT4': 16}
_UNSIGNED = {5121: 'B', 5123: 'H', 5125: 'I'}
"""Component types that indices may have, as type codes of `array`."""

_BLOCK_ELEMENTS = 1 << 20
_Value = TypeVar('_Value', str, int)

_STRIDE_MAX_BYTES = 252
_COMPRESSED = ('EXT_meshopt_compression', 'KHR_meshopt_compression')


def refused(place: str) -> ModelRefused:
    """The exception for a number or a link at `place` that glTF does not allow."""
    return ModelRefused(N_("The GLB is not valid: {place}"), place=place)


# Reading JSON without trusting it


def integer(
    owner: dict[str, Any], key: str, place: str, low: int, high: int, default: int | None = None
) -> int:
    """A whole number between `low` and `high`, both included. Raise `ModelRefused` for anything else."""
    value = owner.get(key, default)
    if type(value) is not int or not low <= value <= high:
        raise refused(f"{place}.{key}")
    return value


def choice(owner: dict[str, Any], key: str, place: str, allowed: Collection[_Value]) -> _Value:
    """One of the `allowed` values. Raise `ModelRefused` for anything else."""
    value: object = owner.get(key)
    for option in allowed:
        if type(value) is type(option) and value == option:
            return option
    raise refused(f"{place}.{key}")


def objects(owner: dict[str, Any], key: str, place: str, limit: int) -> list[dict[str, Any]]:
    """A list of JSON objects, empty where there is none."""
    value = owner.get(key, [])
    if not isinstance(value, list) or len(value) > limit or not all(isinstance(item, dict) for item in value):
        raise refused(f"{place}.{key}" if place else key)
    return value


def mapping(owner: dict[str, Any], key: str, place: str) -> dict[str, Any]:
    """A JSON object, empty where there is none."""
    value = owner.get(key, {})
    if not isinstance(value, dict):
        raise refused(f"{place}.{key}")
    return value


def numbers(owner: dict[str, Any], key: str, place: str, count: int) -> list[int]:
    """A list of indices into a list of `count` items, empty where there is none."""
    value = owner.get(key, [])
    if not isinstance(value, list) or not all(type(item) is int and 0 <= item < count for item in value):
        raise refused(f"{place}.{key}")
    return value


# Bytes


@dataclass(frozen=True)
class _Bytes:
    """Where a buffer lies: in a file from `start` on, or in memory."""

    size: int
    file: Path | None = None
    start: int = 0
    data: bytes = b''

    def read(self, offset: int, length: int) -> bytes:
        if self.file is None:
            return self.data[offset : offset + length]
        with self.file.open('rb') as file:
            file.seek(self.start + offset)
            return file.read(length)


@dataclass(frozen=True)
class _View:
    buffer: _Bytes
    offset: int
    size: int
    stride: int
    """0 where the elements follow each other without gaps."""


@dataclass(frozen=True)
class Accessor:
    """A list of numbers or vectors. Its bytes are known to exist."""

    component_type: int
    type: str
    count: int
    element_bytes: int
    view: _View | None
    """None: all zeros, or decompressed by an extension."""
    offset: int
    is_sparse: bool = False

    @property
    def is_index_list(self) -> bool:
        """Whether it can number vertices: unsigned whole numbers, as they lie there, without gaps between them."""
        tight = self.view is None or self.view.stride in (0, self.element_bytes)
        return self.type == 'SCALAR' and self.component_type in _UNSIGNED and tight and not self.is_sparse

    def highest(self) -> int:
        """The largest number of an index list."""
        return max(map(max, self._blocks()), default=0)

    def _blocks(self) -> Iterator[array[int]]:
        for begin in range(0, self.count if self.view else 0, _BLOCK_ELEMENTS):
            assert self.view
            count = min(_BLOCK_ELEMENTS, self.count - begin)
            offset = self.view.offset + self.offset + begin * self.element_bytes
            block = array(_UNSIGNED[self.component_type])
            block.frombytes(self.view.buffer.read(offset, count * self.element_bytes))
            yield block


class Data:
    """All buffers, views and accessors of a document. Making one checks them all and raises `ModelRefused`."""

    def __init__(self, document: dict[str, Any], path: Path, start: int, length: int) -> None:
        binary = _Bytes(length, path, start)
        buffers = [
            _buffer(buffer, f"buffers[{number}]", binary if number == 0 else None, path.parent)
            for number, buffer in enumerate(objects(document, 'buffers', '', 1_000))
        ]
        self.views = [
            _view(view, f"bufferViews[{number}]", buffers)
            for number, view in enumerate(objects(document, 'bufferViews', '', ACCESSORS_MAX))
        ]
        self.accessors = [
            self._accessor(accessor, f"accessors[{number}]")
            for number, accessor in enumerate(objects(document, 'accessors', '', ACCESSORS_MAX))
        ]
        invented = sum(a.count * a.element_bytes for a in self.accessors if a.view is None)
        if invented > INVENTED_MAX_BYTES:
            raise refused('accessors')
        self._highest: dict[int, int] = {}

    def accessor(self, owner: dict[str, Any], key: str, place: str) -> Accessor:
        """The accessor whose number is `owner[key]`."""
        return self.accessors[integer(owner, key, place, 0, len(self.accessors) - 1)]

    def highest(self, number: int) -> int:
        """`Accessor.highest`, read only once for primitives that share one."""
        if number not in self._highest:
            self._highest[number] = self.accessors[number].highest()
        return self._highest[number]

    def head_of_view(self, owner: dict[str, Any], key: str, place: str, max_bytes: int) -> bytes:
        """The first bytes of the view whose number is `owner[key]`."""
        view = self.views[integer(owner, key, place, 0, len(self.views) - 1)]
        return view.buffer.read(view.offset, min(view.size, max_bytes))

    def _accessor(self, accessor: dict[str, Any], place: str) -> Accessor:
        count = integer(accessor, 'count', place, 1, ELEMENTS_MAX)
        type_ = choice(accessor, 'type', place, _COMPONENTS)
        component_type = choice(accessor, 'componentType', place, _COMPONENT_BYTES)
        made = self._placed(accessor, place, type_, component_type, count)
        sparse = mapping(accessor, 'sparse', place)
        if not sparse:
            return made
        self._check_sparse(sparse, f"{place}.sparse", made)
        return replace(made, is_sparse=True)

    def _placed(
        self, owner: dict[str, Any], place: str, type_: str, component_type: int, count: int
    ) -> Accessor:
        """An accessor, or a part of a sparse one, whose bytes lie wholly within its view."""
        component_bytes = _COMPONENT_BYTES[component_type]
        element_bytes = component_bytes * _COMPONENTS[type_]
        if 'bufferView' not in owner:
            return Accessor(component_type, type_, count, element_bytes, None, 0)
        view = self.views[integer(owner, 'bufferView', place, 0, len(self.views) - 1)]
        offset = integer(owner, 'byteOffset', place, 0, view.size, 0)
        stride = view.stride or element_bytes
        if stride < element_bytes or stride % component_bytes:
            raise refused(f"{place}.byteStride")
        if offset + stride * (count - 1) + element_bytes > view.size:
            raise refused(f"{place}.count")
        return Accessor(component_type, type_, count, element_bytes, view, offset)

    def _check_sparse(self, sparse: dict[str, Any], place: str, base: Accessor) -> None:
        count = integer(sparse, 'count', place, 1, base.count)
        indices, values = mapping(sparse, 'indices', place), mapping(sparse, 'values', place)
        component_type = choice(indices, 'componentType', f"{place}.indices", _UNSIGNED)
        where = self._placed(indices, f"{place}.indices", 'SCALAR', component_type, count)
        what = self._placed(values, f"{place}.values", base.type, base.component_type, count)
        exist = where.view is not None and what.view is not None
        if not exist or not where.is_index_list or where.highest() >= base.count:
            raise refused(f"{place}.indices")


def _buffer(buffer: dict[str, Any], place: str, binary: _Bytes | None, folder: Path) -> _Bytes:
    size = integer(buffer, 'byteLength', place, 1, 1 << 32)
    found = read_uri(buffer['uri'], place, folder) if 'uri' in buffer else binary
    if found is None or found.size < size:
        raise refused(f"{place}.byteLength")
    return found


def read_uri(uri: object, place: str, folder: Path) -> _Bytes:
    """The bytes a URI stands for: written out in it, or a plain file of the same folder. Never anything else."""
    if not isinstance(uri, str):
        raise refused(f"{place}.uri")
    if uri.startswith('data:'):
        _, mark, text = uri.partition(';base64,')
        try:
            data = base64.b64decode(text, validate=True) if mark else None
        except binascii.Error:
            data = None
        if data is None:
            raise refused(f"{place}.uri")
        return _Bytes(len(data), data=data)
    file = existing(unquote(uri), folder)
    return _Bytes(file.stat().st_size, file)


def _view(view: dict[str, Any], place: str, buffers: list[_Bytes]) -> _View:
    if any(name in mapping(view, 'extensions', place) for name in _COMPRESSED):
        raise ModelRefused(N_("The model is compressed in a way that not every Blender can read"))
    buffer = buffers[integer(view, 'buffer', place, 0, len(buffers) - 1)]
    offset = integer(view, 'byteOffset', place, 0, buffer.size, 0)
    size = integer(view, 'byteLength', place, 1, buffer.size - offset)
    stride = integer(view, 'byteStride', place, 1, _STRIDE_MAX_BYTES, 0) if 'byteStride' in view else 0
    return _View(buffer, offset, size, stride)
