# SPDX-License-Identifier: GPL-3.0-or-later
"""The model that is selected: what is known of it, and whether a service can fetch it where it came from."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import bpy
from mathutils import Matrix

from ..jobs.job import Original
from ..scene import fingerprint, provenance, shape, stance
from ..scene.export import counts, facts, selection
from ..scene.stance import Stance
from ..services import chaining
from ..services.contract import Operation
from ..services.registry import TABLES
from ..value import value
from .kept_jobs import kept_job
from .rigs import Rig, armature_of, rig_of
from .session import session

if TYPE_CHECKING:
    from bpy.types import Context, Object

SUFFIXES: Mapping[Operation, str] = {
    Operation.PARTS: "Parts",
    Operation.TEXTURE: "Texture",
    Operation.TOPOLOGY: "Topology",
    Operation.UV: "UV",
    Operation.RIG: "Rig",
    Operation.MOTION: "Motion",
    Operation.CONVERT: "",
}
"""What the name of a result has after that of its original. In data-blocks, so not translated."""


@value
class SelectedModel:
    """Some selected objects that belong together."""

    name: str
    """Of the object that stands for all."""
    faces: int
    """As they are seen, with all modifiers."""
    triangles: int = 0
    """That those make, which is what most files hold."""
    islands: int = 0
    """Parts that are not connected, 0 where there are too many faces to count them."""
    has_other_faces: bool = False
    """Modifiers make other faces than the meshes have."""
    remarks: tuple[selection.Remark, ...] = ()
    """What of it would not be sent as it is here, as of the last tick."""
    job_id: str = ''
    """The job whose unchanged result it is, '' for none that the service still has."""
    service: str = ''
    """Of that job."""
    formats: tuple[str, ...] = ()
    """In which the service has it."""
    size_bytes: int = 0
    """Of the file in the first of them, 0 where that is not known."""
    rig: Rig | None = None
    """What moves it."""
    is_bare: bool = False
    """There are bones only, and no mesh."""
    stance: Stance = Stance.OTHER


def selected_model(context: Context) -> SelectedModel | None:
    """What is selected, None for no mesh and no rig. For drawing code: looks anew only when something else is there."""
    armature = armature_of(context)
    items = chosen_objects(context)
    everything = [*items, armature] if armature else items
    if not everything:
        return None
    here = session()
    key = tuple((item.session_uid, counts.count(item)) for item in everything)
    known = here.selected_model
    if known is None or known[0] != key or time.monotonic() - known[1] > FRESH_S:
        here.selected_model = key, time.monotonic(), _look(items, armature)
    return here.selected_model[2] if here.selected_model else None


PLACE_TOLERANCE = 1e-4
"""Of the numbers of a matrix: parts come standing where their root stands."""

FRESH_S = 60.0
"""How long it counts that the service still has a result."""

ISLANDS_FACES_MAX = 100_000
"""Triangles up to which islands are counted, in less than a tenth of a second. Services that limit them take fewer."""


def remark_on_selected_model() -> bool:
    """At a tick: see what of the selection would not be sent as it is, which looks at files. Return whether that is news."""
    known = session().selected_model
    if known is None or known[2].job_id or known[2].is_bare:
        return False
    windows = bpy.context.window_manager.windows
    with bpy.context.temp_override(window=windows[0]) if windows else nullcontext():
        found = tuple(selection.remarks(chosen_objects(bpy.context)))
    if found == known[2].remarks:
        return False
    session().selected_model = known[0], known[1], replace(known[2], remarks=found)
    return True


def look_at_selected_model(context: Context) -> SelectedModel | None:
    """The same as it is at this moment."""
    session().selected_model = None
    return selected_model(context)


def original_of(context: Context, *, hide: bool, collection: str = '') -> Original | None:
    """The selected model as what a result stands in for, None where it is not the result of a job."""
    root = _root(_meshes(context))
    return original_of_root(root, hide=hide, collection=collection) if root else None


def original_of_root(root: Object, *, hide: bool, collection: str = '') -> Original | None:
    """A model that has arrived, by its topmost object; None where it does not know the way back into its file."""
    frame = provenance.frame_of(root)
    if not frame:
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


def _look(items: Sequence[Object], armature: Object | None) -> SelectedModel:
    rig = rig_of(armature)
    if armature and not items:
        return SelectedModel(name=armature.name, faces=0, rig=rig, is_bare=True)
    root = _root(items)
    everything = _meshes_of(root) if root else items
    name = root.name if root else items[0].name
    counted = [counts.count(item) for item in everything]
    triangles = sum(count.triangles for count in counted)
    model = SelectedModel(
        name=name,
        faces=sum(count.faces for count in counted),
        triangles=triangles,
        islands=_islands(everything) if triangles <= ISLANDS_FACES_MAX else 0,
        has_other_faces=any(count.has_other_faces for count in counted),
        rig=rig,
        stance=_stance_of(root, everything),
    )
    job = kept_job(provenance.job_of(root)) if root else None
    if job is None or root is None or _is_changed(root, everything):
        return model
    formats = chaining.formats_of(job.request, TABLES[job.account.service])
    is_first = bool(job.files and formats) and job.files[0].upper().endswith(f'.{formats[0]}')
    return replace(
        model,
        job_id=job.id,
        service=job.account.service,
        formats=formats,
        size_bytes=(job.bytes_total or 0) if is_first else 0,
    )


def _islands(items: Iterable[Object]) -> int:
    return sum(facts.islands_of(counts.seen(item).data) for item in items if item.type == 'MESH')


def _stance_of(root: Object | None, items: Sequence[Object]) -> Stance:
    """In the space of the root, as its file has it; in the scene, where there is none."""
    inverse = root.matrix_world.inverted_safe() if root else Matrix()
    meshes = (item for item in items if item.type == 'MESH')
    return stance.of((item.data, inverse @ item.matrix_world) for item in meshes)


def _is_changed(root: Object, meshes: Sequence[Object]) -> bool:
    """Whether the artist has edited a mesh, or moved one of several parts."""
    if root.get(provenance.SHAPE) != fingerprint.of(meshes):
        return True
    moved = (root.matrix_world.inverted_safe() @ item.matrix_world for item in meshes if item.parent == root)
    return any(
        abs(each[i][j] - (i == j)) > PLACE_TOLERANCE for each in moved for i in range(4) for j in range(4)
    )
