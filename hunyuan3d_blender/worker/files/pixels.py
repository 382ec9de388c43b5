# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse pictures that would unpack to gigabytes: a 30,000 × 30,000 PNG of one colour is 3 MB on disk and 3.6 GB in
memory."""

from __future__ import annotations

import struct

from ...jobs.pictures import inspect
from ...services.errors import N_
from .refusal import ModelRefused

SIDE_MAX_PX = 16_384
"""The largest texture that graphics cards take."""

HEAD_MAX_BYTES = 1 << 20
"""How much of a file may stand before its size: cameras put previews and colour profiles there."""

_KTX2 = b'\xabKTX 20\xbb\r\n\x1a\n'


def check_pixels(head: bytes, name: str) -> None:
    """Raise `ModelRefused` unless the picture that begins with `head` is of a known format and reasonable size."""
    if head.startswith(_KTX2):  # an alternative for viewers of games; Blender never opens it
        return
    width, height = _size(head, name)
    if not (0 < width <= SIDE_MAX_PX and 0 < height <= SIDE_MAX_PX):
        if width and height:
            message = N_("A texture is {width} × {height} pixels, at most {limit} are accepted: {name}")
            raise ModelRefused(message, width=width, height=height, limit=SIDE_MAX_PX, name=name)
        raise ModelRefused(N_("A texture is no picture: {name}"), name=name)


def _size(head: bytes, name: str) -> tuple[int, int]:
    """Width and height in pixels, 0 where it cannot be told."""
    if head.startswith(b'BM') and len(head) >= 26:
        width, height = struct.unpack_from('<2i', head, 18)
        return abs(width), abs(height)
    if head.startswith((b'GIF87a', b'GIF89a')) and len(head) >= 10:
        return struct.unpack_from('<2H', head, 6)
    if name.lower().endswith('.tga') and len(head) >= 18:  # has no sign of its own
        return struct.unpack_from('<2H', head, 12)
    picture = inspect(head)
    return picture.width_px, picture.height_px
