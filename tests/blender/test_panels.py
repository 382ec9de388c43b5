# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panels show of settings and jobs, drawn into a layout that takes notes."""

from __future__ import annotations

import json
import sys
import time
from types import SimpleNamespace

import bpy
import numpy
import pytest

from tests.blender.ui_parts import PATHS, Layout, context, walk


@pytest.fixture
def settings(app):
    """The settings of the scene."""
    return bpy.context.scene.hunyuan3d


@pytest.fixture
def draw(addon_part):
    """`draw('generate')` draws a panel and returns the layout."""

    def draw_panel(name, width=300):
        layout = Layout()
        panel = getattr(bpy.types, f'HUNYUAN3D_PT_{name}')
        panel.draw(SimpleNamespace(layout=layout), context(width))
        return layout

    return draw_panel


@pytest.fixture
def show(app, addon_part, store, settings):
    """`show('failed', error=...)` puts a job in that state at the top of the list."""

    def put(state, prompt="a chair", **values):
        settings.prompt = prompt
        bpy.ops.hunyuan3d.generate()
        job = walk(store, addon_part('jobs.job').State, store.page()[0].id, state, **values)
        app.look(job.id)
        addon_part('ui.job_list').sync_rows(bpy.context)
        return app.row(job.id)

    return put


@pytest.fixture
def failure(addon_part):
    """`failure('network', "It broke")`, as the add-on's own class."""
    errors = addon_part('services.errors')

    def make(kind, message="It broke", spent='no', **values):
        return errors.Failure(kind=errors.Kind(kind), message=message, spent=errors.Spent(spent), **values)

    return make


@pytest.fixture
def online(app):
    """Blender may use the network."""
    bpy.context.preferences.system.use_online_access = True
    yield
    bpy.context.preferences.system.use_online_access = False


@pytest.fixture
def paid(settings, online, monkeypatch):
    """A service that costs something is chosen, and there is a key for it."""
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', 'AKIDcanarycanarycanarywxyz')
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', 'secretcanary')
    settings.service = 'tencent_cn'


def a_picture(file, width=300, height=200):
    image = bpy.data.images.new("Picture", width, height)
    image.pixels.foreach_set(numpy.zeros(width * height * 4, numpy.float32))
    image.filepath_raw, image.file_format = str(file), 'PNG'
    image.save()
    return str(file)


# Generate


def test_a_fresh_panel_invites_and_complains_about_nothing(draw):
    layout = draw('generate')
    assert "Generate Sample" in layout.texts()
    assert "0 / 1024" in layout.texts()
    assert 'prompt' in layout.properties()
    assert 'ERROR' not in [named.get('icon') for _, _, named in layout.notes]
    assert 'hunyuan3d.generate' in layout.operators()


def begins(draw, app):
    """Whether the panel, drawn after a tick, shows how to begin."""
    app.tick()
    return 'hunyuan3d.try_sandbox' in draw('generate').operators()


def test_an_artist_without_account_and_job_is_shown_how_to_begin_until_there_is_a_job(draw, app, show):
    assert begins(draw, app)
    job = show('cancelled')
    assert not begins(draw, app)
    app.remove(job.id)
    assert not begins(draw, app), "a job was made, if not kept"


def test_an_account_ends_the_beginning(draw, app, addon_part):
    assert begins(draw, app)
    errors, key = addon_part('credentials').Source, addon_part('services.contract').Key('s', id='AKIDwxyz')
    app.save_key('tencent_intl', errors.SESSION, key)
    assert not begins(draw, app)
    app.forget_key('tencent_intl')
    assert begins(draw, app)


def test_trying_fills_in_an_example_and_sends_nothing(app, settings, library):
    settings.service, settings.source = 'tencent_cn', 'PICTURE'
    bpy.ops.hunyuan3d.try_sandbox()
    assert (settings.service, settings.source) == ('sandbox', 'TEXT')
    assert settings.prompt == "A wooden chair with a high back"
    assert bpy.ops.hunyuan3d.generate.poll()
    assert not library.store.exists()
    settings.prompt = "a lamp"
    bpy.ops.hunyuan3d.try_sandbox()
    assert settings.prompt == "a lamp", "the artist's own words stay"


@pytest.mark.parametrize(
    'service',
    ['sandbox', 'tencent_cn', 'tencent_intl', 'tokenhub', 'openai_compatible', 'vtrix', 'self_hosted'],
)
@pytest.mark.parametrize('operation', ['generate', 'rapid', 'standard'])
@pytest.mark.parametrize('source', ['TEXT', 'PICTURE'])
def test_every_combination_can_be_drawn(draw, settings, online, service, operation, source):
    settings.service, settings.operation, settings.source = service, operation, source
    for name in ('generate', 'options', 'jobs'):
        draw(name)


