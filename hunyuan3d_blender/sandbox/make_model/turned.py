# SPDX-License-Identifier: GPL-3.0-or-later
"""From a sentence to a form turned on a lathe: profile, colours and material follow from its words."""

from __future__ import annotations

import colorsys
import hashlib
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .shape import Floats, Maps, Sample, Shape, at_points, lit, upright

TEXTURE_SIDE_PX = 1024
PREVIEW_SIDE_PX = 256


@dataclass(frozen=True)
class Stuff:
    """What a form is made of."""

    color: tuple[float, float, float] | None
    """Of the whole, None for any."""
    roughness: float
    metallic: float
    grain: tuple[float, float]
    """How much the grain is drawn out around and along the form; (1, 1) for clouds."""
    contrast: float


_GLAZE = Stuff(None, 0.22, 0.0, (1, 1), 0.15)
_STUFFS = {
    r'wood|wooden|oak|walnut|木': Stuff((0.50, 0.30, 0.15), 0.55, 0.0, (12, 1), 0.55),
    r'gold|golden|金': Stuff((0.90, 0.70, 0.28), 0.25, 1.0, (1, 6), 0.08),
    r'silver|steel|iron|metal|robot|银|铁|钢': Stuff((0.72, 0.73, 0.75), 0.32, 1.0, (1, 8), 0.10),
    r'copper|bronze|brass|铜': Stuff((0.80, 0.48, 0.32), 0.35, 1.0, (1, 4), 0.20),
    r'stone|marble|rock|concrete|石': Stuff((0.70, 0.69, 0.66), 0.80, 0.0, (1, 1), 0.45),
    r'clay|terracotta|陶': Stuff((0.72, 0.40, 0.26), 0.75, 0.0, (1, 3), 0.20),
}
_HUES = {
    r'red|红': 0.0, r'orange|橙': 0.07, r'yellow|黄': 0.14, r'green|绿': 0.35, r'teal|turquoise|青': 0.48,
    r'blue|蓝': 0.60, r'purple|violet|紫': 0.76, r'pink|粉': 0.92,
}  # fmt: skip


def from_words(prompt: str, faces: int) -> Sample:
    """Sample for a sentence, with about so many faces. The same words always give the same form."""
    words = re.sub(r'\[sandbox:[^\]]*\]', '', prompt).casefold().split()
    seed = hashlib.sha256(' '.join(words).encode()).digest()
    random = np.random.default_rng(np.frombuffer(seed, np.uint32))
    profile = _profile(random)
    flutes = int(random.choice([0, 0, 0, 8, 12, 20]))
    maps = _maps(' '.join(words), profile, random)
    return Sample(_turned(profile, flutes, faces), maps, _preview(profile, maps))


def _profile(random: np.random.Generator) -> Floats:
    """(n, 2) radius and height, from the middle of the foot to the middle of the top, evenly spaced."""
    heights = np.cumsum([0.05, *random.uniform(0.16, 0.34, random.integers(3, 6))])
    wide, slim = random.uniform(0.30, 0.48, len(heights)), random.uniform(0.10, 0.22, len(heights))
    radii = np.where(np.arange(len(heights)) % 2, wide, slim)
    radii[0] = random.uniform(0.24, 0.36)
    t = np.linspace(0, len(heights) - 1, 240)
    whole = np.minimum(t.astype(int), len(heights) - 2)
    part = t - whole
    rising = radii[whole + 1] > radii[whole]
    full = np.where(rising, part, 1 - part) ** 0.65  # full bellies, slim waists
    ease = np.where(rising, full * full * (3 - 2 * full), 1 - full * full * (3 - 2 * full))
    wall = np.column_stack([
        radii[whole] + (radii[whole + 1] - radii[whole]) * ease,
        heights[whole] + (heights[whole + 1] - heights[whole]) * part,
    ])  # fmt: skip
    wall[:, 0] += 0.018 * np.exp(-(((part - 0.5) / 0.06) ** 2)) * random.integers(0, 2, len(heights))[whole]
    foot = [(0, 0), (radii[0] + 0.03, 0), (radii[0] + 0.03, 0.04), (radii[0], 0.05)]
    end = _dome(*wall[-1]) if random.random() < 0.5 else _hollow(*wall[-1])
    return _evenly_spaced(np.array([*foot, *wall, *end]))


