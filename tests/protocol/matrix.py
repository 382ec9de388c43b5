# SPDX-License-Identifier: GPL-3.0-or-later
"""Every client against every kind of answer: a row for each kind, a column for each service, cases in each cell.

python3 -m tests.protocol.matrix      print how many cases there are, as CONTRIBUTING.md shows it
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hunyuan3d_blender.sandbox.scenarios import SCENARIOS, Where
from hunyuan3d_blender.services.contract import Status
from hunyuan3d_blender.services.errors import Kind
from tests.protocol.cases import BODY_OF_A_PAGE, BROKEN, BUSY, UNCLEAR, Case, Told, refused
from tests.protocol.every_service import SERVICES, Words
from tests.protocol.loopback import Handler, reset

FUZZED = 20_000
"""Spoilt answers for each service."""


def successes(words: Words) -> Iterator[Case]:
    yield Case(name='accepted', content=_json(words.accepted), submit='1')
    yield Case(name='done', content=_json(words.done), query=Status.DONE)
    yield Case(name='failed', content=_json(words.failed), query=Status.FAILED, says="no luck")
    yield from words.forms


def status_words(words: Words) -> Iterator[Case]:
    for word, status in words.statuses.items():
        yield Case(name=word, content=_json(words.state(word)), query=status)


STATUSES: Mapping[str, tuple[int, ...]] = {
    'HTTP 3xx': (301, 302, 303, 307, 308),
    'HTTP 4xx': (400, 401, 402, 403, 404, 405, 413, 415, 422),
    'HTTP 429': (429,),
    'HTTP 5xx': (500, 502, 503, 504, 520),
}
TOLD = {
    **dict.fromkeys((*STATUSES['HTTP 3xx'], 404, 405, 415, 422), refused(Kind.UNSUPPORTED)),
    400: refused(Kind.INPUT), 401: refused(Kind.CREDENTIALS), 403: refused(Kind.CREDENTIALS), 413: refused(Kind.INPUT),
    429: BUSY,
}  # fmt: skip
"""What a status says without the service's own words; what it leaves open is unclear."""


def http(*statuses: int) -> Callable[[Words], Iterator[Case]]:
    """A gateway's answers: with a page, with an object that says nothing, and with nothing at all."""

    def cases(words: Words) -> Iterator[Case]:
        for status in statuses:
            told = words.statuses_told.get(status) or TOLD.get(status, UNCLEAR)
            for body in (BODY_OF_A_PAGE, b'{}', b''):
                yield Case(
                    name=f'{status} {body!r}', content=body, status=f'{status} X', submit=told, query=told,
                    headers='Location: http://127.0.0.1:1/\r\nRetry-After: 7\r\n',
                )  # fmt: skip

    return cases


def pages(words: Words) -> Iterator[Case]:
    """What a network says that wants a login first."""
    for kind in ('text/html', 'application/json', ''):
        yield Case(
            name=f'page as {kind!r}', content=BODY_OF_A_PAGE, headers=f'Content-Type: {kind}\r\n',
            submit=UNCLEAR, query=UNCLEAR,
        )  # fmt: skip


