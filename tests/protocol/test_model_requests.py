# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to Tencent Cloud to work on a model, in both editions, and what comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import Operation, Request, ResultFile, View
from hunyuan3d_blender.services.errors import Kind, NotSent, Refused, Spent, Unclear
from hunyuan3d_blender.services.model_options import (
    FaceLevel,
    InputModel,
    MotionOptions,
    PartsOptions,
    RigOptions,
    TextureOptions,
    TopologyOptions,
)
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.services.tencent_cloud.actions import EDITIONS
from hunyuan3d_blender.services.tencent_cloud.model_bodies import body_on_model
from tests.protocol.loopback import answer, free_port, header, reset, serving
from tests.protocol.tencent import ATTEMPT, error, response, service_at
from tests.protocol.test_tencent_requests import BACK, BACK_64, INPUTS, PHOTO, PHOTO_64, SDK_MODELS

PARTS, TEXTURE, TOPOLOGY = Operation.PARTS, Operation.TEXTURE, Operation.TOPOLOGY
UV, RIG, MOTION, CONVERT = Operation.UV, Operation.RIG, Operation.MOTION, Operation.CONVERT
CN, INTL = 'tencent_cn', 'tencent_intl'

URL = 'https://bucket.example/model?q-signature=secret'
SEGMENTS = '{"head": {"face_ids": [0, 1], "color": "#FF805C"}}'
FILES = INPUTS | {'segmentation.json': SEGMENTS.encode()}


def at(kind: str) -> dict[str, str]:
    return {'Type': kind, 'Url': URL}


BODIES: list[tuple[str, Operation, dict[str, Any], dict[str, Any]]] = [
    (CN, PARTS, {'options': PartsOptions()}, {'File': at('FBX')}),
    (CN, PARTS, {'options': PartsOptions(staged=True, post_process=True)},
     {'File': at('FBX'), 'EnableStagedGeneration': True, 'EnablePostProcess': True}),
    (INTL, PARTS, {'options': PartsOptions(segmentation='segmentation.json')},
     {'File': at('FBX'), 'PartSegmentationInfo': SEGMENTS}),
    (CN, TEXTURE, {'prompt': " of bronze ", 'options': TextureOptions()},
     {'File3D': at('GLB'), 'Prompt': "of bronze", 'Model': '3.0', 'TextureSize': 4096}),
    (CN, TEXTURE, {'image': PHOTO, 'views': {View.BACK: BACK}, 'model': '3.1', 'enable_pbr': True,
                   'options': TextureOptions(keep_uv=True, texture_size_px=1024)},
     {'File3D': at('GLB'), 'Image': {'Base64': PHOTO_64}, 'Model': '3.1', 'EnablePBR': True, 'EnableKeepUV': True,
      'TextureSize': 1024, 'MultiViewImages': [{'ViewType': 'back', 'ViewImageBase64': BACK_64}]}),
    (INTL, TEXTURE, {'prompt': "of bronze", 'enable_pbr': True, 'options': TextureOptions(keep_uv=True)},
     {'File3D': at('FBX'), 'Prompt': "of bronze", 'EnablePBR': True}),
    (INTL, TEXTURE, {'image': PHOTO, 'enable_pbr': True, 'model': '3.1'},
     {'File3D': at('FBX'), 'Image': {'Base64': PHOTO_64}}),
    *((service, TOPOLOGY, {'options': TopologyOptions(face_level=FaceLevel.LOW, quads=quads)},
       {'File3D': at('GLB'), 'FaceLevel': 'low', 'PolygonType': polygons})
      for service in (CN, INTL) for quads, polygons in ((False, 'triangle'), (True, 'quadrilateral'))),
    *((service, UV, {}, {'File': at('GLB')}) for service in (CN, INTL)),
    (CN, RIG, {'options': RigOptions()}, {'File3D': at('GLB')}),
    (INTL, RIG, {'options': RigOptions(motion=48)}, {'File3D': at('FBX'), 'MotionType': 48}),
    (CN, MOTION, {'prompt': "wave", 'options': MotionOptions(duration_s=7, rewrite=True)},
     {'RetargetFile': at('FBX'), 'Prompt': "wave", 'Duration': 7, 'EnableRewrite': True}),
    (CN, MOTION, {'prompt': "wave", 'model_input': None, 'options': MotionOptions(estimate_duration=True)},
     {'Prompt': "wave", 'Duration': 5, 'EnableDurationEst': True}),
    (CN, CONVERT, {'result_format': 'USDZ'}, {'File3D': URL, 'Format': 'USDZ'}),
    (INTL, CONVERT, {}, {'File': at('GLB'), 'Format': 'FBX'}),
]  # fmt: skip

CASES = [
    pytest.param(service, operation, given, sent, id=f"{service} {operation} {number}")
    for number, (service, operation, given, sent) in enumerate(BODIES)
]


def a_request(service: str, operation: Operation, **given: Any) -> Request:
    limits = TABLES[service].offers[operation].model_input
    assert limits is not None
    return Request(
        operation=operation, **{'model_input': InputModel(format=limits.formats[0], url=URL)} | given
    )


