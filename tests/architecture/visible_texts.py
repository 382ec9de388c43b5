# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text of a module that an artist can see, found in its syntax tree. Nothing is executed.

A text counts when it stands where Blender or we take words from: see `KINDS`. Texts that are put together at run time
are not seen here; what they are made of is marked with `N_`, and so is found.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.tree import PACKAGE, modules, source

MARKS = ('N_', 'iface', 'filled', 'pgettext_iface', 'pgettext_rpt', 'pgettext_tip')
"""Functions whose first argument is a text in English."""

CLASS_WORDS = ('bl_label', 'bl_description', 'bl_category')
LAYOUT_WORDS = ('text', 'heading', 'placeholder', 'confirm_text', 'title', 'message')
"""Keyword arguments of methods that draw, ask or put a name into the undo history."""

KINDS = ('marked', 'class', 'tooltip', 'property', 'item', 'layout', 'poll', 'report', 'service')


@dataclass(frozen=True)
class Text:
    """One text in English, and where it stands."""

    text: str
    kind: str
    """One of `KINDS`."""
    place: str
    """File and line, for people."""


def package_texts() -> list[Text]:
    """Every visible text of the package."""
    return [
        text
        for path in modules().values()
        for text in texts_of(source(path), str(path.relative_to(PACKAGE.parent)))
    ]


def texts_of(tree: ast.Module, file: str) -> Iterator[Text]:
    """Every visible text of one module. Empty ones mean "draw no text" and are left out."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for kind, node in _found(tree):
        for text in _words(node, kind, constants):
            if text:
                yield Text(text, kind, f'{file}:{node.lineno}')


def _found(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The kind and the expression of everything that is shown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _of_function(node, node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _of_method(node, node.func.attr)


def _of_class(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in CLASS_WORDS for target in statement.targets
        ):
            yield 'class', statement.value
    if '_OT_' in node.name and isinstance(node.body[0], ast.Expr):
        yield 'tooltip', node.body[0].value  # Blender takes an operator's docstring for its tooltip


def _of_function(call: ast.Call, name: str) -> Iterator[tuple[str, ast.expr]]:
    if name in MARKS and call.args:
        yield 'marked', call.args[0]
    for keyword in call.keywords:
        if name.endswith('Property') and keyword.arg in ('name', 'description'):
            yield 'property', keyword.value
        elif name.endswith('Property') and keyword.arg == 'items':
            yield 'item', keyword.value
        elif name == 'ServiceTable' and keyword.arg == 'label':
            yield 'service', keyword.value


def _of_method(call: ast.Call, name: str) -> Iterator[tuple[str, ast.expr]]:
    if name == 'poll_message_set':
        yield 'poll', call.args[0]
    if name == 'report':
        yield 'report', call.args[1]
    for keyword in call.keywords:
        if keyword.arg in LAYOUT_WORDS:
            yield 'layout', keyword.value


def _words(node: ast.expr, kind: str, constants: dict[str, ast.expr]) -> Iterator[str]:
    """The literal texts of an expression: those of both branches, of constants of the module, of enum items."""
    match node:
        case ast.Constant(value=str(text)):
            yield text.strip().partition('\n\n')[0] if kind == 'tooltip' else text
        case ast.Name(id=name) if name in constants:
            yield from _words(constants[name], kind, {})
        case ast.IfExp(body=body, orelse=other):
            yield from _words(body, kind, constants)
            yield from _words(other, kind, constants)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _words(value, kind, constants)
        case ast.List(elts=items) | ast.Tuple(elts=items) if kind == 'item':
            for item in items:
                if isinstance(item, ast.Tuple):  # identifier, name, description and more
                    for text in item.elts[1:3]:
                        yield from _words(text, kind, constants)
