# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place where facts become sentences: what happened, whether money was spent, what to do next.

Needs no Blender: the language comes in as a function, so the command line can use it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import reduce

from ..jobs.job import State
from ..jobs.listing import Row, Step
from ..services.contract import GenerateType, Operation, ServiceTable, View
from ..services.errors import N_, Fact, Failure, Kind, Spent
from ..services.pricing import LABELS, Estimate

Translate = Callable[[str], str]


class NextStep(StrEnum):
    """What would help, as a button can do it."""

    NONE = ''
    OPEN_PREFERENCES = 'open_preferences'
    ALLOW_ONLINE = 'allow_online'
    OPEN_CONSOLE = 'open_console'
    OPEN_FOLDER = 'open_folder'


_STATES = {
    State.QUEUED: N_("Queued"),
    State.SUBMITTING: N_("Sending"),
    State.WAITING: N_("Waiting"),
    State.RUNNING: N_("Generating"),
    State.DOWNLOADING: N_("Downloading"),
    State.CONVERTING: N_("Converting"),
    State.READY: N_("Ready"),
    State.ARRIVED: N_("In the scene"),
    State.REJECTED: N_("Not accepted"),
    State.UNKNOWN: N_("Unknown"),
    State.FAILED: N_("Failed"),
    State.CANCELLED: N_("Cancelled"),
    State.EXPIRED: N_("Expired"),
}

_SPENT = {
    Spent.NO: N_("Nothing was spent"),
    Spent.MAYBE: N_("It may have been charged"),
    Spent.YES: N_("It has been charged"),
    Spent.UNTOLD: N_("The provider's console says whether it was charged"),
}

_ADVICE = {
    Kind.INPUT: N_("Change it and generate again"),
    Kind.CONTENT: N_("The service's content rules refuse this: change the prompt or the picture"),
    Kind.CREDENTIALS: N_("Check the key in the preferences"),
    Kind.CLOCK: N_("Set this computer's clock"),
    Kind.BILLING: N_("See the provider's console"),
    Kind.LIMIT: N_("Raise or remove the monthly limit in the preferences"),
    Kind.OFFLINE: N_("Allow online access in Preferences ▸ System ▸ Network"),
    Kind.GONE: N_("Send it again if you still want it"),
    Kind.UNSUPPORTED: N_("Check region and endpoint in the preferences, or update this add-on"),
    Kind.FILE: N_("Retry downloads it once more; the file is kept in the job's folder"),
    Kind.DISK: N_("Free some space or choose another library folder, then retry"),
    Kind.BLENDER: N_("Retry converts it once more; the file is kept in the job's folder"),
    Kind.SERVICE: N_("Try again later"),
    Kind.NETWORK: N_("Check the connection"),
}

_ENDINGS = {
    State.READY: N_("The model is ready: press Bring In, or open the file it was made for"),
    State.ARRIVED: N_("The model has arrived"),
}
_SAMPLE_ENDINGS = {
    State.READY: N_("The sample is ready: press Bring In, or open the file it was made for"),
    State.ARRIVED: N_("The sample has arrived"),
}

_FILE_ENDING = N_("The file is in the job's folder, and beside the .blend file where that has been saved")

_PARTS_ENDING = N_(
    "The parts are painted on the model as face sets: see them with Paint Parts, then press Make Parts"
)

_DOUBT = N_("Look in the provider's console: if the job is there, paste its ID, else send it again")

WORDS: Mapping[StrEnum, str] = {
    GenerateType.NORMAL: N_("Normal"),
    GenerateType.LOW_POLY: N_("Low Poly"),
    GenerateType.GEOMETRY: N_("Geometry"),
    GenerateType.SKETCH: N_("Sketch"),
    View.LEFT: N_("left"),
    View.RIGHT: N_("right"),
    View.BACK: N_("back"),
    View.TOP: N_("top"),
    View.BOTTOM: N_("bottom"),
    View.LEFT_FRONT: N_("left front"),
    View.RIGHT_FRONT: N_("right front"),
}
"""What artists call what the services have identifiers for."""