def _dome(radius: float, height: float) -> list[tuple[float, float]]:
    knob = max(radius * 0.9, 0.12)
    angles = np.linspace(-0.9, np.pi / 2, 40)
    return [(knob * np.cos(a) * (a < 1.57), height + knob * (0.8 + np.sin(a))) for a in angles]


def _hollow(radius: float, height: float) -> list[tuple[float, float]]:
    inner = radius * 0.82
    bowl = [(inner * np.cos(a), height - 0.9 * inner * np.sin(a)) for a in np.linspace(0, np.pi / 2, 24)]
    return [
        (radius + 0.015, height + 0.01),
        (radius, height + 0.03),
        (inner, height + 0.03),
        *bowl[:-1],
        (0, bowl[-1][1]),
    ]


def _evenly_spaced(points: NDArray[Any], count: int = 600) -> Floats:
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    places = np.linspace(0, length[-1], count)
    return np.column_stack([np.interp(places, length, points[:, i]) for i in (0, 1)]).astype(np.float32)


def _turned(profile: Floats, flutes: int, faces: int) -> Shape:
    around = max(8, round((faces / 2) ** 0.5))
    along = max(6, round(faces / 2 / around) + 1)
    at = np.linspace(0, len(profile) - 1, along + 1)
    radius, height = (np.interp(at, np.arange(len(profile)), profile[:, i]) for i in (0, 1))
    angle = np.arange(around) * 2 * np.pi / around
    wave = 1 + (0.035 * np.cos(angle * flutes) if flutes else 0 * angle)
    rings = np.stack([
        radius[1:-1, None] * wave * np.sin(angle),
        -radius[1:-1, None] * wave * np.cos(angle),
        np.broadcast_to(height[1:-1, None], (along - 1, around)),
    ], axis=2).reshape(-1, 3)  # fmt: skip
    vertices = np.concatenate([[[0, 0, height[0]]], rings, [[0, 0, height[-1]]]])
    rows, columns = (grid.ravel() for grid in np.meshgrid(np.arange(along), np.arange(around), indexing='ij'))
    lower, upper = np.stack([rows, columns], axis=1), np.stack([rows + 1, columns], axis=1)
    right = np.array([0, 1])
    triangles = np.concatenate([
        np.stack([lower, lower + right, upper + right], axis=1)[rows > 0],
        np.stack([lower, upper + right, upper], axis=1)[rows < along - 1],
    ])  # fmt: skip
    numbers = 1 + (triangles[..., 0] - 1) * around + triangles[..., 1] % around
    numbers = np.where(triangles[..., 0] == 0, 0, np.minimum(numbers, len(vertices) - 1))
    uvs = np.stack([triangles[..., 1] / around, triangles[..., 0] / along], axis=2)
    return Shape(upright(vertices.astype(np.float32)), numbers.astype(np.int32), uvs.astype(np.float32))


