# SPDX-License-Identifier: GPL-3.0-or-later
"""Get the model that an operation is to work on, and tell what it is by its first bytes."""

from __future__ import annotations

import re

from .fetch import fetch_model
from .operation import ModelInput, Values
from .refusal import Refusal

_FIRST_BYTES = ((b'glTF', 'glb'), (b'Kaydara FBX Binary', 'fbx'), (b'; FBX', 'fbx'), (b'PK\x03\x04', 'zip'))
_OBJ_LINE = re.compile(rb'(?m)^(v|vn|vt|f|o|g|mtllib|usemtl) ')
_KINDS_OF_TYPE = {'GLB': ('glb',), 'FBX': ('fbx',), 'OBJ': ('obj', 'zip')}


def model_of(wanted: ModelInput, values: Values) -> tuple[str, bytes]:
    """Ending and bytes of the model of a request whose fields have been checked, or nothing. Raise Refusal."""
    given = values.get(wanted.field)
    if not given:
        if wanted.is_required:
            raise Refusal(
                'MissingParameter', f"The request is missing a required parameter `{wanted.field}`."
            )
        return '', b''
    url, kind = (given, '') if isinstance(given, str) else (given['Url'], given['Type'].upper())
    data = fetch_model(url, wanted.max_bytes)
    found = kind_of(data)
    if found not in (_KINDS_OF_TYPE[kind] if kind else ('glb', 'fbx', 'obj', 'zip')):
        what = f"is {found.upper()}, not {kind}" if found and kind else "is no FBX, OBJ or GLB"
        raise Refusal('InvalidParameterValue', f"The file of `{wanted.field}` {what}.")
    return found, data


def kind_of(data: bytes) -> str:
    """'glb', 'fbx', 'zip', 'obj', or '' for something else."""
    for start, kind in _FIRST_BYTES:
        if data.startswith(start):
            return kind
    head = data[:65_536]
    return 'obj' if b'\0' not in head and _OBJ_LINE.search(head) else ''
