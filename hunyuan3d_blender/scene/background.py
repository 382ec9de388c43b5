# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs of background Blenders share: they get one line of JSON and answer with lines of 'HUNYUAN3D ' and JSON."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import IO, Any

MARK = "HUNYUAN3D "


def claim_stdout() -> IO[str]:
    """Keep the standard output for our answers: whatever Blender and its add-ons print goes to the error output."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), 'w', encoding='utf-8')
    os.dup2(2, 1)
    return answers


def say(answers: IO[str], event: str, **facts: Any) -> None:
    """Answer with one line."""
    answers.write(f"{MARK}{json.dumps({'event': event} | facts)}\n")
    answers.flush()


def give_up(answers: IO[str], message: str, detail: str = '', **facts: Any) -> int:
    """Say why nothing came of it, in a marked English sentence, and return the exit code."""
    say(answers, 'failed', message=message, detail=detail, **({'facts': facts} if facts else {}))
    return 1


def limit_memory(limit_bytes: int) -> None:
    """Let allocations fail instead of the artist's computer. Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    if limit_bytes > 0:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        # Not possible above a lower limit of the system's, and macOS may refuse it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, hard))
