# SPDX-License-Identifier: GPL-3.0-or-later
"""Which texts of a panel Blender would cut off: a layout that adds up widths as Blender's own does.

Blender shrinks a row that is too wide and cuts its texts, and tells nobody. The gauge takes the same calls, measures
each text in Blender's interface font, and hands the panel's width down: a box takes its margins, a split its factor, a
row shares what there is by natural width, a property with its name beside it leaves 40 % to the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import blf
import bpy
from bpy.app.translations import pgettext_iface

UNIT = 20
"""Of Blender's interface: height of a row, width of an icon."""
MARGIN = 13
"""Beside a text in a label or button."""
ARROW = 16
"""Of a drop-down list."""
BOX = 5
NAME_MARGIN, NAME_SHARE = 8, 0.4
"""What a property split leaves to the name."""

_FUNCTIONS = bpy.types.UILayout.bl_rna.functions


@dataclass
class Leaf:
    """A label, a button or a field: the widest text that it may show."""

    text: str
    extra: float
    """Beside the text, at scale 1."""
    name: str = ''
    """Drawn in the column of names of a property split."""


@dataclass
class Gauge:
    """Stands in for a `UILayout`."""

    kind: str = 'column'
    share: float = 0.0
    """First part of a split, or the number of columns of a grid."""
    children: list[Gauge | Leaf] = field(default_factory=list)
    use_property_split: bool = False
    heading: str = ''

    def __getattr__(self, function: str) -> Any:
        if function not in _FUNCTIONS:
            raise AttributeError(function)
        return lambda *values, **named: self._take(function, values, named)

    def _take(self, function: str, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if function in ('panel', 'panel_prop'):
            return self._inner('row', {}), self._inner('column', {})
        if function in ('row', 'column', 'box', 'split', 'grid_flow', 'column_flow'):
            return self._inner(function, named)
        if function in ('prop', 'prop_enum', 'textbox'):
            self._property(function, *values, **named)
        elif function in ('label', 'progress', 'operator', 'operator_menu_enum', 'menu'):
            shown = _text_of(function, values, named)
            icon = named.get('icon', 'NONE') != 'NONE' or named.get('icon_value')
            arrow = ARROW if function in ('operator_menu_enum', 'menu') else 0
            self.children.append(Leaf(shown, (MARGIN if shown else 0) + (UNIT if icon else 0) + arrow))
        return _Properties()

    def _inner(self, kind: str, named: dict[str, Any]) -> Gauge:
        share = named.get('factor', 0.0) or named.get('columns', 0)
        inner = Gauge(
            kind, share, use_property_split=self.use_property_split, heading=named.get('heading', '')
        )
        self.children.append(inner)
        return inner

    def _property(self, function: str, data: Any, name: str, item: str = '', **named: Any) -> None:
        rna = data.bl_rna.properties[name]
        shown = named.get('text')
        shown = pgettext_iface(rna.name, rna.translation_context) if shown is None else pgettext_iface(shown)
        if function == 'prop_enum':
            self.children.append(Leaf(_item(rna, rna.enum_items[item]), MARGIN))
        elif named.get('expand'):
            row = self._inner('row', {})
            row.children += [
                Leaf(_item(rna, each), MARGIN + (UNIT if each.icon != 'NONE' else 0))
                for each in rna.enum_items
            ]
        elif rna.type == 'ENUM':
            widest = max((_item(rna, each) for each in rna.enum_items), key=_width)
            self.children.append(Leaf(widest, MARGIN + ARROW, name=shown))
        elif rna.type == 'BOOLEAN':
            self.children.append(Leaf(shown, MARGIN + UNIT))
        else:
            hint = pgettext_iface(named.get('placeholder', ''))
            name = '' if function == 'textbox' else shown
            self.children.append(Leaf('' if '/' in hint else hint, MARGIN, name=name))

    def cut_off(self, width: float) -> Iterator[str]:
        """Each text that does not fit into the layout's part of `width` pixels."""
        if self.kind == 'box':
            width -= 2 * BOX * _scale()
        name = self._name_of_row()
        if name:
            yield from _too_wide(name, NAME_MARGIN, width * NAME_SHARE)
            width *= 1 - NAME_SHARE
        for child, given in zip(self.children, self._widths(width), strict=True):
            if isinstance(child, Gauge):
                yield from child.cut_off(given)
            elif child.name and self.use_property_split and self.kind != 'row':
                yield from _too_wide(child.name, NAME_MARGIN, given * NAME_SHARE)
                yield from _too_wide(child.text, child.extra, given * (1 - NAME_SHARE))
            else:
                shown = child.text if self.use_property_split else f"{child.name} {child.text}".strip()
                yield from _too_wide(shown, child.extra, given)

    def _name_of_row(self) -> str:
        """What a row has in the column of names: its heading, or the name of its first property."""
        first = self.children[0] if self.kind == 'row' and self.use_property_split and self.children else None
        return self.heading or (first.name if isinstance(first, Leaf) else "")

    def _widths(self, width: float) -> Sequence[float]:
        """What each child gets."""
        count = len(self.children)
        if self.kind == 'split' and count:
            first = width * self.share
            return [first, *[(width - first) / max(1, count - 1)] * (count - 1)]
        if self.kind == 'row':
            return self._shared(width)
        return [width / (self.share or 1)] * count

    def _shared(self, width: float) -> Sequence[float]:
        """A row: icons keep their width, all else shrinks or grows alike."""
        wanted = [_wanted(child) for child in self.children]
        fixed = sum(size for size in wanted if size <= UNIT * _scale())
        rest = sum(wanted) - fixed
        grow = (width - fixed) / rest if rest else 1.0
        return [size if size <= UNIT * _scale() else size * grow for size in wanted]


class _Properties:
    """Takes what is set on an operator's button."""

    def __setattr__(self, name: str, value: Any) -> None:
        pass


def _wanted(child: Gauge | Leaf) -> float:
    if isinstance(child, Leaf):
        return _width(child.text) + child.extra * _scale()
    inner = [_wanted(each) for each in child.children]
    return sum(inner) if child.kind in ('row', 'split') else max(inner, default=0.0)


def _text_of(function: str, values: tuple[Any, ...], named: dict[str, Any]) -> str:
    text = named.get('text')
    if text is None and function != 'label':
        module, _, name = values[0].partition('.')
        rna = getattr(getattr(bpy.ops, module), name).get_rna_type()
        return str(pgettext_iface(rna.name, rna.translation_context))
    return (text or '') if named.get('translate') is False else str(pgettext_iface(text or ''))


def _item(rna: Any, item: Any) -> str:
    return str(pgettext_iface(item.name, rna.translation_context))


def _too_wide(text: str, extra: float, width: float) -> Iterator[str]:
    needed = _width(text) + extra * _scale()
    if text and needed > width + 1:
        yield f"{text!r} needs {needed:.0f} of {width:.0f} pixels"


def _width(text: str) -> float:
    blf.size(0, bpy.context.preferences.ui_styles[0].widget.points * _scale())
    return float(blf.dimensions(0, text)[0])


def _scale() -> float:
    return float(bpy.context.preferences.system.ui_scale)
