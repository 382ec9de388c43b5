# SPDX-License-Identifier: GPL-3.0-or-later
"""A job: what was asked, where it stands, and where its model goes.

Jobs are values. They are changed only by `store.Store.change`, which checks `TRANSITIONS`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, field
from enum import StrEnum
from typing import Any

from ..services.contract import Request
from ..services.errors import Failure, Kind, Spent
from ..services.object_storage.bucket import Addressing, Bucket, BucketAccount
from ..value import value


class State(StrEnum):
    """Where a job stands, in our words."""

    QUEUED = 'queued'
    """Waits for a free slot at the service, for the network, or for a key. Nothing was sent."""
    SUBMITTING = 'submitting'
    """On disk before the first byte leaves. Found after a crash it becomes UNKNOWN."""
    WAITING = 'waiting'
    """Accepted; the service has not begun."""
    RUNNING = 'running'
    """The service works on it."""
    DOWNLOADING = 'downloading'
    CONVERTING = 'converting'
    """A background Blender turns the downloaded file into model.blend."""
    READY = 'ready'
    """model.blend is there; it waits for its file to be open, or for the artist."""
    ARRIVED = 'arrived'
    """The model has been brought into a scene; it can be brought in again."""
    REJECTED = 'rejected'
    """The service never accepted it: nothing was spent."""
    UNKNOWN = 'unknown'
    """Perhaps accepted: only the artist decides what to do."""
    FAILED = 'failed'
    """Accepted, but no usable model came of it; what was downloaded stays."""
    CANCELLED = 'cancelled'
    """No longer followed. The service may still finish and charge it."""
    EXPIRED = 'expired'
    """The service has deleted the result before it could be fetched."""


OPEN = frozenset({
    State.QUEUED, State.SUBMITTING, State.WAITING, State.RUNNING, State.DOWNLOADING, State.CONVERTING,
})  # fmt: skip
"""The worker has something to do for a job in these states."""

OCCUPIES_SLOT = frozenset({State.SUBMITTING, State.WAITING, State.RUNNING})
"""The job takes one of the account's slots at the service. UNKNOWN does too, for `UNKNOWN_SLOT_S`."""

UNKNOWN_SLOT_S = 15 * 60.0
"""How long an unknown submit counts as running, so that the queue does not run into the service's limit."""

TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SUBMITTING, State.REJECTED, State.CANCELLED}),
    # Back to QUEUED: the service certainly did not take it (no connection, or turned away for now).
    # To DOWNLOADING: the answer to the request was the result. To RUNNING: the service has to be held.
    State.SUBMITTING: frozenset({
        State.WAITING, State.RUNNING, State.DOWNLOADING, State.QUEUED, State.REJECTED, State.UNKNOWN,
        State.CANCELLED,
    }),
    State.WAITING: frozenset(
        {State.RUNNING, State.DOWNLOADING, State.FAILED, State.EXPIRED, State.CANCELLED}
    ),
    State.RUNNING: frozenset(
        {State.WAITING, State.DOWNLOADING, State.FAILED, State.EXPIRED, State.CANCELLED}
    ),
    # Back to RUNNING: the URL has expired and the service is asked for a new one.
    # To READY: the file itself is what was asked for.
    State.DOWNLOADING: frozenset({
        State.CONVERTING, State.READY, State.RUNNING, State.FAILED, State.EXPIRED, State.CANCELLED,
    }),
    # Back to DOWNLOADING: the disk has not kept the whole file.
    State.CONVERTING: frozenset({State.READY, State.DOWNLOADING, State.FAILED, State.CANCELLED}),
    # Back to CONVERTING: model.blend was written by a newer Blender than the one that wants it.
    State.READY: frozenset({State.ARRIVED, State.CONVERTING, State.FAILED}),
    State.ARRIVED: frozenset({State.CONVERTING, State.FAILED}),
    State.REJECTED: frozenset({State.QUEUED}),
    # To WAITING: the artist knows the job id. To QUEUED: the artist says send again.
    State.UNKNOWN: frozenset({State.WAITING, State.QUEUED, State.CANCELLED}),
    # To QUEUED only as a new attempt that may be charged. To CONVERTING: the file is there, try it again.
    State.FAILED: frozenset({State.QUEUED, State.WAITING, State.DOWNLOADING, State.CONVERTING}),
    # To WAITING: it had been accepted, follow it again.
    State.CANCELLED: frozenset({State.QUEUED, State.WAITING, State.DOWNLOADING, State.CONVERTING}),
    State.EXPIRED: frozenset({State.QUEUED, State.WAITING}),
}  # fmt: skip


