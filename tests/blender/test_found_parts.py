# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts that a service has found: read, held against meshes, painted, and written again."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import bmesh
import bpy
import numpy as np
import pytest

from hunyuan3d_blender.scene import convert_model, face_match, found_parts, segmentation
from hunyuan3d_blender.scene.found_parts import FoundParts
from hunyuan3d_blender.scene.segmentation import NO_PART, NotUsable, Part
from tests.conversions import order
from tests.exports import Look, lettered_box, send

pytestmark = pytest.mark.filterwarnings("ignore:Setting the shape on a NumPy array")  # Blender's FBX exporter

FACES = 6


def text(**parts: Any) -> bytes:
    return json.dumps({name: {'face_ids': ids} for name, ids in parts.items()}).encode()


@pytest.mark.parametrize(
    'hostile',
    [
        b'', b'\xff', b'null', b'[]', b'{}', b'{"a": 1}', b'{"a": {}}', b'{"a": {"face_ids": 1}}',
        b'{"a": {"face_ids": ["1"]}}', b'{"a": {"face_ids": [1.0]}}', b'{"a": {"face_ids": [true]}}',
        b'{"a": {"face_ids": [[1]]}}', b'{"a": {"face_ids": [99999999999999999999]}}',
        b'{"a": {"face_ids": [0]}, "a": {"face_ids": [1]}}', b'{"": {"face_ids": [0]}}',
        b'{"\\ud800": {"face_ids": [0]}}', b'{"a": {"face_ids": [0], "color": "red"}}',
        b'{"a": {"face_ids": [0], "color": 7}}', b'{"' + b'a' * 300 + b'": {"face_ids": [0]}}',
        b'[' * 200_000, b'{"a":' * 200_000, b'{"a": {"face_ids": ' + b'[' * 100_000,
        b'{"a": {"face_ids": [NaN]}}', text(a=[0, FACES]), text(a=[-1]), text(a=[0, 0]), text(a=[0], b=[0]),
        text(**{f'p{number}': [] for number in range(2000)}),
    ],
    ids=range(28),
)  # fmt: skip
def test_hostile_segmentations_are_refused(hostile: bytes) -> None:
    with pytest.raises(NotUsable, match="kept"):
        segmentation.parse(hostile, FACES)


def test_faces_may_be_in_no_part() -> None:
    parts, part_of_face = segmentation.parse(text(head=[5, 1], tail=[]), FACES)
    assert parts == (Part("head", ''), Part("tail", ''))
    assert part_of_face.tolist() == [NO_PART, 0, NO_PART, NO_PART, NO_PART, 0]
    assert json.loads(segmentation.write(parts, part_of_face)) == {"head": {'face_ids': [1, 5]}}


def sphere(name: str = "Sphere") -> Any:
    form = bmesh.new()
    bmesh.ops.create_icosphere(form, subdivisions=2, radius=1)
    mesh = bpy.data.meshes.new(name)
    form.to_mesh(mesh)
    form.free()
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def test_a_thousand_partitions_go_through_a_painted_mesh(tmp_path: Path) -> None:
    """Names, colours and ids come back exactly, by way of the file that keeps them."""
    item, chance = sphere(), random.Random(5)
    count = len(item.data.polygons)
    for round_ in range(1000):
        number = chance.randint(1, 9)
        owner = [*range(number), *(chance.randrange(number) for _ in range(count - number))]
        chance.shuffle(owner)
        wanted = {
            f"part {name} é": {'face_ids': [face for face, o in enumerate(owner) if o == name],
                               'color': f'#{chance.randrange(1 << 24):06X}'}
            for name in range(number)
        }  # fmt: skip
        parts, part_of_face = segmentation.parse(json.dumps(wanted).encode(), count)
        order_ = np.array(chance.sample(range(count), count), np.int32)
        found = FoundParts(
            parts=parts, part_of_face=part_of_face, polygon_of_face=order_, meshes=(("Sphere", count),)
        )
        if round_ < 5:
            found.save(tmp_path / 'parts.npz')
            found = FoundParts.load(tmp_path / 'parts.npz')
        found_parts.paint(item, 'a', found_parts.numbers_from(0, count), found.face_sets)
        again = segmentation.write(*found_parts.repainted(found, [item], is_file=False))
        assert json.loads(again) == wanted


