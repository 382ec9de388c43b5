# SPDX-License-Identifier: GPL-3.0-or-later
"""Misbehaviour on request: name, what it does, where. `SCENARIOS` is the whole list.

A scenario is switched on by `--scenario NAME[:TIMES]`, by POST of {"name": ..., "times": ...} to `/_sandbox/scenario`
(no name: all off), or for a single job by a marker in its prompt: `[sandbox:NAME]`, `[sandbox:NAME:TIMES]`.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from .damage import (
    add_bomb,
    add_outside_entry,
    break_index,
    cut_in_half,
    lengthened,
    with_double_faces,
    with_strange_faces,
)
from .delivery import Delivery
from .ledger import JOB_LIFETIME_S
from .reply import Reply

_MARKER = re.compile(r'\[sandbox:(?P<name>[a-z0-9_]+)(?::(?P<times>\d+))?\]')


class Where(StrEnum):
    """The moment at which a scenario strikes."""

    SUBMIT = 'submit'
    QUERY = 'query'
    JOB = 'job'
    """From the submit on, for the rest of the job's life, also after a restart."""
    DOWNLOAD = 'download'
    BUCKET = 'bucket'
    """Every request to the bucket."""
    CLOCK = 'clock'
    """All calls."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A row: what follows `times` says what happens."""

    name: str
    what: str
    where: tuple[Where, ...]
    times: int | None = 1
    """How often, unless it was switched on with a number. None: always."""
    code: str = ''
    """The call is turned away with this code."""
    instead: Callable[[], Reply] | None = None
    """This answer comes, and the call is not carried out."""
    spoil: Callable[[Reply], Reply] | None = None
    """The call is carried out, and its answer spoilt."""
    status: str = ''
    """What every query says of the job."""
    only: str = ''
    """Type of the only result file that is made."""
    damage: Callable[[Path], None] | None = None
    """Done to the result files."""
    spoil_text: Callable[[str], str] | None = None
    """Done to a segmentation."""
    deliver: Callable[[Delivery], Delivery] | None = None
    """A download is answered so."""
    late_s: float = 0.0
    """By how much a clock is ahead: the service's, that of its result files, or the bucket's."""
    cuts: bool = False
    """The connection breaks in the middle of what is sent."""


_PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in to this network.</body></html>"


def _lost(_: Reply) -> Reply:
    return Reply(status=0)


def _server_error(_: Reply) -> Reply:
    return Reply(
        status=500, body=b"<html><body>500 Internal Server Error</body></html>", content_type='text/html'
    )


def _html(_: Reply) -> Reply:
    return Reply(body=_PAGE, content_type='text/html; charset=utf-8')


