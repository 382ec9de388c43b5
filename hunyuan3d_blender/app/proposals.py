# SPDX-License-Identifier: GPL-3.0-or-later
"""What would become a batch: its jobs, its price, and what of a list is left out and why. Nothing is started here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..jobs import lists
from ..jobs.job import name_from
from ..services.contract import GenerateType
from ..services.errors import N_, Fact, Failure, Kind
from ..services.limits import Problem
from ..services.registry import TABLES
from ..value import value
from .drafts import Draft, price, problems
from .session import NotPossible, session

BATCH_MAX = 500
"""Jobs of one batch. Whoever wants more has time to look at the first ones."""

_NUMBER_BYTES = 4
"""Room for a number behind a name."""


@value
class Entry:
    """A job of a batch."""

    name: str
    draft: Draft


@value
class LeftOut:
    """What of a list does not become a job."""

    text: str
    """The prompt, or the name of the file; '' where many are meant."""
    problem: Problem
    count: int = 1


@value
class Proposal:
    """A batch that the artist has not agreed to yet."""

    name: str
    """Of the list, and of the collection that the models would arrive in."""
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def service(self) -> str:
        """Whom all would be sent to."""
        return self.entries[0].draft.service

    @property
    def credits(self) -> int | None:
        """What all would cost together, None where that is not known."""
        estimate = price(self.entries[0].draft)  # a price does not depend on what is to be made
        return estimate.total * len(self.entries) if estimate else None


def variants(draft: Draft, count: int) -> Proposal:
    """The same `count` times, each from another seed where the service takes one. Raise NotPossible."""
    for problem in problems(draft):
        raise NotPossible(Failure(kind=Kind.INPUT, message=problem.message, facts=problem.facts))
    text = draft.prompt or Path(draft.picture_file).stem
    short = name_from(text, max_bytes=48 - _NUMBER_BYTES)
    entries = (Entry(name=f"{short} {number + 1}", draft=_seeded(draft, number)) for number in range(count))
    return Proposal(name=name_from(text), entries=tuple(entries))


def batch_of_prompts(draft: Draft, name: str, text: str) -> Proposal:
    """A model for each line of a text. Raise NotPossible when there is none."""
    prompts = lists.prompts_in(text)
    drafts = ((prompt, replace(_plain(draft), prompt=prompt)) for prompt in prompts)
    return _proposal(name, drafts, len(prompts))


def batch_of_file(draft: Draft, file: Path) -> Proposal:
    """The same for a text file. Raise NotPossible."""
    try:
        text = lists.read_text(file)
    except lists.TooLarge as error:
        raise _no_list(N_("{name} is too large for a list of prompts"), name=file.name) from error
    except lists.NotText as error:
        raise _no_list(
            N_("{name} is no text in UTF-8: save it as such, or choose another file"), name=file.name
        ) from error
    except OSError as error:
        raise _unreadable(file, error) from error
    return batch_of_prompts(draft, name_from(file.stem, "Batch"), text)


def batch_of_folder(draft: Draft, folder: Path) -> Proposal:
    """A model for each picture of a folder. Raise NotPossible when there is none."""
    try:
        files = lists.files_in(folder)
    except OSError as error:
        raise _unreadable(folder, error) from error
    for file in files[: lists.ENTRIES_MAX]:
        session().pictures[str(file)] = lists.glance(file)
    drafts = (
        (file.name, replace(_plain(draft), picture_file=str(file))) for file in files[: lists.ENTRIES_MAX]
    )
    return _proposal(name_from(folder.name, "Batch"), drafts, len(files))


def _plain(draft: Draft) -> Draft:
    """The settings without what they are applied to."""
    is_sketch = draft.generate_type is GenerateType.SKETCH
    made = GenerateType.NORMAL if is_sketch else draft.generate_type
    return replace(draft, prompt='', picture_file='', needs_picture=False, view_files={}, generate_type=made)


def _proposal(name: str, drafts: Iterable[tuple[str, Draft]], total: int) -> Proposal:
    """Divide what the service would take from what it would not. `total` is how many there are, looked at or not."""
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    for text, draft in drafts:
        if len(entries) == BATCH_MAX:
            break
        found = problems(draft)
        if found:
            left_out.append(LeftOut(text=text, problem=found[0]))
        else:
            entries.append(Entry(name=name_from(draft.prompt or Path(text).stem), draft=draft))
    more = total - len(entries) - len(left_out)
    if more:
        message = N_("A batch has {limit} jobs at most")
        beyond = Problem(field='prompt', message=message, facts={'limit': BATCH_MAX})
        left_out.append(LeftOut(text='', problem=beyond, count=more))
    if not entries:
        raise _nothing(name, left_out)
    return Proposal(name=name, entries=tuple(entries), left_out=tuple(left_out))


def _nothing(name: str, left_out: list[LeftOut]) -> NotPossible:
    if not left_out:
        return _no_list(N_("There is nothing in {name} to make models of"), name=name)
    problem = left_out[0].problem
    return NotPossible(Failure(kind=Kind.INPUT, message=problem.message, facts=problem.facts))


def _seeded(draft: Draft, number: int) -> Draft:
    limits = TABLES[draft.service].offers[draft.operation].sampling
    if limits is None:
        return draft
    lowest, highest = limits.seed
    seed = lowest + (draft.sampling.seed - lowest + number) % (highest - lowest + 1)
    return replace(draft, sampling=replace(draft.sampling, seed=seed))


def _no_list(message: str, **facts: Fact) -> NotPossible:
    return NotPossible(Failure(kind=Kind.INPUT, message=message, facts=facts))


def _unreadable(path: Path, error: OSError) -> NotPossible:
    message = N_("{name} cannot be read: {reason}")
    return _no_list(message, name=path.name, reason=error.strerror or str(error))
