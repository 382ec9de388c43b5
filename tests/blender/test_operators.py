# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons and scripts: what each operator does, and what it says when it cannot."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import bpy
import numpy
import pytest

from tests.blender.ui_parts import walk


@pytest.fixture
def settings(app):
    """The settings of the scene, with a prompt."""
    bpy.context.scene.hunyuan3d.prompt = "a wooden chair"
    return bpy.context.scene.hunyuan3d


@pytest.fixture
def online(app):
    """Blender may use the network."""
    bpy.context.preferences.system.use_online_access = True
    yield
    bpy.context.preferences.system.use_online_access = False


@pytest.fixture
def job_in(app, addon_part, store, settings):
    """`job_in('waiting', remote_id='1')` generates and leads the job to that state."""

    def lead(state, **values):
        assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
        job = store.page()[0]
        job = walk(store, addon_part('jobs.job').State, job.id, state, **values)
        app.look(job.id)
        addon_part('ui.job_list').sync_rows(bpy.context)
        return job

    return lead


def a_picture(file, width, height, noise=False):
    image = bpy.data.images.new("Picture", width, height)
    if noise:
        image.pixels.foreach_set(numpy.random.default_rng(1).random(width * height * 4, numpy.float32))
    image.filepath_raw, image.file_format = str(file), 'PNG'
    image.save()
    bpy.data.images.remove(image)
    return file


# Generate


def test_generate_makes_one_job_of_the_scenes_settings(store, settings):
    settings.model, settings.generate_type, settings.use_face_count = '3.1', 'Geometry', True
    settings.face_count, settings.target_size = 50_000, 3.5
    bpy.context.scene.cursor.location = (1, 2, 3)
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    (job,) = store.page()
    request = job.request
    assert (request.prompt, request.model, request.generate_type) == ("a wooden chair", '3.1', 'Geometry')
    assert (request.face_count, job.target_size_m, job.account.service) == (50_000, 3.5, 'sandbox')
    assert job.destination.location == (1, 2, 3)
    (placeholder,) = bpy.context.scene.objects
    assert placeholder['hunyuan3d_job'] == job.id


@pytest.mark.parametrize(
    ('system', 'scale', 'usual', 'own', 'shown', 'size_m'),
    [
        ('METRIC', 1.0, (50.0, 'CENTIMETERS'), None, 0.5, 0.5),
        ('METRIC', 0.01, (2.0, 'METERS'), None, 200.0, 2.0),
        ('METRIC', 0.01, (2.0, 'METERS'), 50.0, 50.0, 0.5),
        ('IMPERIAL', 0.3048, (10.0, 'FEET'), None, 10.0, 3.048),
        ('NONE', 0.01, (2.0, 'METERS'), None, 2.0, 2.0),
        ('METRIC', 1.0, (2.0, 'METERS'), 0.0, 0.0, 0.0),
    ],
)
def test_the_size_is_the_usual_one_until_a_scene_has_its_own_and_means_metres_everywhere(
    addon, store, settings, system, scale, usual, own, shown, size_m
):
    stored = bpy.context.preferences.addons[addon.__name__].preferences
    stored.target_size, stored.target_unit = usual
    units = bpy.context.scene.unit_settings
    units.system, units.scale_length = system, scale
    if own is not None:
        settings.target_size = own
    assert settings.target_size == pytest.approx(shown)
    bpy.ops.hunyuan3d.generate()
    assert store.page()[0].target_size_m == pytest.approx(size_m)


def test_generate_is_not_repeated_by_repeat_last(store, settings):
    """Blender repeats, and adjusts in F9, only operators with REGISTER."""
    window = bpy.context.window_manager.windows[0]
    with bpy.context.temp_override(window=window):
        assert bpy.ops.hunyuan3d.generate('EXEC_DEFAULT', True) == {'FINISHED'}
        assert bpy.ops.screen.repeat_last.poll()
        bpy.ops.screen.repeat_last()
    assert store.count() == 1