def test_a_service_shows_what_it_has_and_no_more(draw, settings, addon_part):
    settings.operation, settings.generate_type, settings.prompt = 'rapid', 'LowPoly', "left from before"
    settings.service, settings.seed = 'self_hosted', 7
    layout, options = draw('generate'), draw('options').properties()
    assert not {'operation', 'source', 'prompt'} & set(layout.properties())
    assert 'hunyuan3d.choose_picture' in layout.operators()
    assert {'seed', 'steps', 'guidance', 'octree_resolution', 'enable_geometry', 'face_count'} <= set(options)
    assert not {'model', 'generate_type', 'polygon_type', 'enable_pbr', 'result_format'} & set(options)
    draft = addon_part('ui.properties').draft_of(settings)
    assert (draft.operation, draft.prompt, draft.sampling.seed) == ('generate', '', 7)
    settings.service = 'tencent_cn'
    assert 'seed' not in draw('options').properties()


def test_a_service_out_of_reach_says_how_to_allow_it(draw, settings):
    settings.service = 'tencent_cn'
    layout = draw('generate')
    assert "Online access is switched off" in layout.text()
    assert 'hunyuan3d.allow_online_access' in layout.operators()
    settings.service = 'sandbox'
    assert 'hunyuan3d.allow_online_access' not in draw('generate').operators()


def test_a_service_on_this_computer_needs_no_online_access(draw, settings, app):
    endpoint = app.AccountSettings(endpoint='http://127.0.0.1:8000')
    app.configure(app.AppSettings(accounts={'tencent_cn': (endpoint,)}))
    settings.service = 'tencent_cn'
    assert 'hunyuan3d.allow_online_access' not in draw('generate').operators()


def test_the_account_is_shown_by_its_last_four_characters(draw, paid, addon_part):
    tooltip = addon_part('ui.operators.accounts').HUNYUAN3D_OT_open_preferences.description
    said = tooltip(bpy.context, SimpleNamespace(service='tencent_cn'))
    assert said == "Key …wxyz · Environment. Show this add-on's preferences"
    assert 'CHECKMARK' in [named.get('icon') for _, _, named in draw('generate').notes]
    assert 'canary' not in draw('generate').text()


def test_without_a_key_the_way_to_the_preferences_is_shown(draw, settings, online):
    settings.service = 'tencent_cn'
    layout = draw('generate')
    assert "No key yet" in layout.texts()
    assert "Add Key" in layout.texts()


@pytest.mark.parametrize(
    ('service', 'values', 'text'),
    [
        ('tencent_cn', {}, "Generate (about 30 credits)"),
        ('tencent_cn', {'enable_pbr': False}, "Generate (about 20 credits)"),
        ('tencent_cn', {'use_face_count': True}, "Generate (about 40 credits)"),
        ('sandbox', {}, "Generate Sample"),
        ('tencent_intl', {'operation': 'rapid'}, "Generate"),
    ],
)
def test_the_button_says_what_it_costs(draw, settings, online, service, values, text):
    settings.service = service
    for name, value in values.items():
        setattr(settings, name, value)
    assert text in draw('generate').texts()


@pytest.mark.parametrize(
    ('service', 'text'),
    [
        (
            'tencent_cn',
            "Sends the prompt to Tencent Cloud (China) at ai3d.tencentcloudapi.com."
            " The model arrives at the 3D cursor when it is done\n\n"
            "About 30 credits: Model 20 + PBR Materials 10. Estimate as of 2026-07-24",
        ),
        (
            'sandbox',
            "Makes a sample, costs nothing. The model arrives at the 3D cursor when it is done",
        ),
    ],
)
def test_the_buttons_tooltip_says_who_gets_what_and_what_makes_up_the_price(
    addon_part, settings, service, text
):
    settings.service = service
    button = addon_part('ui.operators.generate').HUNYUAN3D_OT_generate
    assert button.description(bpy.context, None) == text


def test_the_tooltip_names_the_picture_and_knows_no_price_where_there_is_none(addon_part, settings, tmp_path):
    settings.service, settings.operation = 'tencent_intl', 'rapid'
    settings.source, settings.picture = 'PICTURE', a_picture(tmp_path / "vase.png")
    text = addon_part('ui.operators.generate').HUNYUAN3D_OT_generate.description(bpy.context, None)
    assert text.startswith("Sends the picture to Tencent Cloud (International) at hunyuan.intl")
    assert "credits" not in text


