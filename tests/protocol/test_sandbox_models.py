# SPDX-License-Identifier: GPL-3.0-or-later
"""The official SDK of both editions has the sandbox work on models: every action is submitted, asked for and read."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from tests.protocol.buckets import storage_of
from tests.protocol.sandbox_calls import CHINA, INTERNATIONAL, Clock, call, get, switch_on, wait_until
from tests.protocol.tencent_sdk import Sdk, code_of
from tests.unit.test_sandbox_operations import png

pytestmark = pytest.mark.filterwarnings("ignore:.*utcfromtimestamp:DeprecationWarning")  # the SDK's own

GLB = b'glTF\2\0\0\0' + bytes(100)
FBX = b'Kaydara FBX Binary  \0\x1a\0' + bytes(100)
OBJ = b"# a square\nv 0 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 3\n"
ZIP = b'PK\x03\x04' + bytes(100)
MODELS = {'GLB': GLB, 'FBX': FBX, 'OBJ': OBJ, 'ZIP': ZIP}
FIRST_BYTES = {
    'GLB': b'glTF', 'FBX': b'Kaydara FBX', 'OBJ': b'PK', 'ZIP': b'PK', 'MTL': b'newmtl', 'IMAGE': b'\x89PNG',
    'TEXTURE_IMAGE': b'\x89PNG',
}  # fmt: skip
WHOLE = '{"part_0": {"face_ids": [1, 0], "color": "#FF805C"}, "part_1": {"face_ids": [2]}}'
VIEW = {'ViewType': 'left', 'ViewImageBase64': png()}
TEXTURE, EDIT = 'SubmitTextureTo3DJob', 'SubmitHunyuanTo3DTextureEditJob'
PART, UV, RIG = 'SubmitHunyuan3DPartJob', 'SubmitHunyuanTo3DUVJob', 'SubmitAutoRiggingJob'
REDUCE, TOPOLOGY = 'SubmitReduceFaceJob', 'Submit3DSmartTopologyJob'
MOTION, CONVERT = 'SubmitHunyuanTo3DMotionJob', 'SubmitConvert3DFormatJob'
SUBMITTED = {
    'china': (PART, TEXTURE, REDUCE, UV, RIG, MOTION),
    'international': (PART, EDIT, TOPOLOGY, UV, RIG, CONVERT),
}
QUERIES = {
    PART: 'QueryHunyuan3DPartJob', TEXTURE: 'DescribeTextureTo3DJob', EDIT: 'QueryHunyuanTo3DTextureEditJob',
    REDUCE: 'DescribeReduceFaceJob', TOPOLOGY: 'Describe3DSmartTopologyJob', UV: 'DescribeHunyuanTo3DUVJob',
    RIG: 'DescribeAutoRiggingJob', MOTION: 'DescribeHunyuanTo3DMotionJob', CONVERT: 'DescribeConvert3DFormatJob',
}  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    """The SDK signs with the real time, so the sandbox begins with that."""
    clock = Clock()
    clock.now = time.time()
    return clock


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    with running(tmp_path, clock=clock, seconds=8.0) as sandbox:
        yield sandbox


@pytest.fixture
def staged(sandbox: Sandbox, clock: Clock) -> Callable[..., str]:
    """Put bytes into the sandbox's bucket; gives a link that is good for an hour."""

    def stage(data: bytes, size: int = 0) -> str:
        path = sandbox.objects.path_of('models/a')
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        with path.open('r+b') as file:
            file.truncate(size or len(data))
        return storage_of(sandbox, clock).link('models/a', 3600)

    return stage


@pytest.fixture
def sdks(sandbox: Sandbox) -> dict[str, Sdk]:
    keys = sandbox.ledger.keys
    return {name: Sdk(name, sandbox.url, keys.secret_id, keys.secret_key) for name in SUBMITTED}


def request_of(action: str, staged: Callable[..., str], kind: str, **values: Any) -> dict[str, Any]:
    """A request with its model where the action wants it; None takes a field out."""
    field = {PART: 'File', UV: 'File', CONVERT: 'File', MOTION: 'RetargetFile'}.get(action, 'File3D')
    given = {field: {'Type': kind, 'Url': staged(MODELS[kind])}} if kind else {}
    return {name: value for name, value in {**given, **values}.items() if value is not None}


def outcome(sdk: Sdk, sandbox: Sandbox, clock: Clock, action: str, request: dict[str, Any]) -> Any:
    """Submit, wait, and ask."""
    job_id = sdk.call(action, **request).JobId
    query = QUERIES[action]
    assert sdk.call(query, JobId=job_id).Status == 'WAIT'
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
    assert code_of(lambda: sdk.call(action, **request)) == 'RequestLimitExceeded.JobNumExceed'
    clock.now += 8
    return sdk.call(query, JobId=job_id)


