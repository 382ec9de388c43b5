# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about files: licence line, size, and nothing of one machine in them."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, ROOT, python_files, source, tracked_files

SPDX = "# SPDX-License-Identifier: GPL-3.0-or-later"
FILE_MAX_LINES = 400
FUNCTION_MAX_LINES = 60
FILE_MAX_BYTES = 2 * 1024 * 1024

MACHINE = re.compile(
    '|'.join((r'(?<![\w.])/work' + '/', '/far' + 'm/', '(?<![\\w.])/roo' + 't/', r'\.pyenv' + '/versions'))
)
"""Places that exist on somebody's machine only. Put together here, so that this file does not match itself."""


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize('path', python_files(), ids=relative)
def test_python_file(path: Path) -> None:
    text = path.read_text(encoding='utf-8')
    if not text and path.name == '__init__.py' and not path.is_relative_to(PACKAGE):
        return
    assert text.startswith((SPDX, f'#!/usr/bin/env python3\n{SPDX}')), "the SPDX line comes first"
    assert ast.get_docstring(source(path)), "a module says what it is for"
    if not path.is_relative_to(ROOT / 'tests'):  # tables of cases may be long
        assert len(text.splitlines()) <= FILE_MAX_LINES, "is this still one thing?"
    long = [
        f"{node.name}: {1 + (node.end_lineno or 0) - node.lineno} lines"
        for node in ast.walk(source(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_MAX_LINES
    ]
    assert not long


def test_files_hold_no_paths_of_a_machine() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding='utf-8')
        except UnicodeDecodeError:
            continue
        found += [f"{relative(path)}: {line.strip()}" for line in text.splitlines() if MACHINE.search(line)]
    assert not found


def test_files_are_small() -> None:
    assert not [relative(path) for path in tracked_files() if path.stat().st_size > FILE_MAX_BYTES]


def test_manifest_and_changelog_name_the_same_version() -> None:
    manifest = tomllib.loads((ROOT / 'blender_manifest.toml').read_text(encoding='utf-8'))
    versions = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / 'CHANGELOG.md').read_text(encoding='utf-8'), re.MULTILINE
    )
    assert versions[0] == manifest['version']
