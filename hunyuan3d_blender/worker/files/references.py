# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of other files inside a model: only those that stay within the model's folder.

Blender's importers follow `../` and absolute paths and pack what they find into the .blend, which the artist may
share later; on Windows `\\\\host\\share` sends the logon's hash to that host.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ...services.errors import N_
from .archive import is_plain_name
from .refusal import ModelRefused

_OUTSIDE = N_("The model refers to a file outside its folder: {name}")


def existing(reference: str, folder: Path) -> Path:
    """The file in `folder` that a reference means. Raise `ModelRefused` when it leads out or there is none."""
    parts = reference.replace('\\', '/').removeprefix('./').split('/')
    if not all(map(is_plain_name, parts)):
        raise ModelRefused(_OUTSIDE, name=reference)
    path = folder.joinpath(*parts)
    if not path.is_file():
        raise ModelRefused(N_("The model refers to a file that is missing: {name}"), name=reference)
    return path


def refuse_escape(words: Iterable[str]) -> None:
    """Raise `ModelRefused` for absolute paths, other drives and hosts, URLs, and ways upwards."""
    for word in words:
        path = word.replace('"', '').replace('\\', '/')
        if path.startswith('/') or ':' in path or '..' in path.split('/'):
            raise ModelRefused(_OUTSIDE, name=word)


def refuse_found_outside(paths: Iterable[str], folder: Path) -> None:
    """Raise `ModelRefused` for a path that finds something outside `folder` on this computer, or names a host.

    For formats that hold paths of the computer they were made on as a matter of course: those lead nowhere here.
    """
    home = os.path.realpath(folder)
    for path in paths:
        clean = path.replace('\\', '/')
        target = os.path.realpath(os.path.join(home, clean))  # noqa: PTH118 - pathlib raises for strange names
        inside = target == home or target.startswith(home + os.sep)
        if clean.startswith('//') or (not inside and os.path.exists(target)):  # noqa: PTH110
            raise ModelRefused(_OUTSIDE, name=path)