def test_generate_with_a_picture_sends_no_prompt(store, settings, tmp_path):
    settings.source, settings.picture = 'PICTURE', str(a_picture(tmp_path / "vase.png", 300, 200))
    bpy.ops.hunyuan3d.generate()
    request = store.page()[0].request
    assert (request.prompt, request.image.width_px, request.image.height_px) == ("", 300, 200)


def test_a_picture_beside_the_file_may_be_given_relatively(store, settings, tmp_path):
    a_picture(tmp_path / "vase.png", 300, 200)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'work.blend'))
    settings = bpy.context.scene.hunyuan3d
    settings.source, settings.picture = 'PICTURE', '//vase.png'
    bpy.ops.hunyuan3d.generate()
    assert store.page()[0].request.image.width_px == 300


@pytest.mark.parametrize(
    ('values', 'reason'),
    [
        ({'prompt': ""}, "Write what you want"),
        ({'source': 'PICTURE'}, "There is no picture yet"),
        ({'prompt': "x" * 1025}, "1025 characters; the service takes 1024"),
        ({'prompt': "椅" * 201, 'operation': 'rapid'}, "201 characters; the service takes 200"),
        ({'source': 'PICTURE', 'picture': '/nowhere/at_all.png'}, "at_all.png is no picture"),
        ({'generate_type': 'LowPoly', 'model': '3.1'}, "3.1 does not make Low Poly"),
        ({'service': 'tencent_cn'}, "nline access"),
    ],
)
def test_what_cannot_be_sent_greys_the_button_with_a_reason(store, settings, values, reason):
    for name, value in values.items():
        setattr(settings, name, value)
    assert not bpy.ops.hunyuan3d.generate.poll()
    with pytest.raises(RuntimeError, match=reason):
        bpy.ops.hunyuan3d.generate()
    assert store.count() == 0
    assert not bpy.context.scene.objects


def test_without_a_key_the_button_says_so(store, settings, online):
    settings.service = 'tencent_intl'
    with pytest.raises(RuntimeError, match="no key for this service"):
        bpy.ops.hunyuan3d.generate()
    assert store.count() == 0


def test_what_fails_only_when_it_is_tried_is_reported(app, settings, tmp_path):
    in_the_way = tmp_path / 'library'
    in_the_way.write_text("")
    app.configure(app.AppSettings(library=in_the_way))
    with pytest.raises(RuntimeError, match=r"library folder .* cannot be used.*Nothing was spent"):
        bpy.ops.hunyuan3d.generate()
    assert not bpy.context.scene.objects


def test_options_that_a_service_does_not_have_are_left_out(addon_part, settings):
    draft_of = addon_part('ui.properties').draft_of
    settings.result_format, settings.enable_geometry, settings.use_face_count = 'STL', True, True
    assert draft_of(settings).result_format == 'STL'
    assert not draft_of(settings).enable_geometry
    settings.service = 'tencent_intl'
    assert draft_of(settings).result_format == ''
    settings.operation = 'rapid'
    assert draft_of(settings).enable_geometry
    assert (draft_of(settings).face_count, draft_of(settings).model) == (None, '')


# Jobs


@pytest.mark.parametrize(
    ('state', 'values', 'operator', 'then', 'told'),
    [
        ('queued', {}, 'cancel', 'cancelled', "not followed any more"),
        ('running', {'remote_id': '1'}, 'cancel', 'cancelled', "not followed any more"),
        ('cancelled', {'remote_id': '1'}, 'follow', 'waiting', "followed again"),
        ('failed', {'remote_id': '1'}, 'retry', 'downloading', "once more"),
        ('failed', {}, 'send_again', 'queued', "new job"),
        ('rejected', {}, 'send_again', 'queued', "new job"),
        ('unknown', {}, 'send_again', 'queued', "new job"),
        ('unknown', {}, 'forget', 'cancelled', "given up"),
        ('expired', {}, 'remove', None, "removed from the list"),
    ],
)
@pytest.mark.parametrize('by', ['list', 'id'])
def test_the_artists_decisions(app, store, job_in, capfd, state, values, operator, then, told, by):
    job = job_in(state, **values)
    arguments = {'job_id': job.id} if by == 'id' else {}
    capfd.readouterr()
    assert getattr(bpy.ops.hunyuan3d, operator)(**arguments) == {'FINISHED'}
    (said,) = re.findall("Info: (.*)", capfd.readouterr().out)
    assert told in said
    after = store.get(job.id)
    assert (after.state if after else None) == then
    shown = [row.name for row in bpy.context.window_manager.hunyuan3d.rows]
    assert shown == [row.id for row in app.rows()], "the list follows at once"


