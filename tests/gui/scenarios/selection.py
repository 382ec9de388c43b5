# SPDX-License-Identifier: GPL-3.0-or-later
"""An object that no service has made goes through an operation, by way of the sandbox's own bucket."""

from __future__ import annotations

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.spine import meshes, state
from tests.gui.scenarios.widths import speak


def box_of(name: str) -> list[tuple[float, ...]]:
    """The least and the largest coordinates of an object in the scene, as it is seen."""
    item = bpy.data.objects[name].evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = item.to_mesh()  # what is drawn may be subdivided by the graphics card, and known to nobody else
    points = [item.matrix_world @ vertex.co for vertex in mesh.vertices]
    item.to_mesh_clear()
    return [tuple(edge(axis) for axis in zip(*points, strict=True)) for edge in (min, max)]


def scenario_a_modelled_object_gets_a_new_topology(window: Window) -> Steps:
    """The cube with a modifier, turned and mirrored: the result stands in its place, and it is only hidden."""
    cube = bpy.data.objects["Cube"]
    cube.rotation_euler, cube.scale, cube.location = (0, 0, 1.5707963), (1, -2, 0.5), (1, 2, 0)
    cube.modifiers.new("Subdivision", 'SUBSURF').levels = 4
    bpy.context.view_layer.update()
    wanted, before = box_of("Cube"), meshes()
    points = [tuple(vertex.co) for vertex in cube.data.vertices]
    panel = bpy.types.HUNYUAN3D_PT_selected_model
    bpy.utils.unregister_class(panel)
    panel.bl_options = set()  # open from the start
    bpy.utils.register_class(panel)
    yield from window.open_tab("Hunyuan3D")
    for language in ('zh_HANS', 'en_US'):
        speak(language)
        yield from window.picture(f'1_selected_{language}')
    bpy.context.scene.hunyuan3d_work.face_level = 'high'
    yield from window.press('hunyuan3d.topology')
    yield from window.until(lambda: state() != '', "the job in the list")
    yield from window.picture('2_under_way')
    yield from window.until(
        lambda: state() in ('arrived', 'rejected', 'failed', 'unknown'), "the arrival", 240
    )
    yield from window.picture('3_arrived')
    assert state() == 'arrived'
    (new,) = meshes() - before
    size = max(high - low for low, high in zip(*wanted, strict=True))
    for found, there in zip(box_of(new), wanted, strict=True):
        assert all(abs(a - b) < 1e-4 * size for a, b in zip(found, there, strict=True)), (found, there)
    assert bpy.data.objects["Cube"].hide_get()
    assert [tuple(vertex.co) for vertex in bpy.data.objects["Cube"].data.vertices] == points