def painted_sphere() -> tuple[Any, FoundParts]:
    item = sphere()
    part_of_face = (np.arange(len(item.data.polygons)) % 3 == 0).astype(np.int32)
    parts = (Part("one", '#FF0000'), Part("two", ''))
    found = FoundParts(parts=parts, part_of_face=part_of_face, polygon_of_face=np.empty(0, np.int32))
    found_parts.paint(item, 'a' * 32, found_parts.numbers_from(0, len(part_of_face)), found.face_sets)
    return item, found


def test_what_the_artist_paints_anew_is_a_part_of_its_own() -> None:
    item, found = painted_sphere()
    sets = found.face_sets.copy()
    sets[:2] = 77
    item.data.attributes[found_parts.SETS].data.foreach_set('value', sets)
    parts, part_of_face = found_parts.repainted(found, [item], is_file=True)
    assert parts[:2] == found.parts
    assert parts[2].name == "part_2"
    assert len({part.color for part in parts}) == 3
    assert np.flatnonzero(part_of_face == 2).tolist() == [0, 1]


def subdivide(form: Any) -> None:
    bmesh.ops.subdivide_edges(form, edges=form.edges, cuts=1, use_grid_fill=True)


def delete_some(form: Any) -> None:
    bmesh.ops.delete(form, geom=form.faces[:5], context='FACES')


def sort_backwards(form: Any) -> None:
    for number, face in enumerate(form.faces):
        face.index = len(form.faces) - number
    form.faces.sort()


@pytest.mark.parametrize(
    ('edit', 'is_known'), [(subdivide, False), (delete_some, True), (sort_backwards, True)]
)
def test_faces_are_known_again_after_an_edit(edit: Any, is_known: bool) -> None:
    item, found = painted_sphere()
    form = bmesh.new()
    form.from_mesh(item.data)
    form.faces.ensure_lookup_table()
    edit(form)
    form.to_mesh(item.data)
    form.free()
    if not is_known:
        with pytest.raises(found_parts.Changed):
            found_parts.repainted(found, [item], is_file=True)
        return
    _, part_of_face = found_parts.repainted(found, [item], is_file=True)
    assert part_of_face.tolist() == found.part_of_face.tolist()


# Faces of a file and polygons of the artist


def rows(mesh: Any, by: Any = None) -> face_match.Faces:
    return face_match.joined([(mesh, np.identity(4) if by is None else by)])


def triangulated(mesh: Any) -> Any:
    form = bmesh.new()
    form.from_mesh(mesh)
    bmesh.ops.triangulate(form, faces=form.faces)
    made = bpy.data.meshes.new("Triangles")
    form.to_mesh(made)
    form.free()
    return made


def centres(mesh: Any) -> np.ndarray:
    return np.array([face.center[:] for face in mesh.polygons])


def shuffled(mesh: Any) -> Any:
    form = bmesh.new()
    form.from_mesh(mesh)
    chance = random.Random(3)
    for face in form.faces:
        face.index = chance.randrange(1 << 20)
    form.faces.sort()
    made = bpy.data.meshes.new("Shuffled")
    form.to_mesh(made)
    form.free()
    return made


def test_faces_in_another_order_are_found() -> None:
    mesh = lettered_box().data
    other = shuffled(mesh)
    under = face_match.polygons_under(rows(other), rows(mesh))
    assert under is not None
    assert sorted(under) == list(range(len(mesh.polygons)))
    assert np.abs(centres(mesh)[under] - centres(other)).max() < 1e-5


def test_triangles_are_found_in_their_polygons() -> None:
    mesh = lettered_box().data
    bpy.ops.mesh.primitive_cylinder_add(vertices=12)
    for each in (mesh, bpy.context.object.data):
        under = face_match.polygons_under(rows(triangulated(each)), rows(each))
        assert under is not None
        counts = np.bincount(under, minlength=len(each.polygons))
        assert counts.tolist() == [len(face.vertices) - 2 for face in each.polygons]


