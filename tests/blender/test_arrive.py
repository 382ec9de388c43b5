# SPDX-License-Identifier: GPL-3.0-or-later
"""Models arrive where they were asked for, and change nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import pytest
from mathutils import Matrix

from hunyuan3d_blender.scene import arrive, blend_file, convert_model, placement, provenance, standing
from tests import scene_models

NAME = "Red dragon"
JOB = 'a' * 32

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


@dataclass
class Place:
    scene: str = 'Scene'
    collection: str = ''
    location: tuple[float, float, float] = (1.0, 2.0, 3.0)
    rotation: tuple[float, float, float] = (0.0, 0.0, 1.0)


def convert(folder: Path, parts: int) -> Path:
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    for number in range(parts):
        item = scene_models.spiked_box()
        item.location.x = 2.0 * number
        item.data.materials.append(scene_models.material(folder))
    order = convert_model.Order(
        model=scene_models.export(folder / 'model' / 'x.glb'),
        output=folder / 'model.blend',
        thumbnail=folder / 'thumbnail.png',
        name=NAME,
        target_size_m=2.0,
        history={'job': JOB, 'service': 'sandbox'},
        memory_limit_bytes=0,
    )
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    convert_model.convert(order)
    return order.output


@pytest.fixture(scope='module')
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return convert(tmp_path_factory.mktemp('one part'), 1)


@pytest.fixture(scope='module')
def model_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return convert(tmp_path_factory.mktemp('two parts'), 2)


def bring(model: Path, place: Any = None, name: str = NAME, job_id: str = JOB) -> tuple[Any, Any]:
    done = arrive.arrive(
        bpy.context, model_blend=model, name=name, job_id=job_id, destination=place or Place()
    )
    bpy.context.view_layer.update()
    return bpy.data.collections[done.collection], bpy.data.objects[done.root]


def add_placeholder(**options: Any) -> Any:
    values = {'location': (5.0, 6.0, 7.0), 'rotation': (0.0, 0.0, 0.5), 'size_m': 2.0}
    placeholder = placement.add_placeholder(bpy.context, job_id=JOB, name=NAME, **values | options)
    bpy.context.view_layer.update()
    return placeholder


def add_cube(name: str = "Cube") -> Any:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    cube = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(cube)
    return cube


def everything() -> dict[str, list[str]]:
    """The names of all data-blocks."""
    kinds = (
        'objects',
        'meshes',
        'materials',
        'images',
        'collections',
        'libraries',
        'actions',
        'node_groups',
        'scenes',
    )
    return {kind: sorted(block.name for block in getattr(bpy.data, kind)) for kind in kinds}


def assert_close(matrix: Matrix, other: Matrix) -> None:
    for row, other_row in zip(matrix, other, strict=True):
        assert row[:] == pytest.approx(other_row[:], abs=1e-5)


def test_at_its_destination(model: Path) -> None:
    collection, root = bring(model)
    assert (collection.name, root.name) == (NAME, NAME)
    assert root.matrix_world.translation[:] == (1.0, 2.0, 3.0)
    assert root.rotation_euler[:] == (0.0, 0.0, 1.0)
    assert [item.name for item in bpy.context.scene.collection.children] == [NAME]
    assert root.visible_get()
    assert root.dimensions.z == pytest.approx(2.0)
    assert provenance.read(root) == provenance.read(collection) == {'job': JOB, 'service': 'sandbox'}
    assert scene_models.wiring(root.material_slots[0].material).keys() >= {'Base Color', 'Metallic', 'Normal'}
    assert all(image.packed_file for image in bpy.data.images)


@pytest.mark.parametrize('has_placeholder', [True, False])
@pytest.mark.parametrize(('system', 'scale', 'size'), [('METRIC', 0.01, 200.0), ('NONE', 0.01, 2.0)])
def test_two_metres_are_two_metres_of_the_scene(
    model: Path, system: str, scale: float, size: float, has_placeholder: bool
) -> None:
    bpy.context.scene.unit_settings.system = system
    bpy.context.scene.unit_settings.scale_length = scale
    if has_placeholder:
        placeholder = add_placeholder()
        (box,) = placeholder.instance_collection.objects
        assert box.dimensions.z * placeholder.scale.z == pytest.approx(size)
    _, root = bring(model)
    assert root.dimensions.z == pytest.approx(size)


def test_nothing_tells_where_the_file_was(model: Path, tmp_path: Path) -> None:
    bring(model)
    assert not bpy.data.libraries
    file = tmp_path / 'mine.blend'
    bpy.ops.wm.save_as_mainfile(filepath=str(file), compress=False)
    blend_file.blank_rest_of_texts(
        file
    )  # Blender saves what was in its memory before; that is not of our making
    assert str(model.parent).encode() not in file.read_bytes()
    assert b'one part' not in file.read_bytes()


def test_three_times(model: Path) -> None:
    roots = [bring(model)[1] for _ in range(3)]
    assert len({root.data for root in roots}) == 3
    assert [root.name for root in roots] == [NAME, f"{NAME}.001", f"{NAME}.002"]


def test_another_name(model: Path) -> None:
    collection, root = bring(model, name="Blue dragon")
    assert (collection.name, root.name) == ("Blue dragon", "Blue dragon")


def test_in_another_scene_and_in_one_that_is_gone(model: Path) -> None:
    other = bpy.data.scenes.new("Other")
    _, root = bring(model, Place(scene="Other"))
    assert root.users_scene[:] == (other,)
    _, root = bring(model, Place(scene="Gone"))
    assert root.users_scene[:] == (bpy.context.scene,)


@pytest.mark.parametrize('mode', ['OBJECT', 'EDIT', 'SCULPT', 'WEIGHT_PAINT'])
def test_the_artists_work_is_left_alone(mode: str, model: Path) -> None:
    cube, other = add_cube(), add_cube("Other")
    bpy.context.view_layer.objects.active = cube
    cube.select_set(True)
    bpy.ops.object.mode_set(mode=mode)
    layer = bpy.context.view_layer.active_layer_collection
    _, root = bring(model)
    assert bpy.context.view_layer.objects.active == cube
    assert bpy.context.view_layer.active_layer_collection == layer
    assert cube.mode == mode
    assert cube.select_get()
    assert not other.select_get()
    assert not root.select_get()
    bpy.ops.object.mode_set(mode='OBJECT')
    assert len(cube.data.polygons) == 1


# Placeholders


def test_in_place_of_its_placeholder(model: Path) -> None:
    placeholder = add_placeholder()
    placeholder.location, placeholder.scale = (9.0, 8.0, 7.0), (1.0, 2.0, 3.0)
    placeholder.rotation_mode = 'QUATERNION'
    placeholder.rotation_quaternion = (0.5, 0.5, 0.5, 0.5)
    bpy.context.view_layer.update()
    matrix = placeholder.matrix_world.copy()
    collection, root = bring(model)
    assert_close(root.matrix_world, matrix)
    assert root.users_collection[:] == (collection,)
    assert everything()['objects'] == [NAME]
    assert everything()['collections'] == [NAME]
    assert placement.placeholder_of(JOB) is None


def test_in_the_collection_of_its_placeholder(model: Path) -> None:
    placeholder, home = add_placeholder(), bpy.data.collections.new("Home")
    bpy.context.scene.collection.children.link(home)
    home.objects.link(placeholder)
    bpy.context.scene.collection.objects.unlink(placeholder)
    collection, root = bring(model)
    assert list(home.children) == [collection]
    assert not home.objects
    assert root.users_collection[:] == (collection,)


def test_with_the_parent_of_its_placeholder(model: Path) -> None:
    placeholder, parent = add_placeholder(), add_cube("Parent")
    parent.location, parent.rotation_euler, parent.scale = (1, 2, 3), (0.1, 0.2, 0.3), (2, 1, 1)
    bpy.context.view_layer.update()
    placeholder.parent = parent
    placeholder.matrix_parent_inverse = parent.matrix_world.inverted()
    placeholder.delta_location.x = 1.0
    bpy.context.view_layer.update()
    matrix = placeholder.matrix_world.copy()
    _, root = bring(model)
    assert root.parent == parent
    assert_close(root.matrix_world, matrix)
    parent.location.x += 10.0
    bpy.context.view_layer.update()
    assert root.matrix_world.translation.x == pytest.approx(matrix.translation.x + 10.0)


def on_a_bone(placeholder: Any) -> Any:
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode='EDIT')
    armature.data.edit_bones.new("Hand").tail = (0.0, 1.0, 1.0)
    bpy.ops.object.mode_set(mode='OBJECT')
    placeholder.parent, placeholder.parent_type, placeholder.parent_bone = armature, 'BONE', "Hand"
    return armature


def on_corners(placeholder: Any) -> Any:
    cube = add_cube("Parent")
    placeholder.parent, placeholder.parent_type = cube, 'VERTEX_3'
    placeholder.parent_vertices = (0, 1, 2)
    return cube


def in_place(placeholder: Any) -> Any:
    cube = add_cube("Parent")
    cube.location, cube.rotation_euler = (1, 2, 3), (0.1, 0.2, 0.3)
    bpy.context.view_layer.update()
    placeholder.parent, placeholder.matrix_parent_inverse = cube, cube.matrix_world.inverted()
    return cube


def constrained(placeholder: Any) -> Any:
    cube = add_cube("Target")
    placeholder.constraints.new('COPY_TRANSFORMS').target = cube
    placeholder.constraints[0].mix_mode = 'BEFORE'
    return cube


def held(placeholder: Any) -> Any:
    cube = add_cube("Owner")
    cube.location = (1, 2, 3)
    bpy.context.view_layer.update()
    child_of = placeholder.constraints.new('CHILD_OF')
    child_of.target, child_of.inverse_matrix = cube, cube.matrix_world.inverted()
    return cube


@pytest.mark.parametrize('tie', [in_place, on_a_bone, on_corners, constrained, held])
def test_tied_to_what_its_placeholder_was_tied_to(tie: Callable[[Any], Any], model: Path) -> None:
    """Both stand in the same place, before and after what they are tied to has moved."""
    placeholder = add_placeholder()
    other = tie(placeholder)
    witness = placeholder.copy()
    del witness[provenance.JOB]
    bpy.context.scene.collection.objects.link(witness)
    bpy.context.view_layer.update()
    _, root = bring(model)
    assert_close(root.matrix_world, witness.matrix_world)
    other.location, other.rotation_euler, other.scale = (5, 4, 3), (0.3, 0.2, 0.1), (2, 2, 2)
    bpy.context.view_layer.update()
    assert_close(root.matrix_world, witness.matrix_world)
    assert (root.parent, root.parent_type, root.parent_bone) == (
        witness.parent,
        witness.parent_type,
        witness.parent_bone,
    )


def test_moving_as_its_placeholder_did(model: Path) -> None:
    placeholder = add_placeholder()
    for frame, height in ((1, 0.0), (11, 10.0)):
        placeholder.location.z = height
        placeholder.keyframe_insert('location', frame=frame)
    _, root = bring(model)
    for frame in (1, 6, 11):
        bpy.context.scene.frame_set(frame)
        assert root.matrix_world.translation.z == pytest.approx(frame - 1, abs=1e-4)


def test_what_hung_on_its_placeholder_hangs_on_the_model(model: Path) -> None:
    placeholder, child, follower = add_placeholder(), add_cube("Child"), add_cube("Follower")
    child.parent = placeholder
    child.matrix_parent_inverse = placeholder.matrix_world.inverted()
    follower.constraints.new('TRACK_TO').target = placeholder
    bpy.context.view_layer.update()
    matrix = child.matrix_world.copy()
    _, root = bring(model)
    assert child.parent == root
    assert_close(child.matrix_world, matrix)
    assert follower.constraints[0].target == root


@pytest.mark.parametrize('chosen', [True, False])
def test_selected_as_its_placeholder_was(chosen: bool, model: Path) -> None:
    placeholder, cube = add_placeholder(), add_cube()
    bpy.context.view_layer.objects.active = placeholder if chosen else cube
    placeholder.select_set(chosen)
    cube.select_set(not chosen)
    _, root = bring(model)
    assert bpy.context.view_layer.objects.active == (root if chosen else cube)
    assert (root.select_get(), cube.select_get()) == (chosen, not chosen)


@pytest.mark.parametrize('parts', [1, 2])
def test_duplicated_placeholders_share_the_model(parts: int, model: Path, model_of_two: Path) -> None:
    first, garden = add_placeholder(), bpy.data.collections.new("Garden")
    bpy.context.scene.collection.children.link(garden)
    matrices = [first.matrix_world.copy()]
    for number in (1, 2):
        copy = first.copy()
        copy.location.x += 10.0 * number
        garden.objects.link(copy)
        bpy.context.view_layer.update()
        matrices.append(copy.matrix_world.copy())
    collection, root = bring(model if parts == 1 else model_of_two)
    copies = [item for item in garden.objects if item.parent is None]
    for item, matrix in zip((root, *sorted(copies, key=lambda item: item.location.x)), matrices, strict=True):
        assert_close(item.matrix_world, matrix)
        assert len(item.children) == (0 if parts == 1 else 2)
    objects = 1 if parts == 1 else 3
    assert (len(collection.objects), len(garden.objects)) == (objects, 2 * objects)
    assert len(bpy.data.meshes) == parts
    assert len(bpy.data.collections) == 2
    assert placement.placeholder_of(JOB) is None


@pytest.mark.parametrize('factor', [0.5, 2.0])
def test_as_large_as_its_box(factor: float, model: Path) -> None:
    """However the artist has scaled it, the model's longest side is the side of the box that was seen."""
    placeholder = add_placeholder()
    placeholder.scale *= factor
    (box,) = placeholder.instance_collection.objects
    side = max(vertex.co.z for vertex in box.data.vertices) * factor
    _, root = bring(model)
    assert max(root.dimensions) == pytest.approx(side)


