# SPDX-License-Identifier: GPL-3.0-or-later
"""Values: what is described once and never changes. A dataclass in all that counts, but twenty times cheaper to define.

`dataclasses` writes and compiles five methods for every class, 0.5 ms each time. The start of Blender waits for what
this package defines, so here all classes share the same five.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field
from typing import Any, TypeVar, dataclass_transform

Kind = TypeVar('Kind')


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[Kind]) -> type[Kind]:
    """Do what `dataclass(frozen=True, kw_only=True)` does. `replace`, `asdict` and `fields` work on it as well."""
    cls = dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)
    fields = cls.__dataclass_fields__  # type: ignore[attr-defined]
    usual = {name: field.default for name, field in fields.items() if field.default is not MISSING}
    made = {
        name: field.default_factory for name, field in fields.items() if field.default_factory is not MISSING
    }
    for name, method in _METHODS.items():
        setattr(cls, name, method)
    setattr(cls, '_defaults', (usual, made))  # noqa: B010 - unknown to the type checker
    return cls


def _init(self: Any, /, **given: Any) -> None:
    usual, made = self._defaults
    values = self.__dict__
    values.update(usual)
    for name, make in made.items():
        if name not in given:
            values[name] = make()
    values.update(given)
    if wrong := values.keys() ^ self.__dataclass_fields__.keys():
        raise TypeError(f"{type(self).__name__} is given too much, or lacks: {', '.join(sorted(wrong))}")


def _repr(self: Any) -> str:
    shown = (
        f"{name}={getattr(self, name)!r}" for name, field in self.__dataclass_fields__.items() if field.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: object) -> bool:
    return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(tuple(getattr(self, name) for name in self.__dataclass_fields__))


def _frozen(self: Any, name: str, *_value: object) -> None:
    raise FrozenInstanceError(f"cannot change {name}")


_METHODS: dict[str, Callable[..., object]] = {
    '__init__': _init,
    '__repr__': _repr,
    '__eq__': _eq,
    '__hash__': _hash,
    '__setattr__': _frozen,
    '__delattr__': _frozen,
}