def _half_json(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _wrong_types(reply: Reply) -> Reply:
    return replace(reply, body=json.dumps(_of_other_type(json.loads(reply.body))).encode())


def _of_other_type(value: Any) -> Any:
    if isinstance(value, dict) and value:
        return {name: _of_other_type(part) for name, part in value.items()}
    if isinstance(value, list):
        return "none"
    return [7] if isinstance(value, str) else {}


def _redirect() -> Reply:
    return Reply(status=307, headers={'Location': '/elsewhere'})


def _cut(delivery: Delivery) -> Delivery:
    return replace(delivery, sent_length=delivery.length // 2)


def _stall(delivery: Delivery) -> Delivery:
    return replace(delivery, sent_length=delivery.length // 2, stalls=True)


def _ignore_range(delivery: Delivery) -> Delivery:
    return replace(delivery, status=200, start=0, length=delivery.size)


def _new_etag(delivery: Delivery) -> Delivery:
    return replace(_ignore_range(delivery), etag='"00000000000000000000000000000000"')


def _claim_more(delivery: Delivery) -> Delivery:
    return replace(delivery, claimed_length=delivery.length + 1000)


def _claim_less(delivery: Delivery) -> Delivery:
    return replace(delivery, claimed_length=delivery.length // 2)


def _page() -> Reply:
    return _html(Reply())


_S, _Q, _J, _D = (Where.SUBMIT,), (Where.QUERY,), (Where.JOB,), (Where.DOWNLOAD,)
_B = (Where.BUCKET,)
_ANY_CALL = (Where.SUBMIT, Where.QUERY)

_ROWS = (
    # The call is turned away.
    Scenario(name='job_num_exceed', what="too many jobs at once", where=_S, code='RequestLimitExceeded.JobNumExceed'),
    Scenario(name='rate_limit', what="too many calls in a second", where=_ANY_CALL, code='RequestLimitExceeded'),
    Scenario(name='moderation', what="the words are refused", where=_S, times=None,
             code='OperationDenied.TextIllegalDetected'),
    Scenario(name='no_credits', what="nothing left to pay with", where=_S, times=None, code='ResourceInsufficient'),
    Scenario(name='not_activated', what="the account has no such service", where=_S, times=None,
             code='ResourceUnavailable.NotExist'),
    Scenario(name='model_lost', what="the model's URL cannot be fetched", where=_S, times=None,
             code='FailedOperation.DownloadError'),
    Scenario(name='internal_error', what="an error of the service's own", where=_ANY_CALL, code='InternalError'),
    Scenario(name='secret_wrong', what="the key is unknown", where=_ANY_CALL, times=None,
             code='AuthFailure.SecretIdNotFound'),
    Scenario(name='clock', what="the service's clock is ten minutes ahead", where=(Where.CLOCK,), times=None,
             late_s=600.0),
    # The call is carried out, but its answer says nothing. Each for a submit and for a query.
    *(Scenario(name=f'{where}_{name}', what=what, where=(where,), spoil=spoil)
      for where in _ANY_CALL
      for name, what, spoil in (
          ('answer_lost', "carried out, then the connection closes", _lost),
          ('500', "carried out, then HTTP 500", _server_error),
          ('html', "carried out, answered by a page of HTML", _html),
          ('half_json', "carried out, answered by half of the JSON", _half_json),
          ('wrong_types', "carried out, answered by JSON of other types", _wrong_types))),
    *(Scenario(name=f'{where}_redirect', what="sent elsewhere with HTTP 307", where=(where,), instead=_redirect)
      for where in _ANY_CALL),
    # The job.
    Scenario(name='fail', what="the job fails", where=_J, times=None, status='FAIL'),
    Scenario(name='slow', what="the job never leaves WAIT", where=_J, times=None, status='WAIT'),
    Scenario(name='unknown_status', what="an unknown status word", where=_J, times=None, status='PONDERING'),
    Scenario(name='no_files', what="done, without files", where=_J, times=None, damage=Path.unlink),
    Scenario(name='zip_outside', what="a zip with ../", where=_J, times=None, only='OBJ', damage=add_outside_entry),
    Scenario(name='zip_bomb', what="a zip a thousand times larger inside", where=_J, times=None, only='OBJ',
             damage=add_bomb),
    Scenario(name='glb_half', what="half a GLB, delivered as if whole", where=_J, times=None, only='GLB',
             damage=cut_in_half),
    Scenario(name='glb_index', what="a GLB with an index out of range", where=_J, times=None, only='GLB',
             damage=break_index),
    Scenario(name='parts_missing', what="no segmentation", where=_J, times=None, spoil_text=lambda _: ''),
    Scenario(name='parts_half', what="half a segmentation", where=_J, times=None,
             spoil_text=lambda text: text[: len(text) // 2]),
    Scenario(name='parts_double', what="a segmentation with a face in two parts", where=_J, times=None,
             spoil_text=with_double_faces),
    Scenario(name='parts_strange', what="a segmentation of faces that are not there", where=_J, times=None,
             spoil_text=with_strange_faces),
    Scenario(name='parts_nested', what="a segmentation nested too deeply", where=_J, times=None,
             spoil_text=lambda _: '{"a":' * 100_000),
    Scenario(name='parts_long', what="a segmentation over 9 MB", where=_J, times=None, spoil_text=lengthened),
    # The download.
    Scenario(name='url_expired', what="the URL has expired", where=_D, late_s=JOB_LIFETIME_S),
    Scenario(name='cut', what="the connection breaks in the middle", where=_D, deliver=_cut),
    Scenario(name='stall', what="the connection hangs in the middle", where=_D, deliver=_stall),
    Scenario(name='no_range', what="Range is ignored", where=_D, times=None, deliver=_ignore_range),
    Scenario(name='new_etag', what="the file has changed meanwhile", where=_D, times=None, deliver=_new_etag),
    Scenario(name='length_long', what="Content-Length promises more than comes", where=_D, deliver=_claim_more),
    Scenario(name='length_short', what="Content-Length promises half of the file", where=_D, deliver=_claim_less),
    # The bucket.
    Scenario(name='bucket_busy', what="the bucket asks to slow down", where=_B, code='SlowDown'),
    Scenario(name='bucket_cut', what="the connection breaks in the middle of an upload", where=_B, cuts=True),
    Scenario(name='bucket_html', what="a page of HTML instead of an answer", where=_B, instead=_page),
    Scenario(name='bucket_late', what="the bucket's clock is a day ahead", where=_B, times=None, late_s=86_400.0),
)  # fmt: skip

SCENARIOS = {row.name: row for row in _ROWS}


class Switchboard:
    """Which scenarios are on, and how often they still strike. Safe to be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, int | None] = {}
        self._struck: Counter[tuple[str, str]] = Counter()

    def switch_on(self, name: str, times: int | None = None) -> None:
        """Let a scenario strike `times` times: None as its row says, -1 always. Raise KeyError for no name of one."""
        scenario = SCENARIOS[name]
        with self._lock:
            self._left[name] = scenario.times if times is None else times

    def switch_all_off(self) -> None:
        """End all of them but those of markers."""
        with self._lock:
            self._left.clear()

    def take(self, where: Where, marked: str, key: str) -> Scenario | None:
        """The scenario that strikes now, and count it. `marked` is a text with markers, `key` what to count them by."""
        with self._lock:
            return self._take_marked(where, marked, key) or self._take_switched(where)

    def _take_marked(self, where: Where, marked: str, key: str) -> Scenario | None:
        for match in _MARKER.finditer(marked):
            scenario = SCENARIOS.get(match['name'])
            if scenario and where in scenario.where:
                limit = int(match['times']) if match['times'] else scenario.times
                self._struck[scenario.name, key] += 1
                if limit is None or self._struck[scenario.name, key] <= limit:
                    return scenario
        return None

    def _take_switched(self, where: Where) -> Scenario | None:
        for name, left in self._left.items():
            if where in SCENARIOS[name].where and left != 0:
                self._left[name] = None if left is None else left - 1
                return SCENARIOS[name]
        return None
