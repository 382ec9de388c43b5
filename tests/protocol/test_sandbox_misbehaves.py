# SPDX-License-Identifier: GPL-3.0-or-later
"""Every scenario of calls and jobs does what its row says; those of downloads are in `test_sandbox_downloads`."""

from __future__ import annotations

import http.client
import json
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from hunyuan3d_blender.sandbox.scenarios import SCENARIOS, Where
from hunyuan3d_blender.sandbox.server import Sandbox, running
from tests.protocol.sandbox_calls import (
    QUERY,
    SUBMIT,
    Answer,
    Clock,
    call,
    finished,
    get,
    query,
    submit,
    switch_on,
)

CHAIR = {'Prompt': "a chair"}
OF_BUCKET = {'bucket_busy', 'bucket_cut', 'bucket_html', 'bucket_late'}
"""Tested in `test_staging`."""
REFUSALS = {name: row for name, row in SCENARIOS.items() if row.code and name not in OF_BUCKET}
SPOILT = ('answer_lost', '500', 'html', 'half_json', 'wrong_types')
OF_JOBS = {'fail', 'slow', 'unknown_status', 'no_files', 'zip_outside', 'zip_bomb', 'glb_half', 'glb_index'}
OF_PARTS = {name for name in SCENARIOS if name.startswith('parts_')}
"""Tested in `test_sandbox_models`."""
OF_DOWNLOADS = {'url_expired', 'cut', 'stall', 'no_range', 'new_etag', 'length_long', 'length_short'}
"""Tested in `test_sandbox_downloads`."""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path, clock=Clock()) as sandbox:
        yield sandbox


def test_none_is_forgotten() -> None:
    answers = {f'{where}_{kind}' for where in ('submit', 'query') for kind in (*SPOILT, 'redirect')}
    assert (
        answers | OF_JOBS | OF_PARTS | OF_DOWNLOADS | OF_BUCKET | REFUSALS.keys() | {'clock'}
        == SCENARIOS.keys()
    )


def asked(sandbox: Sandbox, where: str) -> Answer:
    """A submit, or a query of a job that is done."""
    if where == Where.SUBMIT:
        return call(sandbox, SUBMIT, CHAIR)
    return call(sandbox, QUERY, {'JobId': sandbox.ledger.jobs()[0].id})


@pytest.mark.parametrize(
    ('name', 'where'), [(name, where) for name, row in REFUSALS.items() for where in row.where]
)
def test_calls_are_turned_away(sandbox: Sandbox, name: str, where: str) -> None:
    finished(sandbox, submit(sandbox))
    switch_on(sandbox, name)
    answer = asked(sandbox, where)
    assert (answer.status, answer.code) == (200, REFUSALS[name].code)
    assert answer.response['RequestId']
    assert len(sandbox.ledger.jobs()) == 1
    if REFUSALS[name].times == 1:
        assert not asked(sandbox, where).code


def test_turned_away_some_times(sandbox: Sandbox) -> None:
    marked = {'Prompt': "a chair [sandbox:job_num_exceed:2]"}
    codes = [call(sandbox, SUBMIT, marked).code for _ in range(3)]
    assert codes == ['RequestLimitExceeded.JobNumExceed'] * 2 + ['']
    assert len(sandbox.ledger.jobs()) == 1


@pytest.mark.parametrize('where', [Where.SUBMIT, Where.QUERY])
@pytest.mark.parametrize('kind', SPOILT)
def test_calls_are_carried_out_but_badly_answered(sandbox: Sandbox, kind: str, where: str) -> None:
    finished(sandbox, submit(sandbox))
    switch_on(sandbox, f'{where}_{kind}')
    if kind == 'answer_lost':
        with pytest.raises(http.client.RemoteDisconnected):
            asked(sandbox, where)
    else:
        check_spoilt(asked(sandbox, where), kind)
    assert len(sandbox.ledger.jobs()) == (2 if where == Where.SUBMIT else 1)
    assert not asked(sandbox, where).code, "once only"


def check_spoilt(answer: Answer, kind: str) -> None:
    assert answer.status == (500 if kind == '500' else 200)
    if kind == 'wrong_types':
        assert not isinstance(answer.response['RequestId'], str)
        assert not isinstance(answer.response.get('JobId'), str)
        assert not isinstance(answer.response.get('ResultFile3Ds'), list)
    else:
        with pytest.raises(ValueError, match=r'Expecting|Unterminated'):
            json.loads(answer.body)


