# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that holds keys leaves no picture of its memory behind when it crashes."""

from __future__ import annotations

from contextlib import suppress


def leave_no_core_dump() -> None:
    """For this process and those it starts. Where the system has no such limit, it writes none into our folders."""
    with suppress(ImportError, OSError, ValueError):  # Windows
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
