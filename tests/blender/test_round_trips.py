# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons of the Selected Model panel with nothing stood in for: export, bucket, sandbox, conversion, arrival."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils.kdtree import KDTree

from hunyuan3d_blender import credentials
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.sandbox.object_storage import BUCKET
from hunyuan3d_blender.sandbox.signed_query import REGION
from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.registry import TABLES
from tests.exports import Look, far, lettered_box, state
from tests.worker_process import World, wait_until, world

pytestmark = pytest.mark.filterwarnings(
    'ignore::DeprecationWarning',  # of Blender's own add-ons
    "ignore:Setting the shape on a NumPy array",
)
LIMIT_S = 300.0


class Trip:
    """What a button starts goes to an edition in the sandbox, by way of its bucket, and comes back."""

    def __init__(self, app: Any, store: Any, here: World, service: str, addon_part: Any) -> None:
        self.app, self.store, self.here = app, store, here
        keys, url = here.sandbox.ledger.keys, here.sandbox.url
        purpose = credentials.Purpose(credentials.BUCKET, url)
        credentials.save_own(purpose, Key(keys.secret_key, id=keys.secret_id))
        account = app.AccountSettings(endpoint=url, region=TABLES[service].regions[0], key_source='own_file')
        bucket = app.BucketSettings(
            provider='other', name=BUCKET, region=REGION, endpoint=url, key_source='own_file'
        )
        known = addon_part('app.session').session().settings
        app.configure(dataclasses.replace(known, accounts={service: (account,)}, bucket=bucket))
        bpy.context.scene.hunyuan3d.service = service
        here.start()

    def started(self, press: Any) -> list[Any]:
        """Press a button, and return its jobs in their order."""
        before = {job.id for job in self.store.page()}
        assert press() == {'FINISHED'}
        jobs = [job for job in self.store.page() if job.id not in before]
        return sorted(jobs, key=lambda job: job.created_at)

    def ended(self, job: Any) -> Any:
        """The job as it is after its end, and after its arrival where it has come to one."""
        over = (State.READY, State.REJECTED, State.FAILED, State.UNKNOWN)
        wait_until(lambda: self.here.get(job).state in over, lambda: self.here.log, LIMIT_S)
        for _ in range(3):
            self.app.tick()
        bpy.context.view_layer.update()
        return self.here.get(job)

    def done(self, press: Any) -> Any:
        """Press a button and return the job when its result has arrived."""
        job = self.ended(self.started(press)[-1])
        assert job.state is State.ARRIVED, (job.error, self.here.log)
        return job


@pytest.fixture(params=['tencent_cn', 'tencent_intl'])
def trip(request: Any, app: Any, store: Any, library: Any, tmp_path: Any, addon_part: Any) -> Iterator[Trip]:
    with world(library, tmp_path / 'sandbox', blender=(sys.executable,), seconds=0.1) as here:
        yield Trip(app, store, here, request.param, addon_part)


def placed_box() -> Any:
    """The box with a letter on each side below a parent, turned, mirrored and stretched; selected."""
    parent, item = bpy.data.objects.new("Parent", None), lettered_box()
    bpy.context.scene.collection.objects.link(parent)
    parent.location, parent.rotation_euler = (7, 8, 9), (0.1, 0.2, 0.3)
    item.parent, item.location, item.rotation_euler = parent, (4, 5, 6), (0.3, 0.2, 1)
    item.scale = (2, -1, 0.5)
    only(item)
    return item


def only(item: Any) -> None:
    bpy.ops.object.select_all(action='DESELECT')
    item.hide_set(False)
    item.select_set(True)
    bpy.context.view_layer.objects.active = item
    bpy.context.view_layer.update()


def models_of(job: Any) -> list[Any]:
    root = bpy.data.objects[job.name]
    return [item for item in (root, *root.children_recursive) if item.type == 'MESH']


def same_place(one: Look, other: Look) -> None:
    assert far(one.points, other.points) < other.size * 1e-4
    assert far(other.points, one.points) < other.size * 1e-4


def test_parts_uv_and_topology_come_back_to_where_the_original_stands(trip: Trip) -> None:
    item = placed_box()
    before = Look([item])
    for name in ('parts', 'uv', 'topology'):
        only(item)
        kept, matrix = state(), item.matrix_world.copy()
        press = getattr(bpy.ops.hunyuan3d, name)
        (job,) = trip.started(press)
        assert state() == kept
        job = trip.ended(job)
        assert job.state is State.ARRIVED, (job.error, trip.here.log)
        found = models_of(job)
        after = Look(found)
        for edge in (np.min, np.max):  # with fewer faces it has other points in the same box
            assert np.abs(edge(after.points, axis=0) - edge(before.points, axis=0)).max() < before.size * 1e-4
        if name != 'topology':
            same_place(after, before)
        assert (item.hide_get(), item.hide_render) == (True, True)
        assert item.matrix_world == matrix
        root = bpy.data.objects[job.name]
        assert root.parent == item.parent
        if name == 'parts':
            assert len(found) == 7
            assert all(part.users_collection[0].name == job.name for part in found)
        if name == 'uv':
            assert [len(part.data.uv_layers) for part in found] == [1]
        bpy.data.batch_remove([root, *root.children_recursive])
    wait_until(lambda: not trip.here.sandbox.objects.names(), lambda: trip.here.log)


