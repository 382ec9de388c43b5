# SPDX-License-Identifier: GPL-3.0-or-later
"""The words all layers share: what is asked of a service, what it offers, and what it answers.

A service is a `ServiceTable` (facts) and an object with the three methods of `Service`. Panels, checks, prices and
the scheduler know nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field, replace
from enum import StrEnum
from typing import Any, Protocol

from ..value import value
from . import model_options
from .meanings import Meaning
from .model_options import InputModel, ModelLimits, Options
from .sampling import Sampling, SamplingLimits


class Operation(StrEnum):
    """What a service is asked to do."""

    GENERATE = 'generate'
    """A model from a prompt or pictures, full quality ("Pro")."""
    RAPID = 'rapid'
    """A model from a prompt or a picture, quick and simple ("Rapid", "Express")."""
    STANDARD = 'standard'
    """A model from a prompt or pictures, of the generation before "Pro", in any format."""
    PARTS = 'parts'
    """A model cut into its parts. This one and all below work on a model that exists."""
    TEXTURE = 'texture'
    """A texture for a model, from a prompt or pictures."""
    TOPOLOGY = 'topology'
    """The same shape out of fewer, better placed faces."""
    UV = 'uv'
    """The model unwrapped."""
    RIG = 'rig'
    """An armature that moves the model, perhaps with a motion."""
    MOTION = 'motion'
    """A motion from a prompt, for a rig that the service has made."""
    CONVERT = 'convert'
    """The model in another file format, or filmed."""


GENERATING = (Operation.GENERATE, Operation.RAPID, Operation.STANDARD)
"""What makes a model out of a prompt or pictures; everything else works on a model."""

OPTIONS: Mapping[Operation, type[Options]] = {
    Operation(name): kind for name, kind in model_options.KINDS.items()
}
"""The options of the operations that have some of their own."""


class KeyField(StrEnum):
    """A part of a key."""

    SECRET_ID = 'secret_id'
    SECRET_KEY = 'secret_key'
    API_KEY = 'api_key'
    TOKEN = 'token'
    """Of temporary keys only."""


KEY_PAIR = (KeyField.SECRET_ID, KeyField.SECRET_KEY, KeyField.TOKEN)
ONE_KEY = (KeyField.API_KEY,)


class GenerateType(StrEnum):
    """Tencent's `GenerateType`, spelled as the services spell it."""

    NORMAL = 'Normal'
    LOW_POLY = 'LowPoly'
    GEOMETRY = 'Geometry'
    SKETCH = 'Sketch'


class PolygonType(StrEnum):
    """Tencent's `PolygonType`, for `GenerateType.LOW_POLY` only."""

    TRIANGLE = 'triangle'
    QUADRILATERAL = 'quadrilateral'


class View(StrEnum):
    """Sides of an object beside the front, which is the main picture. Spelled as the services spell them."""

    LEFT = 'left'
    RIGHT = 'right'
    BACK = 'back'
    TOP = 'top'
    BOTTOM = 'bottom'
    LEFT_FRONT = 'left_front'
    RIGHT_FRONT = 'right_front'


@value
class Picture:
    """A picture to send: a file in the job's `input` folder, or a URL that the service fetches itself."""

    file: str = ''
    """Plain file name, empty for a URL."""
    url: str = ''
    format: str = ''
    """'png', 'jpg' or 'webp' by content, '' when unknown (a URL, or no picture at all)."""
    width_px: int = 0
    height_px: int = 0
    size_bytes: int = 0
    sha256: str = ''


