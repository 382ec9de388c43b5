# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs and motions, from the button to the Action, with nothing stood in for."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from hunyuan3d_blender.scene import actions, retarget, skeletons
from hunyuan3d_blender.scene.stance import stance_of
from tests.blender.whole import EDITIONS, facts_of, placed_box, same, whole
from tests.exports import Look

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


def at_rest(armature):
    """What is seen of all that the armature moves, unposed."""
    armature.data.pose_position = 'REST'
    look = Look([item for item in bpy.data.objects if item.parent == armature])
    armature.data.pose_position = 'POSE'
    bpy.context.view_layer.update()
    return look


def length_s(action):
    first, last = action.frame_range
    return (last - first) / bpy.context.scene.render.fps


def moves(armature):
    """How far its mesh moves while its action is played."""
    (mesh,) = (item for item in bpy.data.objects if item.parent == armature)
    looks = []
    first, last = armature.animation_data.action.frame_range
    for share in (0.0, 0.3, 0.6):
        bpy.context.scene.frame_set(round(first + share * (last - first)))
        looks.append(Look([mesh]))
    return max(abs(looks[0].points - look.points).max() for look in looks[1:])


@pytest.mark.parametrize('edition', EDITIONS)
def test_a_rig_gets_an_action_for_every_motion(app, addon_part, store, library, tmp_path, edition):
    """It stands exactly where its original stands, which is untouched and hidden; more motions add no objects."""
    item = placed_box()
    before, kept = Look(), facts_of(item)
    with whole(app, addon_part, store, library, tmp_path / 'sandbox', edition) as here:
        jobs = here.press(bpy.ops.hunyuan3d.rig, motion='23')
        armature = next(each for each in bpy.data.objects if each.type == 'ARMATURE')
        assert item.hide_get()
        assert facts_of(item) == kept
        same(at_rest(armature), before)
        first = armature.animation_data.action
        assert (first.name, first.use_fake_user) == ("Walk 1", True)
        assert moves(armature) > 0.01 * before.size
        objects = {each.name for each in bpy.data.objects}

        (job,) = here.press(bpy.ops.hunyuan3d.rig, motion='34')
        assert {each.name for each in bpy.data.objects} == objects
        assert job.request.model_input.file == jobs[-1].request.model_input.file
        second = armature.animation_data.action
        assert (second.name, second.use_fake_user) == ("Run", True)
        assert {"Walk 1", "Run"} <= {action.name for action in bpy.data.actions}
        same(at_rest(armature), before)
        assert moves(armature) > 0.01 * before.size
        if hasattr(second, 'slots'):
            assert armature.animation_data.action_slot == second.slots[0]
            assert first.slots[0].identifier == second.slots[0].identifier
            armature.animation_data.action = first  # as the artist switches: the slot is found by its name
            assert armature.animation_data.action_slot == first.slots[0]

        if edition == 'tencent_cn':
            (job,) = here.press(bpy.ops.hunyuan3d.motion, motion_prompt="a man jumps high", duration=2)
            third = armature.animation_data.action
            assert third.name == "A man jumps high"
            assert length_s(third) == pytest.approx(2.0, abs=0.1)
            assert {each.name for each in bpy.data.objects} == objects
            same(at_rest(armature), before)
            assert moves(armature) > 0.01 * before.size
        else:
            with pytest.raises(RuntimeError, match="does not offer this"):
                bpy.ops.hunyuan3d.motion()
    assert facts_of(item) == kept


MIXAMO = {
    'Hips': ('', (0, 0, 1.0)), 'Spine': ('Hips', (0, 0, 1.1)), 'Spine1': ('Spine', (0, 0, 1.25)),
    'Neck': ('Spine1', (0, 0, 1.5)), 'Head': ('Neck', (0, 0, 1.6)),
    'LeftShoulder': ('Spine1', (0.05, 0, 1.45)), 'LeftArm': ('LeftShoulder', (0.18, 0, 1.45)),
    'LeftForeArm': ('LeftArm', (0.45, 0, 1.45)), 'LeftHand': ('LeftForeArm', (0.7, 0, 1.45)),
    'LeftUpLeg': ('Hips', (0.1, 0, 0.95)), 'LeftLeg': ('LeftUpLeg', (0.1, 0, 0.5)), 'LeftFoot': ('LeftLeg', (0.1, 0, 0.1)),
}  # fmt: skip
"""Parent and place of the joints in the middle and on the left of a figure in T-pose."""
SMPL = {
    'Hips': 'Pelvis', 'Spine': 'Spine1', 'Spine1': 'Spine2', 'LeftShoulder': 'L_Collar', 'LeftArm': 'L_Shoulder',
    'LeftForeArm': 'L_Elbow', 'LeftHand': 'L_Wrist', 'LeftUpLeg': 'L_Hip', 'LeftLeg': 'L_Knee', 'LeftFoot': 'L_Ankle',
}  # fmt: skip
RIGIFY = {
    'Hips': 'hips', 'Spine': 'spine', 'Spine1': 'chest', 'LeftShoulder': 'shoulder.L', 'LeftArm': 'upper_arm.L',
    'LeftForeArm': 'forearm.L', 'LeftHand': 'hand.L', 'LeftUpLeg': 'thigh.L', 'LeftLeg': 'shin.L', 'LeftFoot': 'foot.L',
}  # fmt: skip