@pytest.mark.parametrize('where', [Where.SUBMIT, Where.QUERY])
def test_redirects(sandbox: Sandbox, where: str) -> None:
    finished(sandbox, submit(sandbox))
    switch_on(sandbox, f'{where}_redirect')
    answer = asked(sandbox, where)
    assert (answer.status, answer.headers['Location']) == (307, '/elsewhere')
    assert len(sandbox.ledger.jobs()) == 1


def test_a_clock_that_is_wrong(sandbox: Sandbox) -> None:
    right = call(sandbox, QUERY, {'JobId': 'x'}).headers['Date']
    switch_on(sandbox, 'clock')
    answer = call(sandbox, QUERY, {'JobId': 'x'})
    assert answer.code == 'AuthFailure.SignatureExpire'
    assert right == 'Fri, 15 Jan 2027 08:00:00 GMT'
    assert answer.headers['Date'] == 'Fri, 15 Jan 2027 08:10:00 GMT'


@pytest.mark.parametrize(
    ('name', 'status', 'code'),
    [
        ('fail', 'FAIL', 'FailedOperation.InnerError'),
        ('slow', 'WAIT', ''),
        ('unknown_status', 'PONDERING', ''),
        ('no_files', 'DONE', ''),
    ],
)
def test_jobs_without_files(sandbox: Sandbox, name: str, status: str, code: str) -> None:
    answer = finished(sandbox, submit(sandbox, f"a chair [sandbox:{name}]"))
    assert (answer['Status'], answer['ErrorCode'], answer['ResultFile3Ds']) == (status, code, [])
    assert bool(answer['ErrorMessage']) == bool(code)
    assert (answer['ResultCreditConsumed'] > 0) == (status == 'DONE'), "failed jobs are not charged"


def test_a_slow_job_keeps_its_slot(sandbox: Sandbox) -> None:
    for _ in range(3):
        submit(sandbox, "[sandbox:slow]")
    assert call(sandbox, SUBMIT, CHAIR).code == 'RequestLimitExceeded.JobNumExceed'


def result(sandbox: Sandbox, name: str) -> bytes:
    """The only file of a job under a scenario."""
    (file,) = finished(sandbox, submit(sandbox, f"a chair [sandbox:{name}]"))['ResultFile3Ds']
    answer = get(file['Url'])
    assert answer.status == 200
    assert int(answer.headers['Content-Length']) == len(answer.body)
    return answer.body


def test_a_zip_that_points_outside(sandbox: Sandbox) -> None:
    with zipfile.ZipFile(BytesIO(result(sandbox, 'zip_outside'))) as archive:
        assert {'../outside.txt', 'sample.obj', 'sample.mtl'} <= set(archive.namelist())


def test_a_zip_bomb(sandbox: Sandbox) -> None:
    data = result(sandbox, 'zip_bomb')
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 200 * len(data)


def test_half_a_glb(sandbox: Sandbox) -> None:
    data = result(sandbox, 'glb_half')
    assert data[:4] == b'glTF'
    assert struct.unpack_from('<I', data, 8)[0] // 2 == len(data)


def test_a_glb_with_a_wrong_index(sandbox: Sandbox) -> None:
    data = result(sandbox, 'glb_index')
    length = struct.unpack_from('<I', data, 12)[0]
    document = json.loads(data[20 : 20 + length])
    primitive = document['meshes'][0]['primitives'][0]
    view = document['bufferViews'][document['accessors'][primitive['indices']]['bufferView']]
    (index,) = struct.unpack_from('<H', data, 20 + length + 8 + view['byteOffset'])
    assert index >= document['accessors'][primitive['attributes']['POSITION']]['count']


def test_scenarios_are_chosen_over_http(sandbox: Sandbox) -> None:
    assert switch_on(sandbox, 'nonsense').status == 400
    assert switch_on(sandbox, 'fail').status == 200
    assert finished(sandbox, submit(sandbox))['Status'] == 'FAIL'
    assert switch_on(sandbox, '').status == 200
    assert finished(sandbox, submit(sandbox))['Status'] == 'DONE'
    assert json.loads(get(f"{sandbox.url}/_sandbox/scenarios").body).keys() == SCENARIOS.keys()
    assert query(sandbox, sandbox.ledger.jobs()[0].id)['Status'] == 'FAIL', "once stamped, for ever"
