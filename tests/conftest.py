# SPDX-License-Identifier: GPL-3.0-or-later
"""For every tier: nothing of the developer's own account, library or proxies reaches a test."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from hunyuan3d_blender.jobs.library import FOLDER_VARIABLE, Library

hypothesis.settings.register_profile('project', deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile('project')

_FOLDERS = {
    'HOME': '',
    'USERPROFILE': '',
    'XDG_CONFIG_HOME': '.config',
    'XDG_DATA_HOME': '.local/share',
    'XDG_CACHE_HOME': '.cache',
    'XDG_RUNTIME_DIR': 'runtime',
    'APPDATA': 'AppData/Roaming',
    'LOCALAPPDATA': 'AppData/Local',
}

_PREFIXES = ('TENCENTCLOUD_', 'AWS_', 'HUNYUAN3D_LIBRARY')
_ENDINGS = ('_API_KEY', '_PROXY')


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for this test, and an environment without keys and proxies."""
    folder = tmp_path_factory.mktemp('home')
    for name in list(os.environ):
        if name.upper().startswith(_PREFIXES) or name.upper().endswith(_ENDINGS):
            monkeypatch.delenv(name)
    for name, below in _FOLDERS.items():
        (folder / below).mkdir(mode=0o700, parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder / below))
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder / 'library'))
    return folder


@pytest.fixture
def library(home: Path) -> Library:
    """The library folder that code under test finds by itself, created."""
    library = Library(home / 'library')
    library.create()
    return library