def face_sets(item: Any) -> np.ndarray:
    values = np.empty(len(item.data.polygons), np.int32)
    item.data.attributes['.sculpt_face_set'].data.foreach_get('value', values)
    return values


def centres(items: list[Any]) -> list[tuple[float, ...]]:
    return [tuple(item.matrix_world @ face.center) for item in items for face in item.data.polygons]


def faces_of(part: Any, whole: KDTree) -> frozenset[int]:
    """Which faces of the whole a part consists of."""
    near = [whole.find(centre) for centre in centres([part])]
    assert max(distance for _, _, distance in near) < 1e-3
    return frozenset(number for _, number, _ in near)


def test_parts_are_found_repainted_and_made(trip: Trip) -> None:
    """On the artist's own two meshes, one of them with faces of many corners; each part has just the faces painted."""
    item, other = placed_box(), lettered_box("Other")
    other.data = other.data.copy()
    other.location.x = 30
    other.select_set(True)
    bpy.context.view_layer.update()
    before = Look([item, other])
    points = [each.data.vertices[0].co[:] for each in (item, other)]
    work = bpy.context.scene.hunyuan3d_work
    work.staged, work.post_process = True, True
    objects = set(bpy.data.objects)
    trip.done(bpy.ops.hunyuan3d.parts)
    assert set(bpy.data.objects) == objects
    found = [face_sets(each) for each in (item, other)]
    assert set(np.concatenate(found)) == set(range(2, 16))  # two boxes and six letters on each

    painted = found[0].copy()
    painted[:3] = 99
    item.data.attributes['.sculpt_face_set'].data.foreach_set('value', painted)
    labels = np.concatenate([painted, found[1]])
    whole = KDTree(len(labels))
    for number, centre in enumerate(centres([item, other])):
        whole.insert(centre, number)
    whole.balance()
    work.post_process = False
    job = trip.done(bpy.ops.hunyuan3d.make_parts)
    made = models_of(job)
    wanted = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert {faces_of(part, whole) for part in made} == wanted
    same_place(Look(made), before)
    assert "part_14" in {part.name for part in made}
    assert [each.data.vertices[0].co[:] for each in (item, other)] == points
    assert (item.hide_get(), other.hide_get()) == (True, True)


