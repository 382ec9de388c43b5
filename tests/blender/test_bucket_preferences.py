# SPDX-License-Identifier: GPL-3.0-or-later
"""The bucket in the preferences: what is typed there reaches the app, its key reaches no file, and its test answers."""

from __future__ import annotations

import json
import time

import bpy
import pytest

from tests.blender.test_preferences import (  # noqa: F401 - fixtures
    KEY_ID,
    SECRET,
    app,
    draw,
    stored,
)

COS = 'https://cos.ap-guangzhou.myqcloud.com'


@pytest.fixture
def bucket(app, stored):  # noqa: F811
    """One at Tencent COS with a key for this run, and online access."""
    bpy.context.preferences.system.use_online_access = True
    stored.bucket_name, stored.bucket_key_source = ' models-1250000000 ', 'session'
    stored.bucket_key_id, stored.bucket_key_secret = KEY_ID, SECRET
    assert bpy.ops.hunyuan3d.save_bucket_key() == {'FINISHED'}
    yield
    bpy.context.preferences.system.use_online_access = False


@pytest.mark.parametrize(
    ('chosen', 'endpoint', 'region', 'addressing', 'prefix'),
    [
        ({}, COS, 'ap-guangzhou', 'virtual', ''),
        ({'region': ' ap-singapore'}, 'https://cos.ap-singapore.myqcloud.com', 'ap-singapore', 'virtual', ''),
        ({'provider': 'aws'}, 'https://s3.us-east-1.amazonaws.com', 'us-east-1', 'virtual', ''),
        ({'provider': 'aws', 'endpoint': 'https://left.over'}, 'https://s3.us-east-1.amazonaws.com', 'us-east-1', 'virtual', ''),
        ({'provider': 'r2', 'endpoint': 'https://abc.r2.cloudflarestorage.com/'}, 'https://abc.r2.cloudflarestorage.com', 'auto', 'path', ''),
        ({'provider': 'minio', 'endpoint': 'http://127.0.0.1:9000', 'prefix': '/a/b/'}, 'http://127.0.0.1:9000', 'us-east-1', 'path', 'a/b/'),
        ({'provider': 'other', 'endpoint': 'https://s3.example', 'addressing': 'virtual'}, 'https://s3.example', 'us-east-1', 'virtual', ''),
    ],
)  # fmt: skip
def test_what_is_chosen_reaches_the_app(app, stored, chosen, endpoint, region, addressing, prefix):  # noqa: F811
    assert app.shown_bucket() is None
    stored.bucket_name = 'models'
    for name, value in chosen.items():
        setattr(stored, f'bucket_{name}', value)
    found = app.shown_bucket().bucket
    assert (found.name, found.endpoint, found.region) == ('models', endpoint, region)
    assert (found.addressing, found.prefix) == (addressing, prefix)


def test_a_key_is_kept_for_its_place_only(app, stored, bucket, home):  # noqa: F811
    assert stored.bucket_key_id == stored.bucket_key_secret == ''
    assert app.shown_bucket().key_hint == 'wxyz'
    assert app.shown_bucket().bucket.name == 'models-1250000000'
    assert "Key …wxyz · This Run Only" in draw(stored).text()
    assert app.bucket_for(app.account('tencent_cn')).key_source == 'session'
    assert not [file for file in home.rglob('*') if file.is_file() and SECRET.encode() in file.read_bytes()]
    stored.bucket_region = 'ap-singapore'
    assert app.shown_bucket().key_hint == ''
    assert "No key there" in draw(stored).text()
    stored.bucket_region = ''
    bpy.ops.hunyuan3d.forget_bucket_key()
    assert app.shown_bucket().key_hint == ''


def test_the_sandbox_has_its_own(app):  # noqa: F811
    assert app.bucket_for(app.account('sandbox')).is_sandbox
    assert app.shown_bucket_for('sandbox').is_sandbox
    assert app.shown_bucket_for('tencent_cn') is None
    with pytest.raises(app.NotPossible, match="none is set up"):
        app.bucket_for(app.account('tencent_cn'))


@pytest.mark.parametrize(
    ('changed', 'reason'),
    [
        ({'bucket_name': ''}, "none is set up"),
        ({'bucket_name': 'Models!'}, "no name of a bucket: Models!"),
        ({'bucket_region': 'a b'}, "no region of a bucket"),
        ({'bucket_prefix': '模型'}, "Latin letters"),
        ({'bucket_provider': 'minio'}, "must be https:// and a host"),
        ({'bucket_region': 'ap-singapore'}, "No key is set up for the bucket"),
    ],
)
def test_what_cannot_work_says_so_at_once(app, stored, bucket, changed, reason):  # noqa: F811
    for name, value in changed.items():
        setattr(stored, name, value)
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.test_bucket()
    assert app.bucket_test() is None


def test_offline_a_bucket_elsewhere_is_not_asked(app, stored, bucket):  # noqa: F811
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="Online access is switched off"):
        bpy.ops.hunyuan3d.test_bucket()


def test_a_key_needs_a_place(app, stored):  # noqa: F811
    stored.bucket_key_id, stored.bucket_key_secret = KEY_ID, SECRET
    with pytest.raises(RuntimeError, match="Type the bucket and its endpoint first"):
        bpy.ops.hunyuan3d.save_bucket_key()


def test_a_test_answers_plainly_and_is_forgotten_with_its_settings(app, stored, sandbox):  # noqa: F811
    stored.bucket_provider, stored.bucket_endpoint = 'minio', sandbox['url']
    stored.bucket_name, stored.bucket_region = 'bucket', 'sandbox'
    for secret, answer in (
        (SECRET, "does not accept the signature"),
        (sandbox['secret_key'], "The bucket works"),
    ):
        stored.bucket_key_id, stored.bucket_key_secret = sandbox['secret_id'], secret
        bpy.ops.hunyuan3d.save_bucket_key()
        bpy.ops.hunyuan3d.test_bucket()
        assert "Testing" in draw(stored).text()
        deadline = time.monotonic() + 60
        while app.bucket_test().running and time.monotonic() < deadline:
            app.bucket_test().poll()
            time.sleep(0.05)
        assert answer in draw(stored).text()
    stored.bucket_name = 'another'
    assert app.bucket_test() is None
    assert "The bucket works" not in draw(stored).text()


def test_the_link_is_said_to_live_as_long_as_it_does(addon_part):
    shown, real = addon_part('ui.bucket_preferences'), addon_part('worker.staging')
    assert shown.LINK_HOURS * 3600 == real.LINK_S


@pytest.fixture
def sandbox(tmp_path):
    """One started by hand: what it announces."""
    import subprocess
    import sys

    from hunyuan3d_blender import launch

    arguments = ['--exit-with-stdin', '--folder', str(tmp_path / 'sandbox')]
    with subprocess.Popen(
        launch.python_command(sys.executable, 'sandbox.__main__', arguments),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        yield json.loads(process.stdout.readline())
        process.stdin.close()