SAMPLES = [
    ('china', PART, 'FBX', {'Model': '1.5'}, ['OBJ', 'FBX', 'IMAGE']),
    ('international', PART, 'FBX', {}, ['OBJ', 'FBX', 'IMAGE']),
    ('china', PART, 'FBX', {'EnablePostProcess': True, 'PartSegmentationInfo': WHOLE}, ['FBX']),
    ('china', TEXTURE, 'GLB', {'Prompt': "red", 'EnableKeepUV': True, 'TextureSize': 720, 'EnablePBR': True},
     ['TEXTURE_IMAGE', 'MTL', 'ZIP', 'OBJ', 'GLB', 'IMAGE']),
    ('china', TEXTURE, 'OBJ', {'Model': '3.1', 'Image': {'Base64': png()}, 'MultiViewImages': [VIEW]},
     ['TEXTURE_IMAGE', 'MTL', 'ZIP', 'OBJ', 'GLB', 'IMAGE']),
    ('international', EDIT, 'FBX', {'Prompt': "red", 'EnablePBR': True}, ['OBJ', 'FBX', 'IMAGE']),
    ('international', EDIT, 'FBX', {'Image': {'Base64': png()}}, ['OBJ', 'FBX', 'IMAGE']),
    ('china', REDUCE, 'FBX', {'PolygonType': 'quadrilateral', 'FaceLevel': 'low'}, ['OBJ', 'GLB', 'IMAGE']),
    ('international', TOPOLOGY, 'GLB', {'FaceLevel': 'high'}, ['OBJ']),
    ('china', UV, 'GLB', {}, ['OBJ', 'FBX', 'IMAGE']),
    ('international', UV, 'OBJ', {}, ['OBJ', 'FBX', 'IMAGE']),
    ('china', RIG, 'GLB', {'MotionType': 48}, ['FBX']),
    ('international', RIG, 'OBJ', {'MotionType': 1}, ['FBX']),
    ('china', MOTION, '', {'Prompt': "walk", 'Duration': 12, 'Model': 'HY-Motion-1.0', 'EnableMesh': False}, ['FBX']),
    ('china', MOTION, 'FBX', {'Prompt': "walk", 'EnableRewrite': True, 'EnableDurationEst': True}, ['FBX']),
    ('international', CONVERT, 'GLB', {'Format': 'FBX'}, ['FBX']),
]  # fmt: skip


@pytest.mark.parametrize(('edition', 'action', 'kind', 'values', 'types'), SAMPLES)
def test_submit_and_query(
    sdks: dict[str, Sdk], sandbox: Sandbox, clock: Clock, staged: Callable[..., str],
    edition: str, action: str, kind: str, values: dict[str, Any], types: list[str],
) -> None:  # fmt: skip
    request = request_of(action, staged, kind, **values)
    answer = outcome(sdks[edition], sandbox, clock, action, request)
    assert (answer.Status, answer.ErrorCode, answer.ErrorMessage) == ('DONE', '', '')
    assert [file.Type for file in answer.ResultFile3Ds] == types
    for file in answer.ResultFile3Ds:
        assert get(file.Url).body.startswith(FIRST_BYTES[file.Type]), file.Type
        assert get(file.PreviewImageUrl).body.startswith(b'\x89PNG')
    job = sandbox.ledger.jobs()[0]
    if kind:
        assert (sandbox.ledger.folder_of(job) / job.model_file).read_bytes() == MODELS[kind]


def test_every_action_is_among_them() -> None:
    assert {(edition, action) for edition, action, *_ in SAMPLES} == {
        (edition, action) for edition, actions in SUBMITTED.items() for action in actions
    }


@pytest.mark.parametrize('edition', SUBMITTED)
@pytest.mark.parametrize('kind', ['GLB', 'OBJ', 'ZIP', 'FBX'])
def test_conversion_at_once(
    sdks: dict[str, Sdk], staged: Callable[..., str], edition: str, kind: str
) -> None:
    """The model is a bare URL, and the answer holds another."""
    for _ in range(2):  # what was answered is not in the way of the next
        answer = sdks[edition].call('Convert3DFormat', File3D=staged(MODELS[kind]), Format='FBX')
        assert get(answer.ResultFile3D).body.startswith(FIRST_BYTES['FBX'])


