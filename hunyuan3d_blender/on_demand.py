# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that are imported by the click that needs them. Blender's start does not wait for those."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def on_demand(package: str, *names: str) -> Callable[[str], ModuleType]:
    """Return a `__getattr__` for a package that imports its modules `names` when somebody asks for one (PEP 562)."""

    def get(name: str) -> ModuleType:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return import_module(f'.{name}', package)

    return get
