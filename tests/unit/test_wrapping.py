# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts are broken into lines that fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunyuan3d_blender.ui.wrapping import wrap


def width(text):
    """Letters of Chinese, Japanese and Korean are twice as wide."""
    return sum(2 if '\u2e80' <= letter <= '\uffef' else 1 for letter in text)


@pytest.mark.parametrize(
    ('text', 'lines'),
    [
        ("", [""]),
        ("a wooden chair", ["a wooden", "chair"]),
        ("Preferences ▸ System", ["Preferenc", "es ▸", "System"]),
        ("one\ntwo three four", ["one", "two three", "four"]),
        ("中文没有空格的句子", ["中文没有", "空格的句", "子"]),
        ("椅子 chair", ["椅子", "chair"]),
        ("一二三四：五六", ["一二三", "四：五六"]),
        ("一二三（四五）", ["一二三", "（四五）"]),
        ("一不支持“多边”", ["一不支持", "“多边”"]),
        ("1234567890123", ["123456789", "0123"]),
        ("  spaces   inside", ["spaces", "inside"]),
    ],
)
def test_lines(text, lines):
    assert wrap(text, 9, width) == lines


@pytest.mark.parametrize(('lines_max', 'lines'), [(0, 3), (4, 3), (3, 3), (2, 2), (1, 1)])
def test_what_is_too_long_is_cut_with_a_sign(lines_max, lines):
    wrapped = wrap("one two three", 5, width, lines_max=lines_max)
    assert len(wrapped) == lines
    assert wrapped[-1].endswith("…") == (lines < 3)


@given(st.text(max_size=80), st.integers(min_value=2, max_value=20))
def test_nothing_is_lost_and_nothing_too_wide(text, limit):
    lines = wrap(text, limit, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= limit for line in lines)
