# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios run in a real Blender with a real window and the built zip installed, each in a profile of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.real_blender import install


@pytest.fixture(scope='session')
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user profile in which the zip has been installed and enabled; not to be changed."""
    return install(tmp_path_factory.mktemp('installed'))


@pytest.fixture
def profile(installed: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(installed, tmp_path / 'profile'))
