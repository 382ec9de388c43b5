# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from outside, made fit for panels, logs and files."""

from __future__ import annotations

import unicodedata

TEXT_MAX_CHARACTERS = 500


def clean(text: object, max_characters: int = TEXT_MAX_CHARACTERS) -> str:
    """One line without control, bidirectional, private and unpaired characters, cut; '' for what is no text."""
    if not isinstance(text, str):
        return ''
    kept = (_shown(character) for character in text[: 4 * max_characters])
    line = " ".join("".join(kept).split())
    return line if len(line) <= max_characters else line[: max_characters - 1] + "…"


def _shown(character: str) -> str:
    # Cc control, Cf format (bidirectional marks, zero width), Co private, Cs unpaired surrogate, Cn unassigned
    if unicodedata.category(character) in ('Cc', 'Zl', 'Zp'):
        return " "
    return "" if unicodedata.category(character).startswith('C') else character
