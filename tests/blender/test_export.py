# SPDX-License-Identifier: GPL-3.0-or-later
"""Selected objects become files that hold what is seen of them, and the originals stay as they are."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from hunyuan3d_blender import launch
from hunyuan3d_blender.scene import background
from hunyuan3d_blender.scene.export import facts, selection
from hunyuan3d_blender.scene.export.bake import NotExported
from hunyuan3d_blender.services.model_options import FILE_SUFFIXES
from tests import scene_models
from tests.exports import (
    Look,
    brought_back,
    far,
    lettered_box,
    send,
    textured,
    turned_over,
    uv_far,
)

pytestmark = [
    pytest.mark.filterwarnings('ignore::DeprecationWarning'),  # of Blender's own add-ons
    pytest.mark.filterwarnings("ignore:Setting the shape on a NumPy array"),
]

TOLERANCE = 1e-4
"""Of the size."""


def stands_the_same(before: Look, folder: Path, objects: Any, format_: str = 'GLB', **limits: int) -> Any:
    """Send the objects, bring them back, and hold them against what was there before."""
    file, written, baked, pictures = send(folder, objects, format_, **limits)
    after = brought_back(file).moved(written.origin)
    near = before.size * TOLERANCE
    assert far(after.points, before.points) < near, "there is something new"
    assert far(before.points, after.points) < near, "something is missing"
    assert not turned_over(after, before)
    assert max(baked.facts.size) == pytest.approx(before.size, rel=1e-4)
    return after, baked, pictures


# The way there and back


@pytest.mark.parametrize('format_', FILE_SUFFIXES)
def test_the_lettered_box_comes_back_as_it_stood(tmp_path: Path, format_: str) -> None:
    item = textured(lettered_box(), tmp_path / 'pictures')
    item.location, item.rotation_euler, item.scale = (3, -8, 2), Euler((0.4, 1.1, -2.0)), (1.5, 0.7, 2.2)
    bpy.context.view_layer.update()
    before = Look()
    after, baked, pictures = stands_the_same(before, tmp_path / 'job', [item], format_)
    assert uv_far(after, before) < 1e-4
    assert pictures == 3
    assert baked.islands == 7
    assert colour_of_base() == pytest.approx((0.8, 0.2, 0.1), abs=0.01)
    if format_ == 'GLB':  # Blender's other exporters drop what is behind a Separate Color
        assert scene_models.wiring(material_in_use())['Metallic'][2]


@pytest.mark.parametrize('format_', FILE_SUFFIXES)
def test_a_file_says_nothing_of_this_computer(tmp_path: Path, format_: str) -> None:
    item = textured(lettered_box(), tmp_path / 'pictures')
    file, _, _, _ = send(tmp_path / 'job', [item], format_)
    data = file.read_bytes()
    assert len(data) > 1000
    for place in (str(tmp_path), str(Path.home()), '/tmp', 'blender_'):
        assert place.encode() not in data, place


# Objects of every kind


def with_modifiers(_folder: Path) -> list[Any]:
    item = lettered_box()
    item.modifiers.new("Array", 'ARRAY').count = 2
    item.modifiers.new("Mirror", 'MIRROR').use_axis[1] = True
    return [item]


def with_shape_keys(_folder: Path) -> list[Any]:
    item = lettered_box()
    item.shape_key_add(name="Basis")
    key = item.shape_key_add(name="Taller")
    for point in key.data:
        point.co.z *= 1.7
    key.value = 0.6
    return [item]


def mirrored(_folder: Path) -> list[Any]:
    item = lettered_box()
    item.scale = (-1.0, 2.0, 0.5)
    return [item]


def with_parents(_folder: Path) -> list[Any]:
    parent, item = bpy.data.objects.new("Parent", None), lettered_box()
    bpy.context.scene.collection.objects.link(parent)
    parent.matrix_world = Matrix.LocRotScale((5, 5, 5), Euler((1, 2, 3)), (2, 1, 1))
    item.parent = parent
    item.rotation_euler = (0.3, 0.2, 0.1)
    return [item]


def instanced(_folder: Path) -> list[Any]:
    item = lettered_box()
    collection = bpy.data.collections.new("Boxes")
    bpy.context.scene.collection.objects.unlink(item)
    collection.objects.link(item)
    empty = bpy.data.objects.new("Instance", None)
    empty.instance_type, empty.instance_collection = 'COLLECTION', collection
    empty.location, empty.scale = (4, 0, 0), (1, 1, -1)
    bpy.context.scene.collection.objects.link(empty)
    return [empty]


def several(_folder: Path) -> list[Any]:
    one, other = lettered_box("One"), lettered_box("Other")
    other.location = (10, 0, 0)
    return [one, other]


def sharing_a_mesh(_folder: Path) -> list[Any]:
    one = lettered_box()
    other = bpy.data.objects.new("Twin", one.data)
    other.matrix_world = Matrix.LocRotScale((0, 9, 0), Euler((0, 0, 1)), (1, 3, 1))
    bpy.context.scene.collection.objects.link(other)
    return [one, other]


def one_of_a_shared_mesh(folder: Path) -> list[Any]:
    return sharing_a_mesh(folder)[1:]


def curve(_folder: Path) -> list[Any]:
    bpy.ops.curve.primitive_bezier_circle_add(location=(1, 2, 3))
    bpy.context.object.data.bevel_depth = 0.2
    return [bpy.context.object]


def text(_folder: Path) -> list[Any]:
    bpy.ops.object.text_add(rotation=(1, 0, 0))
    bpy.context.object.data.extrude = 0.1
    return [bpy.context.object]


def metaball(_folder: Path) -> list[Any]:
    bpy.ops.object.metaball_add(location=(0, 0, 4))
    return [bpy.context.object]


def hidden(_folder: Path) -> list[Any]:
    item = lettered_box()
    before = Look()
    item.hide_viewport = item.hide_render = True
    return [item, before]


def being_edited(_folder: Path) -> list[Any]:
    item = lettered_box()
    bpy.context.view_layer.objects.active = item
    bpy.ops.object.mode_set(mode='EDIT')
    bpy.ops.mesh.select_all(action='SELECT')
    bpy.ops.transform.translate(value=(0, 0, 2.5))
    item.update_from_editmode()
    return [item]


def being_sculpted(_folder: Path) -> list[Any]:
    item = lettered_box()
    bpy.context.view_layer.objects.active = item
    bpy.ops.object.mode_set(mode='SCULPT')
    return [item]


def posed(_folder: Path) -> list[Any]:
    bpy.ops.object.armature_add()
    armature, item = bpy.context.object, lettered_box()
    item.vertex_groups.new(name="Bone").add(range(len(item.data.vertices)), 1.0, 'REPLACE')
    item.modifiers.new("Armature", 'ARMATURE').object = armature
    item.parent = armature
    armature.pose.bones["Bone"].rotation_mode = 'XYZ'
    armature.pose.bones["Bone"].rotation_euler = (0.5, 0.2, 0)
    return [item]


def with_loose_points(_folder: Path) -> list[Any]:
    item = lettered_box()
    before = Look()
    item.data.vertices.add(1)
    item.data.vertices[-1].co = (100, 0, 0)
    return [item, before]


def animated(_folder: Path) -> list[Any]:
    item = lettered_box()
    for frame, x in ((1, 0.0), (11, 10.0)):
        item.location.x = x
        item.keyframe_insert('location', frame=frame)
    bpy.context.scene.frame_set(6)
    return [item]


KINDS = (
    with_modifiers, with_shape_keys, mirrored, with_parents, instanced, several, sharing_a_mesh,
    one_of_a_shared_mesh, curve, text, metaball, hidden, being_edited, being_sculpted, posed,
    with_loose_points, animated,
)  # fmt: skip


@pytest.mark.parametrize('kind', KINDS, ids=lambda kind: kind.__name__)
def test_what_is_seen_is_what_goes(tmp_path: Path, kind: Callable[[Path], list[Any]]) -> None:
    objects = kind(tmp_path)
    before = objects.pop() if isinstance(objects[-1], Look) else None
    bpy.context.view_layer.update()
    assert not [remark for remark in selection.remarks(objects) if remark.stops]
    stands_the_same(before or Look(objects), tmp_path / 'job', objects)


def test_far_away_from_the_origin_nothing_is_lost(tmp_path: Path) -> None:
    item = lettered_box()
    before = Look()
    item.location = (2e6, -3e6, 1e5)
    file, written, _, _ = send(tmp_path / 'job', [item], 'GLB')
    after = brought_back(file).moved(np.array(written.origin) - (2e6, -3e6, 1e5))
    assert far(after.points, before.points) < before.size * TOLERANCE
    assert far(before.points, after.points) < before.size * TOLERANCE


def test_a_linked_object_goes(tmp_path: Path) -> None:
    textured(lettered_box(), tmp_path / 'pictures').location = (1, 2, 3)
    library = tmp_path / 'library.blend'
    bpy.ops.wm.save_as_mainfile(filepath=str(library))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    with bpy.data.libraries.load(str(library), link=True) as (there, here):
        here.objects = there.objects
    (item,) = here.objects
    bpy.context.scene.collection.objects.link(item)
    bpy.context.view_layer.update()
    _, _, pictures = stands_the_same(Look(), tmp_path / 'job', [item])
    assert pictures == 3


# What cannot go


def without_faces(_folder: Path) -> list[Any]:
    mesh = bpy.data.meshes.new("Points")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0)], [(0, 1)], [])
    item = bpy.data.objects.new("Points", mesh)
    bpy.context.scene.collection.objects.link(item)
    return [item]


def with_no_faces_left(folder: Path) -> list[Any]:
    (item,) = without_faces(folder)
    item.modifiers.new("Weld", 'WELD')
    return [item]


def flat_to_a_point(_folder: Path) -> list[Any]:
    item = lettered_box()
    item.scale = (0, 0, 0)
    return [item]


def with_points_nowhere(_folder: Path) -> list[Any]:
    item = lettered_box()
    item.data.vertices[3].co.x = float('nan')
    return [item]


@pytest.mark.parametrize(
    ('kind', 'limits', 'reason'),
    [
        (with_no_faces_left, {}, "have no faces"),
        (flat_to_a_point, {}, "have no size"),
        (with_points_nowhere, {}, "some points have no position"),
        (several, {'faces_max': 300}, "more than"),
        (several, {'bytes_max': 1000}, "the service takes"),
    ],
)
def test_what_cannot_go_says_why(tmp_path: Path, kind: Any, limits: dict[str, int], reason: str) -> None:
    objects = kind(tmp_path)
    with pytest.raises(NotExported, match=reason):
        send(tmp_path / 'job', objects, 'GLB', **limits)
    assert not list((tmp_path / 'job').glob('model*'))


@pytest.mark.parametrize(
    'kind', [without_faces, lambda _: [], lambda _: [bpy.data.objects.new("Empty", None)]]
)
def test_nothing_to_send_is_said_at_once(tmp_path: Path, kind: Any) -> None:
    (remark,) = selection.remarks(kind(tmp_path))
    assert remark.stops


# Materials


def test_without_a_material(tmp_path: Path) -> None:
    _, _, pictures = stands_the_same(Look([lettered_box()]), tmp_path, list(bpy.data.objects))
    assert pictures == 0


def test_a_computed_colour_is_told_of_and_goes_plain(tmp_path: Path) -> None:
    item = textured(lettered_box(), tmp_path / 'pictures')
    assert not selection.remarks([item])
    tree = item.data.materials[0].node_tree
    shader = next(node for node in tree.nodes if node.type == 'BSDF_PRINCIPLED')
    tree.links.new(tree.nodes.new('ShaderNodeTexNoise').outputs[0], shader.inputs['Base Color'])
    (remark,) = selection.remarks([item])
    assert (remark.message[:7], remark.facts['names']) == ("Colours", ('material_0',))
    stands_the_same(Look(), tmp_path / 'job', [item])


def test_a_missing_picture_is_told_of_and_left_out(tmp_path: Path) -> None:
    item = textured(lettered_box(), tmp_path / 'pictures')
    (tmp_path / 'pictures' / 'albedo.png').unlink()
    (remark,) = selection.remarks([item])
    assert remark.facts['names'] == ('albedo.png',)
    _, _, pictures = stands_the_same(Look(), tmp_path / 'job', [item])
    assert pictures == 2


@pytest.mark.parametrize('format_', FILE_SUFFIXES)
def test_packed_pictures_go(tmp_path: Path, format_: str) -> None:
    item = textured(lettered_box(), tmp_path / 'pictures')
    for image in bpy.data.images:
        image.pack()
        image.filepath_raw = ''
    _, _, pictures = stands_the_same(Look(), tmp_path / 'job', [item], format_)
    assert pictures == 3
    assert colour_of_base() == pytest.approx((0.8, 0.2, 0.1), abs=0.01)


def test_painted_pictures_go_as_they_are_seen(tmp_path: Path) -> None:
    item = textured(lettered_box(), tmp_path / 'pictures')
    image = next(image for image in bpy.data.images if image.name == 'albedo.png')
    image.pixels = (0.1, 0.4, 0.9, 1.0) * 64
    image.update()
    assert image.is_dirty
    stands_the_same(Look(), tmp_path / 'job', [item])
    assert colour_of_base() == pytest.approx((0.1, 0.4, 0.9), abs=0.01)


def colour_of_base() -> tuple[float, ...]:
    """The first pixel of the picture that feeds the base colour."""
    nodes = material_in_use().node_tree.nodes
    shader = next(node for node in nodes if node.type == 'BSDF_PRINCIPLED')
    return tuple(shader.inputs['Base Color'].links[0].from_node.image.pixels[:3])


def material_in_use() -> Any:
    return next(slot.material for item in bpy.data.objects for slot in item.material_slots)


def test_only_the_uv_map_that_is_rendered_goes(tmp_path: Path) -> None:
    item = lettered_box()
    second = item.data.uv_layers.new(name="Second")
    second.active_render = True
    for corner in second.uv:
        corner.vector = (0.25, 0.75)
    (remark,) = selection.remarks([item])
    assert "UV map" in remark.message
    stands_the_same(Look([item]), tmp_path, [item])
    (mesh,) = bpy.data.meshes
    (layer,) = mesh.uv_layers
    assert all(tuple(corner.vector) == pytest.approx((0.25, 0.75)) for corner in layer.uv)


# Facts


def test_facts_are_those_of_what_is_seen(tmp_path: Path) -> None:
    objects = [*with_modifiers(tmp_path), *instanced(tmp_path)]
    bpy.context.view_layer.update()
    found = facts.measure(objects, bpy.context.evaluated_depsgraph_get())
    _, _, baked, _ = send(tmp_path, objects, 'GLB')
    assert found.faces == baked.facts.faces
    assert found.size == pytest.approx(baked.facts.size, rel=1e-4)


@pytest.mark.parametrize('seed', range(20))
def test_islands_are_counted_right(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = int(random.integers(1, 300))
    edges = random.integers(0, points, (int(random.integers(0, 300)), 2)).astype(np.int32)
    group = list(range(points))
    for one, other in edges:
        old, new = group[one], group[other]
        group = [new if label == old else label for label in group]
    used = set(edges.ravel().tolist())
    assert facts.islands(edges, points) == len({group[point] for point in used})


@pytest.mark.parametrize('far_off', [0, 1000])
@pytest.mark.parametrize('count', [1, 2, 5])
def test_islands_are_no_charts_and_no_flat_faces(tmp_path: Path, count: int, far_off: int) -> None:
    """A GLB has the corners of a seam and of a sharp edge twice, and Blender keeps them so."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for number in range(count):
        bpy.ops.mesh.primitive_cube_add(location=(far_off + 3 * number, far_off, 0))
        bpy.ops.object.transform_apply()
    for item in bpy.data.objects:
        item.select_set(True)
    bpy.context.view_layer.objects.active = bpy.data.objects[0]
    if count > 1:
        bpy.ops.object.join()
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / 'boxes.glb'))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / 'boxes.glb'))
    (mesh,) = bpy.data.meshes
    assert len(mesh.vertices) == 24 * count
    assert facts.islands_of(mesh) == count


