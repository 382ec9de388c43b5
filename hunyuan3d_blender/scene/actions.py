# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions and their F-curves: in layers and slots since Blender 4.4, without before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np
from bpy.types import Action, Object

from .provenance import PREFIX

if TYPE_CHECKING:
    from numpy.typing import NDArray

FPS = PREFIX + 'fps'
"""Of the file that an action came in: its keys lie that many to a second, until it arrives in a scene."""
FIRST_FRAME = 1.0
STILL = 1e-6
"""Of its largest value: less is no movement."""
_LINEAR = 1


def curves_of(item: Object) -> Any:
    """The F-curves of the action that an object plays, () for none."""
    animation: Any = item.animation_data
    if not animation or not animation.action:
        return ()
    if not hasattr(animation, 'action_slot'):  # before 4.4
        return animation.action.fcurves
    strips = [strip for layer in animation.action.layers for strip in layer.strips]
    bags = (strip.channelbag(animation.action_slot) for strip in strips if animation.action_slot)
    return next((bag.fcurves for bag in bags if bag), ())


def settle(item: Object, fps: float) -> None:
    """Note the rate of an imported action, and take out of it where the object stands.

    Importers key the place of every object; what really moves stays.
    """
    curves = curves_of(item)
    if not curves:
        return
    for curve in [curve for curve in curves if not curve.data_path.startswith('pose.')]:
        values = _keys(curve)[:, 1]
        if np.ptp(values) < STILL * max(1.0, float(np.abs(values).max())):
            curves.remove(curve)
    action: Any = item.animation_data.action
    action[FPS] = fps


def keep(item: Object, name: str, fps: float) -> Action | None:
    """Name the action that an object plays, bring it to the rate of the scene, and keep it when another one is played."""
    animation: Any = item.animation_data
    if not animation or not animation.action:
        return None
    action: Action = animation.action
    rate = action.get(FPS)
    if rate:
        for curve in curves_of(item):
            _stretch(curve, fps / float(rate))
        del action[FPS]
    action.name = name
    action.use_fake_user = True
    if hasattr(animation, 'action_slot') and animation.action_slot:
        animation.action_slot.name_display = (
            item.name
        )  # by this Blender finds the slot when actions are switched
    return action


def play(item: Object, action: Action) -> None:
    """Let an object play an action that was made for it, or for another one; what it has played before stays in the file."""
    animation: Any = item.animation_data_create()
    if animation.action:
        animation.action.use_fake_user = True
    animation.action = action
    if hasattr(animation, 'action_slot'):
        animation.action_slot = action.slots[0]


def new(
    item: Object, name: str, frames: NDArray[np.float64], curves: Iterable[tuple[str, NDArray[np.float64]]]
) -> Action:
    """An action with keys at all `frames`: of each data path the values, a column for each of its F-curves."""
    action: Any = bpy.data.actions.new(name)
    if hasattr(action, 'slots'):
        strip = action.layers.new("Layer").strips.new(type='KEYFRAME')
        made = strip.channelbag(action.slots.new('OBJECT', item.name), ensure=True).fcurves
    else:
        made = action.fcurves
    for path, columns in curves:
        for index, values in enumerate(columns.T):
            curve = made.new(path, index=index)
            curve.keyframe_points.add(len(frames))
            curve.keyframe_points.foreach_set('co', np.stack([frames, values], axis=1).ravel())
            curve.keyframe_points.foreach_set('interpolation', np.full(len(frames), _LINEAR))
            curve.update()
    return action  # type: ignore[no-any-return]


def drop(item: Object, paths: Sequence[str]) -> None:
    """Take the F-curves of some data paths out of the action that an object plays."""
    curves = curves_of(item)
    for curve in [curve for curve in curves if curve.data_path in paths]:
        curves.remove(curve)


def sampled(curve: Any, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of an F-curve; between its keys, which importers set for every frame, on a straight line."""
    keys = _keys(curve)
    return np.interp(frames, keys[:, 0], keys[:, 1])


def _keys(curve: Any, field: str = 'co') -> NDArray[np.float64]:
    """Frame and value of every key."""
    keys = np.empty(2 * len(curve.keyframe_points), np.float32)
    curve.keyframe_points.foreach_get(field, keys)
    return keys.reshape(-1, 2).astype(np.float64)


def _stretch(curve: Any, factor: float) -> None:
    for field in ('co', 'handle_left', 'handle_right'):
        keys = _keys(curve, field)
        keys[:, 0] = FIRST_FRAME + (keys[:, 0] - FIRST_FRAME) * factor
        curve.keyframe_points.foreach_set(field, keys.ravel())
    curve.update()
