# SPDX-License-Identifier: GPL-3.0-or-later
"""When a scenario strikes, and that its row says one thing."""

from __future__ import annotations

import dataclasses

import pytest

from hunyuan3d_blender.sandbox.scenarios import SCENARIOS, Scenario, Switchboard, Where


@pytest.mark.parametrize('scenario', SCENARIOS.values(), ids=list(SCENARIOS))
def test_a_row_says_what_happens(scenario: Scenario) -> None:
    named = {'name', 'what', 'where', 'times'}
    effects = [
        f.name for f in dataclasses.fields(scenario) if f.name not in named and getattr(scenario, f.name)
    ]
    assert len(effects) == 1 or effects == ['only', 'damage']
    assert scenario.what
    assert scenario.where


def taken(
    switchboard: Switchboard, where: Where, marked: str = '', key: str = '', *, times: int
) -> list[str]:
    found = [switchboard.take(where, marked, key) for _ in range(times)]
    return [scenario.name if scenario else '' for scenario in found]


@pytest.mark.parametrize(
    ('times', 'expected'),
    [(None, ['cut', '', '']), (2, ['cut', 'cut', '']), (0, ['', '', '']), (-1, ['cut', 'cut', 'cut'])],
)
def test_switched_on(times: int | None, expected: list[str]) -> None:
    switchboard = Switchboard()
    switchboard.switch_on('cut', times)
    assert taken(switchboard, Where.QUERY, times=1) == ['']
    assert taken(switchboard, Where.DOWNLOAD, times=3) == expected


def test_a_row_may_strike_always() -> None:
    switchboard = Switchboard()
    switchboard.switch_on('no_range')
    assert taken(switchboard, Where.DOWNLOAD, times=3) == ['no_range'] * 3
    switchboard.switch_all_off()
    assert taken(switchboard, Where.DOWNLOAD, times=1) == ['']


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        Switchboard().switch_on('nonsense')


@pytest.mark.parametrize(
    ('marked', 'expected'),
    [
        ("a chair [sandbox:rate_limit]", ['rate_limit', '', '']),
        ("[sandbox:rate_limit:2] a chair", ['rate_limit', 'rate_limit', '']),
        ("[sandbox:no_credits]", ['no_credits'] * 3),
        ("[sandbox:fail][sandbox:rate_limit]", ['rate_limit', '', '']),
        ("[sandbox:nonsense]", ['', '', '']),
        ("sandbox:rate_limit", ['', '', '']),
    ],
)
def test_marked(marked: str, expected: list[str]) -> None:
    assert taken(Switchboard(), Where.SUBMIT, marked, marked, times=3) == expected


def test_markers_count_for_each_job() -> None:
    switchboard = Switchboard()
    for job in ('1', '2'):
        assert taken(switchboard, Where.DOWNLOAD, "[sandbox:cut]", job, times=2) == ['cut', '']
