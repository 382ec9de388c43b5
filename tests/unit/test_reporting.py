# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts become sentences: what happened, whether money was spent, what to do next."""

from __future__ import annotations

import pytest

from hunyuan3d_blender.i18n.zh_hans import TEXTS as ZH_HANS
from hunyuan3d_blender.jobs.actions import Action
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.listing import Row
from hunyuan3d_blender.services.contract import GenerateType, Operation, View
from hunyuan3d_blender.services.errors import Failure, Kind, Spent
from hunyuan3d_blender.services.pricing import Estimate
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.services.tencent_cloud import codes
from hunyuan3d_blender.ui import reporting
from hunyuan3d_blender.ui.reporting import NextStep

SIGNED = "https://bucket.example/a%20b.glb?q-sign-algorithm=sha1&q-ak=AKIDcanary&q-signature=canary"


def a_failure(kind=Kind.SERVICE, message="It broke", **values):
    return Failure(kind=kind, message=message, **values)


def a_row(**values):
    row = dict(
        id='0' * 32, name="Chair", state=State.FAILED, text="a secret chair", service='tencent_cn',
        operation=Operation.GENERATE, remote_id='1357',
        progress=None, bytes_done=0, bytes_total=None, elapsed_s=5, error=None, note=None, credits=None,
        thumbnail=None, can=frozenset({Action.REMOVE}),
    )  # fmt: skip
    return Row(**row | values)


@pytest.mark.parametrize('kind', Kind)
@pytest.mark.parametrize('spent', Spent)
def test_every_failure_says_what_happened_and_about_money(kind, spent):
    text = reporting.full_text(a_failure(kind, spent=spent))
    assert text.startswith("It broke. ")
    assert reporting.spent(a_failure(kind, spent=spent)) in text
    assert not text.endswith("."), "Blender's own reports have none either"
    assert ".." not in text
    assert "{" not in text


@pytest.mark.parametrize('kind', sorted(set(Kind) - {Kind.BUSY, Kind.INTERNAL}))
def test_every_kind_but_those_that_wait_advises_something(kind):
    assert reporting.advice(a_failure(kind))


@pytest.mark.parametrize(
    ('kind', 'step'),
    [
        (Kind.CREDENTIALS, NextStep.OPEN_PREFERENCES),
        (Kind.OFFLINE, NextStep.ALLOW_ONLINE),
        (Kind.BILLING, NextStep.OPEN_CONSOLE),
        (Kind.DISK, NextStep.OPEN_FOLDER),
        (Kind.INPUT, NextStep.NONE),
    ],
)
def test_the_next_step_fits_the_kind(kind, step):
    assert reporting.next_step(a_failure(kind)) is step


@pytest.mark.parametrize('kind', sorted(set(Kind) - {Kind.GONE}))
def test_who_may_have_been_charged_is_sent_to_the_console_before_sending_again(kind):
    doubtful = a_failure(kind, spent=Spent.MAYBE)
    assert "console" in reporting.advice(doubtful)
    assert reporting.next_step(doubtful) is NextStep.OPEN_CONSOLE


def test_a_job_the_service_has_deleted_is_not_looked_for():
    deleted = a_failure(Kind.GONE, spent=Spent.MAYBE)
    assert "ID" not in reporting.advice(deleted)


@pytest.mark.parametrize(
    ('values', 'service', 'text'),
    [
        (dict(state=State.ARRIVED), 'sandbox', "Chair: The sample has arrived. Nothing was spent"),
        (dict(state=State.ARRIVED), 'tencent_cn', "Chair: The model has arrived. It has been charged"),
        (
            dict(state=State.ARRIVED, only_finds_parts=True),
            'tencent_cn',
            "Chair: The parts are painted on the model as face sets: see them with Paint Parts, then press Make Parts. "
            "It has been charged",
        ),
        (
            dict(state=State.ARRIVED, credits=15.5),
            'tencent_cn',
            "Chair: The model has arrived. It cost 15.5 credits",
        ),
        (
            dict(state=State.READY, credits=20.0),
            'tencent_cn',
            "Chair: The model is ready: press Bring In, or open the file it was made for. It cost 20 credits",
        ),
        (
            dict(state=State.FAILED, error=a_failure(spent=Spent.NO)),
            'tencent_cn',
            "Chair: It broke. Nothing was spent. Try again later",
        ),
        (
            dict(state=State.UNKNOWN, error=a_failure(spent=Spent.MAYBE)),
            'tencent_cn',
            "Chair: It broke. It may have been charged. Look in the provider's console: if the job is there, paste"
            " its ID, else send it again",
        ),
        (dict(state=State.ARRIVED, credits=0.4), 'vtrix', "Chair: The model has arrived. It cost US$ 0.40"),
        (dict(state=State.ARRIVED), 'self_hosted', "Chair: The model has arrived. Nothing was spent"),
        (
            dict(state=State.ARRIVED),
            'of another version',
            "Chair: The model has arrived. It has been charged",
        ),
        (
            dict(state=State.FAILED, error=a_failure(spent=Spent.YES)),
            'self_hosted',
            "Chair: It broke. Nothing was spent. Try again later",
        ),
        (
            dict(state=State.FAILED, error=a_failure(spent=Spent.UNTOLD)),
            'vtrix',
            "Chair: It broke. The provider's console says whether it was charged. Try again later",
        ),
    ],
)
def test_an_ending_says_which_job_what_happened_and_about_money(values, service, text):
    assert reporting.ending(a_row(**values), TABLES.get(service)) == text