def half_json(words: Words) -> Iterator[Case]:
    for whole, asked in ((_json(words.accepted), 'submit'), (_json(words.done), 'query')):
        for length in (0, 1, len(whole) // 2, len(whole) - 1):
            yield Case(name=f'{asked} {length}', content=whole[:length], **{asked: UNCLEAR})
    for body in (b'[' * 100_000, b'\xff\xfe', b'{"a": ' + b'9' * 5000 + b'}'):
        yield Case(name=repr(body[:9]), content=body, submit=UNCLEAR, query=UNCLEAR)


def wrong_types(words: Words) -> Iterator[Case]:
    for body in (b'null', b'[]', b'"1"', b'1', b'{}', b'[{}]'):
        yield Case(name=repr(body), content=body, submit=UNCLEAR, query=UNCLEAR)
    for wrong in (None, '', True, 1.5, {'a': 1}, ['1'], 'a b', '\ud800', '12\n3'):
        content = _with(words.accepted, words.id_at, wrong)
        yield Case(name=f'id {wrong!r}', content=content, submit=UNCLEAR)
    for wrong in (None, '', True, 7, {}, ['x'], '\x00'):
        content = _with(words.done, words.word_at, wrong)
        yield Case(name=f'word {wrong!r}', content=content, query=UNCLEAR)


def broken_connections(words: Words) -> Iterator[Case]:
    whole = _json(words.accepted)
    head = f'HTTP/1.1 200 OK\r\nContent-Length: {len(whole) + 1}\r\n\r\n'.encode()
    for name, sent in (('no answer', b''), ('half a head', head[:9]), ('half a body', head + whole)):
        yield Case(name=name, handler=_sending(sent), submit=BROKEN, query=BROKEN)
    yield Case(name='reset', handler=reset, submit=BROKEN, query=BROKEN)


ROWS: Mapping[str, Callable[[Words], Iterator[Case]]] = {
    'success, failure': successes,
    'each status word': status_words,
    'each documented error': lambda words: iter(words.errors),
    'each error of a job': lambda words: iter(words.failures),
    **{name: http(*statuses) for name, statuses in STATUSES.items()},
    'HTML': pages,
    'half JSON': half_json,
    'wrong types': wrong_types,
    'broken connection': broken_connections,
}

# What the sandbox can be told to do


def own(told: Told, **others: Told | str) -> Callable[[str], Told | str]:
    """The same for all but those that are named."""
    return lambda service: others.get(service, told)


HELD = ''
"""A server of one's own says of everything that its queue could not begin the job: then `/generate` is to make it."""

SUBMITS: Mapping[str, Callable[[str], Told | str]] = {
    'job_num_exceed': own(BUSY, self_hosted=HELD),
    'rate_limit': own(BUSY, self_hosted=HELD),
    'moderation': own(refused(Kind.CONTENT), vtrix=refused(Kind.INPUT), self_hosted=HELD),
    'no_credits': own(refused(Kind.BILLING), self_hosted=HELD),
    'not_activated': own(refused(Kind.BILLING), self_hosted=HELD),
    'model_lost': own(refused(Kind.INPUT), self_hosted=HELD),
    'secret_wrong': own(refused(Kind.CREDENTIALS), self_hosted=HELD),
    'internal_error': own(UNCLEAR, self_hosted=HELD),
    'submit_redirect': own(refused(Kind.UNSUPPORTED)),
    'submit_answer_lost': own(BROKEN),
    **dict.fromkeys(('submit_500', 'submit_html', 'submit_half_json', 'submit_wrong_types'), own(UNCLEAR)),
}
CARRIED_OUT = {name for name in SUBMITS if SCENARIOS[name].spoil}
"""The service has taken the job, whatever the answer looks like."""

QUERIES: Mapping[str, Callable[[str], Told | str]] = {
    'rate_limit': own(BUSY, self_hosted=Status.FAILED),
    'secret_wrong': own(refused(Kind.CREDENTIALS), self_hosted=Status.FAILED),
    'internal_error': own(UNCLEAR, self_hosted=Status.FAILED),
    'query_redirect': own(refused(Kind.UNSUPPORTED)),
    'query_answer_lost': own(BROKEN),
    **dict.fromkeys(('query_500', 'query_html', 'query_half_json', 'query_wrong_types'), own(UNCLEAR)),
}
SCENARIO_CELLS = [
    (service, name, where)
    for service in SERVICES
    for where, table in ((Where.SUBMIT, SUBMITS), (Where.QUERY, QUERIES))
    for name in table
]
ALL_SCENARIOS = {
    (name, where) for name, row in SCENARIOS.items() for where in row.where if where in (Where.SUBMIT, Where.QUERY)
}  # fmt: skip


def count(row: str, service: str) -> int:
    """The cases of a cell."""
    return len(list(ROWS[row](SERVICES[service])))


def rendered() -> str:
    """The matrix as a table of Markdown."""
    counts = {row: [count(row, service) for service in SERVICES] for row in ROWS}
    scenarios = [sum(cell[0] == service for cell in SCENARIO_CELLS) for service in SERVICES]
    counts |= {"the sandbox's scenarios": scenarios, 'fuzzed': [FUZZED] * len(SERVICES)}
    lines = [('', *(f'`{service}`' for service in SERVICES)), ('---',) * (1 + len(SERVICES))]
    lines += [(row, *map(str, numbers)) for row, numbers in counts.items()]
    return ''.join(f"| {' | '.join(line)} |\n" for line in lines)


def _json(content: Any) -> bytes:
    return json.dumps(content).encode()


def _with(content: Any, place: tuple[str, ...], value: Any) -> bytes:
    """The content with another value at a place."""
    changed = inner = copy.deepcopy(dict(content))
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return _json(changed)


def _sending(data: bytes) -> Handler:
    return lambda connection: connection.sendall(data)


if __name__ == '__main__':
    sys.stdout.write(rendered())
