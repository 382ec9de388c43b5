# SPDX-License-Identifier: GPL-3.0-or-later
"""What Tencent Cloud's client sends: only fields that the edition knows, with the right headers."""

from __future__ import annotations

import base64
from importlib import import_module
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import (
    GenerateType,
    Operation,
    Picture,
    PolygonType,
    Request,
    View,
)
from hunyuan3d_blender.services.errors import Refused
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.registry import TABLES, connect
from hunyuan3d_blender.services.tencent_cloud.actions import body_of
from tests.protocol.loopback import header, serving
from tests.protocol.tencent import ATTEMPT, GENERATE, KEY, RAPID, TEXT, response, service_at

PHOTO = Picture(file='photo.jpg', format='jpg', width_px=512, height_px=512, size_bytes=5)
BACK = Picture(file='back.png', format='png', width_px=512, height_px=512, size_bytes=4)
INPUTS = {'photo.jpg': b'\xff\xd8\xff\x00\x01', 'back.png': b'\x89PNG'}
PHOTO_64, BACK_64 = (
    base64.b64encode(INPUTS['photo.jpg']).decode(),
    base64.b64encode(INPUTS['back.png']).decode(),
)

BODIES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ('text', {'prompt': "  a chair\n"}, {'Prompt': "a chair", 'Model': '3.0', 'GenerateType': 'Normal'}),
    ('picture', {'image': PHOTO}, {'ImageBase64': PHOTO_64, 'Model': '3.0', 'GenerateType': 'Normal'}),
    (
        'picture by URL', {'image': Picture(url='https://example.com/a.png')},
        {'ImageUrl': 'https://example.com/a.png', 'Model': '3.0', 'GenerateType': 'Normal'},
    ),
    (
        'everything', {'prompt': "x", 'model': '3.1', 'face_count': 3000, 'enable_pbr': True},
        {'Prompt': "x", 'Model': '3.1', 'GenerateType': 'Normal', 'FaceCount': 3000, 'EnablePBR': True},
    ),
    (
        'low poly has no face count', {'prompt': "x", 'generate_type': GenerateType.LOW_POLY, 'face_count': 5000},
        {'Prompt': "x", 'Model': '3.0', 'GenerateType': 'LowPoly', 'PolygonType': 'triangle'},
    ),
    (
        'polygons are for low poly',
        {'prompt': "x", 'generate_type': GenerateType.LOW_POLY, 'polygon_type': PolygonType.QUADRILATERAL},
        {'Prompt': "x", 'Model': '3.0', 'GenerateType': 'LowPoly', 'PolygonType': 'quadrilateral'},
    ),
    (
        'only for it', {'prompt': "x", 'polygon_type': PolygonType.QUADRILATERAL},
        {'Prompt': "x", 'Model': '3.0', 'GenerateType': 'Normal'},
    ),
    (
        'bare shape has no materials', {'prompt': "x", 'generate_type': GenerateType.GEOMETRY, 'enable_pbr': True},
        {'Prompt': "x", 'Model': '3.0', 'GenerateType': 'Geometry'},
    ),
    (
        'sketch with words', {'prompt': "x", 'image': PHOTO, 'generate_type': GenerateType.SKETCH},
        {'Prompt': "x", 'ImageBase64': PHOTO_64, 'Model': '3.0', 'GenerateType': 'Sketch'},
    ),
    (
        'views',
        {'image': PHOTO, 'views': {View.BACK: BACK, View.LEFT_FRONT: Picture(url='https://e.com/l')}, 'model': '3.1'},
        {
            'ImageBase64': PHOTO_64, 'Model': '3.1', 'GenerateType': 'Normal',
            'MultiViewImages': [
                {'ViewType': 'back', 'ViewImageBase64': BACK_64},
                {'ViewType': 'left_front', 'ViewImageUrl': 'https://e.com/l'},
            ],
        },
    ),
    ('broken text', {'prompt': "a\udc80b"}, {'Prompt': "a?b", 'Model': '3.0', 'GenerateType': 'Normal'}),
]  # fmt: skip

RAPID_BODIES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ('text', {'prompt': "x"}, {'Prompt': "x", 'ResultFormat': 'GLB'}),
    ('picture', {'image': PHOTO}, {'ImageBase64': PHOTO_64, 'ResultFormat': 'GLB'}),
    ('format', {'prompt': "x", 'result_format': 'OBJ'}, {'Prompt': "x", 'ResultFormat': 'OBJ'}),
    ('materials', {'prompt': "x", 'enable_pbr': True}, {'Prompt': "x", 'EnablePBR': True, 'ResultFormat': 'GLB'}),
    (
        'bare shape', {'prompt': "x", 'enable_pbr': True, 'enable_geometry': True},
        {'Prompt': "x", 'EnableGeometry': True, 'ResultFormat': 'GLB'},
    ),
    (
        'options of the other operation',
        {'prompt': "x", 'model': '3.1', 'face_count': 5000, 'generate_type': GenerateType.LOW_POLY},
        {'Prompt': "x", 'ResultFormat': 'GLB'},
    ),
]  # fmt: skip