def test_others_are_answered_while_a_conversion_runs(
    sdks: dict[str, Sdk], sandbox: Sandbox, staged: Callable[..., str]
) -> None:
    switch_on(sandbox, 'slow', 1)
    request = {'File3D': staged(GLB), 'Format': 'FBX'}
    codes: list[str] = []
    waiting = threading.Thread(
        target=lambda: codes.append(code_of(lambda: sdks['china'].call('Convert3DFormat', **request)))
    )
    waiting.start()
    wait_until(lambda: bool(sandbox.ledger.jobs()))
    full = code_of(lambda: sdks['china'].call('Convert3DFormat', **request))
    assert full == 'RequestLimitExceeded.JobNumExceed'
    assert code_of(lambda: sdks['china'].call(QUERIES[UV], JobId='1')) == 'FailedOperation.JobNotFound'
    sandbox.stopping.set()
    waiting.join()
    assert codes == ['FailedOperation.RequestTimeout']


def test_a_conversion_that_fails_is_an_error_of_the_call(
    sdks: dict[str, Sdk], staged: Callable[..., str]
) -> None:
    code = code_of(lambda: sdks['china'].call('Convert3DFormat', File3D=staged(GLB), Format='STL'))
    assert code == 'FailedOperation.InnerError', "the box has no STL"


@pytest.mark.parametrize(
    ('edition', 'action'),
    [
        (CHINA, 'DescribeHunyuan3DPartJob'),
        (CHINA, 'QueryTextureTo3DJob'),
        (CHINA, TOPOLOGY),
        (CHINA, EDIT),
        (CHINA, CONVERT),
        (INTERNATIONAL, 'QueryHunyuanTo3DUVJob'),
        (INTERNATIONAL, MOTION),
        (INTERNATIONAL, REDUCE),
        (INTERNATIONAL, TEXTURE),
    ],
)
def test_what_an_edition_lacks(sandbox: Sandbox, edition: tuple[str, str, str], action: str) -> None:
    assert call(sandbox, action, {}, edition).code == 'InvalidAction'


MISSING, WRONG, VALUE = 'MissingParameter', 'InvalidParameter', 'InvalidParameterValue'


@pytest.mark.parametrize(
    ('edition', 'action', 'kind', 'values', 'code'),
    [
        ('china', PART, '', {}, MISSING),
        ('china', PART, 'GLB', {}, VALUE),
        ('china', PART, 'FBX', {'Model': '1.0'}, VALUE),
        ('international', UV, '', {'File': {'Url': 'http://127.0.0.1/a'}}, MISSING),
        ('international', UV, '', {'File': {'Type': 'GLB', 'Url': 'ftp://127.0.0.1/a'}},
         'InvalidParameterValue.UrlIllegal'),
        ('china', TEXTURE, 'FBX', {'Prompt': "red"}, VALUE),
        ('china', TEXTURE, 'GLB', {}, WRONG),
        ('china', TEXTURE, 'GLB', {'Prompt': "red", 'Image': {'Base64': png()}}, WRONG),
        ('china', TEXTURE, 'GLB', {'Image': {}}, WRONG),
        ('china', TEXTURE, 'GLB', {'Image': {'Base64': png(128, 512)}}, VALUE),
        ('china', TEXTURE, 'GLB', {'Image': {'Base64': png(4096, 512)}}, VALUE),
        ('china', TEXTURE, 'GLB', {'Prompt': "x" * 201}, VALUE),
        ('china', TEXTURE, 'GLB', {'Prompt': "red", 'TextureSize': 719}, VALUE),
        ('china', TEXTURE, 'GLB', {'Image': {'Base64': png()}, 'MultiViewImages': [VIEW]}, VALUE),
        ('china', TEXTURE, 'GLB', {'Model': '3.1', 'Prompt': "red", 'MultiViewImages': [VIEW]}, WRONG),
        ('international', EDIT, 'GLB', {'Prompt': "red"}, VALUE),
        ('international', EDIT, 'FBX', {'Image': {'Base64': png()}, 'EnablePBR': True}, VALUE),
        ('international', TOPOLOGY, 'FBX', {}, VALUE),
        ('china', REDUCE, 'GLB', {'FaceLevel': 'lowest'}, VALUE),
        ('china', RIG, 'OBJ', {}, VALUE),
        ('international', RIG, 'GLB', {}, VALUE),
        ('china', RIG, 'GLB', {'MotionType': 49}, VALUE),
        ('china', MOTION, '', {}, MISSING),
        ('china', MOTION, '', {'Prompt': "x" * 129}, VALUE),
        ('china', MOTION, '', {'Prompt': "walk", 'Duration': 13}, VALUE),
        ('china', MOTION, 'GLB', {'Prompt': "walk"}, VALUE),
        ('international', CONVERT, 'GLB', {}, MISSING),
        ('international', CONVERT, 'GLB', {'Format': 'GLB'}, VALUE),
    ],
)  # fmt: skip
def test_refusals(
    sdks: dict[str, Sdk], sandbox: Sandbox, staged: Callable[..., str],
    edition: str, action: str, kind: str, values: dict[str, Any], code: str,
) -> None:  # fmt: skip
    request = request_of(action, staged, kind, **values)
    assert code_of(lambda: sdks[edition].call(action, **request)) == code
    assert not sandbox.ledger.jobs()


