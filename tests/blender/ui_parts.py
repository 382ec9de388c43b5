# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the user interface need: a layout that takes notes, a context with a region, jobs in any state.

Blender draws panels in a window only. The layout here takes the same calls and holds them against what the running
Blender really knows: its functions and their parameters, icons, properties, operators.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy

_FUNCTIONS = bpy.types.UILayout.bl_rna.functions
_ICONS = _FUNCTIONS['prop'].parameters['icon'].enum_items.keys()

PATHS = {
    'queued': (),
    'submitting': ('submitting',),
    'waiting': ('submitting', 'waiting'),
    'running': ('submitting', 'waiting', 'running'),
    'downloading': ('submitting', 'waiting', 'downloading'),
    'converting': ('submitting', 'waiting', 'downloading', 'converting'),
    'ready': ('submitting', 'waiting', 'downloading', 'converting', 'ready'),
    'arrived': ('submitting', 'waiting', 'downloading', 'converting', 'ready', 'arrived'),
    'rejected': ('rejected',),
    'unknown': ('submitting', 'unknown'),
    'failed': ('submitting', 'waiting', 'failed'),
    'cancelled': ('cancelled',),
    'expired': ('submitting', 'waiting', 'expired'),
}
"""The way of a job to each state."""


def walk(store, state_enum, job_id, state, **values):
    """Lead a queued job to `state` as the worker does, and give it `values` there."""
    for step in PATHS[state]:
        now = store.get(job_id).state
        store.change(job_id, now, state=state_enum(step), submitted_at=store.get(job_id).created_at)
    return store.change(job_id, state_enum(state), **values)


def context(width=300):
    """A context as panels get it, with a region so many pixels wide."""
    preferences = SimpleNamespace(
        system=SimpleNamespace(ui_scale=1.0), ui_styles=bpy.context.preferences.ui_styles
    )
    return SimpleNamespace(
        scene=bpy.context.scene,
        window_manager=bpy.context.window_manager,
        preferences=preferences,
        region=SimpleNamespace(width=width),
    )


class Layout:
    """A `UILayout` that notes what is put into it."""

    def __init__(self, notes: list[tuple[str, tuple, dict]] | None = None) -> None:
        self.__dict__['notes'] = [] if notes is None else notes

    def __setattr__(self, name: str, value: Any) -> None:
        assert name in bpy.types.UILayout.bl_rna.properties, f"a layout has no {name}"

    def __getattr__(self, name: str) -> Any:
        if name not in _FUNCTIONS:
            raise AttributeError(name)

        def call(*values: Any, **named: Any) -> Any:
            self.notes.append((name, values, named))
            return self._called(name, values, named)

        return call

    def _called(self, name: str, values: tuple, named: dict) -> Any:
        parameters = _FUNCTIONS[name].parameters
        assert set(named) <= set(parameters.keys()), f"{name} has no parameter {set(named)}"
        assert named.get('icon', 'NONE') in _ICONS
        assert isinstance(named.get('text', ''), str | None)
        if name in ('prop', 'prop_enum', 'textbox'):
            rna = values[0].bl_rna.properties[values[1]]
            assert name != 'prop_enum' or values[2] in rna.enum_items
        if name == 'operator':
            return _Properties(values[0])
        if name in ('panel', 'panel_prop'):
            return Layout(self.notes), Layout(self.notes)
        return Layout(self.notes)

    def texts(self) -> list[str]:
        """All texts of labels, buttons and bars."""
        return [named['text'] for _, _, named in self.notes if named.get('text')]

    def text(self) -> str:
        """The same as one text."""
        return " ".join(self.texts())

    def operators(self) -> list[str]:
        """The operators of all buttons."""
        return [values[0] for name, values, _ in self.notes if name == 'operator']

    def properties(self) -> list[str]:
        """The names of all properties shown."""
        names = ('prop', 'prop_enum', 'textbox')
        return [values[1] for name, values, _ in self.notes if name in names]

    def choices(self, prop: str) -> list[str]:
        """The values of an enum that are shown as buttons."""
        return [values[2] for name, values, _ in self.notes if name == 'prop_enum' and values[1] == prop]


class _Properties:
    """The properties of a button's operator: only those that there are can be set."""

    def __init__(self, operator: str) -> None:
        module, _, name = operator.partition('.')
        self.__dict__['rna'] = getattr(getattr(bpy.ops, module), name).get_rna_type()

    def __setattr__(self, name: str, value: Any) -> None:
        assert name in self.rna.properties, f"{self.rna.identifier} has no {name}"