def body(names, *, matrix=None, droop=0.0, roll=0.0):
    """A figure whose bones are called so; its arms droop by so many degrees, and its data lie as `matrix` has them."""
    data = bpy.data.armatures.new("Body")
    armature = bpy.data.objects.new("Body", data)
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    matrix = matrix or Matrix()
    bpy.ops.object.mode_set(mode='EDIT')
    for side in ('Left', 'Right'):
        for name, (parent, place) in MIXAMO.items():
            name, parent = name.replace('Left', side), parent.replace('Left', side)
            if name in names.made(data):
                continue
            place = Vector(place)
            if 'Arm' in name or 'Hand' in name:
                pivot = Vector(MIXAMO['LeftArm'][1])
                place = pivot + Matrix.Rotation(math.radians(droop), 3, 'Y') @ (place - pivot)
            if side == 'Right':
                place.x = -place.x
            bone = data.edit_bones.new(names.of(name))
            bone.head = matrix @ place
            bone.tail = matrix @ (place + Vector((0, 0, 0.1)))
            bone.roll = roll
            bone.parent = data.edit_bones[names.of(parent)] if parent else None
    bpy.ops.object.mode_set(mode='OBJECT')
    return armature


class Names:
    """How somebody calls the bones of `MIXAMO`."""

    def __init__(self, table=None, prefix=''):
        self.table, self.prefix = table or {}, prefix

    def of(self, name):
        left = self.table.get(name.replace('Right', 'Left'), name.replace('Right', 'Left'))
        if 'Right' in name:
            left = left.replace('Left', 'Right').replace('L_', 'R_')
            left = f'{left[:-2]}.R' if left.endswith('.L') else left
        return self.prefix + left

    def made(self, data):
        found = {bone.name for bone in data.edit_bones}
        names = (name.replace('Left', side) for name in MIXAMO for side in ('Left', 'Right'))
        return {name for name in names if self.of(name) in found}


def keyed(armature, names):
    """An action in which the left arm goes up, the right knee bends and the hips jump: half a second at 24 frames."""

    def turn(name, axis, degrees, frame):
        bone = armature.pose.bones[names.of(name)]
        rest = bone.bone.matrix_local.to_3x3()
        bone.rotation_mode = 'QUATERNION'
        spin = Matrix.Rotation(math.radians(degrees), 3, axis)
        bone.rotation_quaternion = (rest.inverted() @ spin @ rest).to_quaternion()
        bone.keyframe_insert('rotation_quaternion', frame=frame)

    for frame, share in ((1, 0.0), (13, 1.0)):
        turn('LeftArm', 'Y', -60 * share, frame)
        turn('RightLeg', 'X', 70 * share, frame)
        hips = armature.pose.bones[names.of('Hips')]
        hips.location = hips.bone.matrix_local.to_3x3().inverted() @ Vector((0, 0, 0.3 * share))
        hips.keyframe_insert('location', frame=frame)
    return armature.animation_data.action


def joints(armature, names, matrix):
    """Where the joints are in the last frame, in the directions and the size of `MIXAMO`."""
    bpy.context.scene.frame_set(13)
    bpy.context.view_layer.update()
    inverse = matrix.inverted()
    made = [name.replace('Left', side) for name in MIXAMO for side in ('Left', 'Right')]
    return {name: inverse @ armature.pose.bones[names.of(name)].head for name in made}


LYING = (
    Matrix.Scale(100, 4)
    @ Matrix.Rotation(math.radians(-90), 4, 'X')
    @ Matrix.Rotation(math.radians(40), 4, 'Z')
)