@pytest.mark.parametrize('change', ['moved', 'decimated', 'more', 'fewer'])
def test_other_faces_are_not_taken_for_the_same(change: str) -> None:
    mesh = sphere().data
    other = mesh.copy()
    matrix = np.identity(4)
    if change == 'moved':
        matrix[0, 3] = 0.01
    elif change == 'decimated':
        form = bmesh.new()
        form.from_mesh(other)
        form.verts.ensure_lookup_table()
        bmesh.ops.dissolve_verts(form, verts=form.verts[:1])
        form.to_mesh(other)
        form.free()
    else:
        form = bmesh.new()
        form.from_mesh(mesh if change == 'more' else other)
        form.faces.ensure_lookup_table()
        bmesh.ops.delete(form, geom=form.faces[:1], context='FACES')
        form.to_mesh(mesh if change == 'more' else other)
        form.free()
    assert face_match.polygons_under(rows(other, matrix), rows(mesh)) is None


# The program


def came(folder: Path, words: bytes, *items: Any) -> Any:
    """The order for a model that was sent and came back as it is, with parts. The open file is replaced."""
    bpy.context.view_layer.update()
    look = Look(items)
    file, written, _, _ = send(folder / 'model', items, 'FBX')
    (folder / 'selection.json').write_text(json.dumps(dataclasses.asdict(written)))
    (folder / 'segmentation.json').write_bytes(words)
    parts = {
        'segmentation': str(folder / 'segmentation.json'), 'selection': str(folder / 'selection.json'),
        'place': [float(row == column) for row in range(4) for column in range(4)],
        'output': str(folder / 'parts.npz'),
    }  # fmt: skip
    frame = np.identity(4)
    frame[:3, 3] = written.origin
    box = (*look.points.min(axis=0).tolist(), *look.points.max(axis=0).tolist())
    frame_ = tuple(frame.ravel().tolist())
    return order(file, parts=parts, is_in_parts=True, target_size_m=0.0, frame=frame_, box=box)


def nothing(_item: Any) -> None:
    pass


def bend(item: Any) -> None:
    item.modifiers.new("Bend", 'SIMPLE_DEFORM')


def mirror(item: Any) -> None:
    item.modifiers.new("Mirror", 'MIRROR')


def shape_key(item: Any) -> None:
    item.shape_key_add(name="Basis")
    key = item.shape_key_add(name="Long")
    key.data[0].co.x += 1
    key.value = 0.5


@pytest.mark.parametrize(
    ('change', 'is_painted'), [(nothing, True), (bend, True), (shape_key, True), (mirror, False)]
)
def test_the_artists_mesh_is_painted_where_its_faces_are_those_that_are_seen(
    tmp_path: Path, change: Any, is_painted: bool
) -> None:
    item = lettered_box()
    count = len(item.data.polygons)
    change(item)
    bpy.context.view_layer.update()
    seen = len(item.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.polygons)
    what = came(tmp_path, text(low=list(range(10)), high=list(range(10, seen))), item)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    collection = convert_model.convert(what)
    found = FoundParts.load(tmp_path / 'parts.npz')
    assert [name for name, _ in found.meshes] == (["Lettered"] if is_painted else [])
    assert not is_painted or found.meshes[0][1] == count
    (root,) = collection.all_objects
    assert root.get(found_parts.JOB) == 'a' * 32
    assert [item.name for item in bpy.data.objects] == [root.name]  # the thumbnail shows nothing else


def test_a_hostile_list_leaves_no_model_and_no_parts(tmp_path: Path) -> None:
    item = lettered_box()
    what = came(tmp_path, text(a=[10**6]), item)
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    with pytest.raises(NotUsable):
        convert_model.convert(what)
    assert not what.output.exists()
    assert not (tmp_path / 'parts.npz').exists()


@pytest.mark.parametrize('why', ['sets', 'mode', 'faces', 'none'])
def test_what_the_artist_has_is_not_overwritten(why: str) -> None:
    item = lettered_box()
    count = len(item.data.polygons)
    if why == 'sets':
        item.data.attributes.new(found_parts.SETS, 'INT', 'FACE')
    elif why == 'mode':
        bpy.context.view_layer.objects.active = item
        bpy.ops.object.mode_set(mode='EDIT')
    assert found_parts.may_paint(item, count + (why == 'faces')) == (why == 'none')
