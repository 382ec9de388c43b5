# SPDX-License-Identifier: GPL-3.0-or-later
"""How a body moves: a few gaits as functions of time, and which of them stands in for each preset motion."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Angles = tuple[float, float, float]
"""In degrees about the world's X (a swing forward is negative), Y and Z."""


@dataclass(frozen=True)
class Pose:
    """One moment."""

    turns: Mapping[str, Angles]
    """By bone."""
    lift: float = 0.0
    """Of the hips, in heights of the body."""


Gait = Callable[[float, float], Pose]
"""The pose for a phase from 0 to 1, at which it begins again, and a strength around 1."""


def _wave(phase: float, times: float = 1.0) -> float:
    return math.sin(2 * math.pi * phase * times)


def _bump(phase: float) -> float:
    """0 at the ends, 1 in the middle."""
    return math.sin(math.pi * phase) ** 2


def _strides(phase: float, strength: float, swing: float, bend: float) -> Pose:
    step = _wave(phase) * strength
    return Pose(
        {
            'LeftUpLeg': (-swing * step, 0, 0),
            'RightUpLeg': (swing * step, 0, 0),
            'LeftLeg': (bend * max(0.0, _wave(phase + 0.3)) * strength, 0, 0),
            'RightLeg': (bend * max(0.0, _wave(phase + 0.8)) * strength, 0, 0),
            'LeftArm': (swing * step, 60, 0),
            'RightArm': (-swing * step, -60, 0),
        },
        0.02 * abs(_wave(phase)) * strength,
    )


def _walk(phase: float, strength: float) -> Pose:
    return _strides(phase, strength, 28, 35)


def _run(phase: float, strength: float) -> Pose:
    return _strides(phase, strength, 50, 85)


def _idle(phase: float, strength: float) -> Pose:
    breath = 3 * strength * _wave(phase)
    return Pose({'Spine1': (breath, 0, 0), 'LeftArm': (0, 65 + breath, 0), 'RightArm': (0, -65 - breath, 0)})


def _kick(phase: float, strength: float) -> Pose:
    high = _bump(phase) * strength
    return Pose(
        {
            'RightUpLeg': (-85 * high, 0, 0),
            'Spine': (12 * high, 0, 0),
            'LeftArm': (0, 60, 0),
            'RightArm': (0, -60, 0),
        }
    )


def _punch(phase: float, strength: float) -> Pose:
    far = _bump(phase) * strength
    return Pose(
        {
            'RightArm': (0, 0, 80 * far),
            'Spine1': (0, 0, 25 * far),
            'LeftArm': (0, 50, 0),
            'LeftForeArm': (0, 0, -90),
        }
    )


def _jump(phase: float, strength: float) -> Pose:
    high = _bump(phase) * strength
    bend = 30 * (1 - _bump(phase)) * strength
    return Pose(
        {
            'LeftUpLeg': (-bend, 0, 0),
            'RightUpLeg': (-bend, 0, 0),
            'LeftLeg': (2 * bend, 0, 0),
            'RightLeg': (2 * bend, 0, 0),
            'LeftArm': (0, 60 - 90 * high, 0),
            'RightArm': (0, -60 + 90 * high, 0),
        },
        0.25 * high,
    )


def _fall(phase: float, strength: float) -> Pose:
    down = phase**2 * strength
    return Pose(
        {'Hips': (80 * down, 0, 0), 'LeftArm': (0, -30 * down, 0), 'RightArm': (0, 30 * down, 0)}, -0.4 * down
    )


def _turn(phase: float, strength: float) -> Pose:
    return Pose({'Hips': (0, 0, 180 * phase), **_idle(phase, strength).turns})


def _dance(phase: float, strength: float) -> Pose:
    sway = 18 * _wave(phase, 2) * strength
    return Pose(
        {
            'Hips': (0, sway, 0),
            'Spine1': (0, -sway, 2 * sway),
            'LeftArm': (0, 3 * sway, 0),
            'RightArm': (0, 3 * sway, 0),
        },
        0.03 * _bump(2 * phase % 1),
    )


def _flip(phase: float, strength: float) -> Pose:
    return Pose({'Hips': (-360 * phase, 0, 0), 'LeftLeg': (70 * _bump(phase), 0, 0), 'RightLeg': (70 * _bump(phase), 0, 0)},
                0.4 * _bump(phase) * strength)  # fmt: skip


GAITS: Mapping[str, Gait] = {
    'walk': _walk,
    'run': _run,
    'idle': _idle,
    'kick': _kick,
    'punch': _punch,
    'jump': _jump,
    'fall': _fall,
    'turn': _turn,
    'dance': _dance,
    'flip': _flip,
}

MOTIONS: tuple[tuple[str, str], ...] = (
    ("Roundhouse Kick", 'kick'), ("Left Hook", 'punch'), ("Charged Attack", 'punch'), ("Charged Punch", 'punch'),
    ("Two-Hit Combo", 'punch'), ("Two-Hit Combo - 2", 'punch'), ("Backstep", 'walk'), ("Hit Reaction", 'fall'),
    ("Hit Reaction - 2", 'fall'), ("Hit Reaction - 3", 'fall'), ("Knockdown - 1", 'fall'), ("Knockdown - 2", 'fall'),
    ("Landing", 'jump'), ("Dejection", 'idle'), ("Throat Slash", 'punch'), ("Jab", 'punch'),
    ("Continuous Strikes", 'punch'), ("Kick", 'kick'), ("Side Kick", 'kick'), ("Tai Chi", 'dance'),
    ("Backflip", 'flip'), ("Crouching Turn", 'turn'), ("Walk - 1", 'walk'), ("Walk - 2", 'walk'),
    ("Walk - 3", 'walk'), ("Idle - 1", 'idle'), ("Idle - 2", 'idle'), ("Street Dance", 'dance'),
    ("The Twist", 'dance'), ("Turn Left", 'turn'), ("Turn Right", 'turn'), ("Jog", 'run'), ("Jog - 2", 'run'),
    ("Run", 'run'), ("Sprint - 1", 'run'), ("Sprint - 2", 'run'), ("Sprint - 3", 'run'), ("Jump (In Place) - 1", 'jump'),
    ("Sliding Tackle", 'kick'), ("Long Jump (Forward)", 'jump'), ("Long Jump (Forward) - 2", 'jump'),
    ("Vault", 'jump'), ("Intimidation", 'idle'), ("Fall Forward", 'fall'), ("Turn Right (In Place)", 'turn'),
    ("Jump (In Place) - 2", 'jump'), ("Turn Around", 'turn'), ("Send Shockwave", 'punch'),
)  # fmt: skip
"""Name and gait of the preset motions 1 to 48, in the order of the documents."""

_WORDS = {
    'walk': ("walk", "走"), 'run': ("run", "jog", "sprint", "跑"), 'kick': ("kick", "踢"),
    'punch': ("punch", "hit", "strike", "box", "拳", "打"), 'jump': ("jump", "leap", "hop", "跳"),
    'fall': ("fall", "collapse", "倒"), 'turn': ("turn", "spin", "转"), 'dance': ("dance", "舞"),
    'flip': ("flip", "somersault", "空翻"),
}  # fmt: skip


def of_words(prompt: str) -> str:
    """The gait that a prompt names first, or standing."""
    lower = prompt.lower()
    places = {
        name: min((lower.find(word) for word in words if word in lower), default=-1)
        for name, words in _WORDS.items()
    }
    return min(
        (name for name, place in places.items() if place >= 0), key=lambda name: places[name], default='idle'
    )
