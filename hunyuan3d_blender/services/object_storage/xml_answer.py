# SPDX-License-Identifier: GPL-3.0-or-later
"""The few words that are needed of a store's answer in XML, which may hold anything.

A document type is refused where it begins, so no entity is ever declared, expanded or fetched
(https://docs.python.org/3/library/xml.html#xml-security).
"""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

DOCUMENT_MAX_BYTES = 256 * 1024
TEXT_MAX_CHARACTERS = 2000


class _Unwanted(Exception):
    pass


def fields_of(body: bytes) -> tuple[str, dict[str, str]]:
    """The name of the outermost element, and the texts of those right inside it. ('', {}) for what is no XML."""
    if len(body) > DOCUMENT_MAX_BYTES:
        return '', {}
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=' ')
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body.strip(), True)  # while it works, a store sends spaces
    except (
        expat.ExpatError,
        _Unwanted,
        ValueError,
        LookupError,
    ):  # the last two for encodings that do not exist
        return '', {}
    return reader.root, reader.fields


def _refuse(*_declaration: object) -> NoReturn:
    raise _Unwanted


class _Reader:
    def __init__(self) -> None:
        self.root = ''
        self.fields: dict[str, str] = {}
        self._depth = 0
        self._name = ''

    def begin(self, name: str, _attributes: object) -> None:
        self._depth += 1
        name = name.rpartition(' ')[2]  # without its namespace, which stores disagree about
        if self._depth == 1:
            self.root = name
        self._name = name if self._depth == 2 else ''

    def end(self, _name: str) -> None:
        self._depth -= 1
        self._name = ''

    def text(self, text: str) -> None:
        if self._name:
            known = self.fields.get(self._name, '')
            self.fields[self._name] = (known + text)[:TEXT_MAX_CHARACTERS]