_NEXT = {
    Kind.CREDENTIALS: NextStep.OPEN_PREFERENCES,
    Kind.UNSUPPORTED: NextStep.OPEN_PREFERENCES,
    Kind.OFFLINE: NextStep.ALLOW_ONLINE,
    Kind.BILLING: NextStep.OPEN_CONSOLE,
    Kind.LIMIT: NextStep.OPEN_PREFERENCES,
    Kind.DISK: NextStep.OPEN_FOLDER,
    Kind.FILE: NextStep.OPEN_FOLDER,
    Kind.BLENDER: NextStep.OPEN_FOLDER,
}


def _in_doubt(failure: Failure) -> bool:
    """Nobody knows whether the job was accepted. One that the service has deleted was accepted once."""
    return failure.spent is Spent.MAYBE and failure.kind is not Kind.GONE


def _unchanged(message: str) -> str:
    return message


def state_label(
    state: State, translate: Translate = _unchanged, operation: Operation = Operation.GENERATE
) -> str:
    """The name of a state, one to three words."""
    if state is State.ARRIVED and operation is Operation.CONVERT:
        return translate(N_("Saved"))
    return translate(_STATES[state])


def step_label(row: Row, translate: Translate = _unchanged) -> str:
    """Which step of a chain is meant, '' for a job that is none."""
    if not row.steps:
        return ''
    facts: dict[str, Fact] = {
        'number': row.number,
        'count': len(row.steps),
        'step': translate(LABELS[row.operation]),
    }
    return fill(N_("{number} of {count}: {step}"), facts, translate)


def step_state_label(step: Step, translate: Translate = _unchanged) -> str:
    """Where one step of a chain stands."""
    return translate(N_("Not sent")) if step.is_halted else state_label(step.state, translate, step.operation)


def sentence(failure: Failure, translate: Translate = _unchanged) -> str:
    """What happened, in one sentence without a full stop. The service's own words follow in brackets."""
    text = fill(failure.message, failure.facts, translate)
    if not failure.service_message:
        return text
    facts = {'sentence': text, 'words': without_queries(failure.service_message)}
    return fill(N_("{sentence} ({words})"), facts, translate)


def spent(failure: Failure, translate: Translate = _unchanged) -> str:
    """Whether money was spent, in one sentence without a full stop."""
    return translate(_SPENT[failure.spent])


def advice(failure: Failure, translate: Translate = _unchanged) -> str:
    """What to do next, '' where only waiting helps."""
    if _in_doubt(failure):
        return translate(_DOUBT)
    return translate(_ADVICE[failure.kind]) if failure.kind in _ADVICE else ''


def next_step(failure: Failure) -> NextStep:
    """The button that belongs to `advice`."""
    if _in_doubt(failure):
        return NextStep.OPEN_CONSOLE
    return _NEXT.get(failure.kind, NextStep.NONE)


def full_text(failure: Failure, translate: Translate = _unchanged) -> str:
    """All three, as running text without the last full stop, as Blender's own reports are."""
    return running(
        (sentence(failure, translate), spent(failure, translate), advice(failure, translate)), translate
    )


def running(sentences: Iterable[str], translate: Translate = _unchanged) -> str:
    """Sentences one after the other, '' left out, with the full stops of the language between them."""
    return _joined(sentences, N_("{text}. {more}"), translate)


def listed(items: Iterable[str], translate: Translate = _unchanged) -> str:
    """Things one after the other, with the commas of the language between them."""
    return _joined(items, N_("{text}, {more}"), translate)


def _joined(parts: Iterable[str], pattern: str, translate: Translate) -> str:
    words = [part for part in parts if part]
    return (
        reduce(lambda text, more: fill(pattern, {'text': text, 'more': more}, translate), words)
        if words
        else ""
    )