@value
class Request:
    """What the artist asks for, complete: with the input files it can be sent again years later."""

    operation: Operation
    prompt: str = ''
    image: Picture | None = None
    views: Mapping[View, Picture] = field(default_factory=dict)
    model: str = ''
    """Model version as the service names it, '' where the operation has none."""
    generate_type: GenerateType = GenerateType.NORMAL
    face_count: int | None = None
    """None leaves the choice to the service; setting it costs extra."""
    polygon_type: PolygonType = PolygonType.TRIANGLE
    enable_pbr: bool = False
    enable_geometry: bool = False
    """Rapid only: shape without texture."""
    result_format: str = ''
    """'' leaves the choice to the client module, which asks for what converts best."""
    sampling: Sampling | None = None
    """None where the service does not let it be chosen."""
    model_input: InputModel | None = None
    """The model to work on."""
    options: Options | None = None
    """Of the kind that `OPTIONS` has for the operation, None where it has none."""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, the main one first."""
        return ((self.image,) if self.image else ()) + tuple(self.views.values())

    @property
    def files(self) -> Mapping[str, str]:
        """SHA-256 of each file in the job's `input` folder whose bytes are sent in the request, by name."""
        files = {picture.file: picture.sha256 for picture in self.pictures if picture.file}
        return files | model_options.files_of(self.options)

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON values that `from_json` turns back into an equal request. Links to the model stay out."""
        model = self.model_input
        return asdict(replace(self, model_input=replace(model, url='')) if model else self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Request:
        """Raise KeyError, TypeError or ValueError when `data` is not what `to_json` makes."""
        values = dict(data)
        values['operation'] = Operation(values['operation'])
        values['generate_type'] = GenerateType(values['generate_type'])
        values['polygon_type'] = PolygonType(values['polygon_type'])
        values['image'] = Picture(**values['image']) if values['image'] else None
        values['sampling'] = Sampling(**values['sampling']) if values.get('sampling') else None
        values['model_input'] = InputModel(**values['model_input']) if values.get('model_input') else None
        if values.get('options'):
            values['options'] = model_options.from_json(OPTIONS[values['operation']], values['options'])
        values['views'] = {View(name): Picture(**picture) for name, picture in values['views'].items()}
        return cls(**values)


# What a service offers


@value
class PictureLimits:
    """What pictures an operation takes. Pixel limits are inclusive."""

    side_min_px: int
    side_max_px: int
    size_max_bytes: int
    """Of one file, before base64."""
    total_max_bytes: int
    """Of all files of a request together, before base64."""
    formats: tuple[str, ...]
    view_formats: tuple[str, ...] = ()
    view_sides_px: tuple[int, int] | None = None
    """Lowest and highest, where those of views are others."""

    def sides_px(self, *, of_view: bool) -> tuple[int, int]:
        """How short and how long the sides of a picture may be."""
        return self.view_sides_px if of_view and self.view_sides_px else (self.side_min_px, self.side_max_px)


@value
class ModelTable:
    """What one model version can do."""

    name: str = ''
    generate_types: tuple[GenerateType, ...] = (GenerateType.NORMAL,)
    views: tuple[View, ...] = ()


@value
class Prices:
    """Credits for an operation. Estimates: services change them without notice."""

    as_of: str
    """ISO date on which the source was read."""
    by_generate_type: Mapping[GenerateType, int]
    views: int = 0
    pbr: int = 0
    face_count: int = 0
    result_format: int = 0
    post_process: int = 0
    certain: bool = True
    """False: from secondary sources only."""


@value
class Offer:
    """One operation of one service."""

    prompt_max_characters: int
    """0: no prompt."""
    pictures: PictureLimits | None = None
    """None: no pictures."""
    models: tuple[ModelTable, ...] = (ModelTable(),)
    """The default first. Exactly one, with an empty name, where there is no choice."""
    face_count: tuple[int, int] | None = None
    """Smallest and largest, None where it cannot be chosen."""
    pbr: bool = False
    geometry_switch: bool = False
    """True: `enable_geometry` exists (Rapid)."""
    result_formats: tuple[str, ...] = ('',)
    """Formats that may be asked for, '' meaning the service's default, first what we prefer."""
    concurrent_jobs: int = 1
    """Jobs submitted and not finished that one account may have."""
    requests_per_s: float = 1.0
    prices: Prices | None = None
    """None: not known."""
    reports_credits: bool = False
    """True: a finished job says what it cost."""
    sampling: SamplingLimits | None = None
    """None: cannot be chosen."""
    sketch_needs_prompt: bool = False
    pbr_needs_prompt: bool = False
    model_input: ModelLimits | None = None
    """None: it makes a model out of nothing."""
    options: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    """Fields of the request's options that exist here, of numbers with their smallest and largest value."""

    def model(self, name: str) -> ModelTable | None:
        """The table of version `name`, the default one for '', None for an unknown one."""
        return self.models[0] if not name else next((m for m in self.models if m.name == name), None)


