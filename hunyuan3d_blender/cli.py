# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: `blender --command hunyuan3d generate …`, and `python -m hunyuan3d_blender generate …`.

Progress goes to standard error. The exit code is 0 only when the output file is written. The job itself is an ordinary
one: should this process die, the worker fetches the model all the same, and any Blender can bring it in.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .services.contract import GenerateType, Operation, PolygonType
from .services.errors import N_, Failure, Kind, Spent
from .services.registry import TABLES

if TYPE_CHECKING:
    from .app import Draft
    from .jobs.job import Job

LOOK_S = 0.25
"""How often the job is looked at."""

REMIND_S = 30.0
"""How often it is said again what is waited for."""

LOCK_S = 30.0
"""How long a locked job list is waited for: there is no window that could freeze."""

SIZE_MAX_M = 10_000.0

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as error:  # argparse has said what is wrong
        return int(error.code or 0)
    try:
        _load_blender()
        return generate(options)
    except ModuleNotFoundError as error:
        if error.name != 'bpy':
            raise
        _say("error: this Python has no bpy; use one that has, or: blender --command hunyuan3d generate …")
        return EXIT_USAGE
    except KeyboardInterrupt:
        _say(
            "Interrupted. A job that was begun goes on, or is sent once that is possible; the Jobs panel of any Blender"
            " brings its model in, or cancels it."
        )
        return EXIT_INTERRUPTED


def _load_blender() -> None:
    """Import all of Blender before anything is sent: an interrupt in the middle of that would be lost, or crash it."""
    interrupts: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, _frame: interrupts.append(number))
    except ValueError:  # not the main thread: then interrupts do not come here
        return
    try:
        from . import app  # noqa: F401
    finally:
        # None: a handler of Blender's own, which Python cannot put back and which would swallow the interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)
    if interrupts:
        raise KeyboardInterrupt


def generate(options: argparse.Namespace) -> int:
    """Start the job, follow it to its end, and write the model."""
    from . import app

    is_free = TABLES[options.service].is_free
    try:
        with app.chosen_by_name(options.service, options.endpoint, options.account):
            try:
                _generate(options)
            except UsageError as error:
                _say(f"error: {error}")
                return EXIT_USAGE
            except (app.NotPossible, app.output.NotWritten, Ended) as error:
                _say(
                    f"error: {_explained(error.failure, is_free=is_free)}{_remedy(error.failure, options.service)}"
                )
                return EXIT_FAILED
    except app.NotPossible as error:  # there is no such account
        _say(f"error: {_explained(error.failure, is_free=is_free)}")
        return EXIT_USAGE
    _say(f"Written: {options.output}")
    return 0


def _remedy(failure: Failure, service: str) -> str:
    """What to do about a missing key, '' for other failures."""
    from . import app

    variables = app.missing_variables(service) if failure.kind is Kind.CREDENTIALS else ()
    if not variables:
        return ""
    return f". Set {' and '.join(variables)}, or save a key in Blender's preferences and name its --account"


def _explained(failure: Failure, *, is_free: bool) -> str:
    """What went wrong, whether it was charged, and what to do."""
    from .ui.reporting import sentence, spent

    text = sentence(failure)
    text += _WHERE_TO_ALLOW.get(failure.kind, "")
    if failure.spent is not Spent.NO and not is_free:
        text += f". {spent(failure)}"
    if failure.spent is Spent.MAYBE:
        text += (
            ". Decide in Blender's Jobs panel before you type the command again: that would send another job"
        )
    return text


_WHERE_TO_ALLOW = {
    Kind.OFFLINE: "; allow it in Preferences > System > Network, or for this run with --online-mode"
}