@pytest.mark.parametrize(
    ('data', 'size', 'code'),
    [
        (FBX, 0, 'InvalidParameterValue'),
        (b'no model at all', 0, 'InvalidParameterValue'),
        (b'', 0, 'InvalidParameterValue'),
        (GLB, (60 << 20) + 1, 'InvalidParameterValue'),
        (GLB, 60 << 20, ''),
    ],
    ids=['of another type', 'none', 'empty', 'larger than 60 MB', '60 MB'],
)
def test_models_that_are_refused(
    sandbox: Sandbox, staged: Callable[..., str], data: bytes, size: int, code: str
) -> None:
    request = {'File3D': {'Type': 'glb', 'Url': staged(data, size)}}
    assert call(sandbox, RIG, request).code == code


def test_models_are_fetched_as_a_stranger_would(
    sandbox: Sandbox, clock: Clock, staged: Callable[..., str]
) -> None:
    link = staged(GLB)

    def code(url: str) -> str:
        return call(sandbox, UV, {'File': {'Type': 'GLB', 'Url': url}}).code

    lost = 'FailedOperation.DownloadError'
    assert code(link.partition('?')[0]) == lost, "the bucket is private"
    assert code("https://example.com/a.glb") == lost, "the sandbox is offline"
    assert code("http://127.0.0.1:1/a.glb") == lost
    switch_on(sandbox, 'model_lost', 1)
    assert code(link) == lost
    assert not code(link)
    clock.now += 3601
    assert code(link) == lost, "it has expired"


def test_a_result_is_the_model_of_the_next_job(sdks: dict[str, Sdk], sandbox: Sandbox, clock: Clock) -> None:
    """Generate, rig, and move: each by the URL that the one before has given."""
    made = sdks['china'].call('SubmitHunyuanTo3DProJob', Prompt="a hero").JobId
    wait_until(lambda: sandbox.ledger.job(made).finished_at is not None)
    clock.now += 8
    model = sdks['china'].call('QueryHunyuanTo3DProJob', JobId=made).ResultFile3Ds[1]
    rig = outcome(sdks['china'], sandbox, clock, RIG, {'File3D': {'Type': 'GLB', 'Url': model.Url}})
    request = {'Prompt': "walk", 'RetargetFile': {'Type': 'FBX', 'Url': rig.ResultFile3Ds[0].Url}}
    assert outcome(sdks['china'], sandbox, clock, MOTION, request).Status == 'DONE'


def staged_parts(sdk: Sdk, sandbox: Sandbox, clock: Clock, staged: Callable[..., str]) -> Any:
    request = request_of(PART, staged, 'FBX', EnableStagedGeneration=True)
    return outcome(sdk, sandbox, clock, PART, request)


@pytest.mark.parametrize('edition', SUBMITTED)
def test_parts_in_two_stages(
    sdks: dict[str, Sdk], sandbox: Sandbox, clock: Clock, staged: Callable[..., str], edition: str
) -> None:
    first = staged_parts(sdks[edition], sandbox, clock, staged)
    parts = json.loads(first.PartSegmentationInfo)
    assert sorted(number for part in parts.values() for number in part['face_ids']) == list(range(6))
    if edition == 'china':
        assert get(first.PartSegmentationInfoUrl).body.decode() == first.PartSegmentationInfo
    merged = {'all': {'face_ids': list(range(6)), 'color': '#00FF00'}}
    model = {'Type': 'FBX', 'Url': first.ResultFile3Ds[1].Url}
    request = {'File': model, 'PartSegmentationInfo': json.dumps(merged)}
    second = outcome(sdks[edition], sandbox, clock, PART, request)
    assert (second.Status, second.PartSegmentationInfo) == ('DONE', '')
    job = sandbox.ledger.jobs()[-1]
    assert json.loads((sandbox.ledger.folder_of(job) / 'segmentation.json').read_text()) == merged