@value
class ServiceTable:
    """All that is fixed about a service."""

    id: str
    """Stable: used by scripts, presets and stored jobs."""
    label: str
    offers: Mapping[Operation, Offer]
    endpoint: str
    """Scheme and host, '' where it is found at run time (the sandbox)."""
    regions: tuple[str, ...] = ()
    """Default first, empty where there are none."""
    key_fields: tuple[KeyField, ...] = ()
    """What a key consists of; empty for a service without keys."""
    job_lifetime_s: float
    """How long a job id and its result URLs live after the submit."""
    key_hosts: tuple[str, ...] = ()
    """Further hosts of its own, beside the endpoint's; a dot in front stands for every host below."""
    is_sample: bool = False
    """True: results are samples (the sandbox)."""
    is_free: bool = False
    """True: nothing is ever charged."""
    shares_slots: bool = False
    """True: jobs of all operations take the same slots, as on one computer."""
    in_dollars: bool = False
    """True: what a job cost is told in US dollars instead of credits."""
    console_url: str = ''
    keys_url: str = ''

    @property
    def needs_key(self) -> bool:
        """Whether its own endpoint wants a key."""
        return bool(self.key_fields and self.endpoint)

    @property
    def generating(self) -> tuple[Operation, ...]:
        """What it offers that makes a model out of a prompt or pictures."""
        return tuple(operation for operation in self.offers if operation in GENERATING)


class Key:
    """The key of an account, held in memory only. Shows as its last four characters, whoever prints it."""

    __slots__ = ('id', 'secret', 'token')

    def __init__(self, secret: str, *, id: str = '', token: str = '') -> None:  # noqa: A002 - the field's own word
        self.id = id.strip()
        """Tencent's SecretId, '' for services with a single key."""
        self.secret = secret.strip().removeprefix('Bearer ').strip()
        """Without the word that some consoles and examples put in front."""
        self.token = token.strip()
        """Session token of temporary credentials, '' for permanent ones."""

    @property
    def hint(self) -> str:
        """The last four characters of the id, or of the secret where there is no id."""
        return (self.id or self.secret)[-4:]

    def __repr__(self) -> str:
        return f"Key(…{self.hint})"

    def __reduce__(self) -> str:
        raise TypeError("a key is never pickled")


# What it answers


class Status(StrEnum):
    """Where a job stands at the service."""

    WAITING = 'waiting'
    RUNNING = 'running'
    DONE = 'done'
    FAILED = 'failed'


@value
class ResultFile:
    """One file of a finished job. The URL is a secret: it grants the file to anyone."""

    url: str = field(default='', repr=False)
    data: bytes = field(default=b'', repr=False)
    """The file itself, where the service sends it in its answer instead of a URL."""
    type: str = ''
    """The service's word for the format; content decides, this comes last."""
    preview_url: str = field(default='', repr=False)


@value
class Submission:
    """The service has taken the job."""

    remote_id: str
    """What the service is asked with. An answer that brings `files` may have none; without either, nothing was begun
    yet: `holding.Maker` has the model made.
    """
    request_id: str = ''
    files: tuple[ResultFile, ...] = ()
    """The result, where the service answers with it at once."""


@value
class Answer:
    """What a query says about a job."""

    status: Status
    word: str = ''
    """The service's own status word; an unknown one counts as RUNNING."""
    progress: float | None = None
    """0 to 1, None where the service states none."""
    files: tuple[ResultFile, ...] = ()
    error_code: str = ''
    error_message: str = ''
    meaning: Meaning | None = None
    """FAILED: what the code says about the request, None where it says nothing of it."""
    credits: float | None = None
    """What the job really cost, None where the service does not say. Dollars where `ServiceTable.in_dollars`."""
    credit_details: str = ''
    charge_untold: bool = False
    """FAILED: nobody says whether the job was charged all the same."""
    request_id: str = ''


class Service(Protocol):
    """A service with an account, ready to be called. Every call raises `errors.ServiceError` or returns."""

    table: ServiceTable

    def submit(self, request: Request, inputs: Mapping[str, bytes], attempt_id: str) -> Submission:
        """Send the job, once. `inputs` holds the bytes of each `Picture.file`; `attempt_id` is a UUID for tracing."""

    def query(self, request: Request, remote_id: str) -> Answer:
        """Ask where the job of a request stands. Costs nothing."""

    def test_connection(self) -> None:
        """Tell a good key from a bad one without spending anything; return when it is good."""
