# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever bytes a service answers with, the outcome is a value that can be stored and shown, or a ServiceError."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hunyuan3d_blender.services.answers import FILES_MAX
from hunyuan3d_blender.services.contract import Answer, Submission
from hunyuan3d_blender.services.errors import ServiceError
from hunyuan3d_blender.services.foreign_text import clean
from hunyuan3d_blender.services.http import HttpAnswer
from hunyuan3d_blender.services.tencent_cloud.answers import fields_of, job_answer, submission

DONE: dict[str, Any] = {
    'Response': {
        'Status': 'DONE',
        'ErrorCode': '',
        'ErrorMessage': '',
        'JobId': '1357237233311637504',
        'ResultCreditConsumed': 40,
        'ResultCreditDetails': '{"FaceCount":10}',
        'ResultFile3Ds': [
            {'Type': 'OBJ', 'Url': 'https://cos.example/x.zip?q-signature=1', 'PreviewImageUrl': 'https://c/x.png'},
            {'File3D': [{'Type': 'GLB', 'Url': 'https://cos.example/x.glb'}]},
        ],
        'RequestId': '173f8c3b-d559-4e17-aac7-4e42303773ac',
    }
}  # fmt: skip
REFUSED: dict[str, Any] = {
    'Response': {'Error': {'Code': 'FailedOperation.X', 'Message': "m"}, 'RequestId': 'r'}
}

ODD: list[Any] = [
    None, True, False, 0, -1, 10**400, -(10**400), 1e308, 0.1, '', 'x', '\ud800', '\x00\x1b[31m',
    '\u202e', 'x' * 10_000,
    [], {}, [[]], [None], {'Url': 1}, {'File3D': None}, [{'File3D': [[[{'Url': 'https://a/b'}]]]}], [1] * 1000,
    {'Code': 5}, {'Code': None, 'Message': []}, {'Code': 'RequestLimitExceeded' * 100}, 'https://\ud800/', 'DONE',
]  # fmt: skip


def read(body: bytes, status: int = 200) -> None:
    """Read an answer in every way; fail for anything that could not be stored or shown."""
    answer = HttpAnswer(status, {}, body)
    try:
        fields = fields_of(answer)
    except ServiceError as error:
        failure = error.failure
        assert failure.message.format(**failure.facts)
        storable(failure.code, failure.service_message, failure.request_id)
        return
    job, accepted = job_answer(fields), submission(fields)
    assert isinstance(job, Answer | None)
    assert isinstance(accepted, Submission | None)
    if job:
        assert len(job.files) <= FILES_MAX
        assert job.credits is None or 0 <= job.credits < 1e9
        storable(job.word, job.error_code, job.error_message, job.credit_details, job.request_id)
        for file in job.files:
            storable(file.url, file.type, file.preview_url, limit=8100)
    if accepted:
        storable(accepted.remote_id, accepted.request_id)


def storable(*texts: str, limit: int = 500) -> None:
    for text in texts:
        assert len(text) <= limit
        assert text == text.encode().decode()
        assert text == "" or text.isprintable()


def mutated(value: Any, random_: random.Random) -> Any:
    """A copy in which some parts are replaced, dropped, doubled or wrapped."""
    if random_.random() < 0.06:
        return random_.choice(ODD)
    if isinstance(value, dict):
        kept = {key: mutated(part, random_) for key, part in value.items() if random_.random() > 0.03}
        return kept | (
            {random_.choice(list(value)): random_.choice(ODD)} if value and random_.random() < 0.1 else {}
        )
    if isinstance(value, list):
        parts = [mutated(part, random_) for part in value]
        return parts * random_.choice((1, 1, 1, 2, 50))
    return [value] if random_.random() < 0.03 else value


@pytest.mark.parametrize('seed', range(20))
def test_thousands_of_mutated_answers(seed: int) -> None:
    random_ = random.Random(seed)
    for _ in range(250):
        body = json.dumps(mutated(random_.choice((DONE, REFUSED)), random_)).encode()
        read(body, random_.choice((200, 200, 200, 400, 500)))
        cut = bytearray(body[: random_.randrange(len(body) + 1)] if random_.random() < 0.5 else body)
        for _ in range(random_.randrange(4) if cut else 0):
            cut[random_.randrange(len(cut))] = random_.randrange(256)
        read(bytes(cut))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(['DONE', 'https://a/b']),
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.dictionaries(st.sampled_from(['Url', 'File3D', 'Code', 'Message', 'x']), parts, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from([*DONE['Response'], 'Error']), JSON)


@settings(max_examples=1500)
@given(FIELDS)
def test_any_json_in_any_field(fields: dict[str, Any]) -> None:
    read(json.dumps({'Response': fields}).encode())


@settings(max_examples=500)
@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    read(body)


@pytest.mark.parametrize(
    'body',
    [
        b'{"Response": ' + b'[' * 200_000 + b']' * 200_000 + b'}', b'{"Response": {"Status": "DONE", "ResultFile3Ds": '
        + b'[' * 900 + b']' * 900 + b'}}', b'9' * 10_000,
        b'{"Response": {"ResultCreditConsumed": NaN, "Status": "RUN"}}',
        b'{"Response": {"Status": "DONE", "ResultFile3Ds": [' + b'{"Url": "https://a/b"},' * 100_000 + b'{}]}}',
        b'{"Response": {"Status": "DONE", "ResultFile3Ds": [' + b'[[]],' * 500_000 + b'{}]}}',
        b'{"Response": {"Status": "RUN", "Status": "DONE"}}', '{"Response": {"Status": "RUN"}}'.encode('utf-16'),
        b'{"Response": {"Status": "RUN", "JobId": ' + b'9' * 4000 + b'}}',
    ],
    ids=range(9),
)  # fmt: skip
def test_answers_that_are_large_or_deep(body: bytes) -> None:
    read(body)


@pytest.mark.parametrize(
    ('text', 'shown'),
    [
        ("plain", "plain"),
        (" two\r\n\tlines ", "two lines"),
        ("\x1b[31mred\x00", "[31mred"),
        ("safe\u202egpj.exe\u2066\u200b", "safegpj.exe"),
        ("\ud800half", "half"),
        ("生成失败 🪑", "生成失败 🪑"),
        ("a\u2028b", "a b"),
        ("x" * 501, "x" * 499 + "…"),
        ("x" * 500, "x" * 500),
        (None, ""),
        (5, ""),
        (["a"], ""),
    ],
)
def test_text_from_outside_is_made_fit(text: object, shown: str) -> None:
    assert clean(text) == shown
