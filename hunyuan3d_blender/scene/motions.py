# SPDX-License-Identifier: GPL-3.0-or-later
"""The motions of arriving models: named, kept, and given to a rig that is there already."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
from bpy.types import ID, Action, Object, Scene

from . import actions, provenance


def keep_all(objects: Iterable[Object], name: str, scene: Scene) -> None:
    """Name the actions of arriving objects, if there is a name for them, and let them stay when others are played."""
    for item in objects:
        if item.type == 'ARMATURE' and item.animation_data and item.animation_data.action:
            actions.keep(item, name or item.animation_data.action.name, _fps(scene))


def give(rig: Object, root: Object, name: str, scene: Scene) -> Action | None:
    """Let `rig` play what the model below `root` plays; None, with nothing changed, where it is no motion for this rig.

    As it is, where the skeletons are the same, else turn by turn. Where the model stands is of no interest.
    """
    from . import retarget, skeletons

    source = next((item for item in root.children_recursive if actions.curves_of(item)), None)
    if source is None or rig.type != 'ARMATURE' or rig.library:
        return None
    if skeletons.are_same(skeletons.read(source), skeletons.read(rig)):
        curves = actions.curves_of(source)
        actions.drop(source, [curve.data_path for curve in curves if not curve.data_path.startswith('pose.')])
        action = source.animation_data.action
    else:
        rate = float(source.animation_data.action.get(actions.FPS, _fps(scene)))
        action = retarget.retargeted(source, rig, name, file_fps=rate, fps=_fps(scene))
    if action is None:
        return None
    actions.play(rig, action)
    actions.keep(rig, name, _fps(scene))
    provenance.write(action, provenance.read(root))
    return action


def remove_rest(added: Iterable[ID], action: Action) -> None:
    """Remove what came with a motion that was given to a rig."""
    bpy.data.batch_remove([block for block in added if block != action])


def _fps(scene: Scene) -> float:
    return scene.render.fps / scene.render.fps_base
