# SPDX-License-Identifier: GPL-3.0-or-later
"""The static repository: a real Blender installs from it, updates from it, and no job is lost on the way."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import pytest

from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.library import FOLDER_VARIABLE, Library
from hunyuan3d_blender.jobs.store import Store
from tests.real_blender import ROOT, blender, checked, run_python

SHIPPED = tomllib.loads((ROOT / 'blender_manifest.toml').read_text(encoding='utf-8'))
NEWER = '99.0.1'
ENTRY = 'remote.hunyuan3d_blender'
PACKAGE = f'bl_ext.{ENTRY}'

LOADED = f"""
import addon_utils, bpy, json, sys
def loaded():
    modules = {{name: module for name, module in sys.modules.items() if name.startswith({PACKAGE!r})}}
    own = modules.get({PACKAGE!r})
    return dict(
        enabled={PACKAGE!r} in bpy.context.preferences.addons and addon_utils.check({PACKAGE!r}) == (True, True),
        version='.'.join(map(str, addon_utils.module_bl_info(own)['version'])) if own else '',
        operators='generate' in dir(bpy.ops.hunyuan3d),
        older=sorted(name for name, module in modules.items() if not hasattr(module, 'IS_NEWER')),
    )
def say():
    print('LOADED ' + json.dumps(loaded()))
"""
"""What of the extension is in memory; each module of the newer version says that it is one."""

UPDATE_MEANWHILE = f"""{LOADED}
import time
from importlib import import_module
def part(name):
    return import_module({PACKAGE!r} + '.' + name)
app, job = part('app'), part('jobs.job')
draft = app.Draft(service='sandbox', prompt="a small green vase")
begun = app.submit(draft, job.Destination())
while app.look(begun.id).state is not job.State.RUNNING:
    time.sleep(0.1)
