# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets: which settings can be right, and what a store's answer means, also one that is no store's."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.errors import Busy, Kind, Refused, Unclear
from hunyuan3d_blender.services.http import HttpAnswer
from hunyuan3d_blender.services.object_storage.answers import error_in
from hunyuan3d_blender.services.object_storage.bucket import PROVIDERS, Addressing, Bucket, refuse_impossible
from hunyuan3d_blender.services.object_storage.codes import MEANINGS
from hunyuan3d_blender.services.object_storage.xml_answer import DOCUMENT_MAX_BYTES, fields_of
from hunyuan3d_blender.ui import reporting
from tests.protocol.cases import check_words

COS = Bucket(
    endpoint='https://cos.ap-guangzhou.myqcloud.com', region='ap-guangzhou', name='models-1250000000',
    prefix='hunyuan3d/',
)  # fmt: skip
KEY = Key('canary-secret', id='canary-id', token='canary-token')


# Settings


@pytest.mark.parametrize(
    ('changed', 'url'),
    [
        ({}, 'https://models-1250000000.cos.ap-guangzhou.myqcloud.com/hunyuan3d/x.glb'),
        ({'addressing': Addressing.PATH}, 'https://cos.ap-guangzhou.myqcloud.com/models-1250000000/hunyuan3d/x.glb'),
        ({'name': 'a.b'}, 'https://cos.ap-guangzhou.myqcloud.com/a.b/hunyuan3d/x.glb'),
        ({'name': 'a.b', 'endpoint': 'http://localhost:80'}, 'http://a.b.localhost/hunyuan3d/x.glb'),
        ({'endpoint': 'https://S3.Example:443'}, 'https://models-1250000000.s3.example/hunyuan3d/x.glb'),
        ({'endpoint': 'https://s3.example:8443'}, 'https://models-1250000000.s3.example:8443/hunyuan3d/x.glb'),
    ],
)  # fmt: skip
def test_where_an_object_is(changed: dict[str, Any], url: str) -> None:
    bucket = replace(COS, **changed)
    assert bucket.url(f"{bucket.prefix}x.glb") == url


@pytest.mark.parametrize(
    ('field', 'values'),
    [
        ('endpoint', ['', 'cos.example', 'ftp://cos.example', 'https://', 'https://a/b', 'https://a?b', 'https://a#b',
                      'https://user@a', 'https://a b', 'https://a\n', 'https://a/', 'https://a:', 'https://a:1:2']),
        ('name', ['', 'ab', 'A' * 5, 'a' * 64, '-abc', 'abc-', 'a..b', 'a/b', 'a@b', 'a_b', 'abc\n', '模型桶', 'a b']),
        ('region', ['', 'a/b', 'a b', 'eu-west-1\n', 'ä', 'a' * 41]),
        ('prefix', ['/', '/a/', 'a', 'a//', '../', 'a/./', 'a b/', 'ä/', 'a/\n', 'a?/', 'a/' * 9]),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_right_are_refused(field: str, values: list[str]) -> None:
    for value in values:
        with pytest.raises(Refused) as refusal:
            refuse_impossible(replace(COS, **{field: value}))
        assert refusal.value.failure.kind is Kind.UNSUPPORTED
        assert "{" not in reporting.sentence(refusal.value.failure)


@pytest.mark.parametrize(
    'changed',
    [{}, {'prefix': ''}, {'prefix': 'a/b_c/D-1/'}, {'endpoint': 'http://127.0.0.1:9000'}, {'endpoint': 'http://[::1]:9000'},
     {'region': 'auto'}, {'region': 'us-east-1'}, {'name': 'abc'}, {'name': 'a' * 63}, {'name': 'my.models'}],
)  # fmt: skip
def test_settings_that_can_be_right(changed: dict[str, Any]) -> None:
    refuse_impossible(replace(COS, **changed))


@pytest.mark.parametrize('provider', PROVIDERS.values(), ids=PROVIDERS.keys())
def test_every_provider_leads_to_a_bucket(provider: Any) -> None:
    endpoint = provider.endpoint.format(region=provider.region) or 'https://account.example'
    refuse_impossible(
        Bucket(endpoint=endpoint, region=provider.region, name='models', addressing=provider.addressing)
    )


# XML


@pytest.mark.parametrize(
    ('body', 'root', 'fields'),
    [
        (b'<Error><Code>NoSuchKey</Code><Message>x</Message></Error>', 'Error', {'Code': 'NoSuchKey', 'Message': 'x'}),
        (b'<?xml version="1.0"?>\n<a xmlns="http://s3/"><b>1</b></a>', 'a', {'b': '1'}),
        (b'   \n <?xml version="1.0"?><a><b>&lt;&amp;&#65;</b></a>\n', 'a', {'b': '<&A'}),
        (b'<a><b>1<c>2</c>3</b></a>', 'a', {'b': '1'}),
        ('<?xml version="1.0" encoding="UTF-16"?><a><b>桶</b></a>'.encode('utf-16'), 'a', {'b': '桶'}),
        (b'<a/>', 'a', {}),
        (b'', '', {}),
        (b'<a>', '', {}),
        (b'<a><b></a></b>', '', {}),
        (b'{"a": 1}', '', {}),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', '', {}),
        (b'<a>\xff</a>', '', {}),
        (b'\x00' * 100, '', {}),
        (b'<!DOCTYPE html><html><body>Log in</body></html>', '', {}),
        (b'<a>&undeclared;</a>', '', {}),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a><b>&e;</b></a>', '', {}),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a><b>&e;</b></a>', '', {}),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', '', {}),
        (b'<a>' + b'x' * DOCUMENT_MAX_BYTES + b'</a>', '', {}),
        (b'<a>' * 50_000, '', {}),
    ],
)  # fmt: skip
def test_xml_may_hold_anything(body: bytes, root: str, fields: dict[str, str]) -> None:
    assert fields_of(body) == (root, fields)


def test_entities_are_never_expanded() -> None:
    """Ten levels of ten would be ten thousand million letters; refused at the first word of them."""
    levels = ''.join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{levels}]><Error><Code>&e10;</Code></Error>'
    assert fields_of(bomb.encode()) == ('', {})