@pytest.mark.parametrize(
    ('names', 'matrix', 'droop', 'roll', 'mode'),
    [
        (Names(prefix='mixamorig:'), Matrix(), 0.0, 0.0, 'QUATERNION'),
        (Names(SMPL), LYING, 0.0, 0.7, 'QUATERNION'),
        (Names(RIGIFY), Matrix.Scale(2, 4), 45.0, 1.0, 'XYZ'),
        (Names(RIGIFY), LYING, 30.0, -2.0, 'AXIS_ANGLE'),
    ],
)
def test_a_motion_fits_any_body(names, matrix, droop, roll, mode):
    """Whatever its bones are called, however they lie, and whether it rests in T- or A-pose, its joints go where they should."""
    source = body(Names())
    keyed(source, Names())
    target = body(names, matrix=matrix, droop=droop, roll=roll)
    for bone in target.pose.bones:
        bone.rotation_mode = mode
    action = retarget.retargeted(source, target, "Jump", file_fps=24.0, fps=24.0)
    actions.play(target, action)
    wanted, found = joints(source, Names(), Matrix()), joints(target, names, matrix)
    assert all((wanted[name] - found[name]).length < 1e-3 for name in wanted), (wanted, found)


def test_a_motion_means_nothing_to_other_skeletons():
    source = body(Names())
    keyed(source, Names())
    other = bpy.data.objects.new("Other", bpy.data.armatures.new("Other"))
    assert retarget.retargeted(source, other, "Jump", file_fps=24.0, fps=24.0) is None
    assert not skeletons.are_same(skeletons.read(source), skeletons.read(other))
    assert skeletons.are_same(skeletons.read(source), skeletons.read(body(Names())))
    assert not skeletons.are_same(skeletons.read(source), skeletons.read(body(Names(), droop=20.0)))


def figure(degrees):
    """Points of a body whose arms hang so many degrees below the horizon."""
    body = [(x, y, z) for x in (-0.2, 0.2) for y in (-0.1, 0.1) for z in np.linspace(0.0, 1.7, 30)]
    arms = []
    for side in (-1, 1):
        for share in np.linspace(0.0, 0.7, 40):
            x = 0.2 + share * math.cos(math.radians(degrees))
            z = 1.4 - share * math.sin(math.radians(degrees))
            arms += [(side * x, y, z + 0.04 * y) for y in (-0.05, 0.05)]
    return np.array(body + arms)


@pytest.mark.parametrize(
    ('points', 'stance'),
    [
        (figure(0), 'T-pose'), (figure(10), 'T-pose'), (figure(-10), 'T-pose'), (figure(40), 'A-pose'),
        (figure(85), ''), (figure(0)[:, [0, 2, 1]], ''), (figure(0)[:, [1, 0, 2]], ''), (figure(0) * (0, 0, 0), ''),
        (np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]), ''),
    ],
)  # fmt: skip
def test_how_a_figure_holds_its_arms(points, stance):
    assert str(stance_of(points)) == stance


def test_who_does_not_stand_as_the_service_wants_is_told_before(app):
    """Editions ask for different poses. It remains the artist's to decide."""
    mesh = bpy.data.meshes.new("Figure")
    mesh.from_pydata(figure(40).tolist(), [], [(0, 1, 2)])
    item = bpy.data.objects.new("Figure", mesh)
    bpy.context.scene.collection.objects.link(item)
    item.select_set(True)
    bpy.context.view_layer.update()

    def told(service):
        work = app.operations.Work(service=service, operation='rig')
        return [
            remark.facts['stances']
            for remark in app.operations.work_remarks(
                work, app.selected_model.look_at_selected_model(bpy.context)
            )
        ]

    assert told('tencent_cn') == []
    assert told('tencent_intl') == [('T-pose',)]
    item.rotation_euler.z = 1.5
    bpy.context.view_layer.update()
    assert told('tencent_cn') == [('T-pose', 'A-pose')]


def test_a_motion_is_for_a_rig(app):
    bpy.context.scene.hunyuan3d_work.motion_prompt = "walk"
    with pytest.raises(RuntimeError, match="Select the rig"):
        bpy.ops.hunyuan3d.motion()
    armature = body(Names())
    armature.select_set(True)
    assert app.selected_model.look_at_selected_model(bpy.context).is_bare
    with pytest.raises(RuntimeError, match="Select the model"):
        bpy.ops.hunyuan3d.rig()
    assert bpy.ops.hunyuan3d.motion() == {'FINISHED'}