def test_a_prompt_that_is_too_long_is_said_in_place_with_its_remedy(draw, settings):
    settings.prompt = "x" * 1030
    layout = draw('generate')
    assert "1030 / 1024" in layout.texts()
    assert "The prompt has 1030 characters; the service takes 1024 at most" in layout.text()
    assert 'hunyuan3d.shorten_prompt' in layout.operators()


def test_the_chosen_picture_is_shown_with_its_size(draw, settings, tmp_path):
    settings.source, settings.picture = 'PICTURE', a_picture(tmp_path / "vase.png")
    layout = draw('generate')
    assert "300 × 200, PNG, 1 kB" in layout.texts()
    assert 'template_icon' in [name for name, _, _ in layout.notes]


def test_a_picture_that_is_none_is_said(draw, settings, tmp_path):
    file = tmp_path / "text.png"
    file.write_text("no picture")
    settings.source, settings.picture = 'PICTURE', str(file)
    assert "text.png is no picture the service can read" in draw('generate').text()


@pytest.mark.parametrize(
    ('service', 'operation', 'formats'),
    [
        ('tencent_cn', 'generate', ['DEFAULT', 'FBX', 'STL', 'USDZ']),
        ('tencent_intl', 'generate', []),
        ('tencent_intl', 'rapid', ['DEFAULT', 'GLB', 'OBJ', 'FBX', 'STL', 'USDZ']),
    ],
)
def test_only_offered_formats_can_be_chosen(draw, settings, service, operation, formats):
    settings.service, settings.operation = service, operation
    assert draw('options').choices('result_format') == formats


@pytest.mark.parametrize(
    ('values', 'shown', 'hidden'),
    [
        ({}, {'model', 'generate_type', 'face_count', 'enable_pbr'}, {'polygon_type', 'enable_geometry'}),
        ({'generate_type': 'LowPoly'}, {'polygon_type', 'enable_pbr'}, {'face_count', 'use_face_count'}),
        ({'operation': 'rapid'}, {'enable_geometry', 'enable_pbr'}, {'model', 'generate_type', 'face_count'}),
    ],
)
def test_only_options_that_mean_something_are_shown(draw, settings, values, shown, hidden):
    for name, value in values.items():
        setattr(settings, name, value)
    properties = set(draw('options').properties())
    assert shown <= properties
    assert not hidden & properties
    assert 'target_size' in properties


# Jobs


@pytest.mark.parametrize('state', PATHS)
def test_a_job_in_every_state(draw, show, state):
    row = show(state)
    layout = draw('jobs')
    assert row.text in layout.texts()
    wanted = {'paste_id': 'paste_job_id'}
    buttons = {f'hunyuan3d.{wanted.get(str(action), action)}' for action in row.can}
    assert buttons <= set(layout.operators())
    of_state = {'cancel', 'retry', 'follow', 'send_again', 'forget', 'remove', 'bring_in', 'paste_job_id'}
    assert not ({f'hunyuan3d.{name}' for name in of_state} - buttons) & set(layout.operators())


def test_an_empty_list_says_so(draw, app):
    assert draw('jobs').texts() == ["Nothing generated yet"]


def test_an_error_says_what_happened_whether_it_cost_and_what_next(draw, show, failure):
    show('rejected', error=failure('credentials', "The key was not accepted", code='AuthFailure'))
    text = draw('jobs').text()
    assert "The key was not accepted" in text
    assert "Nothing was spent" in text
    assert "Check the key in the preferences" in text
    assert 'hunyuan3d.open_preferences' in draw('jobs').operators()


def test_an_unknown_outcome_leads_to_the_bill_before_anything_is_sent_again(draw, show, failure, paid):
    show('unknown', error=failure('network', "The connection broke", spent='maybe'))
    layout = draw('jobs')
    assert "It may have been charged" in layout.text()
    assert "Send Again (may be charged)" in layout.texts()
    order = layout.operators()
    assert (
        order.index('wm.url_open')
        < order.index('hunyuan3d.paste_job_id')
        < order.index('hunyuan3d.send_again')
    )


def test_a_note_of_a_waiting_job_says_nothing_about_money(draw, show, failure):
    show(
        'queued', note=failure('busy', "All job slots of this account are taken; the job waits for its turn")
    )
    text = draw('jobs').text()
    assert "All job slots" in text
    assert "spent" not in text
    assert "charged" not in text


def test_how_far_a_download_is(draw, show):
    show('downloading', bytes_done=1_500_000, bytes_total=6_000_000)
    assert "1.5 / 6.0 MB" in draw('jobs').text()


def test_what_a_job_has_cost(draw, show, paid):
    show('ready', credits=30.0)
    assert "30 credits" in draw('jobs').text()