@pytest.mark.parametrize(
    ('state', 'operator'),
    [
        ('running', 'send_again'),
        ('running', 'remove'),
        ('queued', 'bring_in'),
        ('arrived', 'retry'),
        ('cancelled', 'cancel'),
        ('unknown', 'retry'),
    ],
)
def test_what_does_not_fit_the_state_is_refused_and_changes_nothing(store, job_in, state, operator):
    job = job_in(state)
    with pytest.raises(RuntimeError, match=r"moved on|no model"):
        getattr(bpy.ops.hunyuan3d, operator)(job_id=job.id)
    assert store.get(job.id) == job


def test_a_pasted_job_id_is_followed(store, job_in):
    job = job_in('unknown')
    with pytest.raises(RuntimeError, match="not a job id"):
        bpy.ops.hunyuan3d.paste_job_id(remote_id="two words\n")
    bpy.ops.hunyuan3d.paste_job_id(remote_id=" 1357237233311637504 ")
    assert (store.get(job.id).state, store.get(job.id).remote_id) == ('waiting', '1357237233311637504')


@pytest.mark.parametrize(
    ('copied', 'taken'),
    [
        ("1357237233311637504", True),
        ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", False),
        ("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", False),
        ("", False),
        ("1 2", False),
    ],
)
def test_only_what_looks_like_a_job_id_is_taken_from_the_clipboard(addon_part, copied, taken):
    assert bool(addon_part('ui.operators.jobs')._JOB_ID.fullmatch(copied)) == taken


@pytest.mark.parametrize(
    'operator',
    ['cancel', 'remove', 'bring_in', 'open_folder', 'copy_prompt', 'copy_details', 'reuse_settings'],
)
def test_without_a_job_there_is_nothing_to_do(app, operator):
    with pytest.raises(RuntimeError, match="no such job"):
        getattr(bpy.ops.hunyuan3d, operator)()


@pytest.mark.parametrize(
    'values',
    [
        {},
        {'generate_type': 'LowPoly', 'polygon_type': 'quadrilateral', 'target_size': 0.5},
        {'model': '3.1', 'use_face_count': True, 'face_count': 50_000, 'enable_pbr': False},
        {'operation': 'rapid', 'enable_geometry': True, 'result_format': 'STL'},
        {'source': 'PICTURE'},
    ],
    ids=str,
)
def test_the_settings_of_a_job_are_taken_up_again(addon_part, store, settings, tmp_path, values):
    settings.picture = str(a_picture(tmp_path / "red vase.png", 300, 200))
    for name, value in values.items():
        setattr(settings, name, value)
    draft_of = addon_part('ui.properties').draft_of
    asked = draft_of(settings)
    bpy.ops.hunyuan3d.generate()
    other = {
        'operation': 'generate', 'source': 'TEXT', 'prompt': "something else", 'picture': "", 'model': '3.0',
        'generate_type': 'Geometry', 'polygon_type': 'triangle', 'use_face_count': False, 'face_count': 3000,
        'enable_pbr': True, 'enable_geometry': False, 'result_format': 'DEFAULT', 'target_size': 7.0,
    }  # fmt: skip
    for name, value in other.items():
        setattr(settings, name, value)
    (tmp_path / "red vase.png").unlink()
    assert bpy.ops.hunyuan3d.reuse_settings() == {'FINISHED'}
    again = draft_of(settings)
    assert replace(again, picture_file='') == replace(asked, picture_file='')
    assert bool(again.picture_file) == bool(asked.picture_file)
    assert store.count() == 1, "nothing is sent"
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    second, first = store.page()
    assert (second.name, second.request) == (first.name, first.request)