def test_deep_and_long_xml_is_read_without_harm() -> None:
    deep = b'<a>' * 20_000 + b'</a>' * 20_000
    assert fields_of(deep) == ('a', {})
    long = b'<Error><Message>' + b'm' * 100_000 + b'</Message></Error>'
    assert len(fields_of(long)[1]['Message']) == 2000


# Answers


def an_answer(status: int, body: bytes = b'', **headers: str) -> HttpAnswer:
    named = {name.replace('_', '-'): value for name, value in headers.items()}
    return HttpAnswer(status, CaseInsensitiveDict(named), body)


def xml(code: str, message: str = '', more: str = '') -> bytes:
    return f"<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>".encode()


@pytest.mark.parametrize(
    ('answer', 'raised', 'kind', 'words'),
    [
        (an_answer(403, xml('AccessDenied', 'Access Denied')), Refused, Kind.CREDENTIALS, "read, write and delete"),
        (an_answer(403, xml('SignatureDoesNotMatch')), Refused, Kind.CREDENTIALS, "secret key is wrong"),
        (an_answer(403, xml('InvalidAccessKeyId')), Refused, Kind.CREDENTIALS, "does not know the access key"),
        (an_answer(400, xml('ExpiredToken')), Refused, Kind.CREDENTIALS, "session token"),
        (an_answer(403, xml('AccessDenied', 'Request has expired')), Refused, Kind.CLOCK, "time"),
        (an_answer(403, xml('AccessDenied', 'Request is not yet valid')), Refused, Kind.CLOCK, "time"),
        (an_answer(403, xml('RequestTimeTooSkewed')), Refused, Kind.CLOCK, "time"),
        (an_answer(403, xml('PathStyleDomainForbidden')), Refused, Kind.UNSUPPORTED, "virtual-hosted"),
        (an_answer(404, xml('NoSuchBucket')), Refused, Kind.UNSUPPORTED, "no bucket models-1250000000 at cos.ap-g"),
        (an_answer(404, xml('NoSuchKey')), Refused, Kind.GONE, "no longer in the bucket"),
        (an_answer(404), Refused, Kind.GONE, "no longer in the bucket"),
        (an_answer(403), Refused, Kind.CREDENTIALS, "HTTP 403"),
        (an_answer(301, xml('PermanentRedirect', more='<Endpoint>b.s3.eu-west-1.amazonaws.com</Endpoint>')), Refused,
         Kind.UNSUPPORTED, "in the region eu-west-1, not in ap-guangzhou"),
        (an_answer(301, xml('PermanentRedirect', more='<Endpoint>b.cos.ap-beijing.myqcloud.com</Endpoint>')), Refused,
         Kind.UNSUPPORTED, "in the region ap-beijing, not in"),
        (an_answer(400, xml('AuthorizationHeaderMalformed', more='<Region>eu-north-1</Region>')), Refused,
         Kind.UNSUPPORTED, "in the region eu-north-1"),
        (an_answer(301, x_amz_bucket_region='us-west-2'), Refused, Kind.UNSUPPORTED, "in the region us-west-2"),
        (an_answer(307, Location='https://evil.example/'), Refused, Kind.UNSUPPORTED, "another region"),
        (an_answer(301, xml('PermanentRedirect', more='<Region>{x}</Region>')), Refused, Kind.UNSUPPORTED, "another"),
        (an_answer(400, xml('EntityTooLarge')), Refused, Kind.INPUT, "larger"),
        (an_answer(400, xml('InvalidArgument', 'Bad')), Refused, Kind.SERVICE, "HTTP 400"),
        (an_answer(503, xml('SlowDown')), Busy, Kind.BUSY, "busy"),
        (an_answer(503), Busy, Kind.BUSY, "busy"),
        (an_answer(429, b'<html>'), Busy, Kind.BUSY, "busy"),
        (an_answer(500, xml('InternalError')), Unclear, Kind.SERVICE, "failed"),
        (an_answer(502, b'<html>Bad gateway</html>'), Unclear, Kind.SERVICE, "failed"),
        (an_answer(200, xml('InternalError')), Unclear, Kind.SERVICE, "failed"),
        (an_answer(400, b'<html>?</html>'), Unclear, Kind.SERVICE, "no bucket gives"),
        (an_answer(418, b'teapot'), Unclear, Kind.SERVICE, "no bucket gives"),
    ],
)  # fmt: skip
def test_what_an_answer_means(answer: HttpAnswer, raised: type, kind: Kind, words: str) -> None:
    error = error_in(answer, COS, KEY)
    assert type(error) is raised
    assert error.failure.kind is kind
    sentence = reporting.sentence(error.failure)
    assert words in sentence
    assert "{" not in sentence


