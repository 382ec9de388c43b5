# SPDX-License-Identifier: GPL-3.0-or-later
"""What Tencent Cloud's client makes of every answer and fault."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import (
    Answer,
    Key,
    Status,
)
from hunyuan3d_blender.services.errors import (
    Busy,
    Failure,
    Kind,
    Refused,
    ServiceError,
    Spent,
    Unclear,
)
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.registry import connect
from tests.protocol.loopback import Server, answer, header, reset, serving
from tests.protocol.tencent import ATTEMPT, KEY, NOW, TEXT, error, response, service_at

# Good answers


def test_an_accepted_job() -> None:
    with serving(response({'JobId': '1357237233311637504'})) as server:
        submission = service_at(server.url).submit(TEXT, {}, ATTEMPT)
    assert (submission.remote_id, submission.request_id) == ('1357237233311637504', 'req-1')


def test_the_answer_does_not_depend_on_its_content_type() -> None:
    for kind in ('application/json; charset=utf-8', 'text/html', 'application/octet-stream', ''):
        refusal = error('AuthFailure.SecretIdNotFound', headers=f"Content-Type: {kind}\r\n")
        with serving(refusal) as server, pytest.raises(Refused):
            service_at(server.url).submit(TEXT, {}, ATTEMPT)


URL = 'https://b.cos.ap-guangzhou.tencentcos.cn/a.glb?q-signature=s'

ANSWERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({'Status': 'WAIT', 'ResultFile3Ds': [], 'ErrorCode': ''}, {'status': Status.WAITING, 'word': 'WAIT'}),
    ({'Status': 'RUN'}, {'status': Status.RUNNING, 'word': 'RUN'}),
    ({'Status': 'run '}, {'status': Status.RUNNING, 'word': 'run'}),
    ({'Status': 'PAUSED'}, {'status': Status.RUNNING, 'word': 'PAUSED'}),
    (
        {'Status': 'FAIL', 'ErrorCode': 'FailedOperation.InnerError', 'ErrorMessage': "a\u202eb\n\x00c" + "x" * 9999},
        {
            'status': Status.FAILED, 'word': 'FAIL', 'error_code': 'FailedOperation.InnerError',
            'error_message': "ab c" + "x" * 495 + "…",
        },
    ),
    (
        {
            'Status': 'DONE', 'ResultCreditConsumed': 40, 'ResultCreditDetails': '{"Pbr":10}',
            'ResultFile3Ds': [
                {'Type': 'OBJ', 'Url': URL, 'PreviewImageUrl': 'https://x/p.png'}, {'Type': 'GLB', 'Url': ''},
                {'Type': 'GLB'}, None, 7, {'Type': 5, 'Url': URL}, {'Url': 'file:///etc/passwd'},
                {'Url': 'https://a b'},
            ],
        },
        {
            'status': Status.DONE, 'word': 'DONE', 'credits': 40.0, 'credit_details': '{"Pbr":10}',
            'files': [(URL, 'OBJ', 'https://x/p.png'), (URL, '', '')],
        },
    ),
    (
        {'Status': 'DONE', 'ResultFile3Ds': [{'File3D': [{'Type': 'GIF', 'Url': URL}, {'Type': 'OBJ', 'Url': URL}]}]},
        {'status': Status.DONE, 'word': 'DONE', 'files': [(URL, 'GIF', ''), (URL, 'OBJ', '')]},
    ),
    (
        {'Status': 'DONE', 'ResultFile3Ds': {'Url': URL}, 'ResultCreditConsumed': -1, 'New': {'field': [1]}},
        {'status': Status.DONE, 'word': 'DONE', 'files': [(URL, '', '')]},
    ),
    ({'Status': 'DONE', 'ResultFile3Ds': "none", 'ResultCreditConsumed': "4"}, {'status': Status.DONE, 'word': 'DONE'}),
    ({'Status': 'DONE', 'ResultFile3Ds': [{'Url': URL}] * 1000}, {
        'status': Status.DONE, 'word': 'DONE', 'files': [(URL, '', '')] * 64,
    }),
]  # fmt: skip


@pytest.mark.parametrize(('fields', 'expected'), ANSWERS)
def test_what_a_query_says(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    with serving(response(fields)) as server:
        got = service_at(server.url).query(TEXT, '1')
    assert [(file.url, file.type, file.preview_url) for file in got.files] == expected.pop('files', [])
    assert got == Answer(request_id='req-1', files=got.files, **expected)
    assert 'q-signature' not in repr(got)


# Errors of the service


@pytest.mark.parametrize('status', ['400 Bad Request', '404 N', '429 T', '503 Service Unavailable'])
def test_the_code_counts_and_not_the_status(status: str) -> None:
    with (
        serving(error('AuthFailure.SomethingNew', status=status)) as server,
        pytest.raises(Refused) as refused,
    ):
        service_at(server.url).submit(TEXT, {}, ATTEMPT)
    assert (refused.value.failure.kind, refused.value.failure.request_id) == (Kind.CREDENTIALS, 'req-1')


def test_an_error_without_a_code_is_unclear() -> None:
    with serving(error('')) as server, pytest.raises(Unclear):
        service_at(server.url).submit(TEXT, {}, ATTEMPT)


def test_a_full_account_and_a_hasty_one_are_told_apart() -> None:
    for code, full in (('RequestLimitExceeded.JobNumExceed', True), ('RequestLimitExceeded', False)):
        with serving(error(code)) as server, pytest.raises(Busy) as busy:
            service_at(server.url).submit(TEXT, {}, ATTEMPT)
        assert busy.value.jobs_full == full


# Answers that are not the service's own

HTML = b'<html>oops</html>'


@pytest.mark.parametrize('wish', ['-1', 'soon', '1e9', 'Wed, 21 Oct 2026 07:28:00 GMT', '', '٣'])
def test_a_wish_that_is_no_number_is_none(wish: str) -> None:
    with (
        serving(answer(HTML, '429 Too Many', f"Retry-After: {wish}\r\n")) as server,
        pytest.raises(Busy) as busy,
    ):
        service_at(server.url).submit(TEXT, {}, ATTEMPT)
    assert busy.value.retry_after_s is None


def test_a_job_id_may_be_a_number() -> None:
    with serving(answer(b'{"Response": {"JobId": 1357237233311637504}}')) as server:
        assert service_at(server.url).submit(TEXT, {}, ATTEMPT).remote_id == '1357237233311637504'


# The network


def test_a_key_that_cannot_be_had_sends_nothing() -> None:
    def no_key() -> Key:
        raise Refused(Failure(kind=Kind.CREDENTIALS, message="no key"))

    with serving(response({'JobId': '1'})) as server:
        client = connect('tencent_cn', endpoint=server.url, key=no_key, network=Network())
        with pytest.raises(Refused, match="no key"):
            client.submit(TEXT, {}, ATTEMPT)
        assert server.connections == 0


def test_no_secret_leaves_but_in_the_signature() -> None:
    with serving(response({'JobId': '1'})) as server:
        service_at(server.url).submit(TEXT, {}, ATTEMPT)
    assert KEY.secret.encode() not in server.requests[0]


# The clock


def clock_check(server: Server, off_by_s: int, *, dated: bool = True, forgives: bool = True) -> None:
    """Let a server refuse signatures more than five minutes away from its own time, as the real one does."""
    theirs = NOW + off_by_s

    def handler(connection: Any) -> None:
        signed_at = int(header(server.requests[-1], 'X-TC-Timestamp') or 0)
        date = f"Date: {formatdate(theirs, usegmt=True)}\r\n" if dated else ''
        good = forgives and abs(signed_at - theirs) < 300
        (response({'JobId': '1'}) if good else error('AuthFailure.SignatureExpire', headers=date))(connection)

    server._handler = handler


@pytest.mark.parametrize('off_by_s', [600, -600, 86_400, -3_600 * 24 * 365 * 50])
def test_a_clock_that_is_off_is_corrected_once(off_by_s: int) -> None:
    with serving(reset) as server:
        clock_check(server, off_by_s)
        client = service_at(server.url)
        assert client.submit(TEXT, {}, ATTEMPT).remote_id == '1'
        assert len(server.requests) == 2
        assert client.submit(TEXT, {}, ATTEMPT).remote_id == '1'
        assert len(server.requests) == 3, "the correction is remembered"


@pytest.mark.parametrize(('dated', 'requests'), [(True, 2), (False, 1)])
def test_a_clock_that_cannot_be_corrected_is_named(dated: bool, requests: int) -> None:
    with serving(reset) as server:
        clock_check(server, 600, dated=dated, forgives=False)
        with pytest.raises(Refused) as refused:
            service_at(server.url).submit(TEXT, {}, ATTEMPT)
        assert len(server.requests) == requests
    failure = refused.value.failure
    assert (failure.kind, failure.code, failure.spent) == (
        Kind.CLOCK,
        'AuthFailure.SignatureExpire',
        Spent.NO,
    )
    assert failure.facts == ({'seconds': 600} if dated else {})


@pytest.mark.parametrize(
    'date', ['yesterday', 'Mon, 99 Foo 0000 00:00:00 GMT', 'Mon, 01 Jan 9999 00:00:00 GMT', '0']
)
def test_a_date_that_is_none_corrects_nothing(date: str) -> None:
    with serving(error('AuthFailure.SignatureExpire', headers=f"Date: {date}\r\n")) as server:
        with pytest.raises(Refused):
            service_at(server.url).query(TEXT, '1')
        assert len(server.requests) == 1


# The test of a key


@pytest.mark.parametrize(
    'handler',
    [
        error('ResourceNotFound'), error('InvalidParameter'), error('InvalidParameterValue.JobId'),
        error('FailedOperation.JobNotExist'), error('FailedOperation.InnerError'), error('InternalError'),
        response({'Status': 'FAIL'}), response({}),
    ],
)  # fmt: skip
def test_a_good_key_is_told_by_the_missing_job(handler: Any) -> None:
    for service in ('sandbox', 'tencent_cn', 'tencent_intl'):
        with serving(handler) as server:
            service_at(server.url, service).test_connection()
        assert [header(request, 'X-TC-Action') for request in server.requests] == ['QueryHunyuanTo3DProJob']


@pytest.mark.parametrize(
    ('handler', 'kind'),
    [
        (error('AuthFailure.SecretIdNotFound'), Kind.CREDENTIALS),
        (error('AuthFailure.SignatureFailure'), Kind.CREDENTIALS),
        (error('UnauthorizedOperation'), Kind.CREDENTIALS),
        (error('AuthFailure.SignatureExpire'), Kind.CLOCK),
        (error('FailedOperation.ServiceNotActivated'), Kind.BILLING),
        (error('ResourceUnavailable.NotExist'), Kind.BILLING),
        (error('UnsupportedRegion'), Kind.UNSUPPORTED),
        (error('RequestLimitExceeded'), Kind.BUSY),
        (error('ServiceUnavailable'), Kind.SERVICE),
        (answer(HTML), Kind.SERVICE),
        (answer(HTML, '404 Not Found'), Kind.UNSUPPORTED),
        (answer(b'', '302 Found', 'Location: https://login.example/\r\n'), Kind.UNSUPPORTED),
        (reset, Kind.NETWORK),
    ],
)
def test_a_key_that_is_not_good_is_not_called_so(handler: Any, kind: Kind) -> None:
    with serving(handler) as server, pytest.raises(ServiceError) as raised:
        service_at(server.url).test_connection()
    assert raised.value.failure.kind == kind
    assert raised.value.failure.spent == Spent.NO