@pytest.mark.parametrize('code', sorted(codes._MEANINGS))
def test_every_known_code_has_a_sentence_of_its_own(code):
    meaning = codes.meaning_of(code)
    text = reporting.sentence(a_failure(meaning.kind, meaning.message, code=code))
    assert text == meaning.message
    assert not text.endswith(".")


@pytest.mark.parametrize('state', State)
def test_every_state_has_a_short_name(state):
    assert 0 < len(reporting.state_label(state)) <= 16


def test_all_words_of_ours_are_translated_and_none_of_the_services():
    failure = a_failure(
        message="{count} faces", facts={'count': 3}, service_message="too many", spent=Spent.YES
    )
    marks = {"{count} faces": "面数为 {count}", "{sentence} ({words})": "{sentence}（{words}）"}
    assert reporting.sentence(failure, lambda text: marks.get(text, text)) == "面数为 3（too many）"


def test_chinese_sentences_are_joined_as_chinese_is():
    failure = a_failure(
        Kind.CLOCK, "{host} cannot be reached", facts={'host': "a.example"}, service_message="no"
    )
    text = reporting.full_text(failure, lambda english: ZH_HANS.get(english, english))
    assert text == "无法连接 a.example（no）。未产生费用。请校准本机时钟"


@pytest.mark.parametrize(
    ('message', 'facts', 'text'),
    [
        ("{size} of {limit} MB", {'size': 7, 'limit': 6}, "7 of 6 MB"),
        ("{size} of {limit} MB", {'size': 7}, "{size} of {limit} MB"),
        ("{0} and {", {}, "{0} and {"),
        ("{name:.1f}", {'name': "x"}, "{name:.1f}"),
        ("{name}", {'name': "{other}"}, "{other}"),
        ("it takes {formats}", {'formats': ('PNG', 'JPG')}, "it takes PNG, JPG"),
        ("{type} cannot be made here", {'type': GenerateType.LOW_POLY}, "Low Poly cannot be made here"),
        ("not {views}", {'views': (View.LEFT_FRONT, View.TOP)}, "not left front, top"),
    ],
)
def test_facts_are_put_into_the_sentence_and_those_that_do_not_fit_leave_it_as_it_is(message, facts, text):
    assert reporting.fill(message, facts) == text


@pytest.mark.parametrize('word', [*GenerateType, *View])
def test_every_word_of_the_services_has_one_for_artists(word):
    assert ZH_HANS[reporting.WORDS[word]] in reporting.fill(
        "{word}", {'word': (word,)}, lambda text: ZH_HANS.get(text, text)
    )


@pytest.mark.parametrize(
    ('certain', 'text'),
    [
        (True, "About 30 credits: Model 20 + Views 10. Estimate as of 2026-07-24"),
        (
            False,
            "About 30 credits: Model 20 + Views 10."
            " Estimate as of 2026-07-24, not from the provider's own price list",
        ),
    ],
)
def test_a_price_says_what_it_is_made_of_and_of_when_it_is(certain, text):
    price = Estimate(30, (("Model", 20), ("Views", 10)), '2026-07-24', certain)
    assert reporting.price_text(price) == text


def test_details_hold_what_support_needs():
    error = a_failure(
        code='InternalError', request_id='req-1', service_message="sorry", message="{n} files", facts={'n': 2}
    )
    text = reporting.details(a_row(error=error))
    for wanted in ('0' * 32, 'failed', 'tencent_cn', '1357', 'InternalError', 'req-1', "sorry", "2 files"):
        assert wanted in text


def test_details_hold_no_prompt_and_no_signed_link():
    error = a_failure(
        message="No file at {url}", facts={'url': SIGNED}, service_message=f"see {SIGNED} please"
    )
    text = reporting.details(a_row(error=error)) + reporting.sentence(a_failure(service_message=SIGNED))
    assert 'canary' not in text
    assert "secret chair" not in text
    assert "see https://bucket.example/a%20b.glb please" in text


def test_details_of_a_job_without_trouble():
    assert reporting.details(a_row(state=State.READY, remote_id='')).splitlines() == [
        f"Job: {'0' * 32}",
        "State: ready",
        "Service: tencent_cn",
    ]
