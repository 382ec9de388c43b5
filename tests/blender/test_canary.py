# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of every service, in several accounts, and of the bucket: in no file that Blender writes, and in nothing it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import bpy
import pytest

from hunyuan3d_blender.credentials import GENERAL_VARIABLE, VARIABLES
from tests.blender.test_accounts import app, new, stored  # noqa: F401 - fixtures
from tests.canaries import Canaries

SOURCES = ('own_file', 'session', 'keychain')
NOBODY = 'http://127.0.0.1:1'
KEY_FIELDS = ('secret_id', 'secret_key', 'token', 'api_key')

_started: list[bytes] = []


def _note(event, arguments):
    if event == 'subprocess.Popen':
        _executable, command, _folder, environment = arguments
        inherited = dict(os.environ) if environment is None else environment
        _started.append(repr((command, inherited)).encode())


sys.addaudithook(_note)  # cannot be removed again


@pytest.fixture
def started():
    """Command line and environment of every process that Blender starts, as the interpreter itself reports them."""
    _started.clear()
    return _started


def typed(account, name):
    """Type a key into the fields that the account has; returns what was typed."""
    parts = [field for field in KEY_FIELDS if hasattr(account, field)]
    texts = [f'canary-{name}-{field}-0123456789' for field in parts]
    for field, text in zip(parts, texts, strict=True):
        setattr(account, field, text)
    return texts


def wait_for(*tasks):
    """Until the processes have answered."""
    deadline = time.monotonic() + 60
    while any(task.running for task in tasks):
        assert time.monotonic() < deadline
        for task in tasks:
            task.poll()
        time.sleep(0.02)


@pytest.fixture
def in_environment(monkeypatch):
    """Keys in Blender's own environment: their texts."""
    names = {GENERAL_VARIABLE, *(name for names in VARIABLES.values() for name in names if name)}
    assert {'TENCENTCLOUD_SECRET_KEY', 'HUNYUAN3D_VTRIX_API_KEY', 'AWS_SECRET_ACCESS_KEY'} <= names
    for name in names:
        monkeypatch.setenv(name, f'canary-of-{name}-0123456789')
    return [f'canary-of-{name}-0123456789' for name in names]


def test_an_inherited_environment_is_looked_at(started, in_environment):
    """Also where a process is started without naming one: else nothing below could fail for that."""
    subprocess.run([sys.executable, '-c', ''], check=True, env=None)
    subprocess.run([sys.executable, '-c', ''], check=True, env={})
    found = [Canaries(tuple(in_environment)).in_bytes(process) for process in started]
    assert [len(texts) for texts in found] == [len(in_environment), 0]


def test_no_key_is_in_a_file_or_a_process_of_blenders(app, stored, started, in_environment, home, tmp_path):  # noqa: F811
    bpy.context.preferences.system.use_online_access = True
    texts, tasks = in_environment, []
    for service, table in app.services().items():
        for number, source in enumerate(SOURCES if table.needs_key else ()):
            account = new(stored, service, name=f"Studio {number}", endpoint=NOBODY)
            account.key_source = source
            texts += typed(account, f'{service}-{source}')
            assert bpy.ops.hunyuan3d.save_key(service=service) == {'FINISHED'}
            if source == 'keychain':
                tasks.append(app.keychain_task(service))
            else:
                assert bpy.ops.hunyuan3d.test_connection(service=service) == {'FINISHED'}
                tasks.append(app.connection_test(service))
        if table.needs_key:
            texts += typed(new(stored, service, name="Not saved"), f'{service}-unsaved')
    stored.bucket_provider, stored.bucket_endpoint, stored.bucket_name = 'minio', NOBODY, 'models'
    for source in ('own_file', 'session'):
        stored.bucket_key_source = source
        for part in ('id', 'secret', 'token'):
            texts.append(f'canary-bucket-{source}-{part}-0123456789')
            setattr(stored, f'bucket_key_{part}', texts[-1])
        assert bpy.ops.hunyuan3d.save_bucket_key() == {'FINISHED'}
        assert bpy.ops.hunyuan3d.test_bucket() == {'FINISHED'}
        tasks.append(app.bucket_test())
    stored.bucket_key_secret = 'canary-bucket-unsaved-0123456789'
    wait_for(*tasks)
    saved_anew(tmp_path / 'work.blend')
    bpy.context.preferences.system.use_online_access = False

    canaries = Canaries((*texts, 'canary-bucket-unsaved-0123456789'))
    profile = Path(bpy.utils.resource_path('USER'))
    assert list(profile.rglob('userpref.blend'))
    assert not canaries.in_files(profile)
    assert not canaries.in_files(tmp_path)
    own = home / '.config' / 'hunyuan3d' / 'credentials.json'
    assert canaries.in_bytes(own.read_bytes())
    assert not canaries.in_files(home, but=(own,))
    assert len(started) >= len(tasks)
    assert not any(canaries.in_bytes(process) for process in started)


def saved_anew(path):
    """Preferences and file, twice: as they are, and once more after the file was read."""
    for _ in range(2):
        bpy.ops.wm.save_userpref()
        bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=False)
        bpy.ops.wm.open_mainfile(filepath=str(path))
