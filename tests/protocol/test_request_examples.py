# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request that the services' pages show, field by field, and every field that they name: what we send is that.

What a page shows in its own words is data here; a request of the contract stands beside it that has to come out as that.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from hunyuan3d_blender.services.contract import (
    GenerateType,
    Key,
    Operation,
    Picture,
    Request,
    Sampling,
    View,
)
from hunyuan3d_blender.services.errors import Refused
from hunyuan3d_blender.services.holding import Maker
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.limits import effective, problems
from hunyuan3d_blender.services.model_options import (
    InputModel,
    MotionOptions,
    PartsOptions,
    RigOptions,
    TextureOptions,
    TopologyOptions,
)
from hunyuan3d_blender.services.registry import TABLES, connect
from tests.protocol.every_service import MODEL, PHOTO, PHOTO_64, SERVICES, says
from tests.protocol.loopback import answer, header, serving

KEYS = {
    'tencent_cn': Key('exampleSecretKeyEXAMPLE00000000', id='AKIDexampleEXAMPLEexample0000000000'),
    'tencent_intl': Key('exampleSecretKeyEXAMPLE00000000', id='AKIDexampleEXAMPLEexample0000000000'),
}
NEW_YEAR = 1767225600.0
TRACE = '8c5a1f0e-0000-4000-8000-000000000001'
GENERATE, RAPID, PARTS = Operation.GENERATE, Operation.RAPID, Operation.PARTS
SEGMENTS = '{"MeshName_part_1": {"face_ids": [1, 2, 3], "color": "#FF805C"}}'
INPUTS = {PHOTO.file: base64.b64decode(PHOTO_64), 'segments.json': SEGMENTS.encode(), 'model.glb': MODEL}
LINK = 'https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/hunyuan/model.fbx?X-Amz-Signature=0'
JSON = {'Content-Type': 'application/json'}