@pytest.mark.parametrize(
    ('scenario', 'china', 'international'),
    [
        ('parts_missing', '', ''),
        ('parts_half', '{"Sample_part_0": {"fac', '{"Sample_part_0": {"fac'),
        ('parts_double', '{"Sample_part_0": {"face_ids": [0, 1], "color": "#FF805C"}, "Sample_part_1": {"face_ids": [0, ',
         '{"Sample_part_0"'),
        ('parts_strange', '{"Sample_part_0": {"face_ids": [1000000000, ', '{"Sample_part_0"'),
        ('parts_nested', '{"a":{"a":{"a":', '{"a":{"a":{"a":'),
        ('parts_long', '', '{"Sample_part_0"'),
    ],
)  # fmt: skip
def test_segmentations_that_are_spoilt(
    sdks: dict[str, Sdk], sandbox: Sandbox, clock: Clock, staged: Callable[..., str],
    scenario: str, china: str, international: str,
) -> None:  # fmt: skip
    for edition, start in (('china', china), ('international', international)):
        switch_on(sandbox, scenario, 1)
        answer = staged_parts(sdks[edition], sandbox, clock, staged)
        assert answer.PartSegmentationInfo.startswith(start)
        assert bool(answer.PartSegmentationInfo) == bool(start)
        if edition == 'china' and scenario == 'parts_long':
            assert len(get(answer.PartSegmentationInfoUrl).body) > 9 << 20


def test_a_picture_by_url(
    sdks: dict[str, Sdk], sandbox: Sandbox, clock: Clock, staged: Callable[..., str]
) -> None:
    """The URL counts when both are given."""
    request = request_of(TEXTURE, staged, 'GLB', Image={'Url': 'http://127.0.0.1:1/a.png', 'Base64': png()})
    assert code_of(lambda: sdks['china'].call(TEXTURE, **request)) == 'FailedOperation.DownloadError'
    picture = base64.b64decode(png(600))
    path = sandbox.objects.path_of('a.png')
    path.write_bytes(picture)
    request['Image']['Url'] = storage_of(sandbox, clock).link('a.png', 60)
    assert outcome(sdks['china'], sandbox, clock, TEXTURE, request).Status == 'DONE'
    job = sandbox.ledger.jobs()[0]
    assert (sandbox.ledger.folder_of(job) / job.input_file).read_bytes() == picture


def bad(name: str, *numbers: Any, **more: Any) -> dict[str, Any]:
    return {name: {'face_ids': list(numbers), **more}}


@pytest.mark.parametrize(
    'text',
    [
        '', 'null', '[]', '{}', '"a"', '{"a":', '[' * 100_000, '{"a":' * 100_000,
        '{"a": {"face_ids": [0]}, "a": {"face_ids": [1]}}',
        json.dumps({'a': [0]}),
        json.dumps({'a': {}}),
        json.dumps(bad('a')),
        json.dumps(bad('a', 1)),
        json.dumps(bad('a', 0, 2)),
        json.dumps(bad('a', 0, 0)),
        json.dumps(bad('a', -1, 0)),
        json.dumps(bad('a', 0, '1')),
        json.dumps(bad('a', 0, True)),
        json.dumps(bad('a', 0, 1.0)),
        json.dumps(bad('a', 0, [1])),
        json.dumps(bad('a', 0, 10**30)),
        '{"a": {"face_ids": [0, NaN]}}',
        '{"a": {"face_ids": [' + '9' * 5000 + ']}}',
        json.dumps(bad('a', 0, color='red')),
        json.dumps(bad('a', 0, color='#12345G')),
        json.dumps(bad('a', 0, colour='#123456')),
        json.dumps(bad('a', 0, 1) | bad('b', 1)),
        json.dumps({str(number): {'face_ids': [number]} for number in range(257)}),
    ],
    ids=range(28),
)  # fmt: skip
def test_hostile_segmentations(sandbox: Sandbox, staged: Callable[..., str], text: str) -> None:
    request = request_of(PART, staged, 'FBX', PartSegmentationInfo=text)
    answer = call(sandbox, PART, request)
    assert (answer.status, answer.code) == (200, 'InvalidParameterValue')
    assert not sandbox.ledger.jobs()


def test_a_huge_segmentation(sandbox: Sandbox, staged: Callable[..., str]) -> None:
    million = json.dumps(bad('a', *range(1_000_000)), separators=(',', ':'))
    request = request_of(PART, staged, 'FBX', PartSegmentationInfo=million)
    assert not call(sandbox, PART, request).code
    request['PartSegmentationInfo'] = million + ' ' * (5 << 20)
    assert call(sandbox, PART, request, INTERNATIONAL).code == 'RequestSizeLimitExceeded'