def price_text(estimate: Estimate, translate: Translate = _unchanged) -> str:
    """The price with its parts, and how far it can be trusted."""
    parts = " + ".join(f"{translate(label)} {price}" for label, price in estimate.parts)
    total = fill(
        N_("About {credits} credits: {parts}"), {'credits': estimate.total, 'parts': parts}, translate
    )
    note = N_("Estimate as of {date}")
    if not estimate.certain:
        note = N_("Estimate as of {date}, not from the provider's own price list")
    return running((total, fill(note, {'date': estimate.as_of}, translate)), translate)


def ending(row: Row, table: ServiceTable | None, translate: Translate = _unchanged) -> str:
    """How a job has ended, and whether money was spent, as running text that begins with the job's name.

    `table` is that of its service, None for one that this version does not know.
    """
    if row.error is not None:
        text = full_text(told(row.error, table), translate)
    else:
        is_sample = table is not None and table.is_sample
        what = translate((_SAMPLE_ENDINGS if is_sample else _ENDINGS)[row.state])
        if row.operation is Operation.CONVERT:
            what = translate(_FILE_ENDING)
        elif row.only_finds_parts and row.state is State.ARRIVED:
            what = translate(_PARTS_ENDING)
        text = running((what, _cost(row, table, translate)), translate)
    return fill(N_("{name}: {text}"), {'name': row.name, 'text': text}, translate)


def told(failure: Failure, table: ServiceTable | None) -> Failure:
    """The failure as it is told: at a service that costs nothing, nothing was spent."""
    return replace(failure, spent=Spent.NO) if table is not None and table.is_free else failure


def amount(row: Row, table: ServiceTable | None, translate: Translate = _unchanged) -> str:
    """What a job has cost, '' where that is nothing or not known."""
    if row.credits is None or (table is not None and table.is_free):
        return ''
    return money(row.credits, in_dollars=table is not None and table.in_dollars, translate=translate)


def money(amount: float, *, in_dollars: bool, translate: Translate = _unchanged) -> str:
    """An amount of credits or dollars."""
    if in_dollars:
        return fill(N_("US$ {dollars:.2f}"), {'dollars': amount}, translate)
    return fill(N_("{credits:g} credits"), {'credits': amount}, translate)


def _cost(row: Row, table: ServiceTable | None, translate: Translate) -> str:
    cost = amount(row, table, translate)
    if cost:
        return fill(N_("It cost {amount}"), {'amount': cost}, translate)
    return translate(_SPENT[Spent.NO if table is not None and table.is_free else Spent.YES])


def details(row: Row) -> str:
    """What the service's support asks for, a line each; holds no prompt, no key and no signed URL."""
    failure = row.error or row.note
    lines = {
        "Job": row.id,
        "State": row.state,
        "Service": row.service,
        "Job id at the service": row.remote_id,
    }
    if failure is not None:
        lines |= {
            "Kind": failure.kind,
            "Code": failure.code,
            "Message": without_queries(fill(failure.message, failure.facts)),
            "Service says": without_queries(failure.service_message),
            "Request id": failure.request_id,
        }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def without_queries(text: str) -> str:
    """The text with links cut before their query, which in a signed link grants the file to anyone."""
    return re.sub(r"(\w+://[^\s?#]*)[?#]\S*", r"\1", text)


def fill(message: str, facts: Mapping[str, Fact], translate: Translate = _unchanged) -> str:
    """Put the facts into the sentence, both translated; a sentence whose names do not fit is shown as it is."""
    sentence = translate(message)
    try:
        return sentence.format(**{name: _worded(fact, translate) for name, fact in facts.items()})
    except (KeyError, IndexError, ValueError):
        return sentence


def _worded(fact: Fact, translate: Translate) -> str | int | float:
    if isinstance(fact, tuple):
        return listed((str(_worded(item, translate)) for item in fact), translate)
    return translate(WORDS.get(fact, fact)) if isinstance(fact, StrEnum) else fact
