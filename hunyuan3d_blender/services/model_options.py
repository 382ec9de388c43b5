# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on a model that exists: the model that is sent, and what can be chosen for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from ..value import value

SEGMENTATION = 'SEGMENTATION'
"""Type of the result file that says which faces belong to which part."""


class FaceLevel(StrEnum):
    """How many faces a new topology has, spelled as the services spell it. None of them says how many those are."""

    HIGH = 'high'
    MEDIUM = 'medium'
    LOW = 'low'


FILE_SUFFIXES: Mapping[str, str] = {'GLB': '.glb', 'FBX': '.fbx', 'OBJ': '.zip'}
"""Of model files that are sent, by format. An OBJ goes as a zip, with its materials and textures."""


@value
class InputModel:
    """A model to work on: a file in the job's `input` folder, or the result of an earlier job."""

    file: str = ''
    """Plain file name, to be staged in the artist's bucket; '' for a result."""
    file_of: str = ''
    """Local id of the job in whose `input` folder the file is; '' for the job's own. They share what is staged of it."""
    job_id: str = ''
    """Local id of the job whose result it is, which the service fetches by that result's own URL; '' for a file.
    A job waits until that one is done."""
    format: str = ''
    """'FBX', 'GLB' or 'OBJ'. An OBJ file is a zip with its materials and textures."""
    faces: int = 0
    """0 where nobody has counted."""
    islands: int = 0
    """Parts that are not connected. 0 where nobody has counted."""
    size_bytes: int = 0
    sha256: str = ''
    url: str = field(default='', repr=False)
    """Where the service fetches it. A secret: set for the moment of sending, and never stored."""


@value
class ModelLimits:
    """What models an operation takes. Limits are inclusive, 0 where nobody states one."""

    formats: tuple[str, ...]
    """As in `InputModel.format`, first what we prefer."""
    size_max_bytes: int = 0
    faces_max: int = 0
    islands_max: int = 0
    is_optional: bool = False
    """True: the operation does without, too."""
    is_inline: bool = False
    """True: the file goes with the request, so nobody needs a bucket; and it goes each time."""
    stances: tuple[str, ...] = ()
    """How a figure may hold its arms, 'T-pose' and 'A-pose'; empty where that is of no interest."""


@value
class PartsOptions:
    """Of `Operation.PARTS`."""

    staged: bool = False
    """Only say which face belongs to which part; the parts are made by a second job, with `segmentation`."""
    segmentation: str = ''
    """Plain name of a JSON file in the job's `input` folder: the parts to make of the result of a staged job."""
    segmentation_sha256: str = ''
    post_process: bool = False
    """One model with all parts, cleaned up, at extra cost."""


@value
class TextureOptions:
    """Of `Operation.TEXTURE`, beside prompt, pictures and PBR materials, which are fields of the request."""

    keep_uv: bool = False
    texture_size_px: int = 4096
    """Side of the square."""


@value
class TopologyOptions:
    """Of `Operation.TOPOLOGY`."""

    face_level: FaceLevel = FaceLevel.MEDIUM
    quads: bool = False
    """Quads mixed with triangles instead of triangles only."""


@value
class RigOptions:
    """Of `Operation.RIG`."""

    motion: int = 0
    """Number of a preset motion that comes with the rig, 0 for none."""


@value
class MotionOptions:
    """Of `Operation.MOTION`."""

    duration_s: int = 5
    estimate_duration: bool = False
    """Choose the duration by the prompt."""
    rewrite: bool = False
    """Let the service write more into the prompt."""


Options = PartsOptions | TextureOptions | TopologyOptions | RigOptions | MotionOptions


KINDS: Mapping[str, type[Options]] = {
    'parts': PartsOptions,
    'texture': TextureOptions,
    'topology': TopologyOptions,
    'rig': RigOptions,
    'motion': MotionOptions,
}
"""By the value of their `Operation`."""


def only_finds_parts(options: Options | None) -> bool:
    """Whether the result says which face belongs to which part, and a second job is to make them."""
    return isinstance(options, PartsOptions) and options.staged


def files_of(options: Options | None) -> dict[str, str]:
    """SHA-256 of each file in the job's `input` folder that the options name, by name."""
    if not isinstance(options, PartsOptions) or not options.segmentation:
        return {}
    return {options.segmentation: options.segmentation_sha256}


def from_json(kind: type[Options], data: Mapping[str, Any]) -> Options:
    """Options of a kind from a dict of JSON values. Raise TypeError or ValueError when it is no such dict."""
    values = dict(data)
    if 'face_level' in values:
        values['face_level'] = FaceLevel(values['face_level'])
    return kind(**values)
