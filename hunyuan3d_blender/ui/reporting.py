# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place where facts become sentences: what happened, whether money was spent, what to do next.

Needs no Blender: the language comes in as a function, so the command line can use it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from ..jobs.job import State
from ..jobs.listing import Row
from ..services.errors import N_, Failure, Kind, Spent

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
}

_ADVICE = {
    Kind.INPUT: N_("Change it and generate again"),
    Kind.CONTENT: N_("The service's content rules refuse this: change the prompt or the picture"),
    Kind.CREDENTIALS: N_("Check the key in the preferences"),
    Kind.CLOCK: N_("Set this computer's clock"),
    Kind.BILLING: N_("See the provider's console"),
    Kind.OFFLINE: N_("Allow online access in Preferences ▸ System ▸ Network"),
    Kind.GONE: N_("Send it again if you still want it"),
    Kind.UNSUPPORTED: N_("Check region and endpoint in the preferences, or update this add-on"),
    Kind.FILE: N_("Retry downloads it once more; the file is kept in the job's folder"),
    Kind.DISK: N_("Free some space or choose another library folder, then retry"),
    Kind.BLENDER: N_("Retry converts it once more; the file is kept in the job's folder"),
    Kind.SERVICE: N_("Try again later"),
    Kind.NETWORK: N_("Check the connection"),
}

_DOUBT = N_("Look in the provider's console: if the job is there, paste its ID, else send it again")

_NEXT = {
    Kind.CREDENTIALS: NextStep.OPEN_PREFERENCES,
    Kind.UNSUPPORTED: NextStep.OPEN_PREFERENCES,
    Kind.OFFLINE: NextStep.ALLOW_ONLINE,
    Kind.BILLING: NextStep.OPEN_CONSOLE,
    Kind.DISK: NextStep.OPEN_FOLDER,
    Kind.FILE: NextStep.OPEN_FOLDER,
    Kind.BLENDER: NextStep.OPEN_FOLDER,
}


def _in_doubt(failure: Failure) -> bool:
    """Nobody knows whether the job was accepted. One that the service has deleted was accepted once."""
    return failure.spent is Spent.MAYBE and failure.kind is not Kind.GONE


def _unchanged(message: str) -> str:
    return message


def state_label(state: State, translate: Translate = _unchanged) -> str:
    """The name of a state, one to three words."""
    return translate(_STATES[state])


def sentence(failure: Failure, translate: Translate = _unchanged) -> str:
    """What happened, in one sentence without a full stop. The service's own words follow in brackets."""
    text = fill(translate(failure.message), failure.facts)
    if failure.service_message:
        text += f" ({without_queries(failure.service_message)})"
    return text


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
    """All three, as running text."""
    parts = (sentence(failure, translate), spent(failure, translate), advice(failure, translate))
    return ". ".join(part for part in parts if part) + "."


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


def fill(message: str, facts: dict[str, str | int | float]) -> str:
    """Put the facts into the sentence; a sentence whose names do not fit is shown as it is."""
    try:
        return message.format(**facts)
    except (KeyError, IndexError, ValueError):
        return message