def test_the_settings_of_a_job_whose_picture_is_gone_are_not_taken_up(store, settings, job_in, tmp_path):
    settings.source, settings.picture = 'PICTURE', str(a_picture(tmp_path / "vase.png", 300, 200))
    job = job_in('failed')
    settings.source = 'TEXT'
    (store.library.job(job.id).input / job.request.image.file).unlink()
    with pytest.raises(RuntimeError, match="no picture at"):
        bpy.ops.hunyuan3d.reuse_settings()
    assert settings.source == 'TEXT'


def options_of(name):
    return getattr(getattr(bpy.types, f'HUNYUAN3D_OT_{name}'), 'bl_options', set())


def test_only_what_changes_the_file_makes_an_undo_step_and_nothing_is_registered(addon):
    changing = {
        'generate', 'bring_in', 'choose_picture', 'shrink_picture', 'shorten_prompt', 'switch_model', 'use_image',
        'capture_viewport', 'capture_selection', 'capture_views', 'choose_view', 'remove_view', 'add_model',
        'reuse_settings',
    }  # fmt: skip
    without_placeholder = {'cancel', 'cancel_batch', 'forget', 'remove'}
    with_placeholder = {'follow', 'send_again'}
    changing |= {'try_sandbox', 'add_account', 'generate_batch', 'start_rest', 'quick_draft', 'make_real'}
    changing |= {'start_sketch', 'use_sketch', 'sketch_annotations', 'sketch_pencil'}
    changing |= {
        'drop_picture',
        'paste_picture',
        'choose_motion',
        'decimated_copy',
        'paint_parts',
        'make_parts',
    }
    found = {name for name in dir(bpy.ops.hunyuan3d) if 'UNDO' in options_of(name)}
    assert found == changing | without_placeholder | with_placeholder
    for name in dir(bpy.ops.hunyuan3d):
        assert 'REGISTER' not in options_of(name), f"{name} would show up in F9 and in crash reports"


# Remedies


@pytest.mark.parametrize(('width', 'height', 'noise'), [(5001, 300, False), (1500, 1500, True)])
def test_a_picture_that_is_too_large_becomes_a_copy_that_fits(
    app, addon_part, settings, tmp_path, width, height, noise
):
    original = a_picture(tmp_path / "big.png", width, height, noise)
    before = original.read_bytes()
    settings.source, settings.picture = 'PICTURE', str(original)
    draft_of = addon_part('ui.properties').draft_of
    (problem,) = app.problems(draft_of(settings))
    assert problem.fix == 'shrink_picture'
    assert bpy.ops.hunyuan3d.shrink_picture() == {'FINISHED'}
    assert app.problems(draft_of(settings)) == ()
    copy = Path(settings.picture)
    assert copy.is_relative_to(app.library_folder())
    assert copy.read_bytes().startswith(b'\xff\xd8')
    assert original.read_bytes() == before
    assert not bpy.data.images
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}


def test_what_is_no_picture_cannot_be_made_smaller(settings, tmp_path):
    file = tmp_path / "text.png"
    file.write_text("not a picture")
    settings.source, settings.picture = 'PICTURE', str(file)
    with pytest.raises(RuntimeError, match="could not be made smaller"):
        bpy.ops.hunyuan3d.shrink_picture()
    assert settings.picture == str(file)


@pytest.mark.parametrize(
    ('operation', 'prompt', 'length'),
    [
        ('rapid', "word " * 60, 199),
        ('rapid', "other " * 60, 197),
        ('rapid', "短 " + "椅" * 300, 200),
        ('rapid', "x" * 300, 200),
        ('rapid', "椅" * 300, 200),
        ('generate', "word " * 60, 299),
    ],
)
def test_a_prompt_is_cut_at_a_word(settings, operation, prompt, length):
    settings.operation, settings.prompt = operation, prompt
    bpy.ops.hunyuan3d.shorten_prompt()
    assert len(settings.prompt) == length
    assert prompt.startswith(settings.prompt)
    assert bpy.ops.hunyuan3d.generate.poll()