@value
class Account:
    """Whom a job is sent as. Never the key itself: `credentials.find` finds it again by these words."""

    service: str
    """Id of a `ServiceTable`."""
    id: str = ''
    """Which of the artist's accounts with the service; '' for the first, and in jobs of versions that knew one."""
    endpoint: str = ''
    """Scheme, host and port, '' for the service's own."""
    region: str = ''
    key_source: str = ''
    """A `credentials.Source`, '' for services without keys."""
    key_hint: str = ''
    """The last four characters of the key's id: another key there is another account, and is not used."""


@value
class Destination:
    """Where a model goes. The place may be overruled by a placeholder, found by the job's id."""

    session: str = ''
    """Identity of the open file in the Blender that started the job; a new one after every load. '' for none."""
    blend_file: str = ''
    """Absolute path of that file, '' while it has never been saved."""
    scene: str = ''
    location: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """In the scene's units, world space."""
    rotation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """XYZ Euler in radians, world space."""
    collection: str = ''
    """Name of the collection that the model is to be in if it is still there, '' for the active one."""

    @property
    def file(self) -> str:
        """The .blend file in one word: its path, or the session of a file that has never been saved."""
        return self.blend_file or self.session


@value
class Original:
    """The object that a job works on, and how its result comes to stand where it stands. Matrices are row by row."""

    name: str
    """Of the object in the open file."""
    matrix: tuple[float, ...]
    """Of the object, 4 x 4, world space, when the job was started: the place of the result when the object is gone."""
    frame: tuple[float, ...]
    """4 x 4, from the coordinates of the file that is sent, in Blender's axes and metres, to the object's own space."""
    box: tuple[float, ...]
    """Smallest x, y, z and largest x, y, z of the object's faces in its own space."""
    others: tuple[str, ...] = ()
    """Names of further objects that were sent with it."""
    rig: str = ''
    """Name of an armature that takes the motion of the result, '' for none. Without a motion for it, a model arrives."""
    hide: bool = False
    """Whether the objects are hidden when the result arrives. They are never deleted."""
    collection: str = ''
    """Name of a collection for several results together, '' for none."""


@value
class Converter:
    """The Blender that turns the downloaded file into model.blend: the artist's own version, always."""

    command: tuple[str, ...] = ()
    """How to start it up to the script: ('/path/blender',), or ('/path/python',) where bpy is a module."""
    version: tuple[int, int] = (0, 0)
    """Of that Blender, e.g. (4, 2). A .blend of a newer one cannot be appended."""


@value
class Batch:
    """Jobs that were started together: the variants of one request, or what became of a list."""

    id: str
    name: str
    """Of the list, and of the collection that the models arrive in."""


@value
class Chain:
    """Jobs that are one wish: each works on the result of the one before. See `chains`."""

    id: str
    """Of the job of the last step, whose model it is that arrives."""
    name: str
    number: int
    """Of this step, from 1."""
    count: int


