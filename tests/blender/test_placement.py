# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholders."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from hunyuan3d_blender.scene import placement, provenance

JOB, OTHER = 'a' * 32, 'b' * 32


def add(job_id: str = JOB, name: str = "Red dragon", **options: Any) -> Any:
    values = {'location': (1.0, 2.0, 3.0), 'rotation': (0.0, 0.0, 0.5), 'size_m': 2.0}
    return placement.add_placeholder(bpy.context, job_id=job_id, name=name, **values | options)


def box_of(placeholder: Any) -> Any:
    (box,) = placeholder.instance_collection.objects
    return box.data


def test_it_stands_where_the_model_will_stand() -> None:
    placeholder = add()
    bpy.context.view_layer.update()
    assert placeholder.matrix_world.translation[:] == (1.0, 2.0, 3.0)
    assert placeholder.rotation_euler[:] == (0.0, 0.0, 0.5)
    box = box_of(placeholder)
    corners = [vertex.co for vertex in box.vertices]
    assert [min(corner[axis] for corner in corners) for axis in range(3)] == [-1.0, -1.0, 0.0]
    assert [max(corner[axis] for corner in corners) for axis in range(3)] == [1.0, 1.0, 2.0]
    lengths = {(corners[edge.vertices[0]] - corners[edge.vertices[1]]).length for edge in box.edges}
    assert (len(box.edges), lengths) == (12, {2.0})
    assert (placeholder.type, placeholder.name, placeholder.hide_render) == ('EMPTY', "Red dragon", True)
    assert placement.size_of(placeholder) == 2.0


def test_a_box_of_unknown_size() -> None:
    assert max(vertex.co.z for vertex in box_of(add(size_m=0.0)).vertices) == placement.DEFAULT_SIZE_M


def test_selection_and_active_object_stay() -> None:
    mesh = bpy.data.objects.new("Cube", bpy.data.meshes.new("Cube"))
    bpy.context.scene.collection.objects.link(mesh)
    bpy.context.view_layer.objects.active = mesh
    mesh.select_set(True)
    bpy.ops.object.mode_set(mode='EDIT')
    placeholder = add()
    assert bpy.context.view_layer.objects.active == mesh
    assert [item.name for item in bpy.context.view_layer.objects if item.select_get()] == ["Cube"]
    assert mesh.mode == 'EDIT'
    assert placeholder.name in bpy.context.view_layer.objects


def test_it_is_found_by_its_job_whatever_it_is_called() -> None:
    first, second = add(), add(OTHER)
    first.name = "renamed"
    assert placement.placeholders_of(JOB) == [first]
    assert placement.placeholder_of(OTHER) == second
    assert placement.placeholder_of('c' * 32) is None


def test_duplicates_are_found_and_deleted_ones_are_not() -> None:
    first = add()
    copy = first.copy()
    bpy.context.scene.collection.objects.link(copy)
    assert set(placement.placeholders_of(JOB)) == {first, copy}
    bpy.context.scene.collection.objects.unlink(first)
    assert placement.placeholders_of(JOB) == [copy]


def test_a_model_with_a_history_is_no_placeholder() -> None:
    root = bpy.data.objects.new("Dragon", None)
    bpy.context.scene.collection.objects.link(root)
    provenance.write(root, {'job': JOB, 'service': 'sandbox'})
    assert placement.placeholder_of(JOB) is None


def test_removing_leaves_nothing_but_other_jobs() -> None:
    add()
    other = add(OTHER)
    placement.remove_placeholders(JOB)
    assert set(bpy.data.objects) == {other, *other.instance_collection.objects}
    placement.remove_placeholders(OTHER)
    assert not [*bpy.data.objects, *bpy.data.meshes, *bpy.data.collections]


@pytest.mark.parametrize('how', ['visible', 'excluded', 'hidden', 'hidden parent'])
def test_new_objects_go_where_they_are_seen(how: str) -> None:
    parent, active = bpy.data.collections.new("Parent"), bpy.data.collections.new("Active")
    bpy.context.scene.collection.children.link(parent)
    parent.children.link(active)
    layer = bpy.context.view_layer.layer_collection.children["Parent"]
    bpy.context.view_layer.active_layer_collection = layer.children["Active"]
    if how == 'excluded':
        layer.children["Active"].exclude = True
    elif how == 'hidden':
        layer.children["Active"].hide_viewport = True
    elif how == 'hidden parent':
        layer.hide_viewport = True
    placeholder = add()
    assert placeholder.visible_get()
    assert (placeholder.users_collection == (active,)) is (how == 'visible')
