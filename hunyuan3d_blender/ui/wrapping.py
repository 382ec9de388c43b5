# SPDX-License-Identifier: GPL-3.0-or-later
"""Break a text into lines that fit. Blender's labels have one line and are cut off."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_OPENING, _CLOSING = "“‘（《〈「『【", "”’）》〉」』】、。，．：；！？…"
_PIECES = rf"\s+|[{_OPENING}]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|[{_OPENING}{_CLOSING}]"
"""Space, a letter of a script that is written without spaces, or a word; signs stay with what they open or close."""


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(_PIECES)  # takes 4 ms: not while Blender starts


def wrap(text: str, width: float, measure: Callable[[str], float], *, lines_max: int = 0) -> list[str]:
    """Lines not wider than `width` as `measure` sees it; line breaks in `text` are kept.

    A word that is too wide by itself is broken anywhere. `lines_max` cuts what is longer, 0 nothing.
    """
    lines = [line for paragraph in text.split("\n") for line in _wrap(paragraph, width, measure)]
    if lines_max and len(lines) > lines_max:
        lines = [*lines[: lines_max - 1], lines[lines_max - 1].rstrip() + "…"]
    return lines


def _wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines, line = [], ""
    for piece in _pieces().findall(text):
        for part in (piece,) if measure(piece) <= width else piece:
            if line and measure(line + part.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += part if line else part.lstrip()
    return [*lines, line.rstrip()]