@value
class Job:
    """One row of the store."""

    id: str
    state: State
    name: str
    """A clean short name from the prompt or the picture, for objects, collections and lists."""
    request: Request
    account: Account
    destination: Destination = field(default_factory=Destination)
    original: Original | None = None
    """None for a model that is made out of nothing."""
    bucket: BucketAccount | None = None
    """By way of which a file of the artist's goes to the service."""
    converter: Converter = field(default_factory=Converter)
    target_size_m: float = 2.0
    """Longest side of the arriving model in metres, 0 to leave it as it comes."""
    batch: Batch | None = None
    """None for a job that was started alone."""
    chain: Chain | None = None
    """None for a job that is no step of several."""
    has_row: bool = True
    """False for a step of a chain while another one stands for the chain in the list. Kept by the store."""
    full: Request | None = None
    """For a quick draft: the request that is to follow it, from the same input. None for all others."""
    draft_id: str = ''
    """Id of the quick draft that this job makes the real one of, '' for none."""
    created_at: float
    """Seconds since the epoch, as all times here."""
    state_since: float = 0.0
    due_at: float = 0.0
    """The worker leaves the job alone until then."""
    tries: int = 0
    """Consecutive steps that led nowhere (not sent, busy, poll failed); reset by progress."""
    note: Failure | None = None
    """Why an open job is waiting, None when nothing is wrong."""
    error: Failure | None = None
    """Why it ended in REJECTED, UNKNOWN, FAILED or EXPIRED."""
    attempt_id: str = ''
    """UUID of the newest submit."""
    submitted_at: float = 0.0
    remote_id: str = ''
    """The service's own id, '' until it has accepted the job."""
    request_id: str = ''
    service_word: str = ''
    """The service's own status word."""
    progress: float | None = None
    """0 to 1 within the present state, None where unknown."""
    bytes_done: int = 0
    bytes_total: int | None = None
    files: tuple[str, ...] = ()
    """Downloaded and complete, names within the job's `download` folder."""
    credits_estimated: float | None = None
    credits: float | None = None
    """What it really cost, None until the service has said so."""
    credit_details: str = ''
    arrivals_begun: int = 0
    """Arrivals begun and not finished: after the second, a crash is suspected and none starts by itself."""
    revision: int = 0
    """The store's revision at the last change."""

    @property
    def is_held(self) -> bool:
        """Whether the service cannot be asked for it: it works only while a connection is held, for nothing."""
        return self.state in (State.RUNNING, State.DOWNLOADING) and not self.remote_id

    @property
    def whole_id(self) -> str:
        """Of the chain, which a placeholder and an ending are about, or its own."""
        return self.chain.id if self.chain else self.id

    @property
    def whole_name(self) -> str:
        """Likewise."""
        return self.chain.name if self.chain else self.name

    @property
    def source_id(self) -> str:
        """Of the job whose result this one works on, '' for none."""
        return self.request.model_input.job_id if self.request.model_input else ''

    @property
    def staged_id(self) -> str:
        """Of the job whose file of the artist's this one sends: its own, or the first of those that send the same."""
        model = self.request.model_input
        return (model.file_of if model else '') or self.id

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON values that `from_json` turns back into an equal job."""
        return asdict(self) | {'request': self.request.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Job:
        """Raise KeyError, TypeError or ValueError when `data` is not what `to_json` makes."""
        values = dict(data)
        values['state'] = State(values['state'])
        values['request'] = Request.from_json(values['request'])
        values['account'] = Account(**values['account'])
        values['batch'] = Batch(**values['batch']) if values.get('batch') else None
        values['chain'] = Chain(**values['chain']) if values.get('chain') else None
        values['full'] = Request.from_json(values['full']) if values.get('full') else None
        place = values['destination']
        values['destination'] = Destination(
            **place | {'location': tuple(place['location']), 'rotation': tuple(place['rotation'])}
        )
        if values.get('bucket'):
            bucket = values['bucket']['bucket']
            bucket = Bucket(**bucket | {'addressing': Addressing(bucket['addressing'])})
            values['bucket'] = BucketAccount(**values['bucket'] | {'bucket': bucket})
        if values.get('original'):
            values['original'] = _original(values['original'])
        converter = values['converter']
        values['converter'] = Converter(
            command=tuple(converter['command']), version=_version(converter['version'])
        )
        values['files'] = tuple(values['files'])
        for name in ('note', 'error'):
            values[name] = _failure(values[name]) if values[name] else None
        return cls(**values)


def new_id() -> str:
    """A fresh id for a job: 32 hexadecimal characters, also the name of its folder."""
    return uuid.uuid4().hex


def name_from(text: str, fallback: str = "Model", max_bytes: int = 48) -> str:
    """Return a clean name for data-blocks: one line, no control characters, at most `max_bytes` of UTF-8.

    Blender cuts names at 63 bytes and adds `.001`; 48 leaves room for a suffix of ours.
    """
    words = re.sub(r"[^\w\-' ]+", " ", text, flags=re.UNICODE).replace("_", " ").split()
    name = " ".join(words)
    while len(name.encode()) > max_bytes:
        shorter, _, _ = name.rpartition(" ")
        name = shorter or name[:-1]
    return name[:1].upper() + name[1:] or fallback


def _original(data: Mapping[str, Any]) -> Original:
    lists = ('matrix', 'frame', 'box', 'others')
    return Original(**dict(data) | {name: tuple(data[name]) for name in lists if name in data})


def _version(value: Any) -> tuple[int, int]:
    major, minor = value
    return int(major), int(minor)


def _failure(data: Mapping[str, Any]) -> Failure:
    return Failure(**dict(data) | {'kind': Kind(data['kind']), 'spent': Spent(data['spent'])})