def test_a_sample_is_called_one_and_costs_nothing(draw, show):
    show('ready', credits=30.0)
    assert "sample" in draw('jobs').text()
    assert "credits" not in draw('jobs').text()


def test_a_long_prompt_does_not_push_the_buttons_away(draw, show):
    show('running', prompt="many words " * 90)
    lines = [text for text in draw('jobs').texts() if "words" in text]
    assert len(lines) == 4
    assert lines[-1].endswith("…")


def test_narrow_and_wide_regions(draw, show, failure):
    show(
        'failed',
        error=failure('blender', "The background Blender crashed while it converted the file", spent='yes'),
    )
    narrow, wide = draw('jobs', width=160).texts(), draw('jobs', width=900).texts()
    assert len(narrow) > len(wide)
    assert "The background Blender crashed while it converted the file" in wide


# The list


def rows_of_the_list(width=300):
    session = bpy.context.window_manager.hunyuan3d
    drawn = []
    for number, item in enumerate(session.rows):
        layout = Layout()
        values = (context(width), layout, session, item, 0, session, 'index', number, 0)
        bpy.types.HUNYUAN3D_UL_jobs.draw_item(None, *values)
        drawn.append(layout)
    return drawn


@pytest.mark.parametrize(
    ('state', 'values', 'narrow', 'wide'),
    [
        ('queued', {}, "1:23", "1:23"),
        ('running', {'progress': 0.45}, "45% · 1:23", "45% · 1:23"),
        ('ready', {'credits': 20.0}, "1:23", "1:23 · 20 credits"),
        ('arrived', {}, "1:23", "1:23"),
        ('failed', {'credits': 20.0}, "Failed", "Failed · 1:23 · 20 credits"),
        ('unknown', {}, "Unknown", "Unknown · 1:23"),
        ('cancelled', {}, "Cancelled", "Cancelled · 1:23"),
    ],
)
def test_a_row_shows_what_fits(show, store, paid, state, values, narrow, wide):
    row = show(state, prompt="a fox", **values)
    job = store.get(row.id)
    store.change(row.id, job.state, created_at=time.time() - 83.2, state_since=time.time())
    bpy.context.window_manager.hunyuan3d.group = 'all'
    assert rows_of_the_list(280)[0].texts() == ["A fox", narrow]
    assert rows_of_the_list(400)[0].texts() == ["A fox", wide]


# What the list shows


def listed():
    """The states of the jobs in the list."""
    session = bpy.context.window_manager.hunyuan3d
    app = sys.modules['bl_ext.test_repository.hunyuan3d_blender.app']
    return [app.row(item.name).state for item in session.rows]


@pytest.mark.parametrize(
    ('group', 'states'),
    [
        ('all', ['arrived', 'unknown', 'ready', 'failed', 'running']),
        ('under_way', ['running']),
        ('ready', ['ready']),
        ('needs_you', ['unknown', 'failed']),
        ('done', ['arrived']),
    ],
)
def test_the_list_is_filtered_by_what_jobs_need(show, draw, group, states):
    for state in ('running', 'failed', 'ready', 'unknown', 'arrived'):
        show(state)
    session = bpy.context.window_manager.hunyuan3d
    session.group = group
    assert listed() == states
    assert {'group', 'this_file'} <= set(draw('jobs').properties())
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    assert bpy.context.window_manager.hunyuan3d.group == group, "a loaded file does not change it"
    assert listed() == states


def test_only_jobs_of_this_file(show, addon_part, tmp_path):
    tick = addon_part('ui.watch').tick
    show('failed')
    bpy.context.window_manager.hunyuan3d.this_file = True
    assert listed() == ['failed']
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'first.blend'))
    assert tick()
    assert listed() == ['failed'], "the job has followed its file"
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    assert tick()
    assert listed() == []
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / 'first.blend'))
    assert tick()
    assert listed() == ['failed']


def test_where_nothing_matches_one_line_says_so_and_the_filter_stays(show, draw):
    show('failed')
    bpy.context.window_manager.hunyuan3d.group = 'ready'
    layout = draw('jobs')
    assert layout.texts() == ["No such jobs"]
    assert layout.properties() == ['group', 'this_file']


def test_a_job_just_started_is_seen_whatever_was_shown(show):
    session = bpy.context.window_manager.hunyuan3d
    show('failed')
    session.group = 'done'
    show('queued')
    assert (session.group, listed(), session.index) == ('all', ['queued', 'failed'], 0)
    session.group = 'under_way'
    bpy.ops.hunyuan3d.generate()
    assert (session.group, listed()) == ('under_way', ['queued', 'queued'])