def test_a_mesh_without_points_and_one_that_is_damaged_have_islands_that_can_be_counted() -> None:
    assert facts.islands_of(bpy.data.meshes.new("Nothing")) == 0
    damaged = bpy.data.meshes.new("Damaged")
    damaged.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (float('nan'), 0, 5)], [], [(0, 1, 2)])
    assert facts.islands_of(damaged) == 1


# The program


def test_the_program_answers_with_facts_or_a_reason(tmp_path: Path) -> None:
    item = lettered_box()
    written = selection.write(bpy.context, [item], tmp_path)
    order = {
        'blend': written.blend, 'output': str(tmp_path / 'model.fbx'), 'format': 'FBX',
        'frame': written.frame, 'origin': written.origin, 'painted': written.painted,
    }  # fmt: skip
    code, (answer,) = run(order)
    assert (code, answer['event'], answer['textures']) == (0, 'exported', 0)
    assert answer['bytes'] == (tmp_path / 'model.fbx').stat().st_size
    assert answer['size'] == pytest.approx([2.1, 3.1, 4.1], abs=0.01)
    code, (answer,) = run(order | {'faces_max': 12})
    assert (code, answer['event'], answer['facts']) == (1, 'failed', {'limit': 12})
    code, (answer,) = run(order | {'blend': str(tmp_path / 'missing.blend')})
    assert (code, answer['message']) == (1, "What was selected could not be read again")


def run(order: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        launch.blender_command([sys.executable], 'scene.export.program'),
        input=json.dumps(order).encode(), capture_output=True, env=launch.child_environment(), check=False,
    )  # fmt: skip
    lines = done.stdout.decode().splitlines()
    return done.returncode, [json.loads(line.removeprefix(background.MARK)) for line in lines]
