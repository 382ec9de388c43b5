# SPDX-License-Identifier: GPL-3.0-or-later
"""The model that is selected: what is known of it, and whether a service can fetch it where it came from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..jobs.job import Job, Original, State
from ..scene import fingerprint, provenance, shape
from ..scene.export import selection
from ..services import chaining
from ..services.registry import TABLES
from ..value import value
from .session import NotPossible, session

if TYPE_CHECKING:
    from bpy.types import Context, Object

MARGIN_S = 3 * 3600.0
"""A result is passed on as long as the service keeps it so much longer: jobs may have to wait for a slot."""


@value
class SelectedModel:
    """Some selected objects that belong together."""

    name: str
    """Of the object that stands for all."""
    faces: int
    job_id: str = ''
    """The job whose unchanged result it is, '' for none that the service still has."""
    service: str = ''
    """Of that job."""
    formats: tuple[str, ...] = ()
    """In which the service has it."""


def selected_model(context: Context) -> SelectedModel | None:
    """What is selected, None for no mesh. For drawing code: looks anew only when something else is there."""
    items = chosen_objects(context)
    if not items:
        return None
    here = session()
    key = tuple((item.session_uid, *_counts(item)) for item in items)
    known = here.selected_model
    if known is None or known[0] != key or time.monotonic() - known[1] > FRESH_S:
        here.selected_model = key, time.monotonic(), _look(items)
    return here.selected_model[2] if here.selected_model else None


PLACE_TOLERANCE = 1e-4
"""Of the numbers of a matrix: parts come standing where their root stands."""

FRESH_S = 60.0
"""How long it counts that the service still has a result."""


def look_at_selected_model(context: Context) -> SelectedModel | None:
    """The same as it is at this moment."""
    session().selected_model = None
    return selected_model(context)


def original_of(context: Context, *, hide: bool, collection: str = '') -> Original | None:
    """The selected model as what a result stands in for, None where it is not the result of a job."""
    root = _root(_meshes(context))
    frame = provenance.frame_of(root) if root else ()
    if root is None or not frame:
        return None
    inverse = root.matrix_world.inverted_safe()
    low, high = shape.extent((item.data, inverse @ item.matrix_world) for item in _meshes_of(root))
    return Original(
        name=root.name,
        matrix=shape.numbers_of(root.matrix_world),
        frame=frame,
        box=low.to_tuple() + high.to_tuple(),
        hide=hide,
        collection=collection,
    )


def chosen_objects(context: Context) -> list[Object]:
    """The selected meshes, and whatever else is selected that has faces."""
    others = [item for item in context.selected_objects if item.type != 'MESH' and selection.can_go(item)]
    return [*_meshes(context), *others]


def _meshes(context: Context) -> list[Object]:
    """The selected meshes; those below a selected empty count as selected with it."""
    chosen = [item for item in context.selected_objects if item.type in ('MESH', 'EMPTY', 'ARMATURE')]
    found = [each for item in chosen for each in (item, *item.children_recursive)]
    return [item for item in dict.fromkeys(found) if item.type == 'MESH']


def _meshes_of(root: Object) -> list[Object]:
    return [item for item in (root, *root.children_recursive) if item.type == 'MESH']


def _root(items: Sequence[Object]) -> Object | None:
    """The root of the one model that all of them are parts of, None for others."""
    roots = {provenance.root_of(item) for item in items}
    return roots.pop() if len(roots) == 1 else None


def _look(items: Sequence[Object]) -> SelectedModel:
    root = _root(items)
    everything = _meshes_of(root) if root else items
    name = root.name if root else items[0].name
    faces = sum(_counts(item)[1] for item in everything)
    job = _job_of(root) if root else None
    if job is None or root is None or _is_changed(root, everything):
        return SelectedModel(name=name, faces=faces)
    return SelectedModel(
        name=name,
        faces=faces,
        job_id=job.id,
        service=job.account.service,
        formats=chaining.formats_of(job.request, TABLES[job.account.service]),
    )


def _is_changed(root: Object, meshes: Sequence[Object]) -> bool:
    """Whether the artist has edited a mesh, or moved one of several parts."""
    if root.get(provenance.SHAPE) != fingerprint.of(meshes):
        return True
    moved = (root.matrix_world.inverted_safe() @ item.matrix_world for item in meshes if item.parent == root)
    return any(
        abs(each[i][j] - (i == j)) > PLACE_TOLERANCE for each in moved for i in range(4) for j in range(4)
    )


def _counts(item: Object) -> tuple[int, int]:
    """Points and faces of a mesh, as it is without modifiers."""
    return (len(item.data.vertices), len(item.data.polygons)) if item.type == 'MESH' else (0, 0)


def _job_of(root: Object) -> Job | None:
    """The job that has made the model, where its service still has it."""
    try:
        with session().store() as store:
            job = store.get(provenance.job_of(root))
    except NotPossible:
        return None
    if job is None or job.state not in (State.READY, State.ARRIVED) or not job.remote_id:
        return None
    table = TABLES.get(job.account.service)
    keeps_s = table.job_lifetime_s - MARGIN_S if table else 0.0
    return job if time.time() < job.submitted_at + keeps_s else None
