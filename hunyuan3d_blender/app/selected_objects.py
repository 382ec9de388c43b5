# SPDX-License-Identifier: GPL-3.0-or-later
"""Selected objects that no service has: written for the worker to make a file of, and remembered as they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from ..jobs.job import Original
from ..jobs.library import JobFolder
from ..scene import shape
from ..scene.export import facts, selection
from ..services.errors import Failure, Kind
from .session import NotPossible

if TYPE_CHECKING:
    from bpy.types import Context, Object


def refuse_unsendable(objects: Sequence[Object]) -> None:
    """Raise NotPossible when nothing of it can be sent."""
    for remark in selection.remarks(objects):
        if remark.stops:
            raise NotPossible(Failure(kind=Kind.INPUT, message=remark.message, facts=remark.facts))


def keep_selection(
    context: Context, objects: Sequence[Object], folder: JobFolder
) -> tuple[float, float, float]:
    """Write the objects into a job's folder; return the place in the scene that is the origin of the file to come.

    Raise OSError or RuntimeError.
    """
    written = selection.write(context, objects, folder.input)
    folder.selection.write_text(json.dumps(asdict(written)), encoding='utf-8')
    return written.origin


def original_of_objects(
    context: Context,
    objects: Sequence[Object],
    origin: Sequence[float],
    *,
    hide: bool,
    collection: str = '',
) -> Original:
    """The objects as what a result stands in for; the active one, or the first, stands for all."""
    active = context.view_layer.objects.active
    root, *others = sorted(objects, key=lambda item: item != active)
    world = np.array(root.matrix_world, np.float64)
    inverse = np.linalg.pinv(world)  # of a flattened object, too
    file = np.identity(4)
    file[:3, 3] = origin
    points = facts.points_in_scene(objects, context.evaluated_depsgraph_get())
    own = points @ inverse[:3, :3].T + inverse[:3, 3]
    return Original(
        name=root.name,
        others=tuple(item.name for item in others),
        matrix=shape.numbers_of(root.matrix_world),
        frame=tuple(map(float, (inverse @ file).ravel())),
        box=(*map(float, own.min(axis=0)), *map(float, own.max(axis=0))),
        hide=hide,
        collection=collection,
    )
