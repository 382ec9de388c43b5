# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's language. English is what the code says; every other language is a dict from English to it.

A new language is a package beside `zh_hans` and a line in `LANGUAGES`. `tests/architecture/test_translations.py` says
what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from .. import __package__ as PACKAGE  # noqa: N812 - the package's own name in Blender
from . import zh_hans

LANGUAGES: Mapping[str, Mapping[str, str]] = {'zh_HANS': zh_hans.TEXTS}
"""Texts by Blender's name of the language."""

OWN_CONTEXT = 'Hunyuan3D'
"""For words that Blender itself translates otherwise: its own translation comes first. To it, "Normal" is a vector."""

CONTEXTS = ('*', 'Operator', OWN_CONTEXT)
"""Where Blender looks: '*' for labels and tooltips, 'Operator' for the text of a button that runs one."""


def entries(texts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The dict that Blender wants: every text in every context."""
    return {(context, english): text for english, text in texts.items() for context in CONTEXTS}


def register() -> None:
    """Give Blender all languages."""
    import bpy

    bpy.app.translations.register(PACKAGE, {name: entries(texts) for name, texts in LANGUAGES.items()})


def unregister() -> None:
    """Take them back."""
    import bpy

    bpy.app.translations.unregister(PACKAGE)
