# SPDX-License-Identifier: GPL-3.0-or-later
"""Picture files as the picture to send: looked for, dropped, or named on the clipboard. What a window shows is in tests/gui."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy
import pytest
from mathutils import Vector

from hunyuan3d_blender.scene import pictures
from hunyuan3d_blender.scene.aiming import on_floor
from hunyuan3d_blender.scene.capture.clipboard import copied_file
from tests.blender.picture_parts import changes, new_image, saved, state_of_file


@pytest.fixture
def app(addon_part, monkeypatch, library):
    """The use cases of the registered add-on, with no worker process."""
    monkeypatch.setattr(addon_part('worker.start'), 'ensure_running', lambda *_arguments, **_values: None)
    return addon_part('app')


@pytest.fixture
def settings(app):
    """The settings of the scene."""
    return bpy.context.scene.hunyuan3d


def png(file, *, alpha=255, colour=(200, 30, 30)):
    """A PNG file of one colour, without alpha where that is 255."""
    channels = 3 if alpha == 255 else 4
    file.write_bytes(pictures.png(numpy.full((150, 200, channels), (*colour, alpha)[:channels], numpy.uint8)))
    return file


def choose(file):
    return bpy.ops.hunyuan3d.choose_picture(filepath=str(file))


def drop(*files):
    names = [{'name': file.name} for file in files]
    return bpy.ops.hunyuan3d.drop_picture(directory=str(files[0].parent), files=names)


@pytest.mark.parametrize('way', [choose, drop])
def test_a_file_that_can_be_sent_as_it_is_is_chosen_itself(settings, tmp_path, way):
    file = png(tmp_path / 'a chair.png')
    before = state_of_file()
    assert way(file) == {'FINISHED'}
    assert (settings.source, settings.picture) == ('PICTURE', str(file))
    assert not changes(before, state_of_file())


@pytest.mark.parametrize('way', [choose, drop])
def test_a_transparent_picture_is_laid_on_white(settings, library, tmp_path, way):
    way(png(tmp_path / 'a chair.png', alpha=128))
    file = Path(settings.picture)
    assert file.is_relative_to(library.path)
    assert file.stem == "A chair"
    assert tuple(pictures.read(file)[9, 9]) == (227, 142, 142, 255)


def test_a_picture_that_only_could_be_transparent_stays(settings, tmp_path):
    file = tmp_path / 'opaque.png'
    file.write_bytes(pictures.png(numpy.full((150, 200, 4), 255, numpy.uint8)))
    choose(file)
    assert settings.picture == str(file)


@pytest.mark.parametrize(('file_format', 'ending'), [('BMP', 'bmp'), ('TARGA', 'tga'), ('TIFF', 'png')])
def test_a_format_that_no_service_takes_becomes_png(app, settings, tmp_path, file_format, ending):
    """What counts is in the file, not its name."""
    choose(saved(new_image(), tmp_path / f'picture.{ending}', file_format))
    facts = app.picture_facts(settings.picture)
    assert (facts.format, facts.width_px) == ('png', 40)
    assert tuple(pictures.read(Path(settings.picture))[5, 5]) == (255, 0, 0, 255)


@pytest.mark.parametrize('way', [choose, drop])
@pytest.mark.parametrize(
    'make',
    [
        lambda file: file.mkdir(),
        lambda file: file.write_text("no picture at all"),
        lambda file: file.write_bytes(b''),
        lambda file: os.truncate(os.open(file, os.O_CREAT | os.O_WRONLY), 200_000_000),
        lambda file: os.mkfifo(file) if hasattr(os, 'mkfifo') else None,
        lambda file: None,
    ],
    ids=['folder', 'text', 'empty', '200 MB', 'pipe', 'missing'],
)
def test_what_is_no_picture_is_said_and_changes_nothing(settings, tmp_path, way, make):
    settings.picture = 'before.png'
    make(tmp_path / 'a.png')
    with pytest.raises(RuntimeError, match=r"a\.png"):
        way(tmp_path / 'a.png')
    assert settings.picture == 'before.png'


def test_a_picture_too_large_for_all_services_is_known_by_its_beginning(app, settings, tmp_path):
    file = png(tmp_path / 'large.png')
    with file.open('ab') as out:
        out.truncate(200_000_000)
    choose(file)
    facts = app.picture_facts(settings.picture)
    assert (facts.format, facts.width_px, facts.size_bytes) == ('png', 200, 200_000_000)
    with pytest.raises(RuntimeError, match=r"200\.0 MB"):
        bpy.ops.hunyuan3d.generate()
    assert bpy.ops.hunyuan3d.shrink_picture() == {'FINISHED'}
    assert app.picture_facts(settings.picture).width_px == 200


def test_of_several_dropped_pictures_the_first_is_used(settings, tmp_path):
    drop(png(tmp_path / 'first.png'), png(tmp_path / 'second.png'))
    assert Path(settings.picture).stem == 'first'


def test_a_drop_without_files_does_nothing(app):
    assert bpy.ops.hunyuan3d.drop_picture() == {'CANCELLED'}


if sys.platform == 'linux':  # elsewhere names are text

    def test_a_name_that_is_no_text_is_a_copy_with_one(app, addon_part, tmp_path):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b'/caf\xe9 \xff.png'))
        png(path)
        file = app.sendable(path)
        assert file.stem == "Caf"
        assert file.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ('kind', 'shown', 'tab', 'taken'),
    [
        ('VIEW_3D', True, "Hunyuan3D", True),
        ('VIEW_3D', True, "Item", False),
        ('VIEW_3D', False, "Hunyuan3D", False),
        ('IMAGE_EDITOR', True, "Hunyuan3D", False),
        (None, False, "", False),
    ],
)
def test_a_drop_is_ours_only_while_our_tab_is_shown(addon_part, kind, shown, tab, taken):
    handler = addon_part('ui.operators.drop_picture').HUNYUAN3D_FH_picture
    area = next((a for screen in bpy.data.screens for a in screen.areas if a.type == kind), None)
    space = area.spaces.active if area else None
    before = space.show_region_ui if space else None
    if space:
        space.show_region_ui = shown
    regions = [SimpleNamespace(type='WINDOW'), SimpleNamespace(type='UI', active_panel_category=tab)]
    stand_in = SimpleNamespace(type=kind, regions=regions) if area else None
    assert handler.poll_drop(SimpleNamespace(area=stand_in, space_data=space)) is taken
    if space:
        space.show_region_ui = before


def test_the_drop_handler_names_an_operator_that_takes_files(addon_part):
    handler = addon_part('ui.operators.drop_picture').HUNYUAN3D_FH_picture
    module, _, name = handler.bl_import_operator.partition('.')
    properties = getattr(getattr(bpy.ops, module), name).get_rna_type().properties
    assert {'directory', 'files'} <= set(properties.keys())
    assert properties['files'].is_skip_save
    assert {'.png', '.jpg', '.jpeg', '.webp'} <= set(handler.bl_file_extensions.split(";"))


@pytest.mark.parametrize(
    ('point', 'forward', 'eye', 'expected'),
    [
        ((0, 0, 2), (0, 0, -1), None, (0, 0, 1)),  # from above
        ((0, 0, 2), (1, 0, -1), None, (1, 0, 1)),  # slanting
        ((0, 0, 0), (1, 0, -1), None, (-1, 0, 1)),  # below the floor: back along the sight
        ((0, 0, 2), (1, 0, 0), None, (0, 0, 2)),  # level
        ((0, 0, 2), (1, 0, -0.05), None, (0, 0, 2)),  # nearly
        ((1, 0, 2), (1, 0, 0), (0, 0, 3), (2, 0, 1)),  # from an eye
        ((1, 0, 4), (1, 0, 0), (0, 0, 3), (1, 0, 4)),  # the sky
    ],
)
def test_where_a_sight_meets_the_floor(point, forward, eye, expected):
    found = on_floor(Vector(point), Vector(forward), 1.0, Vector(eye) if eye else None)
    assert tuple(found) == pytest.approx(expected)


# The clipboard


@pytest.mark.parametrize(
    'text',
    [
        '{path}', ' {path}\n', '"{path}"', "'{path}'", 'file://{uri}', 'FILE://localhost{uri}', 'copy\nfile://{uri}',
        '/nothing/here.png\n{path}\n/neither.png',
    ],
)  # fmt: skip
def test_a_copied_file_is_found(tmp_path, text):
    file = png(tmp_path / 'a chair (1) 椅子.png')
    uri = file.as_uri().removeprefix('file://')
    assert copied_file(text.format(path=file, uri=uri)) == file


@pytest.mark.parametrize(
    'text',
    ["", "a chair", "chair.png", "/nothing/here.png", "https://example.com/a.png", "x" * 100_000, "/a\0b", "file:", "[", "http://["],
)  # fmt: skip
def test_text_that_names_no_file_is_none(text):
    assert copied_file(text) is None


def test_an_empty_clipboard_is_said_and_changes_nothing(settings):
    before = state_of_file(), [area.ui_type for area in bpy.context.screen.areas]
    preferences = bpy.context.preferences
    steps = preferences.edit.undo_steps, preferences.is_dirty
    with pytest.raises(RuntimeError, match="neither a picture on the clipboard"):
        bpy.ops.hunyuan3d.paste_picture()
    assert not changes(before[0], state_of_file())
    assert [area.ui_type for area in bpy.context.screen.areas] == before[1]
    assert (preferences.edit.undo_steps, preferences.is_dirty) == steps
    assert not settings.picture


# The Image Editor


def test_the_image_editor_sends_what_it_shows(app, settings):
    image = new_image(300, 200)
    image.name = "Painted chair"
    assert bpy.ops.hunyuan3d.use_image('INVOKE_DEFAULT', image=image.name) == {'FINISHED'}
    assert settings.source == 'PICTURE'
    assert Path(settings.picture).stem == "Painted chair"
