# SPDX-License-Identifier: GPL-3.0-or-later
"""A Blender that crashes with keys in its memory: what it leaves behind holds none of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.canaries import Canaries
from tests.real_blender import PACKAGE, blender

KEYS = [
    f'canary-{name}-0123456789abcdef'
    for name in ('id', 'secret', 'token', 'sk', 'bucket-id', 'bucket-secret')
]

CRASH = f"""
import bpy, faulthandler, os, signal
bpy.context.preferences.system.use_online_access = True
bpy.context.preferences.filepaths.temporary_directory = {{folder!r}}
stored = bpy.context.preferences.addons[{PACKAGE!r}].preferences
account, other = stored.tencent_cn_accounts[0], stored.tokenhub_accounts[0]
account.key_source = other.key_source = stored.bucket_key_source = 'session'
account.endpoint = other.endpoint = stored.bucket_endpoint = 'http://127.0.0.1:1'
stored.bucket_provider, stored.bucket_name = 'minio', 'models'
(account.secret_id, account.secret_key, account.token, other.api_key,
 stored.bucket_key_id, stored.bucket_key_secret) = {KEYS!r}
bpy.ops.hunyuan3d.save_key(service='tencent_cn')
account.secret_key = {KEYS[1]!r}
bpy.ops.hunyuan3d.save_key(service='tokenhub')
bpy.ops.hunyuan3d.save_bucket_key()
bpy.ops.hunyuan3d.test_connection(service='tencent_cn')
bpy.ops.wm.save_userpref()
bpy.ops.wm.save_as_mainfile(filepath={{blend!r}}, compress=False)
faulthandler.enable()
faulthandler.dump_traceback()
faulthandler.disable()
print('CRASHING', flush=True)
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.skipif(sys.platform == 'win32', reason="a signal ends it there without a file")
def test_a_crash_leaves_no_key(profile: Path, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / 'temporary'
    folder.mkdir()
    code = CRASH.format(folder=str(folder), blend=str(tmp_path / 'work.blend'))
    done = blender(profile, '--background', '--python-exit-code', '4', '--python-expr', code)
    said = done.stdout + done.stderr
    assert 'CRASHING' in said, said
    assert done.returncode not in (0, 4), said
    (report,) = folder.glob('*.crash.txt')
    assert 'backtrace' in report.read_text(errors='replace').lower()
    canaries = Canaries(tuple(KEYS))
    assert not canaries.in_bytes(said.encode())
    assert not canaries.in_files(tmp_path)  # the profile lies in here, too
    assert not canaries.in_files(home)
