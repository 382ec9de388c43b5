# SPDX-License-Identifier: GPL-3.0-or-later
"""`value` does what `dataclass(frozen=True, kw_only=True)` does, compared with it side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from hunyuan3d_blender.value import value


def _defined(decorate: Callable[[type], Any]) -> Any:
    class Inner:
        """Within the other one."""

        number: int = 1

    decorated = decorate(Inner)

    class Outer:
        """What is compared."""

        many: dict[str, int] = field(default_factory=dict)
        name: str
        inner: Any = decorated()
        secret: str = field(default='', repr=False)

        @property
        def length(self) -> int:
            return len(self.name)

    return decorate(Outer)


STANDARD, OURS = _defined(dataclass(frozen=True, kw_only=True)), _defined(value)


@pytest.mark.parametrize(
    'look',
    [
        pytest.param(lambda kind: asdict(kind(name='a', many={'b': 2})), id='asdict'),
        pytest.param(lambda kind: repr(kind(name='a', secret='hidden')), id='repr'),
        pytest.param(
            lambda kind: repr(replace(kind(name='a'), secret='hidden', many={'c': 1})), id='replace'
        ),
        pytest.param(lambda kind: [f.name for f in fields(kind)], id='fields'),
        pytest.param(lambda kind: (kind.inner.number, kind(name='abc').length), id='of the class'),
        pytest.param(lambda kind: kind(name='a', many={}) == kind(many={}, name='a'), id='equal'),
        pytest.param(lambda kind: kind(name='a') == kind(name='b'), id='not equal'),
        pytest.param(lambda kind: kind(name='a') == 'a', id='of another kind'),
        pytest.param(lambda kind: kind(name='a').many is kind(name='a').many, id='a dict each'),
        pytest.param(lambda kind: hash(kind(many=(), name='a')) == hash(kind(name='a', many=())), id='hash'),
    ],
)
def test_value_is_like_a_dataclass(look: Callable[[Any], object]) -> None:
    assert look(OURS) == look(STANDARD)


@pytest.mark.parametrize(
    ('wrong', 'error'),
    [
        pytest.param(lambda kind: kind(), TypeError, id='lacks a field'),
        pytest.param(lambda kind: kind(name='a', other=1), TypeError, id='unknown field'),
        pytest.param(lambda kind: kind(other=1), TypeError, id='both'),
        pytest.param(lambda kind: kind('a'), TypeError, id='by position'),
        pytest.param(lambda kind: setattr(kind(name='a'), 'name', 'b'), FrozenInstanceError, id='set'),
        pytest.param(lambda kind: delattr(kind(name='a'), 'name'), FrozenInstanceError, id='delete'),
        pytest.param(lambda kind: hash(kind(name='a')), TypeError, id='hash of a dict'),
        pytest.param(lambda kind: replace(kind(name='a'), other=1), TypeError, id='replace unknown'),
    ],
)
def test_value_refuses_what_a_dataclass_refuses(
    wrong: Callable[[Any], object], error: type[Exception]
) -> None:
    for kind in (OURS, STANDARD):
        with pytest.raises(error):
            wrong(kind)
