# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients themselves against spoilt answers that come over a real connection, with odd statuses and headers."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import Service
from hunyuan3d_blender.services.errors import ServiceError
from tests.protocol.every_service import ATTEMPT, SERVICES, Words, service_at
from tests.protocol.loopback import Handler, answer, serving
from tests.unit.test_answers_of_services import STATUSES, documented, mutated, odd_headers, outcome_of

TIMES = 200
"""The readers of answers see many more, in `tests/unit`."""

ASK: tuple[Callable[[Service, Words], Any], ...] = (
    lambda client, words: client.submit(words.request, dict(words.inputs), ATTEMPT),
    lambda client, words: client.query(words.request, '1'),
    lambda client, words: client.test_connection(),
)


@pytest.mark.parametrize('service', SERVICES)
def test_spoilt_answers_on_the_wire(service: str) -> None:
    words, random_ = SERVICES[service], random.Random(f"clients of {service}")
    samples, outcomes = documented(service), set()

    def spoilt(connection: Any) -> None:
        handler(connection)

    with serving(spoilt) as server:
        client = service_at(service, server.url)
        for _ in range(TIMES):
            sample = random_.choice((words.accepted, words.done, random_.choice(samples)))
            handler = _spoilt_answer(sample, random_)
            ask = random_.choice(ASK)
            outcomes.add(type(outcome_of(partial(ask, client, words))))
    assert len([outcome for outcome in outcomes if issubclass(outcome, ServiceError)]) >= 3
    assert len(outcomes) >= 5, "both values and errors"


def _spoilt_answer(sample: Any, random_: random.Random) -> Handler:
    headers = ''.join(f'{name}: {text}\r\n' for name, text in odd_headers(random_).items())
    return answer(mutated(sample, random_), f'{random_.choice(STATUSES)} X', headers)