def test_a_choice_stays_in_another_view(show):
    session = bpy.context.window_manager.hunyuan3d
    chosen = show('failed')
    show('running')
    session.index = 1
    session.group = 'needs_you'
    assert session.rows[session.index].name == chosen.id
    session.group = 'all'
    assert session.rows[session.index].name == chosen.id


def test_a_long_list_has_pages(app, addon_part, library, draw):
    listing = addon_part('jobs.listing')
    fill(addon_part, library, listing.LIMIT + 20)
    app.tick()
    addon_part('ui.job_list').sync_rows(bpy.context)
    session = bpy.context.window_manager.hunyuan3d
    newest = [row.name for row in session.rows]
    layout = draw('jobs')
    assert "1 to 200 of 220" in layout.texts()
    assert layout.operators().count('hunyuan3d.show_page') == 2
    bpy.ops.hunyuan3d.show_page(page=1)
    assert len(session.rows) == 20
    assert not set(newest) & {row.name for row in session.rows}
    assert "201 to 220 of 220" in draw('jobs').texts()
    session.group = 'done'
    assert [row.name for row in session.rows] == newest, "another filter begins with its first page"


def fill(addon_part, library, count):
    """Put jobs into the store as it would be rebuilt from their records."""
    job, contract = addon_part('jobs.job'), addon_part('services.contract')
    request = contract.Request(operation=contract.Operation.GENERATE, prompt="a chair")
    for number in range(count):
        one = job.Job(
            id=job.new_id(),
            state=job.State.ARRIVED,
            name=f"Chair {number}",
            request=request,
            account=job.Account(service='sandbox'),
            created_at=float(number),
        )
        record = library.job(one.id).record
        record.parent.mkdir(parents=True)
        record.write_text(json.dumps(one.to_json()), encoding='utf-8')
    addon_part('jobs.store').Store(library).close()


def test_of_ten_thousand_jobs_a_page_is_drawn(app, addon_part, library, draw):
    fill(addon_part, library, 10_000)
    app.tick()
    addon_part('ui.job_list').sync_rows(bpy.context)
    session = bpy.context.window_manager.hunyuan3d
    assert "1 to 200 of 10,000" in draw('jobs').texts()
    assert len(session.rows) == len(app.rows()) == 200
    statements = []
    addon_part('app.session').session()._store._connection.set_trace_callback(statements.append)
    draw('jobs')
    rows_of_the_list()
    assert statements == [], "drawing asks the store nothing"


# The menu


def in_menu():
    layout = Layout()
    bpy.types.HUNYUAN3D_MT_job.draw(SimpleNamespace(layout=layout), context())
    return layout


@pytest.mark.parametrize('state', PATHS)
def test_the_menu_has_what_the_panel_has(draw, show, state):
    row = show(state)
    in_panel = draw('jobs')
    menus = [values[0] for name, values, _ in in_panel.notes if name == 'menu']
    assert menus == ['HUNYUAN3D_MT_job']
    assert set(in_menu().operators()) == set(in_panel.operators()) - {'wm.url_open'}
    assert ('hunyuan3d.remove' in in_menu().operators()) == ('remove' in row.can)


def test_the_menu_without_a_job_says_so(app):
    assert in_menu().texts() == ["No job is chosen"]


def test_blenders_search_finds_the_menu(addon):
    """The search goes through the menus of the editor and of the top bar."""
    layout = Layout()
    for function in bpy.types.TOPBAR_MT_edit._dyn_ui_initialize()[1:]:
        function(SimpleNamespace(layout=layout), context())
    assert ('menu', ('HUNYUAN3D_MT_job',), {}) in layout.notes


def test_a_new_job_is_chosen_and_an_old_choice_stays(show, addon_part, app):
    session = bpy.context.window_manager.hunyuan3d
    first = show('failed')
    assert session.rows[session.index].name == first.id
    second = show('failed')
    assert session.rows[session.index].name == second.id
    session.index = 1
    bpy.ops.hunyuan3d.send_again(job_id=second.id)
    assert session.rows[session.index].name == first.id
    session.index = 0
    bpy.ops.hunyuan3d.remove(job_id=first.id)
    assert [row.name for row in session.rows] == [second.id]
    assert session.index == 0


def test_a_row_whose_job_is_gone_is_drawn_empty(show):
    show('failed')
    bpy.context.window_manager.hunyuan3d.rows[0].name = 'f' * 32
    assert rows_of_the_list()[0].notes == []


def test_loading_a_file_keeps_the_list(show):
    row = show('failed')
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    assert [item.name for item in bpy.context.window_manager.hunyuan3d.rows] == [row.id]
