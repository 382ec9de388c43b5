# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of every service, spoilt in thousands of ways: the outcome is a value that can be kept, or a ServiceError."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import Answer, Submission
from hunyuan3d_blender.services.errors import ServiceError
from hunyuan3d_blender.services.http import HttpAnswer
from hunyuan3d_blender.services.openai_compatible import answers as openai_compatible
from hunyuan3d_blender.services.self_hosted import answers as self_hosted
from hunyuan3d_blender.services.tencent_cloud import answers as tencent_cloud
from hunyuan3d_blender.services.tokenhub import answers as tokenhub
from hunyuan3d_blender.services.vtrix import answers as vtrix
from tests.protocol.every_service import SERVICES
from tests.protocol.matrix import FUZZED
from tests.unit.test_answers import DONE, ODD

STATUSES = (200, 200, 200, 200, 400, 401, 402, 404, 422, 429, 500, 502)
ODD_TEXTS = (
    '', '7', '-1', '1e9', '9' * 400, '٧', '\u00e9', 'Wed, 21 Oct 2099 07:28:00 GMT', 'Wed, 32 Oct 2099 99:99:99 +9999',
    'Mon, 01 Jan 0001 00:00:00 +2359', 'Bearer', 'bearer error="{x}"', 'Basic realm="', ', ,', '{0} %s',
)  # fmt: skip
HEADERS = ('Retry-After', 'Date', 'WWW-Authenticate', 'Content-Type', 'Server', 'X-Tc-Requestid')
CONVERTED = {'Response': {'ResultFile3D': 'https://cos.example/x.fbx?q-signature=1', 'RequestId': 'r'}}

Readers = tuple[Callable[[HttpAnswer], Any], ...]

SIGNED: Readers = (
    lambda answer: tencent_cloud.submission(tencent_cloud.fields_of(answer)),
    lambda answer: tencent_cloud.result(tencent_cloud.fields_of(answer)),
    lambda answer: tencent_cloud.job_answer(tencent_cloud.fields_of(answer)),
)


def made_nothing(answer: HttpAnswer) -> None:
    """What a server of one's own says about itself, and of a model that it has not made."""
    self_hosted.is_newer_family(answer)
    self_hosted.can_generate(answer)
    self_hosted.is_no_queue(answer)
    raise self_hosted.not_made(answer)


READERS: dict[str, Readers] = {
    'tencent_cn': SIGNED,
    'tencent_intl': SIGNED,
    'openai_compatible': (
        lambda answer: tencent_cloud.submission(openai_compatible.fields_of(answer)),
        lambda answer: tencent_cloud.job_answer(openai_compatible.fields_of(answer)),
    ),
    'tokenhub': (
        lambda answer: tokenhub.submission(tokenhub.fields_of(answer)),
        lambda answer: tokenhub.job_answer(tokenhub.fields_of(answer)),
    ),
    'self_hosted': (self_hosted.submission, self_hosted.job_answer, made_nothing),
    'vtrix': (vtrix.submission, vtrix.job_answer),
}


def documented(service: str) -> list[Any]:
    """Every answer that the service's pages show."""
    words = SERVICES[service]
    states = [words.state(word) for word in words.statuses]
    more = [DONE, CONVERTED] if READERS[service] is SIGNED else []
    return [
        words.accepted,
        words.done,
        words.failed,
        *states,
        *more,
        *(json.loads(e.content) for e in words.errors),
    ]


def mutated(content: Any, random_: random.Random) -> bytes:
    """The content with some of its parts exchanged, lost or doubled, and sometimes with broken bytes."""
    content = copy.deepcopy(content)
    for _ in range(random_.randint(1, 3)):
        place = content
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = random_.choice(list(keys))
            if random_.random() < 0.4 or not isinstance(place[key], dict | list):
                _spoil(place, key, random_)
                break
            place = place[key]
    body = bytearray(json.dumps(content).encode())
    if random_.random() < 0.2:
        del body[random_.randrange(len(body) + 1) :]
        for _ in range(min(3, len(body))):
            body[random_.randrange(len(body))] = random_.randrange(256)
    return bytes(body)


def _spoil(place: Any, key: Any, random_: random.Random) -> None:
    match random_.randrange(4):
        case 0:
            del place[key]
        case 1:
            place[key] = [place[key]] * random_.randint(0, 3)
        case _:
            place[key] = copy.deepcopy(random_.choice(ODD))


@pytest.mark.parametrize('service', SERVICES)
def test_spoilt_answers(service: str) -> None:
    random_ = random.Random(f"answers of {service}")
    samples, outcomes = documented(service), set()
    for _ in range(FUZZED):
        body = mutated(random_.choice(samples), random_)
        answer = HttpAnswer(random_.choice(STATUSES), odd_headers(random_), body)
        for read in READERS[service]:
            outcomes.add(type(outcome_of(partial(read, answer))))
    assert len(outcomes) >= 4, "the mutations reach both values and errors"


def odd_headers(random_: random.Random) -> dict[str, str]:
    """Headers that a client may look at, with anything in them."""
    return {name: random_.choice(ODD_TEXTS) for name in HEADERS if random_.random() < 0.5}


def outcome_of(ask: Callable[[], Any]) -> Any:
    """What is made of an answer; fail for anything that could not be stored and shown."""
    try:
        value = ask()
    except ServiceError as error:
        failure = error.failure
        assert '{' not in failure.message.format(**failure.facts)
        json.dumps(asdict(failure)).encode('utf-8', 'strict')
        for text in (failure.code, failure.service_message, failure.request_id):
            text.encode()
            assert len(text) <= 500
        return error
    assert isinstance(value, Answer | Submission | None)
    if isinstance(value, Submission):
        assert value.files or (value.remote_id and value.remote_id.isascii())
        value.remote_id.encode()
    if isinstance(value, Answer):
        for text in (
            value.word,
            value.error_code,
            value.error_message,
            value.credit_details,
            value.request_id,
        ):
            text.encode()
        assert value.progress is None or 0.0 <= value.progress <= 1.0
        assert all(file.url.isascii() for file in value.files)
    return value
