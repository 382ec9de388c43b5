# SPDX-License-Identifier: GPL-3.0-or-later
"""What tooltips say of what leaves this computer when work on a model begins."""

from __future__ import annotations

import time

import pytest

from hunyuan3d_blender.i18n.zh_hans import TEXTS
from tests.blender.test_bucket_preferences import bucket  # noqa: F401 - a fixture
from tests.blender.test_preferences import app, stored  # noqa: F401 - fixtures

CN = 'ai3d.tencentcloudapi.com'
THERE = "The service takes the model where it has made it"
NOTHING = f"{THERE}; nothing is uploaded"
OUT = "The selected objects go with their textures into your bucket models-1250000000"
NO_BUCKET = "Models go to the service by way of a bucket of yours, and none is set up"
STAYS = "The selected objects are exported with their textures; nothing leaves this computer"
PICTURES = {'view_files': {'left': '/left.png'}, 'picture_file': '/front.png'}
PARTS_SENT = f"Which face belongs to which part is sent to {CN}"


def said(app, addon_part, at, operation, words, **model):  # noqa: F811
    selected = app.selected_model.SelectedModel(name="Cup", faces=12, triangles=12, **model)
    work = app.operations.Work(
        service=at, operation=addon_part('services.contract').Operation(operation), **words
    )
    return list(addon_part('ui.leaving').for_work(work, selected))


@pytest.mark.parametrize(
    ('service', 'operation', 'words', 'expected'),
    [
        ('tencent_cn', 'texture', {}, [NOTHING]),
        ('tencent_cn', 'topology', {}, [NOTHING]),
        ('tencent_cn', 'texture', {'prompt': "bronze"}, [THERE, f"Sends the prompt to {CN}"]),
        ('tencent_cn', 'texture', {'picture_file': '/front.png'}, [THERE, f"Sends the picture to {CN}"]),
        ('tencent_cn', 'texture', PICTURES, [THERE, f"Sends the pictures to {CN}"]),
        ('sandbox', 'texture', {'prompt': "bronze"}, [NOTHING]),
    ],
)
def test_of_a_model_that_the_service_has(app, addon_part, service, operation, words, expected):  # noqa: F811
    model = {'job_id': '1', 'service': service, 'formats': ('GLB',)}
    assert said(app, addon_part, service, operation, words, **model) == expected


def test_of_a_model_that_goes_by_the_bucket(app, addon_part, bucket):  # noqa: F811
    objects, words = said(app, addon_part, 'tencent_cn', 'texture', {'prompt': "bronze"})
    assert objects.startswith(f"{OUT} at cos.ap-guangzhou.myqcloud.com, for the service")
    assert words == f"Sends the prompt to {CN}"


def test_without_a_bucket_none_is_said_to_stay_here(app, addon_part):  # noqa: F811
    assert said(app, addon_part, 'tencent_cn', 'uv', {}) == [NO_BUCKET]
    assert said(app, addon_part, 'sandbox', 'uv', {}) == [STAYS]


def test_of_a_server_of_ones_own(app, addon_part):  # noqa: F811
    words = {'picture_file': '/front.png', 'prompt': "left from before"}
    with app.chosen_by_name('self_hosted', 'http://studio.example:8080'):
        assert said(app, addon_part, 'self_hosted', 'texture', words) == [
            "The selected objects are sent with their textures to studio.example:8080",
            "Sends the picture to studio.example:8080",
        ]
    with app.chosen_by_name('self_hosted', 'http://127.0.0.1:8080'):
        assert said(app, addon_part, 'self_hosted', 'texture', words) == [STAYS]


def test_of_a_motion_for_somebody_elses_rig(app, addon_part):  # noqa: F811
    rig = addon_part('app.rigs').Rig(armature="Bones")
    text = said(app, addon_part, 'tencent_cn', 'motion', {'prompt': "wave"}, rig=rig)
    assert text == ["The rig itself is not sent", f"Sends the prompt to {CN}"]


def painted(app, addon_part, service, age_h):  # noqa: F811
    account = addon_part('jobs.job').Account(service=service)
    return app.parts.PaintedParts(job_id='1', account=account, kept_until=time.time() + (21 - age_h) * 3600)


@pytest.mark.parametrize(
    ('service', 'age_h', 'expected'),
    [
        ('sandbox', 1, [NOTHING]),
        ('sandbox', 22, ["Stays on this computer"]),
        ('tencent_cn', 1, [THERE, PARTS_SENT]),
        ('tencent_cn', 22, [NO_BUCKET, PARTS_SENT]),
    ],
)
def test_of_painted_parts(app, addon_part, service, age_h, expected):  # noqa: F811
    parts = painted(app, addon_part, service, age_h)
    assert list(addon_part('ui.leaving').for_parts(parts)) == expected


def test_of_painted_parts_that_go_by_the_bucket(app, addon_part, bucket):  # noqa: F811
    model, parts = addon_part('ui.leaving').for_parts(painted(app, addon_part, 'tencent_cn', 22))
    assert model == (
        "The model goes into your bucket models-1250000000 at"
        " cos.ap-guangzhou.myqcloud.com, for the service to fetch"
    )
    assert parts == PARTS_SENT


def test_in_chinese_the_same_is_said():
    """With the same facts, which another test looks after."""
    assert "不会" in TEXTS[NOTHING]
    assert "上传" not in TEXTS[THERE]
    assert "存储桶" in TEXTS["The model goes into your bucket {bucket} at {host}, for the service to fetch"]
