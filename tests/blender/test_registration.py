# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on comes and goes as a whole, and what it brings is named as Blender names things."""

from __future__ import annotations

import importlib
import inspect

import addon_utils
import bpy
import pytest


def ours():
    """Everything that registration leaves in Blender."""
    handlers = [getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers)]
    kinds = [
        getattr(bpy.types, name) for name in dir(bpy.types)
    ]  # menus, headers and panels of Blender's own
    drawn = [item for kind in kinds for item in getattr(getattr(kind, 'draw', None), '_draw_funcs', ())]
    heard = [item for entry in handlers if isinstance(entry, list) for item in entry]
    found = {f"{item.__module__}.{item.__name__}" for item in (*heard, *drawn)}
    found |= {name for name in dir(bpy.types) if name.startswith('HUNYUAN3D')}
    found |= {f"operator {name}" for name in dir(bpy.ops.hunyuan3d)}
    found |= {cls.__name__ for cls in (bpy.types.Scene, bpy.types.WindowManager) if hasattr(cls, 'hunyuan3d')}
    return {name for name in found if 'hunyuan3d' in name.lower() or name in ('Scene', 'WindowManager')}


@pytest.fixture
def registration(repository):
    """The module that registers, of an add-on that is not enabled."""
    assert not ours()
    return importlib.import_module(f'{repository}.registration')


def test_enabling_and_disabling_three_times(repository):
    before, seen = ours(), []
    for _ in range(3):
        assert addon_utils.enable(repository, default_set=True, persistent=True)
        seen.append(ours())
        addon_utils.disable(repository, default_set=True)
        assert ours() == before == set()
    assert seen[0] == seen[1] == seen[2]
    assert 'HUNYUAN3D_OT_generate' in seen[0]


def test_a_part_that_cannot_be_registered_takes_the_others_back(registration, monkeypatch):
    def fail():
        raise RuntimeError("no room")

    for part in registration.PARTS:
        with monkeypatch.context() as broken:
            broken.setattr(part, 'register', fail, raising=False)
            with pytest.raises(RuntimeError, match="no room"):
                registration.register()
        assert ours() == set(), f"left behind when {part.__name__} fails"
    registration.register()
    assert 'HUNYUAN3D_OT_generate' in ours()
    registration.unregister()
    assert ours() == set()


def test_a_class_that_cannot_be_registered_takes_the_others_back(registration, monkeypatch):
    class Broken:
        pass

    jobs = registration.jobs
    monkeypatch.setattr(jobs, 'CLASSES', (*jobs.CLASSES[:2], Broken, *jobs.CLASSES[2:]))
    with pytest.raises((RuntimeError, ValueError, TypeError)):
        registration.register()
    assert ours() == set()


def test_a_part_that_cannot_be_unregistered_does_not_keep_the_others(registration, monkeypatch):
    unregister = registration.menus.unregister

    def fail():
        unregister()
        raise RuntimeError("stuck")

    monkeypatch.setattr(registration.menus, 'unregister', fail)
    registration.register()
    with pytest.raises(RuntimeError, match="stuck"):
        registration.unregister()
    assert ours() == set()


def kept(registration):
    """What the parts hold for Blender: draw handlers, timers, pictures, what is shown."""
    return {
        f"{part.__name__}.{name}": list(value)
        for part in registration.PARTS
        for name, value in vars(part).items()
        if isinstance(value, list | dict | set) and not name.startswith('__')
    }


def test_no_part_holds_anything_after_it(registration):
    before = kept(registration)
    registration.register()
    during = {name.rpartition('.')[2] for name, value in kept(registration).items() if value != before[name]}
    assert '_handles' in during
    assert '_collections' in during
    registration.unregister()
    assert kept(registration) == before


def classes(registration):
    return [cls for part in registration.PARTS for cls in getattr(part, 'CLASSES', ())]


def test_nothing_is_registered_twice_or_forgotten(registration, addon_part):
    known = classes(registration)
    assert len(set(known)) == len(known)
    defined = {
        item
        for part in registration.PARTS
        for item in vars(part).values()
        if isinstance(item, type)
        and item.__module__ == part.__name__
        and item.__name__.startswith('HUNYUAN3D')
    }
    made = set(addon_part('ui.preferences').GROUPS.values())  # one per service
    assert defined | made == set(known)


INFIX = {
    'Operator': '_OT_',
    'Panel': '_PT_',
    'UIList': '_UL_',
    'Menu': '_MT_',
    'PropertyGroup': '_PG_',
    'AddonPreferences': '_AP_',
    'FileHandler': '_FH_',
}


def test_classes_are_named_as_blender_wants(registration):
    for cls in classes(registration):
        kind = next(name for name in INFIX if issubclass(cls, getattr(bpy.types, name)))
        assert cls.__name__.startswith(f'HUNYUAN3D{INFIX[kind]}')
        if kind == 'Operator':
            assert cls.bl_idname == f'hunyuan3d.{cls.__name__.partition("_OT_")[2]}'


SMALL_WORDS = {'a', 'an', 'the', 'of', 'in', 'from', 'and', 'or', 'with', 'as', 'is', 'into'}


def rna_of(cls):
    """What Blender knows of a registered class."""
    if issubclass(cls, bpy.types.Operator):
        return getattr(bpy.ops.hunyuan3d, cls.bl_idname.partition('.')[2]).get_rna_type()
    return cls.bl_rna


def shown_properties(cls):
    """The properties of ours that an artist can see."""
    bases = [base for base in cls.__mro__ if not base.__module__.startswith('bpy')]
    names = {name for base in bases for name in inspect.get_annotations(base)}
    own = [prop for prop in rna_of(cls).properties if prop.identifier in names and not prop.is_hidden]
    return [prop for prop in own if prop.type not in ('COLLECTION', 'POINTER')]


def test_tooltips_follow_blenders_conventions(registration, addon):
    for cls in classes(registration):
        shown = shown_properties(cls)
        texts = [prop.description for prop in shown]
        texts += [item.description for prop in shown if prop.type == 'ENUM' for item in prop.enum_items]
        if issubclass(cls, bpy.types.Operator):
            texts.append(rna_of(cls).description)
            assert rna_of(cls).description, f"{cls.__name__} has no tooltip"
        for text in filter(None, texts):
            assert not text.endswith('.'), f"{cls.__name__}: {text!r} ends with a full stop"
            assert text[0].isupper() or not text[0].isalpha(), f"{cls.__name__}: {text!r}"


def test_labels_follow_blenders_conventions(registration, addon):
    for cls in classes(registration):
        shown = [prop for prop in shown_properties(cls) if prop.name != prop.identifier]
        labels = [prop.name for prop in shown]
        if issubclass(cls, bpy.types.Operator | bpy.types.Panel):
            labels.append(cls.bl_label)
        for label in labels:
            words = [word for word in label.split() if word.isalpha() and word not in SMALL_WORDS]
            assert all(word[0].isupper() for word in words), f"{cls.__name__}: {label!r}"