def _generate(options: argparse.Namespace) -> None:
    from . import app
    from .jobs.job import Destination

    app.be_patient(LOCK_S)
    if options.online_mode:
        app.allow_online_access()
    draft = _draft(options)
    app.output.check_output(options.output)
    if not app.problems(draft):  # else that is what will be said
        without = _without_effect(options, draft)
        if without:
            _say(f"note: without effect here: {', '.join(without)}")
        _say(_price(draft))
    job = app.submit(draft, Destination())
    _say(f"{job.name}: job {job.id} at {TABLES[draft.service].label}")
    job = follow(job.id, _Progress())
    app.output.write_output(job, app.folder_of(job.id), options.output)


def _without_effect(options: argparse.Namespace, draft: Draft) -> list[str]:
    """The options that were typed and that change nothing."""
    from . import app
    from .services.limits import effective

    offer = TABLES[draft.service].offers[draft.operation]
    request = app.request_of(draft)
    sent = effective(request, offer)
    found = []
    for name in dict.fromkeys(option.partition("=")[0] for option in options.option):
        field_name = _OPTIONS[name][0]
        if hasattr(draft.sampling, field_name):
            is_used = offer.sampling is not None
        elif field_name == 'target_size_m':
            is_used = options.output.endswith('.blend')
        else:
            is_used = getattr(sent, field_name) == getattr(request, field_name)
        if not is_used:
            found.append(name)
    return found


def _price(draft: Draft) -> str:
    """What the job will cost, as far as that is known before it is sent."""
    from . import app
    from .ui.reporting import price_text

    table, price = TABLES[draft.service], app.price(draft)
    if table.is_free:
        return "Costs nothing"
    return price_text(price) if price else f"What {table.label} will charge is not known beforehand"


class UsageError(Exception):
    """The arguments make no request."""


class Ended(Exception):
    """The job ended without a model."""

    def __init__(self, job: Job | None) -> None:
        super().__init__("ended")
        error = job.error if job else None
        self.failure = error or Failure(kind=Kind.INPUT, message=N_("The job was cancelled"))


def follow(job_id: str, show: Callable[[Job], None]) -> Job:
    """Wait until the model is ready. Raise `Ended` when it will not be, or `app.NotPossible`."""
    from . import app
    from .jobs.job import OPEN, State

    while True:
        try:
            job = app.look(job_id)
        except app.NotPossible as error:
            if error.failure.kind is not Kind.BUSY:
                raise
        else:
            if job is None:
                raise Ended(None)
            show(job)
            if job.state in (State.READY, State.ARRIVED):
                return job
            if job.state not in OPEN:
                raise Ended(job)
            trouble = app.worker_trouble()
            if trouble is not None:
                raise app.NotPossible(trouble)
        time.sleep(LOOK_S)


@dataclass
class _Progress:
    """Says each new state once, the percentage of long steps now and then, and while nothing changes that it waits."""

    _said: str = ''
    _begun: float = field(default_factory=time.monotonic)
    _said_at: float = field(default_factory=time.monotonic)

    def __call__(self, job: Job) -> None:
        from .jobs.job import State
        from .ui.reporting import sentence, state_label

        text = state_label(job.state)
        if job.progress is not None:
            text += f" {int(job.progress * 10) * 10} %"
        if job.note is not None:
            goes_on = (
                "is sent once that is possible, until it is cancelled in Blender's Jobs panel"
                if job.state is State.QUEUED
                else "goes on"
            )
            why = sentence(job.note) + _WHERE_TO_ALLOW.get(job.note.kind, "")
            text += f" ({why}; Ctrl-C stops waiting, the job {goes_on})"
        now = time.monotonic()
        if text != self._said:
            _say(f"[{now - self._begun:6.1f} s] {text}")
        elif now - self._said_at >= REMIND_S:
            _say(
                f"[{now - self._begun:6.1f} s] Still {text[:1].lower()}{text[1:]}; Ctrl-C stops waiting, not the job"
            )
        else:
            return
        self._said, self._said_at = text, now


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hunyuan3d", description="Make a 3D model from a sentence or a picture."
    )
    commands = parser.add_subparsers(dest='command', required=True)
    command = commands.add_parser('generate', help="make a model and write it to a file")
    source = command.add_mutually_exclusive_group()
    source.add_argument('--prompt', default='', help="what to make")
    source.add_argument(
        '--image', default='', type=_absolute, metavar='FILE', help="a picture of it: PNG, JPEG, WebP"
    )
    command.add_argument(
        '--output', required=True, type=_absolute, metavar='FILE', help="a .blend or .glb to write"
    )
    command.add_argument(
        '--service', default='sandbox', choices=sorted(TABLES), help="default: sandbox (samples)"
    )
    command.add_argument(
        '--endpoint', default='', type=_url, metavar='URL', help="another host for the service"
    )
    command.add_argument(
        '--account',
        default='',
        metavar='NAME',
        help="one of the accounts in Blender's preferences, by its name",
    )
    command.add_argument('--online-mode', action='store_true', help=_ONLINE_HELP)
    command.add_argument('--option', action='append', default=[], metavar='NAME=VALUE', help=_OPTIONS_HELP)
    return parser


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ''  # argparse converts the default, too


