# SPDX-License-Identifier: GPL-3.0-or-later
"""Another format."""

from __future__ import annotations

from ..make_model.task import Made, Task
from . import opening


def make(task: Task) -> Made:
    """Write all that the model holds in the format that was asked for."""
    opening.read(task)
    return opening.write(task)