def hide(placeholder: Any) -> None:
    placeholder.hide_set(True)


def disable(placeholder: Any) -> None:
    placeholder.hide_viewport = True


@pytest.mark.parametrize('conceal', [hide, disable])
def test_a_hidden_placeholder_does_not_hide_its_model(conceal: Callable[[Any], None], model: Path) -> None:
    """It was in the way; a paid model that nobody sees would be looked for."""
    conceal(add_placeholder())
    _, root = bring(model)
    assert root.visible_get()
    assert not root.hide_render


def test_in_the_scene_of_its_placeholder(model: Path) -> None:
    placeholder, other = add_placeholder(), bpy.data.scenes.new("Other")
    other.collection.objects.link(placeholder)
    bpy.context.scene.collection.objects.unlink(placeholder)
    _, root = bring(model)
    assert root.users_scene[:] == (other,)
    assert not bpy.context.scene.objects


def test_a_deleted_placeholder_leaves_the_place_that_was_asked_for(model: Path) -> None:
    placeholder = add_placeholder()
    with bpy.context.temp_override(selected_objects=[placeholder]):
        bpy.ops.object.delete()
    _, root = bring(model)
    assert root.matrix_world.translation[:] == Place().location
    assert root.rotation_euler[:] == Place().rotation


def test_called_as_its_placeholder_was(model: Path) -> None:
    first, second = add_placeholder(), add_placeholder()
    first.name, second.name = "Left dragon", "Right dragon"
    collection, root = bring(model)
    assert (collection.name, root.name) == ("Left dragon", "Left dragon")
    assert everything()['objects'] == ["Left dragon", "Right dragon"]