def signed(action: str, service: str) -> dict[str, str]:
    """The headers of API 3.0 at new year."""
    version, region, scope = {
        'tencent_cn': ('2025-05-13', 'ap-guangzhou', 'ai3d'),
        'tencent_intl': ('2023-09-01', 'ap-singapore', 'hunyuan'),
    }[service]
    begin = f'TC3-HMAC-SHA256 Credential={KEYS[service].id}/2026-01-01/{scope}/tc3_request'
    return {
        **JSON, 'X-TC-Action': action, 'X-TC-Version': version, 'X-TC-Region': region,
        'X-TC-Timestamp': '1767225600', 'Authorization': f'{begin}, SignedHeaders=content-type;host, Signature=',
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request as a page shows it, and what we say beside it."""

    place: str
    """Method and URL."""
    headers: Mapping[str, str]
    """Those that it shows; of a signature what comes before it."""
    body: Mapping[str, Any] | None
    service: str
    request: Request
    asks_for: str = ''
    """Id of the job that a query is about; '' for a submit."""
    is_held: bool = False
    """Its answer is the model itself."""
    spelled_out: Mapping[str, Any] = field(default_factory=dict)
    """What the example leaves to the service, and we say: with the value that the page gives as the default."""


def of(**given: Any) -> Request:
    return Request(operation=given.pop('operation', GENERATE), **given)


BARE, BEARER = {**JSON, 'Authorization': 'sk-XXXX'}, {**JSON, 'Authorization': 'Bearer sk-XXXX'}
CN, INTL = 'https://ai3d.tencentcloudapi.com/', 'https://hunyuan.intl.tencentcloudapi.com/'
AI3D, HUB = 'https://api.ai3d.cloud.tencent.com/v1/ai3d/', 'https://tokenhub.tencentmaas.com/v1/api/3d/'
VTRIX, OWN = 'https://cloud.vtrix.ai/model/v1/generation', 'http://127.0.0.1:8081/'
URLS = {name: Picture(url=f'https://example.com/{name}.png') for name in ('front', 'left')}
PICTURE_EXAMPLE = {
    'image_url': 'https://example.com/front.png', 'face_count': 100_000,
    'multi_view_images': [{'ViewType': 'left', 'ViewImageUrl': 'https://example.com/left.png'}],
}  # fmt: skip
SAMPLING = {
    'seed': 1234, 'octree_resolution': 256, 'num_inference_steps': 5, 'guidance_scale': 5.0,
}  # fmt: skip

EXAMPLES = {
    'signed submit, vector A': Example(
        place=f'POST {CN}', headers=signed('SubmitHunyuanTo3DProJob', 'tencent_cn'), service='tencent_cn',
        body={'Prompt': "a wooden chair", 'Model': '3.0', 'EnablePBR': True, 'FaceCount': 50000,
              'GenerateType': 'Normal'},
        request=of(prompt="a wooden chair", model='3.0', enable_pbr=True, face_count=50_000),
    ),
    'signed query, vector B': Example(
        place=f'POST {INTL}', headers=signed('QueryHunyuanTo3DProJob', 'tencent_intl'), service='tencent_intl',
        body={'JobId': '1234567890123456789'}, request=of(prompt="x"), asks_for='1234567890123456789',
    ),
    'rapid with one GLB': Example(
        place=f'POST {CN}', headers=signed('SubmitHunyuanTo3DRapidJob', 'tencent_cn'), service='tencent_cn',
        body={'Prompt': "a chair", 'ResultFormat': 'GLB'}, request=of(operation=RAPID, prompt="a chair"),
    ),
    'parts, first step': Example(
        place=f'POST {CN}', headers=signed('SubmitHunyuan3DPartJob', 'tencent_cn'), service='tencent_cn',
        body={'File': {'Type': 'FBX', 'Url': LINK}, 'EnableStagedGeneration': True},
        request=of(operation=PARTS, model_input=InputModel(format='FBX', url=LINK), options=PartsOptions(staged=True)),
    ),
    'parts, second step': Example(
        place=f'POST {INTL}', headers=signed('SubmitHunyuan3DPartJob', 'tencent_intl'), service='tencent_intl',
        body={'File': {'Type': 'FBX', 'Url': LINK}, 'PartSegmentationInfo': SEGMENTS},
        request=of(operation=PARTS, model_input=InputModel(format='FBX', url=LINK),
                   options=PartsOptions(segmentation='segments.json')),
    ),
    'a result goes on by its URL': Example(
        place=f'POST {CN}', headers=signed('SubmitAutoRiggingJob', 'tencent_cn'), service='tencent_cn',
        body={'File3D': {'Type': 'GLB', 'Url': LINK}},
        request=of(operation=Operation.RIG, model_input=InputModel(format='GLB', url=LINK), options=RigOptions()),
    ),
    'conversion at once': Example(
        place=f'POST {CN}', headers=signed('Convert3DFormat', 'tencent_cn'), service='tencent_cn',
        body={'File3D': LINK, 'Format': 'FBX'},
        request=of(operation=Operation.CONVERT, model_input=InputModel(format='GLB', url=LINK)),
    ),
    'one key, submit': Example(
        place=f'POST {AI3D}submit', headers=BARE, service='openai_compatible',
        body={'Prompt': "a small dog", 'Model': '3.0', 'EnablePBR': True}, spelled_out={'GenerateType': 'Normal'},
        request=of(prompt="a small dog", model='3.0', enable_pbr=True),
    ),
    'one key, picture by its address': Example(
        place=f'POST {AI3D}submit', headers=BARE, service='openai_compatible',
        body={'ImageUrl': 'https://example.com/front.png'},
        spelled_out={'GenerateType': 'Normal', 'Model': '3.0'}, request=of(image=URLS['front']),
    ),
    'one key, picture itself': Example(
        place=f'POST {AI3D}submit', headers=BARE, service='openai_compatible', body={'ImageBase64': PHOTO_64},
        spelled_out={'GenerateType': 'Normal', 'Model': '3.0'}, request=of(image=PHOTO),
    ),
    'one key, query': Example(
        place=f'POST {AI3D}query', headers=BARE, service='openai_compatible',
        body={'JobId': '1387416933258346496'}, request=of(prompt="x"), asks_for='1387416933258346496',
    ),
    'TokenHub, submit with views': Example(
        place=f'POST {HUB}submit', headers=BEARER, service='tokenhub',
        body={'model': 'hy-3d-3.1', 'image_base64': PHOTO_64, 'enable_pbr': True, 'face_count': 50_000,
              'result_format': 'fbx', 'multi_view_images': [
                  {'view_type': 'left', 'view_image_url': 'https://example.com/left.png'},
                  {'view_type': 'left_front', 'view_image_base64': PHOTO_64}]},
        spelled_out={'generate_type': 'Normal'},
        request=of(image=PHOTO, model='3.1', enable_pbr=True, face_count=50_000, result_format='FBX',
                   views={View.LEFT: URLS['left'], View.LEFT_FRONT: PHOTO}),
    ),
    'TokenHub, few polygons': Example(
        place=f'POST {HUB}submit', headers=BEARER, service='tokenhub',
        body={'model': 'hy-3d-3.0', 'prompt': "x", 'generate_type': 'LowPoly'},
        spelled_out={'polygon_type': 'triangle'}, request=of(prompt="x", generate_type=GenerateType.LOW_POLY),
    ),
    'TokenHub, express': Example(
        place=f'POST {HUB}submit', headers=BEARER, service='tokenhub',
        body={'model': 'hy-3d-express', 'prompt': "x" * 1024, 'enable_geometry': True, 'result_format': 'glb'},
        request=of(operation=RAPID, prompt="x" * 1024, enable_geometry=True),
    ),
    'TokenHub, query': Example(
        place=f'POST {HUB}query', headers=BEARER, service='tokenhub', body={'model': 'hy-3d-3.1', 'id': '14984'},
        request=of(prompt="x", model='3.1'), asks_for='14984',
    ),
    'Vtrix, text': Example(
        place=f'POST {VTRIX}', headers=BEARER, service='vtrix',
        body={'model': 'tencent_hunyuan_3d_pro', 'input': [{'params': {
            'prompt': "a wooden chair", 'generate_type': 'Normal', 'enable_pbr': True}}]},
        request=of(prompt="a wooden chair", enable_pbr=True),
    ),
    'Vtrix, pictures': Example(
        place=f'POST {VTRIX}', headers=BEARER, service='vtrix',
        body={'model': 'tencent_hunyuan_3d_pro', 'input': [{'params': PICTURE_EXAMPLE}]},
        spelled_out={'generate_type': 'Normal'},
        request=of(image=URLS['front'], face_count=100_000, views={View.LEFT: URLS['left']}),
    ),
    'Vtrix, rapid': Example(
        place=f'POST {VTRIX}', headers=BEARER, service='vtrix',
        body={'model': 'tencent_hunyuan_3d_rapid', 'input': [{'params': {'prompt': "x", 'result_format': 'GLB'}}]},
        request=of(operation=RAPID, prompt="x"),
    ),
    'Vtrix, the standard model, whose views have words of their own': Example(
        place=f'POST {VTRIX}', headers=BEARER, service='vtrix',
        body={'model': 'tencent_hunyuan_3d', 'input': [{'params': {
            'image_url': 'https://example.com/front.png', 'enable_pbr': True, 'result_format': 'GLB',
            'multi_view_images': [{'View': 'left', 'ImageUrl': 'https://example.com/left.png'},
                                  {'View': 'back', 'ImageBase64': PHOTO_64}]}}]},
        request=of(operation=Operation.STANDARD, image=URLS['front'], enable_pbr=True,
                   views={View.LEFT: URLS['left'], View.BACK: PHOTO}),
    ),
    'Vtrix, query': Example(
        place=f'GET {VTRIX}/task/task-id', headers=BEARER, service='vtrix', body=None, request=of(prompt="x"),
        asks_for='task-id',
    ),
    'own server, submit': Example(
        place=f'POST {OWN}send', headers=JSON, service='self_hosted', body={'image': PHOTO_64, 'texture': True},
        spelled_out=SAMPLING, request=of(image=PHOTO),
    ),
    'own server, every number': Example(
        place=f'POST {OWN}send', headers=JSON, service='self_hosted',
        body={'image': PHOTO_64, 'texture': False, 'seed': 7, 'octree_resolution': 512, 'num_inference_steps': 20,
              'guidance_scale': 7.5, 'face_count': 20_000},
        request=of(image=PHOTO, enable_geometry=True, face_count=20_000,
                   sampling=Sampling(seed=7, steps=20, guidance=7.5, octree_resolution=512)),
    ),
    'own server, at once': Example(
        place=f'POST {OWN}generate', headers=JSON, service='self_hosted', is_held=True,
        body={'image': PHOTO_64, 'texture': False, 'seed': 1234, 'octree_resolution': 256, 'num_inference_steps': 5,
              'guidance_scale': 5.0},
        request=of(image=PHOTO, enable_geometry=True),
    ),
    'own server, a texture': Example(
        place=f'POST {OWN}generate', headers=JSON, service='self_hosted', is_held=True,
        body={'image': PHOTO_64, 'mesh': base64.b64encode(MODEL).decode(), 'texture': True, 'face_count': 100_000},
        request=of(operation=Operation.TEXTURE, image=PHOTO, model_input=InputModel(file='model.glb', format='GLB')),
    ),
    'own server, query': Example(
        place=f'GET {OWN}status/7a7b', headers=JSON, service='self_hosted', body=None, request=of(image=PHOTO),
        asks_for='7a7b',
    ),
}  # fmt: skip

DEFAULTS = {
    'Model': '3.0', 'GenerateType': 'Normal', 'generate_type': 'Normal', 'polygon_type': 'triangle', **SAMPLING,
}  # fmt: skip
"""As the pages state them."""


def sent(service: str, request: Request, asks_for: str = '') -> bytes:
    """The bytes that reach the service; its answer is a good one."""
    words = SERVICES[service]
    good = {**words.done, **words.accepted} if not asks_for else words.done
    if request.operation is Operation.CONVERT and service == 'tencent_cn':
        good = {'Response': {'ResultFile3D': LINK}}
    key = KEYS.get(service, Key('sk-XXXX'))
    with serving(says(good)) as server:
        client = connect(
            service, endpoint=server.url, key=lambda: key, network=Network(), clock=lambda: NEW_YEAR
        )
        if asks_for:
            client.query(request, asks_for)
        else:
            client.submit(request, INPUTS, TRACE)
    *probes, received = server.requests
    assert all(probe.startswith((b'GET /health ', b'GET /openapi.json ')) for probe in probes), (
        "which family a server of one's own is of, and what it takes"
    )
    return received


def made(request: Request) -> bytes:
    """The bytes that reach a server of one's own that makes the model while it is waited for."""
    with serving(answer(MODEL)) as server:
        client = connect('self_hosted', endpoint=server.url, key=None, network=Network())
        with cast(Maker, client).make(request, INPUTS, lambda: False):
            pass
    (received,) = server.requests
    return received


@pytest.mark.parametrize('name', EXAMPLES)
def test_a_request_is_that_of_the_page(name: str) -> None:
    example = EXAMPLES[name]
    request = (
        made(example.request) if example.is_held else sent(example.service, example.request, example.asks_for)
    )
    head, _, body = request.partition(b'\r\n\r\n')
    method, url = example.place.split()
    assert head.startswith(f'{method} {urlsplit(url).path} HTTP/1.1\r\n'.encode())
    assert TABLES[example.service].endpoint == f'{urlsplit(url).scheme}://{urlsplit(url).netloc}'
    for header_name, value in example.headers.items():
        found = str(header(request, header_name))
        assert found.startswith(value) if value.endswith('Signature=') else found == value
    if example.body is None:
        assert body == b''
        return
    content = json.loads(body)
    ours, theirs = _fields(content), _fields(example.body)
    assert ours == {**theirs, **example.spelled_out}
    assert content.keys() - ours.keys() == example.body.keys() - theirs.keys()
    assert content.get('model') == example.body.get('model')


def test_what_is_spelled_out_is_the_default() -> None:
    for example in EXAMPLES.values():
        assert not example.spelled_out.keys() & _fields(example.body or {}).keys()
        assert all(DEFAULTS[name] == value for name, value in example.spelled_out.items())


def test_every_service_has_its_submit_and_its_query_here() -> None:
    here = {(example.service, bool(example.asks_for)) for example in EXAMPLES.values()}
    signed_once = {
        ('tencent_cn', True),
        ('tencent_intl', False),
    }  # the same client, the other way round above
    assert here | signed_once == {(service, asks) for service in SERVICES for asks in (False, True)}


def test_a_temporary_key_sends_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = sent('tencent_cn', of(prompt="x"))
    example = KEYS['tencent_cn']
    temporary = Key(example.secret, id=example.id, token='FakeSessionToken==')
    monkeypatch.setitem(KEYS, 'tencent_cn', temporary)
    with_token = sent('tencent_cn', of(prompt="x"))
    assert header(plain, 'X-TC-Token') is None
    assert header(with_token, 'X-TC-Token') == 'FakeSessionToken=='


# Every field that the pages name

_MAIN = 'Prompt ImageBase64 ImageUrl EnablePBR'
_PRO = f'{_MAIN} Model MultiViewImages FaceCount GenerateType PolygonType'
_LOWER = 'prompt image_base64 image_url enable_pbr'
_PRO_LOWER = f'{_LOWER} multi_view_images face_count generate_type polygon_type'
_OWN_NUMBERS = 'seed octree_resolution num_inference_steps guidance_scale face_count'

FIELDS: Mapping[tuple[str, Operation], str] = {
    ('tencent_cn', GENERATE): f'{_PRO} ResultFormat',
    ('tencent_intl', GENERATE): _PRO,
    ('openai_compatible', GENERATE): f'{_PRO} ResultFormat',
    ('tokenhub', GENERATE): f'model {_PRO_LOWER} result_format',
    ('vtrix', GENERATE): _PRO_LOWER,
    ('self_hosted', GENERATE): f'image text mesh texture type {_OWN_NUMBERS} remove_background num_chunks',
    ('tencent_cn', RAPID): f'{_MAIN} ResultFormat EnableGeometry',
    ('tencent_intl', RAPID): f'{_MAIN} ResultFormat EnableGeometry',
    ('tokenhub', RAPID): f'model {_LOWER} result_format enable_geometry',
    ('vtrix', RAPID): f'{_LOWER} result_format enable_geometry',
    ('vtrix', Operation.STANDARD): f'{_LOWER} multi_view_images result_format',
    ('tencent_cn', PARTS): 'File Model EnableStagedGeneration PartSegmentationInfo EnablePostProcess',
    ('tencent_intl', PARTS): 'File EnableStagedGeneration PartSegmentationInfo EnablePostProcess',
    ('tencent_cn', Operation.TEXTURE): (
        'File3D Model Prompt Image MultiViewImages EnablePBR EnableKeepUV TextureSize'
    ),
    ('tencent_intl', Operation.TEXTURE): 'File3D Prompt Image EnablePBR',
    ('self_hosted', Operation.TEXTURE): 'image mesh texture face_count',
    ('tencent_cn', Operation.TOPOLOGY): 'File3D PolygonType FaceLevel',
    ('tencent_intl', Operation.TOPOLOGY): 'File3D PolygonType FaceLevel',
    ('tencent_cn', Operation.UV): 'File',
    ('tencent_intl', Operation.UV): 'File',
    ('tencent_cn', Operation.RIG): 'File3D MotionType',
    ('tencent_intl', Operation.RIG): 'File3D MotionType',
    ('tencent_cn', Operation.MOTION): (
        'Prompt Model RetargetFile Duration EnableMesh EnableRewrite EnableDurationEst'
    ),
    ('tencent_cn', Operation.CONVERT): 'File3D Format',
    ('tencent_intl', Operation.CONVERT): 'File Format',
}

NOT_SENT: Mapping[tuple[str, Operation], Mapping[str, str]] = {
    ('tencent_cn', PARTS): {'Model': "has one value, which is the default"},
    ('tencent_cn', Operation.MOTION): {
        'Model': "has one value, which is the default", 'EnableMesh': "on by default, without visible effect",
    },
    ('self_hosted', GENERATE): {
        'text': "the servers cannot do it", 'mesh': "textures come by an operation of their own",
        'type': "only the default, GLB, keeps its texture", 'remove_background': "is not looked at",
        'num_chunks': "is not looked at",
    },
}  # fmt: skip
"""And why."""


def all_kinds(service: str, operation: Operation) -> Iterator[Request]:
    """What the service takes of requests in which every field of the contract occurs."""
    offer = TABLES[service].offers[operation]
    more: dict[Operation, dict[str, Any]] = {
        PARTS: {'options': PartsOptions(staged=True, segmentation='segments.json', post_process=True)},
        Operation.TEXTURE: {'options': TextureOptions(keep_uv=True, texture_size_px=1024)},
        Operation.TOPOLOGY: {'options': TopologyOptions(quads=True)},
        Operation.RIG: {'options': RigOptions(motion=7)},
        Operation.MOTION: {'options': MotionOptions(estimate_duration=True, rewrite=True)},
    }
    given = more.get(operation, {})
    if offer.model_input:
        given['model_input'] = InputModel(file='model.glb', format=offer.model_input.formats[0], url=LINK)
    for values in (
        {},
        {'prompt': "x", 'enable_pbr': True, 'face_count': 5000},
        {'prompt': "x", 'enable_geometry': True},
        {'prompt': "x", 'result_format': 'FBX'},
        {'prompt': "x", 'generate_type': GenerateType.LOW_POLY},
        {'image': PHOTO, 'face_count': 5000},
        {'image': PHOTO, 'views': {View.BACK: PHOTO}},
        {'image': PHOTO, 'views': {View.BACK: PHOTO}, 'model': '3.1'},
        {'image': URLS['front']},
    ):
        request = effective(Request(operation=operation, **values, **given), offer)
        if not problems(request, offer):
            yield request


def _fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says of the job, without what stands around it."""
    entries = body.get('input')
    return dict(entries[0]['params'] if isinstance(entries, list) else body)


@pytest.mark.parametrize(('service', 'operation'), FIELDS)
def test_every_field_of_the_pages_is_sent(service: str, operation: Operation) -> None:
    names: set[str] = set()
    for request in all_kinds(service, operation):
        with suppress(Refused):  # of a picture by its address, where only the picture itself is taken
            names |= _fields(json.loads(sent(service, request).partition(b'\r\n\r\n')[2])).keys()
    assert names == set(FIELDS[service, operation].split()) - NOT_SENT.get((service, operation), {}).keys()


def test_every_operation_has_its_fields_here() -> None:
    offered = {(service, operation) for service in SERVICES for operation in TABLES[service].offers}
    assert offered == FIELDS.keys()
