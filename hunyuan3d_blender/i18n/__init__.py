# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's language. English is what the code says; every other language is a dict from English to it.

A new language is a package beside `zh_hans` and a line in `LANGUAGES`. `tests/architecture/test_translations.py` says
what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from .. import __package__ as PACKAGE  # noqa: N812 - the package's own name in Blender

LANGUAGES: Mapping[str, str] = {'zh_HANS': 'zh_hans'}
"""Packages by Blender's name of the language."""

OWN_CONTEXT = 'Hunyuan3D'
"""For words that Blender itself translates otherwise: its own translation comes first. To it, "Normal" is a vector."""

CONTEXTS = ('*', 'Operator', OWN_CONTEXT)
"""Where Blender looks: '*' for labels and tooltips, 'Operator' for the text of a button that runs one."""


def entries(texts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The dict that Blender wants: every text in every context."""
    return {(context, english): text for english, text in texts.items() for context in CONTEXTS}


def register() -> None:
    """Give Blender its language now, and another one when it is changed: nobody waits for what nobody reads."""
    import bpy

    bpy.app.handlers.translation_update_post.append(bpy.app.handlers.persistent(_give_language))
    _give_language()


def unregister() -> None:
    """Take back what was given."""
    import bpy

    bpy.app.handlers.translation_update_post.remove(_give_language)
    if _given:
        bpy.app.translations.unregister(PACKAGE)
    _given.clear()


_given: set[str] = set()


def _give_language(_none: object = None) -> None:
    import bpy

    locale = bpy.app.translations.locale
    if locale not in LANGUAGES or locale in _given:
        return
    if _given:
        bpy.app.translations.unregister(PACKAGE)
    _given.add(locale)
    bpy.app.translations.register(PACKAGE, {name: entries(texts_of(name)) for name in _given})


def texts_of(locale: str) -> Mapping[str, str]:
    """English to one of `LANGUAGES`."""
    texts: Mapping[str, str] = import_module(f'.{LANGUAGES[locale]}', __package__).TEXTS
    return texts
