# SPDX-License-Identifier: GPL-3.0-or-later
"""The box with letters goes to each edition and comes back, with nothing stood in for: textured, and as files and films."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.whole import EDITIONS, facts_of, placed_box, same, whole
from tests.exports import Look

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


@pytest.fixture(params=EDITIONS)
def here(app, addon_part, store, library, tmp_path, request):
    with whole(app, addon_part, store, library, tmp_path / 'sandbox', request.param) as here:
        yield here


def test_a_texture(here):
    """By another mesh where the edition makes one, else by a material for the same."""
    item = placed_box()
    before, kept = Look(), facts_of(item)
    (job,) = here.press(bpy.ops.hunyuan3d.texture, prompt="of bronze", keep_uv=True, texture_size=720)
    result = bpy.data.objects.get(job.name)
    if result is None:
        assert item.material_slots[0].material.name.startswith(job.name)
        assert not item.hide_get()
        item.material_slots[0].link = 'DATA'
    else:
        assert item.hide_get()
        assert result.material_slots[0].material
        same(Look([result]), before)
    assert facts_of(item)[:7] == kept[:7]  # and a slot for the new material


SEVEN = ['left', 'right', 'back', 'top', 'bottom', 'left_front', 'right_front']


def test_a_texture_from_pictures_of_all_sides(here):
    """Drawn of the selection with a click, for the model that takes them; they leave the Generate panel alone."""
    item = placed_box()
    before, work = Look(), bpy.context.scene.hunyuan3d_work
    work.texture_model = '3.1'
    bpy.context.scene.hunyuan3d.model = '3.1'
    assert bpy.ops.hunyuan3d.capture_views(of_texture=True) == {'FINISHED'}
    if bpy.context.scene.hunyuan3d.service == 'tencent_intl':
        assert not work.views  # this edition takes none, but a picture
    else:
        assert [view.name for view in work.views] == SEVEN
    assert not bpy.context.scene.hunyuan3d.views
    assert Path(work.picture).stem == "Lettered"
    (job,) = here.press(bpy.ops.hunyuan3d.texture, texture_size=720)
    assert (list(job.request.views), job.request.model) == ((SEVEN, '3.1') if work.views else ([], ''))
    folder = here.here.library.job(job.id).input
    for view in work.views:
        assert (folder / job.request.views[view.name].file).read_bytes() == Path(view.picture).read_bytes()
    result = bpy.data.objects.get(job.name)
    same(Look([result or item]), before)


IMPORTERS = {'.fbx': bpy.ops.import_scene.fbx, '.stl': bpy.ops.wm.stl_import}


def test_files(here, tmp_path):
    """A file holds the model around its own origin, as large and turned as it is in the scene."""
    item = placed_box()
    before, kept = Look(), facts_of(item)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'scene.blend'))
    for suffix in IMPORTERS:
        (job,) = here.press(bpy.ops.hunyuan3d.convert, file_format=suffix[1:].upper())
        known = set(bpy.data.objects)
        IMPORTERS[suffix](filepath=str(tmp_path / f'Lettered{suffix}'))
        bpy.context.view_layer.update()
        way = np.array(job.original.matrix).reshape(4, 4) @ np.array(job.original.frame).reshape(4, 4)
        same(Look(set(bpy.data.objects) - known).moved(way[:3, 3]), before)
        bpy.data.batch_remove(set(bpy.data.objects) - known)
        item.select_set(True)
        bpy.context.view_layer.objects.active = item
    assert facts_of(item) == kept


def test_films(here, tmp_path):
    """Beside the .blend, and as an image of it that is read when somebody looks at it."""
    item = placed_box()
    kept = facts_of(item)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'scene.blend'))
    for suffix, begin in (('.mp4', b'ftyp'), ('.gif', b'GIF8')):
        images = set(bpy.data.images)
        here.press(bpy.ops.hunyuan3d.convert, file_format=suffix[1:].upper())
        (image,) = set(bpy.data.images) - images
        assert (image.source, image.filepath) == ('MOVIE', f'//Lettered{suffix}')
        assert image.use_fake_user
        assert not image.has_data
        assert image.frame_duration == 24
        assert begin in Path(bpy.path.abspath(image.filepath)).read_bytes()[:12]
    assert facts_of(item) == kept
