# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's API over HTTP: who may call, what a job's life looks like, what is refused when."""

from __future__ import annotations

import base64
import json
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hunyuan3d_blender.sandbox.server import Sandbox, running
from tests.protocol.sandbox_calls import (
    CHINA,
    INTERNATIONAL,
    QUERY,
    QUERY_RAPID,
    SUBMIT,
    SUBMIT_RAPID,
    Clock,
    call,
    finished,
    get,
    query,
    submit,
    wait_until,
)

CHAIR = {'Prompt': "a chair"}
PNG = b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sII', 13, b'IHDR', 512, 512) + b'\x08\x06\0\0\0'


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    with running(tmp_path, clock=clock, seconds=8.0) as sandbox:
        yield sandbox


def test_a_job_from_submit_to_done(sandbox: Sandbox, clock: Clock) -> None:
    answer = call(sandbox, SUBMIT, {**CHAIR, 'EnablePBR': True})
    assert answer.status == 200
    assert answer.headers['Content-Type'] == 'application/json'
    assert set(answer.response) == {'JobId', 'RequestId'}
    job_id = answer.response['JobId']
    assert len(job_id) == 19
    assert job_id.isdecimal()

    waiting = query(sandbox, job_id)
    empty = {'Status': 'WAIT', 'ErrorCode': '', 'ErrorMessage': '', 'ResultFile3Ds': []}
    assert {name: waiting[name] for name in empty} == empty
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
    clock.now += 2
    assert query(sandbox, job_id)['Status'] == 'RUN'
    clock.now += 6
    done = query(sandbox, job_id)
    assert done['Status'] == 'DONE'
    assert [file['Type'] for file in done['ResultFile3Ds']] == ['OBJ', 'GLB']
    assert done['ResultCreditConsumed'] == 30
    assert json.loads(done['ResultCreditDetails']) == {'GenerateType-Normal': 20, 'Pbr': 10}
    for file in done['ResultFile3Ds']:
        assert get(file['PreviewImageUrl']).body.startswith(b'\x89PNG')
    assert get(done['ResultFile3Ds'][1]['Url']).body.startswith(b'glTF')


def test_the_international_poll_says_nothing_of_credits(sandbox: Sandbox) -> None:
    job_id = call(sandbox, SUBMIT, CHAIR, INTERNATIONAL).response['JobId']
    answer = call(sandbox, QUERY, {'JobId': job_id}, INTERNATIONAL).response
    assert set(answer) == {'Status', 'ErrorCode', 'ErrorMessage', 'ResultFile3Ds', 'RequestId'}


@pytest.mark.parametrize(
    ('changed', 'code'),
    [
        ({'X_TC_Version': '2020-01-01'}, 'NoSuchVersion'),
        ({'X_TC_Version': '2023-09-01'}, 'AuthFailure.SignatureFailure'),
        ({'X_TC_Action': 'SubmitHunyuanTo3DJob'}, 'InvalidAction'),
        ({'X_TC_Region': None}, 'MissingParameter'),
        ({'X_TC_Region': 'ap-singapore'}, 'UnsupportedRegion'),
        ({'Authorization': None}, 'AuthFailure.InvalidAuthorization'),
        ({'X_TC_Timestamp': '1'}, 'AuthFailure.SignatureExpire'),
    ],
)
def test_calls_that_are_refused(sandbox: Sandbox, changed: dict[str, str | None], code: str) -> None:
    answer = call(sandbox, SUBMIT, CHAIR, **changed)
    assert (answer.status, answer.code) == (200, code)
    assert answer.response['RequestId']
    assert not sandbox.ledger.jobs()


@pytest.mark.parametrize('body', [b'', b'[]', b'null', b'{"Prompt":', b'[' * 100_000])
def test_bodies_that_are_no_object(sandbox: Sandbox, body: bytes) -> None:
    assert call(sandbox, SUBMIT, body).code == 'InvalidParameter'


def test_a_body_over_10_mb(sandbox: Sandbox) -> None:
    body = json.dumps({'Prompt': "x" * (10 * 1024 * 1024)}).encode()
    assert call(sandbox, SUBMIT, body).code == 'RequestSizeLimitExceeded'


def test_a_signed_body_may_not_be_hashed(sandbox: Sandbox) -> None:
    """The same answer with UNSIGNED-PAYLOAD needs another signature than ours."""
    answer = call(sandbox, SUBMIT, CHAIR, X_TC_Content_SHA256='UNSIGNED-PAYLOAD')
    assert answer.code == 'AuthFailure.SignatureFailure'


def test_the_date_is_the_services(sandbox: Sandbox) -> None:
    assert call(sandbox, SUBMIT, CHAIR).headers['Date'] == 'Fri, 15 Jan 2027 08:00:00 GMT'


@pytest.mark.parametrize(
    ('edition', 'action', 'code'),
    [
        (CHINA, QUERY, 'FailedOperation.JobNotFound'),
        (INTERNATIONAL, QUERY, 'ResourceNotFound'),
    ],
)
def test_jobs_that_do_not_exist(
    sandbox: Sandbox, edition: tuple[str, str, str], action: str, code: str
) -> None:
    assert call(sandbox, action, {'JobId': '1' * 19}, edition).code == code
    assert call(sandbox, action, {}, edition).code == code


def test_a_job_belongs_to_its_operation_and_edition(sandbox: Sandbox) -> None:
    job_id = submit(sandbox)
    assert call(sandbox, QUERY_RAPID, {'JobId': job_id}).code == 'FailedOperation.JobNotFound'
    assert call(sandbox, QUERY, {'JobId': job_id}, INTERNATIONAL).code == 'ResourceNotFound'


