# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a background Blender may take."""

from __future__ import annotations

import os

MEMORY_SHARE, MEMORY_MIN_BYTES = 0.75, 4 << 30
"""Of the machine's memory. The limit counts address space, which Blender reserves freely."""


def memory_limit_bytes() -> int:
    """So much, and no less than what Blender takes for itself."""
    try:
        memory_bytes = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')
    except (AttributeError, ValueError, OSError):  # Windows
        memory_bytes = 0
    return max(int(memory_bytes * MEMORY_SHARE), MEMORY_MIN_BYTES)