@pytest.mark.parametrize('linked', [False, True])
def test_a_duplicate_made_by_blender_is_a_placeholder_too(linked: bool, model: Path) -> None:
    placeholder = add_placeholder()
    with bpy.context.temp_override(selected_objects=[placeholder]):
        bpy.ops.object.duplicate(linked=linked)
    assert len(placement.placeholders_of(JOB)) == 2
    bring(model)
    assert everything()['objects'] == [NAME, f"{NAME}.001"]
    assert len(bpy.data.meshes) == 1
    assert not placement.placeholders_of(JOB)


def test_a_hidden_collection_is_not_where_it_goes(model: Path) -> None:
    placeholder, home = add_placeholder(), bpy.data.collections.new("Home")
    bpy.context.scene.collection.children.link(home)
    home.objects.link(placeholder)
    bpy.context.scene.collection.objects.unlink(placeholder)
    bpy.context.view_layer.layer_collection.children["Home"].exclude = True
    _, root = bring(model)
    assert root.visible_get()


def test_a_model_that_arrived_before_stays(model: Path) -> None:
    _, first = bring(model)
    _, second = bring(model, Place(location=(0.0, 0.0, 0.0)))
    assert first.matrix_world.translation[:] == (1.0, 2.0, 3.0)
    assert second.matrix_world.translation[:] == (0.0, 0.0, 0.0)


