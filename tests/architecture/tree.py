# SPDX-License-Identifier: GPL-3.0-or-later
"""The package as its own source shows it: modules and what they import. Nothing is executed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / 'hunyuan3d_blender'


@cache
def modules() -> dict[str, Path]:
    """Every module by its dotted name within the package; '' is the package itself."""
    return {_name(path): path for path in sorted(PACKAGE.rglob('*.py'))}


def _name(path: Path) -> str:
    parts = list(path.relative_to(PACKAGE).with_suffix('').parts)
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


@cache
def source(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding='utf-8'), str(path))


def python_files() -> list[Path]:
    """Every Python file that is a part of the project."""
    folders = (PACKAGE, ROOT / 'scripts', ROOT / 'tests')
    return sorted(path for folder in folders for path in folder.rglob('*.py'))


def tracked_files() -> list[Path]:
    """Every file that a clone of the repository has."""
    command = ['git', '-C', str(ROOT), 'ls-files', '-z', '--cached']
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split('\0')
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def own_imports(name: str) -> Iterator[str]:
    """The modules of the package that module `name` imports, wherever in its text."""
    path = modules()[name]
    for node in ast.walk(source(path)):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        folder = name.split('.') if path.name == '__init__.py' else name.split('.')[:-1]
        base = [part for part in folder if part][: len(folder) - node.level + 1]
        target = '.'.join(base + (node.module.split('.') if node.module else []))
        for alias in node.names:
            deeper = f'{target}.{alias.name}'.lstrip('.')
            yield deeper if deeper in modules() else target


def foreign_imports(name: str) -> Iterator[str]:
    """The dotted names that module `name` imports from outside the package."""
    for node in ast.walk(source(modules()[name])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f'{node.module}.{alias.name}' for alias in node.names)


def is_within(name: str, rooms: Iterator[str] | tuple[str, ...] | frozenset[str]) -> bool:
    """Whether a dotted name is one of `rooms` or lies in one."""
    return any(name == room or name.startswith(f'{room}.') for room in rooms)
