# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests inside Blender: every test begins with an empty file in a fresh user profile.

Modules of the package are imported as `hunyuan3d_blender…`. A test that needs the add-on registered asks for
`addon`; then the registered package is `bl_ext.test_repository.hunyuan3d_blender`, and `addon_part` finds its modules.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# Before bpy is imported: it reads these only once.
_PROFILE = tempfile.mkdtemp(prefix='hunyuan3d-profile-')
os.environ['BLENDER_USER_RESOURCES'] = _PROFILE

import bpy  # noqa: E402

# isort: split
import addon_utils  # noqa: E402 - importable once bpy is
import pytest  # noqa: E402

from tests import scene_models  # noqa: E402
from tests.blender.sandbox_bench import Bench, points_of  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
ID = 'hunyuan3d_blender'
REPOSITORY = 'test_repository'

EXIT_CODE = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember the tests' own exit code."""
    session.config.stash[EXIT_CODE] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End at once: 4.2 crashes at exit after a glTF export, 4.5 hangs when a timer is left."""
    shutil.rmtree(_PROFILE, ignore_errors=True)
    if EXIT_CODE in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[EXIT_CODE])


@pytest.fixture(autouse=True)
def empty_file() -> None:
    """A new file without objects. Preferences, repositories and the extension stay."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


@pytest.fixture(scope='session')
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the extension, laid out as the built zip is."""
    folder = tmp_path_factory.mktemp('repository')
    stage = folder / ID
    stage.mkdir()
    for entry in (*(ROOT / ID).iterdir(), ROOT / 'blender_manifest.toml'):
        if entry.name != '__pycache__':
            (stage / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    return folder


@pytest.fixture
def repository(stage: Path) -> str:
    """The extension's name in a repository of Blender's; added anew where a test has reset the preferences."""
    known = bpy.context.preferences.extensions.repos
    if REPOSITORY not in {repository.module for repository in known}:
        known.new(name=REPOSITORY, module=REPOSITORY, custom_directory=str(stage))
    return f'bl_ext.{REPOSITORY}.{ID}'


@pytest.fixture
def addon(repository: str) -> Iterator[ModuleType]:
    """The registered add-on; unregistered after the test."""
    module = addon_utils.enable(repository, default_set=True, persistent=True)
    assert module is not None, "the add-on could not be enabled; the traceback is above"
    yield module
    addon_utils.disable(repository, default_set=True)


@pytest.fixture
def addon_part(addon: ModuleType) -> Callable[[str], ModuleType]:
    """`addon_part('app')` is the `app` module of the registered add-on."""
    return lambda name: importlib.import_module(f'{addon.__name__}.{name}')


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """No data-block stays behind but images of the test's own, and the file does not look changed."""
    before = (len(bpy.data.images), len(bpy.data.scenes))
    dirty = bpy.data.is_dirty
    yield
    own = len([image for image in bpy.data.images if image.get('of the test')])
    assert (len(bpy.data.images) - own, len(bpy.data.scenes)) == before
    assert bpy.data.is_dirty == dirty


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A job of the sandbox that works on a model."""
    return Bench(tmp_path)


@pytest.fixture
def lettered() -> Any:
    """A box with another letter on each side in the scene; gives its points."""
    return points_of([scene_models.lettered_box()])


@pytest.fixture
def app(addon_part: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The use cases of the registered add-on, with no worker process."""
    start = addon_part('worker.start')
    monkeypatch.setattr(start, 'ensure_running', lambda *_arguments, **_values: None)
    monkeypatch.setattr(start, 'is_running', lambda _library: True)
    return addon_part('app')


@pytest.fixture
def store(app: ModuleType, addon_part: Callable[[str], ModuleType], library: Any) -> Iterator[Any]:
    """The store as the worker sees it."""
    with addon_part('jobs.store').Store(library) as opened:
        yield opened