def body(service: str, operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    action = EDITIONS[service].actions[operation]
    return body_on_model(
        a_request(service, operation, **given), FILES, TABLES[service].offers[operation], action
    )


@pytest.mark.parametrize(('service', 'operation', 'given', 'sent'), CASES)
def test_the_body_of_a_submit(
    service: str, operation: Operation, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    assert body(service, operation, given) == sent


@pytest.mark.parametrize(('service', 'operation', 'given', 'sent'), CASES)
def test_the_official_sdk_knows_every_field(
    service: str, operation: Operation, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    """Its models warn of fields they do not know, and warnings are errors here."""
    models = import_module(SDK_MODELS[service])
    model = getattr(models, f"{EDITIONS[service].actions[operation].submit}Request")()
    model._deserialize(body(service, operation, given))
    assert model._serialize(allow_none=False) == sent


@pytest.mark.parametrize('service', [CN, INTL])
def test_the_official_sdk_knows_every_action(service: str) -> None:
    models = import_module(SDK_MODELS[service])
    assert EDITIONS[service].actions.keys() == TABLES[service].offers.keys()
    for action in EDITIONS[service].actions.values():
        for name in filter(None, (action.submit, action.query)):
            assert hasattr(models, f"{name}Request"), name


def test_every_operation_is_in_the_table_above() -> None:
    for service in (CN, INTL):
        offered = set(TABLES[service].offers) - set(TABLES[service].generating)
        assert offered == {operation for at_service, operation, _, _ in BODIES if at_service == service}


def test_the_link_to_a_model_is_neither_stored_nor_shown() -> None:
    request = a_request(CN, TOPOLOGY, options=TopologyOptions(face_level=FaceLevel.HIGH))
    assert URL not in repr(request)
    stored = json.loads(json.dumps(request.to_json()))
    assert URL not in json.dumps(stored)
    model = replace(request.model_input, url='') if request.model_input else None
    assert Request.from_json(stored) == replace(request, model_input=model)


def test_a_request_of_an_older_version_can_be_read() -> None:
    stored = Request(operation=Operation.GENERATE, prompt="x").to_json()
    for new in ('model_input', 'options'):
        del stored[new]
    assert Request.from_json(stored) == Request(operation=Operation.GENERATE, prompt="x")


# Answers


@pytest.mark.parametrize(
    ('fields', 'expected'),
    [
        ({'PartSegmentationInfo': SEGMENTS}, ResultFile(data=SEGMENTS.encode(), type='SEGMENTATION')),
        ({'PartSegmentationInfo': SEGMENTS, 'PartSegmentationInfoUrl': URL}, ResultFile(url=URL, type='SEGMENTATION')),
        ({'PartSegmentationInfo': "\ud800", 'PartSegmentationInfoUrl': 7}, ResultFile(data=b'?', type='SEGMENTATION')),
        ({'PartSegmentationInfo': ['x'], 'PartSegmentationInfoUrl': "file:///etc/passwd"}, None),
        ({'PartSegmentationInfo': ''}, None),
    ],
)  # fmt: skip
def test_the_parts_come_with_the_model(fields: dict[str, Any], expected: ResultFile | None) -> None:
    done = {'Status': 'DONE', 'ResultFile3Ds': [at('FBX')], **fields}
    with serving(response(done)) as server:
        files = service_at(server.url).query(a_request(CN, PARTS), '1').files
    assert files == (ResultFile(url=URL, type='FBX'), *([expected] if expected else []))


def test_nine_megabytes_of_parts_are_read() -> None:
    text = json.dumps({"a": {"face_ids": list(range(1_200_000))}})
    assert len(text) > 9_000_000
    done = {'Status': 'DONE', 'ResultFile3Ds': [at('FBX')], 'PartSegmentationInfo': text}
    with serving(response(done)) as server:
        files = service_at(server.url).query(a_request(CN, PARTS), '1').files
    assert files[1].data == text.encode()


def test_a_conversion_is_answered_with_its_result() -> None:
    with serving(response({'ResultFile3D': URL})) as server:
        submission = service_at(server.url).submit(a_request(CN, CONVERT), {}, ATTEMPT)
    assert header(server.requests[0], 'X-TC-Action') == 'Convert3DFormat'
    assert submission.files == (ResultFile(url=URL),)
    assert submission.remote_id == 'req-1'


@pytest.mark.parametrize(
    'fault', [answer(b'', '502 Bad Gateway'), reset, response({}), response({'ResultFile3D': 'ftp://x/y'})]
)
def test_an_unclear_conversion_may_have_been_charged(fault: Any) -> None:
    with serving(fault) as server, pytest.raises(Unclear) as raised:
        service_at(server.url).submit(a_request(CN, CONVERT), {}, ATTEMPT)
    assert raised.value.failure.spent is Spent.MAYBE
    assert len(server.requests) == 1


def test_a_conversion_that_was_turned_away_or_never_sent_costs_nothing() -> None:
    with serving(error('FailedOperation.DownloadError')) as server, pytest.raises(Refused) as refused:
        service_at(server.url).submit(a_request(CN, CONVERT), {}, ATTEMPT)
    assert refused.value.failure.spent is Spent.NO
    with pytest.raises(NotSent):
        service_at(f"http://127.0.0.1:{free_port()}").submit(a_request(CN, CONVERT), {}, ATTEMPT)


def test_a_conversion_cannot_be_asked_about() -> None:
    with serving(response({})) as server, pytest.raises(Refused) as refused:
        service_at(server.url).query(a_request(CN, CONVERT), 'req-1')
    assert refused.value.failure.kind is Kind.GONE
    assert server.connections == 0