def _maps(words: str, profile: Floats, random: np.random.Generator) -> Maps:
    stuff = next((stuff for pattern, stuff in _STUFFS.items() if re.search(pattern, words)), _GLAZE)
    hue = next(
        (hue for pattern, hue in _HUES.items() if re.search(rf'\b(?:{pattern})|[{pattern[-1]}]', words)), None
    )
    main = np.array(_main_color(stuff, hue, random))
    second = np.array(colorsys.hsv_to_rgb(random.random(), 0.35, 0.9)) * 0.4 + main * 0.6
    trim = np.array((0.92, 0.74, 0.35)) if stuff.metallic == 0 else main * 0.45
    grain = _clouds(random, stuff.grain)
    along = np.linspace(1, 0, TEXTURE_SIDE_PX, dtype=np.float32)
    height = np.interp(along * (len(profile) - 1), np.arange(len(profile)), profile[:, 1])
    blend = 0.5 + 0.5 * np.sin(height * random.uniform(3, 9) + random.uniform(0, 6))
    bands = _bands(height, random)[:, None]
    mixed = main + (second - main) * blend[:, None, None] * 0.8
    color = mixed * (1 + stuff.contrast * (grain[..., None] - 0.5) * 2)
    color = color + (trim - color) * bands[..., None]
    return Maps(
        base_color=np.clip(color, 0.02, 0.98).astype(np.float32),
        roughness=np.clip(stuff.roughness + 0.25 * (grain - 0.5) - 0.1 * bands, 0.05, 1).astype(np.float32),
        metallic=np.clip(stuff.metallic + bands, 0, 1).astype(np.float32) * np.ones_like(grain),
        height=(grain * stuff.contrast * 8 + bands * 3).astype(np.float32),
    )


def _main_color(stuff: Stuff, hue: float | None, random: np.random.Generator) -> tuple[float, float, float]:
    if stuff.color and (hue is None or stuff.metallic):
        return stuff.color
    chosen = random.random() if hue is None else hue
    return colorsys.hsv_to_rgb(chosen, random.uniform(0.55, 0.8), random.uniform(0.6, 0.85))


def _bands(height: Floats, random: np.random.Generator) -> Floats:
    """1 where a narrow ring of another material runs around the form, by height."""
    places = random.uniform(0.1, height.max() * 0.95, random.integers(1, 4))
    return np.asarray((np.abs(height[:, None] - places) < 0.012).any(axis=1), np.float32)


def _clouds(random: np.random.Generator, drawn_out: tuple[float, float]) -> Floats:
    """Noise from 0 to 1 without a seam: all waves at once, the long ones higher."""
    side = TEXTURE_SIDE_PX
    down, across = np.fft.fftfreq(side) * side, np.fft.rfftfreq(side) * side
    wave = np.hypot(across[None, :] / drawn_out[0], down[:, None] / drawn_out[1])
    power = 1 / (1 + wave) ** 1.6
    power[0, 0] = 0
    noise = np.fft.irfft2(np.fft.rfft2(random.standard_normal((side, side))) * power, (side, side))
    return np.asarray(np.clip(0.5 + noise / (5 * noise.std()), 0, 1), np.float32)


def _preview(profile: Floats, maps: Maps) -> Floats:
    """The form from the front."""
    side = PREVIEW_SIDE_PX
    low, high = profile[:, 1].min(), profile[:, 1].max()
    size = max(high - low, 2 * profile[:, 0].max()) * 1.08
    levels = (low + high) / 2 + size * np.linspace(0.5, -0.5, side)
    outside = [np.abs(profile[:, 1] - level) < size / side for level in levels]
    reach = np.array([profile[near, 0].max() if near.any() else 0 for near in outside])
    place = np.array([np.argmax(np.where(near, profile[:, 0], -1)) for near in outside]) / (len(profile) - 1)
    x = size * np.linspace(-0.5, 0.5, side)
    mask = np.abs(x)[None, :] < reach[:, None]
    turn = np.arcsin(np.clip(x[None, :] / np.maximum(reach, 1e-6)[:, None], -1, 1)) / (2 * np.pi)
    last = TEXTURE_SIDE_PX - 1
    color = at_points(maps.base_color, (1 - place)[:, None] * last + 0 * turn, (turn % 1) * last)
    reach = np.convolve(np.pad(reach, 2, mode='edge'), np.ones(5) / 5, mode='valid')
    depth = np.sqrt(np.maximum(reach[:, None] ** 2 - x[None, :] ** 2, 0)) * side / size
    return lit(color, depth.astype(np.float32), mask)