@pytest.mark.parametrize('trip', ['tencent_cn'], indirect=True)
def test_parts_of_what_modifiers_make_are_painted_on_a_copy(trip: Trip) -> None:
    """The model as the service has it stands in the place of the original, and is repainted there."""
    item = placed_box()
    item.modifiers.new("Mirror", 'MIRROR')
    before, names = Look([item]), sorted(item.data.attributes.keys())
    bpy.context.scene.hunyuan3d_work.staged = True
    assert trip.app.selected_model.selected_model(bpy.context).has_other_faces
    copy = bpy.data.objects[trip.done(bpy.ops.hunyuan3d.parts).name]
    same_place(Look([copy]), before)
    assert sorted(item.data.attributes.keys()) == names
    assert item.hide_get()
    sets = face_sets(copy)
    sets[:] = np.where(np.arange(len(sets)) % 2, 2, 50)
    copy.data.attributes['.sculpt_face_set'].data.foreach_set('value', sets)
    only(copy)
    made = models_of(trip.done(bpy.ops.hunyuan3d.make_parts))
    same_place(Look(made), before)
    assert sorted(len(part.data.polygons) for part in made) == sorted([len(sets) // 2, -(-len(sets) // 2)])
    assert copy.hide_get()


# What can be selected


def modified() -> list[Any]:
    item = lettered_box()
    item.modifiers.new("Array", 'ARRAY').count = 2
    item.modifiers.new("Bend", 'SIMPLE_DEFORM').angle = 0.3
    return [item]


def with_shape_key() -> list[Any]:
    item = lettered_box()
    item.shape_key_add(name="Basis")
    key = item.shape_key_add(name="Long")
    key.data[0].co.x += 2
    key.value = 0.5
    return [item]


def below_parents() -> list[Any]:
    return [placed_box()]


def instanced() -> list[Any]:
    inside = bpy.data.collections.new("Inside")
    inside.objects.link(lettered_box())
    bpy.context.scene.collection.objects.unlink(inside.objects[0])
    item = bpy.data.objects.new("Instance", None)
    item.instance_type, item.instance_collection = 'COLLECTION', inside
    item.location, item.rotation_euler = (1, 2, 3), (0, 0, 0.7)
    bpy.context.scene.collection.objects.link(item)
    return [item]


def several() -> list[Any]:
    items = [lettered_box("One"), lettered_box("Two")]
    items[1].location.x = 9
    return items


def linked() -> list[Any]:
    item = lettered_box("In another file")
    folder = Path(bpy.app.tempdir)
    bpy.data.libraries.write(str(folder / 'library.blend'), {item})
    bpy.data.objects.remove(item)
    bpy.data.orphans_purge()
    with bpy.data.libraries.load(str(folder / 'library.blend'), link=True) as (there, here):
        here.objects = there.objects
    bpy.context.scene.collection.objects.link(here.objects[0])
    return [here.objects[0]]


def select(items: list[Any]) -> None:
    bpy.ops.object.select_all(action='DESELECT')
    for item in items:
        item.select_set(True)
    bpy.context.view_layer.objects.active = items[0]
    bpy.context.view_layer.update()


@pytest.mark.parametrize('trip', ['tencent_cn'], indirect=True)
def test_whatever_is_selected_comes_back_to_its_place(trip: Trip) -> None:
    """All jobs are under way together; each original is hidden by its own result, and otherwise untouched."""
    under_way = []
    for make in (modified, with_shape_key, below_parents, instanced, several, linked):
        items = make()
        select(items)
        kept, before = state(), Look(items)
        (job,) = trip.started(bpy.ops.hunyuan3d.uv)
        assert state() == kept, make.__name__
        under_way.append((make.__name__, items, before, job))
    for name, items, before, started in under_way:
        job = trip.ended(started)
        assert job.state is State.ARRIVED, (name, job.error, trip.here.log)
        assert all(item.hide_get() for item in items), name
        root = bpy.data.objects[job.name]
        same_place(Look([item for item in (root, *root.children_recursive) if item.type == 'MESH']), before)


def empty() -> list[Any]:
    mesh = bpy.data.meshes.new("Points")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0)], [(0, 1)], [])
    item = bpy.data.objects.new("Points", mesh)
    bpy.context.scene.collection.objects.link(item)
    return [item]


def too_big() -> list[Any]:
    item = lettered_box()
    item.modifiers.new("Many", 'SUBSURF').levels = 3
    return [item]


def in_too_many_pieces() -> list[Any]:
    item = lettered_box()
    array = item.modifiers.new("Array", 'ARRAY')
    array.count, array.relative_offset_displace = 15, (1.5, 0, 0)
    return [item]


@pytest.mark.parametrize(
    ('make', 'reason'),
    [
        (empty, "Select a mesh"),
        (too_big, "faces; the service takes 29,999 at most"),
        (in_too_many_pieces, "The model has 105 loose parts; the service takes 100 at most"),
    ],
)
def test_what_cannot_go_is_told_before_anything_is_sent(app: Any, store: Any, make: Any, reason: str) -> None:
    select(make())
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.uv()
    assert not store.page()


def test_a_decimated_copy_takes_the_place_of_what_is_too_big(app: Any, store: Any) -> None:
    (item,) = too_big()
    item.location, item.scale = (1, 2, 3), (1, -2, 1)
    select([item])
    points, before = [vertex.co[:] for vertex in item.data.vertices], Look([item])
    assert app.selected_model.selected_model(bpy.context).triangles > 30_000
    assert bpy.ops.hunyuan3d.decimated_copy(operation='uv') == {'FINISHED'}
    bpy.context.view_layer.update()
    (copy,) = bpy.context.selected_objects
    model = app.selected_model.selected_model(bpy.context)
    assert model.name == copy.name
    assert 20_000 < model.triangles < 30_000
    after = Look([copy])
    for edge in (np.min, np.max):
        assert np.abs(edge(after.points, axis=0) - edge(before.points, axis=0)).max() < before.size * 5e-3
    assert [vertex.co[:] for vertex in item.data.vertices] == points
    assert item.hide_get()
    assert bpy.ops.hunyuan3d.uv() == {'FINISHED'}


def test_remarks_on_the_selection_come_with_the_next_tick(app: Any) -> None:
    item = lettered_box()
    item.data.uv_layers.new(name="Second")
    select([item])
    assert app.selected_model.selected_model(bpy.context).remarks == ()
    app.tick()
    (remark,) = app.selected_model.selected_model(bpy.context).remarks
    assert "Only the UV map" in remark.message