@pytest.mark.parametrize('code', MEANINGS)
def test_every_known_code_makes_a_sentence(code: str) -> None:
    error = error_in(an_answer(400, xml(code)), COS, KEY)
    assert error is not None
    assert error.failure.code == code
    check_words(error.failure)


def test_spoilt_answers_are_errors_or_none() -> None:
    """Bytes exchanged, lost and doubled: 20,000 answers, and each can be told."""
    random_, outcomes = random.Random("answers of buckets"), set()
    samples = [xml(code, "words", '<Region>eu-north-1</Region>') for code in MEANINGS] + [
        b'',
        b'<html>x</html>',
    ]
    for _ in range(20_000):
        body = bytearray(random_.choice(samples))
        for _ in range(random_.randrange(4) if body else 0):
            place = random_.randrange(len(body))
            body[place : place + random_.randrange(3)] = random_.choice(
                (b'', b'<', b'\xff', b'&', b'</a>', b'\x00')
            )
        error = error_in(
            an_answer(random_.choice((200, 301, 400, 403, 404, 500, 503)), bytes(body)), COS, KEY
        )
        outcomes.add(type(error))
        if error is not None:
            assert "{" not in reporting.sentence(error.failure)
            reporting.full_text(error.failure).encode()
    assert len(outcomes) == 4, "none, and each kind of error"


def test_what_a_store_repeats_of_the_key_is_not_shown() -> None:
    said = "AWSAccessKeyId canary-id StringToSign canary-token canary-secret"
    error = error_in(an_answer(403, xml('SignatureDoesNotMatch', said)), COS, KEY)
    assert error is not None
    assert 'canary' not in f"{error} {error.failure}"
    assert "AWSAccessKeyId" in error.failure.service_message


@pytest.mark.parametrize('status', [200, 204])
def test_a_good_answer_is_no_error(status: int) -> None:
    assert error_in(an_answer(status), COS, KEY) is None