# Failures


def cut(model: Path, file: Path, share: float) -> Path:
    data = model.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    return file


@pytest.mark.parametrize('share', [0.0, 0.0001, 0.3, 0.6, 0.99])
def test_half_a_file_is_unreadable_and_adds_nothing(share: float, model: Path, tmp_path: Path) -> None:
    add_placeholder()
    before = everything()
    with pytest.raises(arrive.Unreadable):
        bring(cut(model, tmp_path / 'model.blend', share))
    assert everything() == before


def test_a_missing_file_and_other_files_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / 'text.blend').write_text("no model")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'scene.blend'), copy=True, compress=False)
    before = everything()
    for name in ('missing.blend', 'text.blend', 'scene.blend'):
        with pytest.raises(arrive.Unreadable):
            bring(tmp_path / name)
    assert everything() == before


@pytest.mark.parametrize('header', [b'BLENDER17-01v9900', b'BLENDER-v999xxxxx'])
def test_a_file_of_a_newer_blender(header: bytes, model: Path, tmp_path: Path) -> None:
    file = tmp_path / 'model.blend'
    file.write_bytes(header + model.read_bytes()[17:])
    before = everything()
    with pytest.raises(arrive.NewerBlender):
        bring(file)
    assert everything() == before


def test_a_failure_in_the_middle_leaves_all_as_it_was(
    model_of_two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add_placeholder()
    copy = first.copy()
    bpy.context.scene.collection.objects.link(copy)
    before = everything()
    monkeypatch.setattr(standing, '_CHANNELS', ('no such channel',))
    with pytest.raises(AttributeError):
        bring(model_of_two)
    assert everything() == before
    assert set(placement.placeholders_of(JOB)) == {first, copy}
