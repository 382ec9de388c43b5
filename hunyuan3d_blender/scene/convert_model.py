# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the background Blender: one downloaded model file becomes one .blend that is quick to append.

It reads one line of JSON from its standard input (`Order`) and answers with lines of 'HUNYUAN3D ' and JSON:

    {"event": "ready", "version": [5, 2]}                       it waits for its order
    {"event": "model", "faces": 1, "objects": 1, "images": 1}   the .blend is complete
    {"event": "thumbnail"}                                      so is the picture; may be missing
    {"event": "failed", "message": "...", "detail": "..."}      a marked English sentence, and words for the log

The exit code is 0 when the model was written. The file comes from outside: whatever it does to an importer stays
in this process, which has a memory limit of its own and is ended by whoever started it when it takes too long.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

import bpy
from bpy.types import Collection, Mesh

from ..services.errors import N_
from ..value import value
from . import background, blend_file, importers, part_finding, segmentation, shape, thumbnail, tidy


class NotWritten(Exception):
    """The .blend could not be written; there is no output."""


@value
class Order:
    """What is to be done."""

    model: Path
    """In a folder of its own, with whatever belongs to it; nothing outside of that folder is read."""
    output: Path
    thumbnail: Path
    name: str
    target_size_m: float
    """Length of the longest side, 0 to leave it. Without a say where there is a `frame`."""
    frame: tuple[float, ...] = ()
    """4 x 4 row by row, from the file's coordinates to the space of the object it stands in for; empty for none."""
    box: tuple[float, ...] = ()
    """Smallest and largest coordinates of that object there; empty for none."""
    history: Mapping[str, str | float]
    memory_limit_bytes: int
    """Of the whole process, 0 for no limit."""
    is_in_parts: bool = False
    """Objects keep the names that they have in the file."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    """What `part_finding.note` wants, where the faces of the model belong to parts."""

    @classmethod
    def from_json(cls, text: str) -> Order:
        """Raise ValueError, KeyError or TypeError for what is no order."""
        values = json.loads(text)
        paths = {name: Path(values[name]).absolute() for name in ('model', 'output', 'thumbnail')}
        tuples = {name: tuple(values[name]) for name in ('frame', 'box')}
        return cls(**values | paths | tuples)


def main(_arguments: list[str]) -> int:
    """Say that all is ready, wait for the order, do it. Return the exit code."""
    answers = background.claim_stdout()
    _warm_up()
    background.say(answers, 'ready', version=list(bpy.app.version[:2]))
    line = sys.stdin.readline()
    if not line.strip():
        return 0  # nobody wants anything any more
    order = Order.from_json(line)
    background.limit_memory(order.memory_limit_bytes)
    try:
        collection = convert(order)
    except importers.NotImported as error:
        return background.give_up(answers, str(error), error.detail)
    except (shape.Unusable, segmentation.NotUsable) as error:
        return background.give_up(answers, str(error))
    except MemoryError:
        return background.give_up(answers, N_("The model needs more memory than a conversion may use"))
    except NotWritten as error:
        return background.give_up(answers, N_("The converted model could not be written"), str(error))
    background.say(answers, 'model', **_counts(collection))
    if thumbnail.render(collection, order.thumbnail):
        background.say(answers, 'thumbnail')
    return 0


def convert(order: Order) -> Collection:
    """Import into the open file, which must be empty, tidy up and write; return the collection that was written.

    Raise importers.NotImported, shape.Unusable, segmentation.NotUsable, NotWritten or MemoryError; then there is no output.
    """
    with contextlib.chdir(order.model.parent):  # what an importer looks for by a bare name is looked for here
        importers.import_model(order.model)
        where = shape.Where(size_m=order.target_size_m, frame=order.frame, box=order.box)
        faces = part_finding.number_faces() if order.parts else 0
        collection = tidy.tidy_up(order.model, order.name, where, order.history, keep_names=order.is_in_parts)
    if order.parts:
        _note_parts(order, collection, faces)
    _write(collection, order.output)
    return collection


def _note_parts(order: Order, collection: Collection, faces: int) -> None:
    try:
        part_finding.note(order.parts, collection, faces, str(order.history.get('job', '')))
    except OSError as error:
        raise NotWritten(str(error)) from error


def _write(collection: Collection, output: Path) -> None:
    """Write uncompressed, which is what makes appending nearly free, and never leave half a file under the name."""
    part = output.with_name(f"{output.name}.part")
    try:
        bpy.data.libraries.write(str(part), {collection}, compress=False)
        blend_file.blank_rest_of_texts(part)
        os.replace(part, output)  # noqa: PTH105 - Path.replace would need the same two paths
    except (OSError, RuntimeError, blend_file.NoBlend) as error:
        raise NotWritten(str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _counts(collection: Collection) -> dict[str, int]:
    meshes = [item.data for item in collection.all_objects if isinstance(item.data, Mesh)]
    return {
        'faces': sum(len(mesh.polygons) for mesh in meshes),
        'objects': len(collection.all_objects),
        'images': len(bpy.data.images),
    }


# The process


def _warm_up() -> None:
    """Import a single triangle, so that the real model does not wait for modules to be loaded; end with an empty file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'triangle.glb'
        file.write_bytes(_triangle())
        with contextlib.suppress(importers.NotImported):  # the order will tell
            importers.import_model(file)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


def _triangle() -> bytes:
    """The smallest GLB there is: three points, three normals, one face."""
    points = struct.pack('<18f', 0, 0, 0, 1, 0, 0, 0, 1, 0, *(0, 0, 1) * 3)
    view = {'buffer': 0, 'byteLength': 36}
    accessor = {'componentType': 5126, 'type': 'VEC3', 'count': 3}
    text = json.dumps({
        'asset': {'version': '2.0'},
        'scene': 0,
        'scenes': [{'nodes': [0]}],
        'nodes': [{'mesh': 0}],
        'meshes': [{'primitives': [{'attributes': {'POSITION': 0, 'NORMAL': 1}}]}],
        'accessors': [
            {'bufferView': 0, 'min': [0, 0, 0], 'max': [1, 1, 0]} | accessor,
            {'bufferView': 1} | accessor,
        ],
        'bufferViews': [view, view | {'byteOffset': 36}],
        'buffers': [{'byteLength': len(points)}],
    }).encode()  # fmt: skip
    text += b' ' * (-len(text) % 4)
    chunks = b''.join(
        struct.pack('<I4s', len(data), kind) + data for kind, data in ((b'JSON', text), (b'BIN\0', points))
    )
    return struct.pack('<4sII', b'glTF', 2, 12 + len(chunks)) + chunks