SDK_MODELS = {
    'tencent_cn': 'tencentcloud.ai3d.v20250513.models',
    'sandbox': 'tencentcloud.ai3d.v20250513.models',
    'tencent_intl': 'tencentcloud.hunyuan.v20230901.models',
}

CASES = [
    *(pytest.param(service, GENERATE, given, sent, id=f"{service} {name}")
      for service in SDK_MODELS for name, given, sent in BODIES),
    *(pytest.param(service, RAPID, given, sent, id=f"{service} rapid {name}")
      for service in SDK_MODELS for name, given, sent in RAPID_BODIES),
    *(pytest.param(service, GENERATE, {'prompt': "x", 'result_format': 'FBX'},
                   {'Prompt': "x", 'Model': '3.0', 'GenerateType': 'Normal'} | sent, id=f"{service} FBX")
      for service, sent in (('tencent_cn', {'ResultFormat': 'FBX'}), ('tencent_intl', {}))),
]  # fmt: skip


@pytest.mark.parametrize(('service', 'operation', 'given', 'sent'), CASES)
def test_the_body_of_a_submit(
    service: str, operation: Operation, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    request = Request(operation=operation, **given)
    assert body_of(request, INPUTS, TABLES[service].offers[operation]) == sent


@pytest.mark.parametrize(('service', 'operation', 'given', 'sent'), CASES)
def test_the_official_sdk_knows_every_field(
    service: str, operation: Operation, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    """Its models warn of fields they do not know, and warnings are errors here."""
    models = import_module(SDK_MODELS[service])
    names = {GENERATE: 'SubmitHunyuanTo3DProJobRequest', RAPID: 'SubmitHunyuanTo3DRapidJobRequest'}
    body = body_of(Request(operation=operation, **given), INPUTS, TABLES[service].offers[operation])
    model = getattr(models, names[operation])()
    model._deserialize(body)
    assert {
        name: value for name, value in model._serialize(allow_none=False).items() if value not in ([], {})
    } == body


def test_the_sdk_does_warn_of_an_unknown_field() -> None:
    models = import_module(SDK_MODELS['tencent_intl'])
    with pytest.warns(UserWarning, match='ResultFormat'):
        models.SubmitHunyuanTo3DProJobRequest()._deserialize({'ResultFormat': 'FBX'})


@pytest.mark.parametrize(
    ('service', 'region', 'version', 'scope'),
    [
        ('tencent_cn', 'ap-guangzhou', '2025-05-13', '/2026-01-01/ai3d/'),
        ('tencent_intl', 'ap-singapore', '2023-09-01', '/2026-01-01/hunyuan/'),
        ('sandbox', 'ap-guangzhou', '2025-05-13', '/2026-01-01/ai3d/'),
    ],
)
def test_the_headers_of_each_edition(service: str, region: str, version: str, scope: str) -> None:
    with serving(response({'JobId': '1'})) as server:
        client = service_at(server.url, service)
        client.submit(TEXT, {}, ATTEMPT)
        connect(
            service, endpoint=server.url, region='na-siliconvalley', key=lambda: KEY, network=Network()
        ).submit(Request(operation=RAPID, prompt="x"), {}, ATTEMPT)  # fmt: skip
    pro, rapid = server.requests
    assert pro.startswith(b'POST / HTTP/1.1\r\n')
    assert scope in str(header(pro, 'Authorization'))
    expected = {
        'X-TC-Action': 'SubmitHunyuanTo3DProJob', 'X-TC-Version': version, 'X-TC-Region': region,
        'X-TC-Language': 'en-US', 'X-TC-TraceId': ATTEMPT, 'X-TC-Timestamp': '1767225600',
        'Content-Type': 'application/json', 'Host': f"127.0.0.1:{server.port}",
    }  # fmt: skip
    assert {name: header(pro, name) for name in expected} == expected
    assert header(rapid, 'X-TC-Region') == 'na-siliconvalley'
    assert header(rapid, 'X-TC-Action') == 'SubmitHunyuanTo3DRapidJob'


def test_a_query_asks_the_action_of_its_operation() -> None:
    with serving(response({'Status': 'RUN'})) as server:
        client = service_at(server.url)
        client.query(TEXT, '123')
        client.query(Request(operation=RAPID), '456')
    assert [header(request, 'X-TC-Action') for request in server.requests] == [
        'QueryHunyuanTo3DProJob', 'QueryHunyuanTo3DRapidJob',
    ]  # fmt: skip
    assert server.requests[0].endswith(b'{"JobId": "123"}')


def test_a_service_needs_an_endpoint_and_a_key() -> None:
    with pytest.raises(ValueError, match='sandbox'):
        connect('sandbox', key=lambda: KEY, network=Network())
    with serving(response({'JobId': '1'})) as server, pytest.raises(Refused, match='credentials'):
        connect('tencent_cn', endpoint=server.url, key=None, network=Network()).submit(TEXT, {}, ATTEMPT)
    assert server.connections == 0
    with pytest.raises(KeyError):
        connect('nobody', key=lambda: KEY, network=Network())
