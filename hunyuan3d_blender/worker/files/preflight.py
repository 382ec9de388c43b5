# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide which of a job's files is the model, and refuse what must not reach an importer.

Importers are written in C++ for files of friends: small malformed ones kill the process. They run in a background
Blender, which is the wall; these checks keep most of it from happening at all, and tell the artist why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ...services.errors import N_
from .formats import Format, format_of, verify_complete
from .pixels import HEAD_MAX_BYTES, check_pixels
from .preflight_fbx import check_fbx
from .preflight_gltf import check_glb
from .preflight_obj import check_obj
from .preflight_usdz import check_usdz
from .refusal import Damaged, ModelRefused

PREFERENCE = (Format.GLB, Format.FBX, Format.ZIP, Format.OBJ, Format.USDZ, Format.STL)
"""Which file is taken when a job has several. GLB keeps most of a model; a ZIP holds an OBJ and its textures."""

SIZE_MAX_BYTES = 4 << 30
FACETS_MAX = 50_000_000
PICTURES_MAX = 1_000

_PICTURE_SUFFIXES = frozenset({'.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tga'})


def choose_model(paths: Iterable[Path]) -> Path:
    """Return the file to convert, by content; of two of the same format the larger one.

    It may be a ZIP: then the choice is repeated with what `archive.unpack` finds in it. Raise `ModelRefused` when no
    file is a model, and OSError when one cannot be read.
    """
    models = [(path, format_of(path)) for path in paths]
    models = [(path, format_) for path, format_ in models if format_ in PREFERENCE]
    if not models:
        raise ModelRefused(N_("There is no model among the files of the result"))
    chosen, _ = min(models, key=lambda model: (PREFERENCE.index(model[1]), -model[0].stat().st_size))
    return chosen


def check_model(path: Path, folder: Path) -> Format:
    """Check a model and the textures in its `folder`, and return the format that its content shows.

    Raise `ModelRefused`, and OSError when a file cannot be read.
    """
    if path.stat().st_size > SIZE_MAX_BYTES:
        raise ModelRefused(N_("The model is larger than can be handled"))
    format_ = format_of(path)
    check = _CHECKS.get(format_)
    if check is None:
        raise ModelRefused(N_("The file is no model: {name}"), name=path.name)
    try:
        verify_complete(path, format_)
    except Damaged as error:
        raise ModelRefused(error.failure.message, **error.failure.facts) from error
    check(path)
    if format_ in (Format.OBJ, Format.FBX):
        _check_pictures(folder)
    return format_


def _check_pictures(folder: Path) -> None:
    pictures = [path for path in sorted(folder.rglob('*')) if path.suffix.lower() in _PICTURE_SUFFIXES]
    if len(pictures) > PICTURES_MAX:
        raise ModelRefused(N_("The model has more textures than can be handled"))
    for path in pictures:
        with path.open('rb') as file:
            check_pixels(file.read(HEAD_MAX_BYTES), path.name)


def _check_stl(path: Path) -> None:
    """`verify_complete` has held the number of facets against the length; the ASCII kind needs more."""
    size = path.stat().st_size
    if size > 84 + 50 * FACETS_MAX:
        raise ModelRefused(N_("The model has more faces than can be handled"))
    if size <= 84:
        raise ModelRefused(N_("The model has no faces"))


_CHECKS: dict[Format, Callable[[Path], None]] = {
    Format.GLB: check_glb,
    Format.FBX: check_fbx,
    Format.OBJ: check_obj,
    Format.USDZ: check_usdz,
    Format.STL: _check_stl,
}
