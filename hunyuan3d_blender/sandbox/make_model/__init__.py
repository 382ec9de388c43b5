# SPDX-License-Identifier: GPL-3.0-or-later
"""The program the background Blender runs for one job of the sandbox: `main([folder of the job])`.

Reads `job.json` and the picture beside it, and writes the folder `output` with the files and `made.json`.
"""

from __future__ import annotations


def main(arguments: list[str]) -> int:
    """Make the model of a job; return the exit code."""
    from .job import make  # only here are Blender and numpy needed

    return 0 if make(arguments[0]) else 1
