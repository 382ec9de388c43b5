# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text an artist can see is translated, every translation is used, and both are written as Blender writes."""

from __future__ import annotations

import ast
import re
import string

import pytest

from hunyuan3d_blender import i18n
from hunyuan3d_blender.i18n import zh_hans
from tests.architecture.visible_texts import KINDS, package_texts, texts_of

UNTRANSLATED = {
    'Hunyuan3D': "the product's name",
    'Vtrix': "a company's name",
    'SecretId': "called so in the provider's console, in every language",
    'SecretKey': "likewise",
    'models-1250000000': "an example of a bucket's name",
    'https://…': "how an address begins",
}
"""Texts that are the same in every language, and why."""

TEXTS = [text for text in package_texts() if text.text not in UNTRANSLATED]
CHINESE = i18n.texts_of('zh_HANS')

HAN = r'\u4e00-\u9fff'
FULL_WIDTH = r'\u3000-\u303f\uff00-\uffef'
BRAND = '混元3D'
"""Written without a space."""

languages = pytest.mark.parametrize('language', i18n.LANGUAGES)


@languages
def test_every_visible_text_is_translated(language: str) -> None:
    missing = {f"{text.place}: {text.text}" for text in TEXTS if text.text not in i18n.texts_of(language)}
    assert not missing, "\n".join(sorted(missing))


@languages
def test_every_translation_is_used(language: str) -> None:
    stale = i18n.texts_of(language).keys() - {text.text for text in TEXTS}
    assert not stale, "\n".join(sorted(stale))


def test_exceptions_are_used() -> None:
    assert UNTRANSLATED.keys() <= {text.text for text in package_texts()}


@languages
def test_translations_take_the_same_facts(language: str) -> None:
    texts = i18n.texts_of(language)
    differing = [text for text, translated in texts.items() if facts_of(text) != facts_of(translated)]
    assert not differing, "\n".join(differing)


def facts_of(text: str) -> list[tuple[str, str]]:
    """Names and formats in braces, in any order."""
    return sorted((name, spec or '') for _, name, spec, _ in string.Formatter().parse(text) if name)


def test_every_text_reaches_blender_in_every_context() -> None:
    entries = i18n.entries({'Retry': "重试"})
    assert entries == dict.fromkeys([('*', 'Retry'), ('Operator', 'Retry'), ('Hunyuan3D', 'Retry')], "重试")


# How English is written


def test_texts_do_not_end_with_a_full_stop() -> None:
    """Blender adds the one of tooltips itself; labels have none."""
    wrong = [f"{text.place}: {text.text}" for text in TEXTS if re.search(r'(?<!\.)\.\s*$', text.text)]
    assert not wrong, "\n".join(wrong)


def test_tooltips_have_one_line() -> None:
    """Blender looks the whole docstring of an operator up, line breaks included."""
    wrong = [f"{text.place}: {text.text}" for text in TEXTS if text.kind == 'tooltip' and "\n" in text.text]
    assert not wrong, "\n".join(wrong)


# How Chinese is written


def test_chinese_is_divided_without_overlap() -> None:
    assert len(CHINESE) == sum(map(len, zh_hans.TABLES))


@pytest.mark.parametrize(
    ('wrong', 'rule'),
    [
        (f'^[^{HAN}{FULL_WIDTH}]*$', "Chinese has Chinese characters"),
        (r'[。.]$', "no full stop at the end"),
        (f'[{HAN}][,;:?!()]|[,;:?!()][{HAN}]', "punctuation between Chinese is full-width"),
        (f'[{HAN}][\\w{{]|[\\w}}][{HAN}]', "a space between Chinese and Latin letters, digits or facts"),
        (f' [{FULL_WIDTH}]|[{FULL_WIDTH}] ', "no space beside full-width punctuation"),
        (r'^\s|\s$', "no space at either end"),
    ],
    ids=['characters', 'full stop', 'punctuation', 'spacing', 'wide', 'ends'],
)
def test_chinese_is_written_as_blender_writes_it(wrong: str, rule: str) -> None:
    pattern = re.compile(wrong, re.ASCII)  # \w: Latin letters and digits only
    found = [text for text in CHINESE.values() if pattern.search(text.replace(BRAND, "混元"))]
    assert not found, "\n".join([rule, *found])


# What the tests above rely on

MODULE = '''
NAME = "constant"
ITEMS = [('A', "item name", "item description"), (State.B, "second", "", 'ICON', 1)]
MESSAGE = N_("marked " "in parts")

class HUNYUAN3D_OT_do(Operator):
    """tooltip

    for programmers"""

    bl_idname = 'hunyuan3d.do'
    bl_label = "class label"
    bl_description = "class description"
    bl_category = NAME
    kind: EnumProperty(name="property name", description="property description", items=ITEMS, default='A')
    size: FloatProperty(name="size name", subtype='DISTANCE')

    def poll(cls, context):
        cls.poll_message_set("poll message")

    def draw(self, context):
        """Not shown."""
        self.layout.label(text="either" if context else "or", icon='ERROR')
        self.layout.operator('hunyuan3d.do', text="")
        self.layout.row(heading="heading")
        self.layout.prop(self, 'kind', placeholder=self.hint or "placeholder", text=f"{self.size}")
        self.report({'INFO'}, "report")
        return wm.invoke_props_dialog(self, confirm_text=iface("confirm"), title="title")

class HUNYUAN3D_PG_group(PropertyGroup):
    """Not shown either."""

TABLE = ServiceTable(id='sandbox', label="service")
logger.info("not shown")
'''

SEEN = {
    'marked': {"marked in parts", "confirm"},
    'class': {"class label", "class description", "constant"},
    'tooltip': {"tooltip"},
    'property': {"property name", "property description", "size name"},
    'item': {"item name", "item description", "second"},
    'layout': {"either", "or", "heading", "placeholder", "title"},
    'poll': {"poll message"},
    'report': {"report"},
    'service': {"service"},
}


@pytest.mark.parametrize('kind', KINDS)
def test_collector_sees(kind: str) -> None:
    texts = [text for text in texts_of(ast.parse(MODULE), 'module.py') if text.kind == kind]
    assert {text.text for text in texts} == SEEN[kind]
    assert all(re.fullmatch(r'module\.py:\d+', text.place) for text in texts)


def test_collector_finds_texts_of_every_kind_in_the_package() -> None:
    assert {text.kind for text in package_texts()} >= set(KINDS) - {'report', 'poll'}