def test_jobs_and_files_live_for_a_day(sandbox: Sandbox, clock: Clock) -> None:
    job_id = submit(sandbox)
    clock.now += 8
    url = finished(sandbox, job_id)['ResultFile3Ds'][0]['Url']
    clock.now += 86_300
    assert get(url).status == 200
    assert query(sandbox, job_id)['Status'] == 'DONE'
    clock.now += 100
    assert get(url).status == 403
    assert call(sandbox, QUERY, {'JobId': job_id}).code == 'FailedOperation.JobNotFound'


@pytest.mark.parametrize(
    ('action', 'poll', 'slots'), [(SUBMIT, QUERY, 3), (SUBMIT_RAPID, QUERY_RAPID, 1)], ids=['Pro', 'Rapid']
)
def test_slots(sandbox: Sandbox, clock: Clock, action: str, poll: str, slots: int) -> None:
    ids = [call(sandbox, action, CHAIR).response['JobId'] for _ in range(slots)]
    assert call(sandbox, action, CHAIR).code == 'RequestLimitExceeded.JobNumExceed'
    assert not call(sandbox, action, CHAIR, INTERNATIONAL).code, "another account"
    for job_id in ids:
        finished(sandbox, job_id)
        assert call(sandbox, poll, {'JobId': job_id}).response['Status'] == 'WAIT'
    clock.now += 8
    assert not call(sandbox, action, CHAIR).code
    assert len(sandbox.ledger.jobs()) == slots + 2


def test_twenty_calls_a_second_for_each_action(sandbox: Sandbox, clock: Clock) -> None:
    codes = [call(sandbox, QUERY, {'JobId': '1'}).code for _ in range(21)]
    assert codes == ['FailedOperation.JobNotFound'] * 20 + ['RequestLimitExceeded']
    assert call(sandbox, QUERY_RAPID, {'JobId': '1'}).code == 'FailedOperation.JobNotFound'
    clock.now += 1
    assert call(sandbox, QUERY, {'JobId': '1'}).code == 'FailedOperation.JobNotFound'


@pytest.mark.parametrize('kind', ['MP4', 'STL'])
def test_what_cannot_be_made_fails_with_a_sentence(sandbox: Sandbox, clock: Clock, kind: str) -> None:
    job_id = call(sandbox, SUBMIT_RAPID, {**CHAIR, 'ResultFormat': kind}).response['JobId']
    clock.now += 8
    wait_until(lambda: sandbox.ledger.job(job_id).finished_at is not None)
    failed = call(sandbox, QUERY_RAPID, {'JobId': job_id}).response
    assert (failed['Status'], failed['ErrorCode']) == ('FAIL', 'FailedOperation.InnerError')
    assert f"{kind} needs a Blender" in failed['ErrorMessage']
    assert failed['ResultFile3Ds'] == []


def test_the_ledger_tells_what_was_submitted_and_asked(sandbox: Sandbox, clock: Clock) -> None:
    picture = base64.b64encode(PNG + bytes(3000)).decode()
    job_id = call(sandbox, SUBMIT, {'ImageBase64': picture, 'FaceCount': 5000}).response['JobId']
    (job,) = json.loads(get(f"{sandbox.url}/_sandbox/ledger").body)
    assert (job['id'], job['submitted_at'], job['values']['FaceCount']) == (job_id, clock.now, 5000)
    assert picture not in json.dumps(job)
    folder = sandbox.ledger.folder_of(sandbox.ledger.job(job_id))
    assert (folder / job['input_file']).read_bytes() == PNG + bytes(3000)
    call(sandbox, QUERY, {'JobId': 'x'})
    calls = [json.loads(line) for line in (sandbox.ledger.folder / 'calls.jsonl').read_text().splitlines()]
    assert calls == [
        {'at': clock.now, 'action': SUBMIT, 'code': ''},
        {'at': clock.now, 'action': QUERY, 'code': 'FailedOperation.JobNotFound'},
    ]


@pytest.fixture
def picture_host() -> Iterator[str]:
    """A server with one picture at /a.png."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == '/a.png' else 404)
            self.end_headers()
            self.wfile.write(PNG if self.path == '/a.png' else b'')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(('127.0.0.1', 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_pictures_are_fetched_from_this_machine_only(sandbox: Sandbox, picture_host: str) -> None:
    job_id = call(sandbox, SUBMIT, {'ImageUrl': f"{picture_host}/a.png"}).response['JobId']
    job = sandbox.ledger.job(job_id)
    assert (sandbox.ledger.folder_of(job) / job.input_file).read_bytes() == PNG
    for url in (f"{picture_host}/b.png", "http://127.0.0.1:1/a.png", "https://example.com/a.png"):
        assert call(sandbox, SUBMIT, {'ImageUrl': url}).code == 'FailedOperation.DownloadError'


@pytest.mark.parametrize('path', ['/', '/etc/passwd', '/results/', '/results/1/2', '/results/../keys.json'])
def test_other_addresses_hold_nothing(sandbox: Sandbox, path: str) -> None:
    assert get(sandbox.url + path).status == 404


def test_no_other_name_leads_here(sandbox: Sandbox) -> None:
    assert get(f"{sandbox.url}/_sandbox/ledger", {'Host': 'evil.example'}).status == 400
    assert call(sandbox, SUBMIT, CHAIR, Host='evil.example').status == 400