bpy.ops.extensions.repo_sync_all()
bpy.ops.extensions.package_upgrade_all()
say()
part('cli').follow(begun.id, lambda job: None)
"""
"""The extension is updated while the worker of the older version still follows a job."""

RULES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "'Blender' is not part of the name": lambda m: 'blender' not in m['name'].lower(),
    "tagline of at most 64 characters, no full stop": lambda m: _is_statement(m['tagline']),
    "known permissions": lambda m: set(m['permissions']) <= PERMISSIONS,
    "a reason for every permission": lambda m: all(map(_is_statement, m['permissions'].values())),
    "add-ons are under the GPL": lambda m: m['license'] == ['SPDX:GPL-3.0-or-later'],
    "not for Blenders without extensions": lambda m: (
        tuple(map(int, m['blender_version_min'].split('.'))) >= (4, 2, 0)
    ),
    "a version of three numbers": lambda m: bool(re.fullmatch(r'\d+\.\d+\.\d+', m['version'])),
}
"""What extensions.blender.org asks of a manifest, as the manual ("How to Create Extensions") and its terms say."""

PERMISSIONS = {'files', 'network', 'clipboard', 'camera', 'microphone'}


def _is_statement(text: str) -> bool:
    return 0 < len(text) <= 64 and text[-1].isalnum()


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/build.py."""
    monkeypatch.syspath_prepend(str(ROOT / 'scripts'))
    return importlib.import_module('build')


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository as the command makes it."""
    folder = tmp_path / 'repository'
    command = [sys.executable, str(ROOT / 'scripts' / 'build.py'), '--repository', str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == str(folder / 'index.json')
    return folder


@pytest.fixture
def release_newer(build: ModuleType, repository: Path, tmp_path: Path) -> Callable[[], None]:
    """Put a newer version into the repository."""

    def release() -> None:
        stage = tmp_path / 'newer'
        build.stage_package(stage)
        edit_manifest(stage, 'version', f'"{NEWER}"')
        for module in stage.rglob('*.py'):
            module.write_text(module.read_text(encoding='utf-8') + "\nIS_NEWER = True\n", encoding='utf-8')
        build.publish(build.pack(stage, repository))

    return release


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def site(repository: Path) -> Iterator[str]:
    """The repository's URL on a web server that knows nothing of Blender."""
    with ThreadingHTTPServer(('127.0.0.1', 0), partial(_Quiet, directory=str(repository))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f'http://127.0.0.1:{server.server_port}'
        server.shutdown()
        thread.join()


@pytest.fixture
def library_by_default(home: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The library where an artist who chose nothing has it; there is none yet."""
    monkeypatch.delenv(FOLDER_VARIABLE)
    return Library(home / '.local' / 'share' / 'hunyuan3d')


@pytest.fixture
def artist(home: Path) -> Path:
    """An empty profile, where Blender itself has it."""
    return home / '.config' / 'blender'


def edit_manifest(stage: Path, key: str, value: str) -> None:
    """Give a staged manifest another value, as TOML."""
    file = stage / 'blender_manifest.toml'
    lines, changes = re.subn(
        rf'^{key} = .*$', f'{key} = {value}', file.read_text(encoding='utf-8'), flags=re.MULTILINE
    )
    assert changes == 1
    file.write_text(lines, encoding='utf-8')


def extension(profile: Path, *arguments: str) -> str:
    return checked(profile, '--online-mode', '--command', 'extension', *arguments)


def add_and_install(profile: Path, url: str) -> None:
    extension(profile, 'repo-add', '--name', "Remote", '--url', url, '--clear-all', 'remote')
    extension(profile, 'install', '--sync', '--enable', ENTRY)


def loaded_now(profile: Path) -> dict[str, object]:
    return loaded_in(run_python(profile, f"{LOADED}\nsay()"))


def loaded_in(output: str) -> dict[str, object]:
    return json.loads(next(line for line in output.splitlines() if line.startswith('LOADED '))[7:])


def job_files(library: Library) -> dict[str, str]:
    """Digest by path of everything that belongs to jobs."""
    files = [path for path in (library.path / 'jobs').rglob('*') if path.is_file()]
    return {
        str(file.relative_to(library.path)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def test_repository_lists_the_zip_by_a_relative_address(repository: Path) -> None:
    (entry,) = json.loads((repository / 'index.json').read_text(encoding='utf-8'))['data']
    archive = repository / entry['archive_url']
    assert entry['archive_url'] == f"./hunyuan3d_blender-{SHIPPED['version']}.zip"
    assert entry['archive_hash'] == "sha256:" + hashlib.sha256(archive.read_bytes()).hexdigest()
    assert {name: entry[name] for name in SHIPPED} == SHIPPED
    assert archive.name in (repository / 'index.html').read_text(encoding='utf-8')


def test_newer_version_replaces_the_older_and_leaves_other_extensions(
    build: ModuleType, repository: Path, release_newer: Callable[[], None], tmp_path: Path
) -> None:
    build.stage_package(tmp_path / 'other')
    edit_manifest(tmp_path / 'other', 'id', '"another_extension"')
    other = build.pack(tmp_path / 'other', tmp_path)
    other.rename(repository / 'another_extension-1.0.0.zip')
    release_newer()
    entries = json.loads((repository / 'index.json').read_text(encoding='utf-8'))['data']
    assert {(entry['id'], entry['version']) for entry in entries} == {
        ('hunyuan3d_blender', NEWER),
        ('another_extension', SHIPPED['version']),
    }
    assert len(list(repository.glob('hunyuan3d_blender-*.zip'))) == 1


def test_install_update_and_remove_keep_the_library(
    artist: Path, library_by_default: Library, site: str, release_newer: Callable[[], None], tmp_path: Path
) -> None:
    add_and_install(artist, f'{site}/index.json')
    assert loaded_now(artist)['version'] == SHIPPED['version']
    make = ('--command', 'hunyuan3d', 'generate', '--prompt', "a small green vase")
    checked(artist, *make, '--output', str(tmp_path / 'model.blend'))
    before = job_files(library_by_default)
    assert [path for path in before if path.endswith('model.blend')]

    release_newer()
    extension(artist, 'update', '--sync')
    after = loaded_now(artist)
    assert (after['version'], after['enabled'], after['operators'], after['older']) == (NEWER, True, True, [])
    assert job_files(library_by_default) == before

    extension(artist, 'remove', ENTRY)
    assert not list(artist.rglob('hunyuan3d_blender/*'))
    assert job_files(library_by_default) == before
    with Store(library_by_default) as store:
        assert [job.state for job in store.page()] == [State.READY]

    extension(artist, 'install', '--enable', ENTRY)
    rows = f"from {PACKAGE} import app; app.tick(); print('ROWS', [row.state.name for row in app.rows()])"
    assert "ROWS ['READY']" in run_python(artist, rows)


def test_a_job_outlives_an_update_in_a_running_blender(
    artist: Path, site: str, release_newer: Callable[[], None]
) -> None:
    add_and_install(artist, f'{site}/index.json')
    release_newer()
    flags = ('--background', '--online-mode', '--python-exit-code', '4')
    after = loaded_in(checked(artist, *flags, '--python-expr', UPDATE_MEANWHILE))
    assert (after['version'], after['enabled'], after['operators'], after['older']) == (NEWER, True, True, [])


def test_a_job_writes_nothing_into_the_extension(profile: Path, tmp_path: Path) -> None:
    """Blender replaces the folder by removing and renaming, which fails where another process adds a file to it."""
    make = ('--command', 'hunyuan3d', 'generate', '--prompt', "a small green vase")
    checked(profile, *make, '--output', str(tmp_path / 'model.blend'))
    assert not list(profile.rglob('hunyuan3d_blender/worker/__pycache__/scheduler.*'))


def test_repository_in_a_folder_serves_as_well(artist: Path, repository: Path) -> None:
    add_and_install(artist, repository.as_uri())
    assert loaded_now(artist)['enabled']


def test_blender_accepts_the_zip(tmp_path: Path) -> None:
    extension(tmp_path, 'validate', os.environ['HUNYUAN3D_TEST_ZIP'])


def test_blender_refuses_an_unknown_tag(build: ModuleType, tmp_path: Path) -> None:
    """Else the test before this one would say nothing about tags."""
    stage = tmp_path / 'stage'
    build.stage_package(stage)
    edit_manifest(stage, 'tags', '["AI"]')
    done = blender(tmp_path, '--command', 'extension', 'validate', str(stage))
    assert done.returncode != 0
    assert 'AI' in done.stdout + done.stderr


@pytest.mark.parametrize('rule', RULES)
def test_manifest_keeps_the_rules_of_the_extensions_site(rule: str) -> None:
    with zipfile.ZipFile(os.environ['HUNYUAN3D_TEST_ZIP']) as archive:
        manifest = tomllib.loads(archive.read('blender_manifest.toml').decode())
    assert RULES[rule](manifest)


def test_zip_holds_source_text_and_nothing_hidden() -> None:
    """No bytecode, no programs, no leftovers of tools."""
    with zipfile.ZipFile(os.environ['HUNYUAN3D_TEST_ZIP']) as archive:
        paths = [PurePosixPath(name) for name in archive.namelist()]
    assert {path.suffix for path in paths} <= {'.py', '.toml', ''}
    assert [path for path in paths if not path.suffix] == [PurePosixPath('LICENSE')]
    assert not [path for path in paths for part in path.parts if part.startswith(('.', '__pycache__'))]