def _url(text: str) -> str:
    if text and not text.startswith(('https://', 'http://')):
        raise argparse.ArgumentTypeError("it must begin with https:// (or http:// for this computer)")
    return text.rstrip('/')


def _metres(text: str) -> float:
    size = float(text)
    if not 0.0 <= size <= SIZE_MAX_M:
        raise ValueError(text)
    return size


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ('yes', 'no', 'true', 'false', '1', '0'):
        raise ValueError(text)
    return text.lower() in ('yes', 'true', '1')


_OPTIONS: dict[str, tuple[str, Callable[[str], Any], str]] = {
    'operation': ('operation', Operation, "generate, rapid; with vtrix also standard"),
    'model': ('model', str, "3.0, 3.1; where there is a choice"),
    'generate_type': ('generate_type', GenerateType, "Normal, LowPoly, Geometry"),
    'face_count': ('face_count', int, "3000 to 1500000"),
    'polygon_type': ('polygon_type', PolygonType, "triangle, quadrilateral; with LowPoly only"),
    'pbr': ('enable_pbr', _yes_or_no, "yes, no"),
    'geometry': ('enable_geometry', _yes_or_no, "yes, no; with rapid only"),
    'result_format': ('result_format', str.upper, "FBX, STL, USDZ; with rapid also GLB, OBJ"),
    'seed': ('seed', int, "0 to 4294967295; this and the next three with self_hosted only"),
    'steps': ('steps', int, "1 to 100"),
    'guidance': ('guidance', float, "0.1 to 20"),
    'octree_resolution': ('octree_resolution', int, "64 to 512"),
    'size': ('target_size_m', _metres, "longest side in metres, 0 as it comes; for .blend only"),
}
"""Option name: field of the draft, how its value is read, and what it may be."""

_OPTIONS_HELP = (
    "; ".join(f"{name} ({values})" for name, (_, _, values) in _OPTIONS.items()) + ". May be repeated"
)
_ONLINE_HELP = "allow this run to connect to the internet, as Blender's own option of that name does"


def _draft(options: argparse.Namespace) -> Draft:
    from . import app

    draft = app.Draft(service=options.service, prompt=options.prompt, picture_file=options.image)
    for option in options.option:
        name, _, value = option.partition("=")
        if name not in _OPTIONS:
            raise UsageError(f"unknown option {name!r}; there are: {', '.join(_OPTIONS)}")
        field_name, read, values = _OPTIONS[name]
        if not value:
            raise UsageError(f"option {name} needs a value, as in --option {name}=VALUE; it may be: {values}")
        try:
            changed = {field_name: read(value)}
            if hasattr(draft.sampling, field_name):
                changed = {'sampling': replace(draft.sampling, **changed)}
            draft = replace(draft, **changed)
        except ValueError as error:
            raise UsageError(f"option {name} cannot be {value!r}; it may be: {values}") from error
    if draft.operation not in TABLES[draft.service].generating:
        raise UsageError(f"{TABLES[draft.service].label} does not offer {draft.operation}")
    return draft


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
