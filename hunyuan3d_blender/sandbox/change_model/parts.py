# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a model apart: by what is loose, by what lies together, or exactly as a segmentation says."""

from __future__ import annotations

import colorsys
from typing import Any

import bpy
import numpy as np

# isort: split
import bmesh  # importable once bpy is

from ..make_model.task import Made, Task
from ..segmentation import Segmentation, check_count, parse, write
from . import opening
from .clusters import around_means, connected

PARTS_OF_ONE_PIECE = 4
PIECES_MAX = 32
"""Smaller ones beyond go into one part."""
_GOLDEN = 0.618034


def make(task: Task) -> Made:
    """Both stages at once, or the one that was asked for."""
    form = opening.read_as_one(task)
    edited = task.folder / 'segmentation.json'
    if edited.exists():
        segmentation: Segmentation = parse(edited.read_text('utf-8'))
        check_count(segmentation, len(form.data.polygons))
    else:
        segmentation = found(form)
    if task.values.get('EnableStagedGeneration') and not edited.exists():
        path = task.path('_parts.json')
        path.write_text(write(segmentation, colors(len(segmentation))), 'utf-8')
        return opening.write(task, is_zipped=False) | {'segmentation': path.name}
    split(form, segmentation)
    return opening.write(task, is_zipped=False)


def found(form: Any) -> dict[str, list[int]]:
    """The faces of each part that an object seems to have, by name."""
    label = connected(form.data)
    sizes = np.bincount(label)
    if len(sizes) == 1:
        label = around_means(form.data, min(PARTS_OF_ONE_PIECE, len(label)))
    elif len(sizes) > PIECES_MAX:
        rank = np.argsort(np.argsort(-sizes, kind='stable'))
        label = np.minimum(rank, PIECES_MAX - 1)[label]
    return {
        f"{form.name}_part_{number}": np.flatnonzero(label == number).tolist()
        for number in range(int(label.max()) + 1)
    }


def split(form: Any, segmentation: Segmentation) -> list[Any]:
    """An object for each part in the place of the one they were."""
    items = []
    for name, ids in segmentation.items():
        wanted = np.zeros(len(form.data.polygons), bool)
        wanted[list(ids)] = True
        mesh: Any = form.data.copy()
        part: Any = bmesh.new()
        part.from_mesh(mesh)
        others = [face for face, is_wanted in zip(part.faces, wanted, strict=True) if not is_wanted]
        bmesh.ops.delete(part, geom=others, context='FACES')
        part.to_mesh(mesh)
        part.free()
        items.append(bpy.data.objects.new(name, mesh))
        mesh.name = name
    scene: Any = bpy.context.scene
    for item in items:
        scene.collection.objects.link(item)
    bpy.data.objects.remove(form)
    return items


def colors(count: int) -> list[str]:
    """So many colours that can be told apart, as "#RRGGBB"."""
    shades = [colorsys.hsv_to_rgb(number * _GOLDEN % 1, 0.65, 1) for number in range(count)]
    return ["#" + "".join(f"{round(255 * value):02X}" for value in shade) for shade in shades]