def test_the_model_version_is_switched_to_one_that_can(settings):
    settings.model, settings.generate_type = '3.1', 'LowPoly'
    assert not bpy.ops.hunyuan3d.generate.poll()
    bpy.ops.hunyuan3d.switch_model()
    assert settings.model == '3.0'
    assert bpy.ops.hunyuan3d.generate.poll()


def test_a_chosen_picture_is_looked_at(app, settings, tmp_path):
    settings.source = 'PICTURE'
    bpy.ops.hunyuan3d.choose_picture(filepath=str(a_picture(tmp_path / "vase.png", 300, 200)))
    assert app.picture_facts(settings.picture).format == 'png'
    assert bpy.ops.hunyuan3d.generate.poll()


# Accounts


def test_online_access_is_allowed_by_the_button(settings, online):
    bpy.context.preferences.system.use_online_access = False
    assert bpy.ops.hunyuan3d.allow_online_access() == {'FINISHED'}
    assert bpy.context.preferences.system.use_online_access


def test_a_connection_is_not_tested_offline_or_without_a_key(app, online):
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="nline access"):
        bpy.ops.hunyuan3d.test_connection(service='tencent_cn')
    bpy.context.preferences.system.use_online_access = True
    with pytest.raises(RuntimeError, match="No key"):
        bpy.ops.hunyuan3d.test_connection(service='tencent_cn')
    assert app.connection_test('tencent_cn') is None


# Variants and batches


def test_as_many_variants_are_generated_as_are_wanted(store, settings):
    settings.variants = 3
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    assert {job.batch.name for job in store.page()} == {"A wooden chair"}
    assert len(bpy.data.collections["A wooden chair"].objects) == store.count() == 3, (
        "all at once, without ticks"
    )


def test_a_text_or_file_or_folder_becomes_a_batch(store, settings, tmp_path, capfd):
    text = bpy.data.texts.new("Chairs")
    text.write("a chair\n\n# no\na table")
    (tmp_path / "lamps.txt").write_text("a lamp")
    (tmp_path / "cups").mkdir()
    a_picture(tmp_path / "cups" / "cup.png", 300, 200)
    chosen = settings.list
    capfd.readouterr()
    chosen.text, chosen.file, chosen.folder = text, str(tmp_path / "lamps.txt"), str(tmp_path / "cups")
    for kind, name, count in (('TEXT', "Chairs", 2), ('FILE', "Lamps", 1), ('FOLDER', "Cups", 1)):
        chosen.kind = kind
        assert bpy.ops.hunyuan3d.generate_batch() == {'FINISHED'}
        assert len([job for job in store.page() if job.batch.name == name]) == count
        jobs = "1 job" if count == 1 else f"{count} jobs"
        assert f"Started: {name}, {jobs}\n" in capfd.readouterr().out


def test_a_script_is_told_what_of_a_list_is_left_out_and_why(store, settings, capfd):
    settings.list.text = bpy.data.texts.new("Chairs")
    settings.list.text.write("a chair\n" + "a long one " * 100)
    assert bpy.ops.hunyuan3d.generate_batch() == {'FINISHED'}
    said = capfd.readouterr().out
    assert "Warning: Left out: 1\na long one" in said
    assert "1099 characters; the service takes 1024 at most" in said
    assert store.count() == 1


def test_a_batch_of_nothing_says_what_is_missing(settings):
    with pytest.raises(RuntimeError, match="Choose a list of prompts"):
        bpy.ops.hunyuan3d.generate_batch()
    settings.list.text = bpy.data.texts.new("Chairs")
    with pytest.raises(RuntimeError, match="nothing in Chairs"):
        bpy.ops.hunyuan3d.generate_batch()


def test_a_batch_is_cancelled_from_any_of_its_jobs(store, settings):
    settings.variants = 3
    bpy.ops.hunyuan3d.generate()
    assert bpy.ops.hunyuan3d.cancel_batch(job_id=store.page()[1].id) == {'FINISHED'}
    assert {job.state for job in store.page()} == {'cancelled'}
    settings.variants = 1
    bpy.ops.hunyuan3d.generate()
    with pytest.raises(RuntimeError, match="not started together"):
        bpy.ops.hunyuan3d.cancel_batch(job_id=store.page()[0].id)
