# SPDX-License-Identifier: GPL-3.0-or-later
"""The preferences reach the app, and no key that is typed into them reaches a file."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from types import SimpleNamespace

import addon_utils
import bpy
import pytest

from tests.blender.ui_parts import Layout, context

KEY_ID = 'AKIDcanaryIDcanaryIDcanaryIDwxyz'
SECRET = 'canarySECRETcanarySECRETcanary99'


@pytest.fixture
def app(addon_part, monkeypatch):
    """The use cases of the registered add-on; keys that a test sets for this run are forgotten."""
    addon_part('credentials')._session.clear()
    yield addon_part('app')
    addon_part('credentials')._session.clear()


@pytest.fixture
def stored(app, addon):
    """The preferences as Blender stores them."""
    return bpy.context.preferences.addons[addon.__name__].preferences


@pytest.fixture
def online(app):
    """Blender may use the network."""
    bpy.context.preferences.system.use_online_access = True
    yield
    bpy.context.preferences.system.use_online_access = False


def draw(stored):
    """The preferences, drawn; Blender's own object takes no other layout."""
    layout, rna = Layout(), stored.bl_rna
    values = {prop.identifier: getattr(stored, prop.identifier) for prop in rna.properties}
    type(stored).draw(SimpleNamespace(**values | {'layout': layout, 'bl_rna': rna}), context(600))
    return layout


def first(stored, service='tencent_cn'):
    """The first account with a service."""
    return getattr(stored, f'{service}_accounts')[0]


def type_in(account, key_id=KEY_ID, secret=SECRET):
    account.secret_id, account.secret_key = key_id, secret


# What is chosen


def test_what_is_chosen_reaches_the_app_at_once(app, stored, tmp_path):
    account = first(stored)
    account.region, account.endpoint = ' ap-shanghai ', 'http://127.0.0.1:8000/'
    account.key_source = 'own_file'
    stored.library = str(tmp_path / 'library')
    sender = app.account('tencent_cn')
    assert (sender.region, sender.endpoint) == ('ap-shanghai', 'http://127.0.0.1:8000')
    assert sender.key_source == 'own_file'
    assert app.library_folder() == tmp_path / 'library'


def test_what_was_chosen_is_there_when_blender_starts_again(repository, addon, app, stored, tmp_path):
    stored.library = str(tmp_path / 'library')
    addon_utils.disable(repository, default_set=False)
    addon_utils.enable(repository, default_set=False, persistent=True)
    assert app.library_folder() == tmp_path / 'library'


def test_nothing_chosen_is_the_usual(app, stored, library):
    assert app.library_folder() == library.path
    assert app.account('tencent_intl').region == 'ap-singapore'


def test_without_an_entry_in_blenders_preferences_all_is_as_usual(
    addon_part, app, stored, library, repository
):
    """So it is with `blender --addons …`."""
    entry = bpy.context.preferences.addons[repository]
    bpy.context.preferences.addons.remove(entry)
    try:
        preferences = addon_part('ui.preferences')
        assert preferences.preferences() is None
        assert preferences.settings_of(None) == app.AppSettings()
        preferences._configure()
        assert app.library_folder() == library.path
        assert bpy.ops.hunyuan3d.generate.poll() is False
        addon_part('app').typed('tencent_cn', '').update(secret_id=KEY_ID, secret_key=SECRET)
        assert bpy.ops.hunyuan3d.save_key(service='tencent_cn') == {'FINISHED'}
        assert app.account('tencent_cn').key_source == 'session'
    finally:
        bpy.context.preferences.addons.new().module = repository


# Keys


@pytest.mark.parametrize(
    ('chosen', 'source'), [('AUTO', 'own_file'), ('own_file', 'own_file'), ('session', 'session')]
)
def test_a_typed_key_is_kept_where_the_artist_says(app, stored, home, chosen, source):
    first(stored).key_source = chosen
    type_in(first(stored))
    assert bpy.ops.hunyuan3d.save_key(service='tencent_cn') == {'FINISHED'}
    sender = app.account('tencent_cn')
    assert (sender.key_source, sender.key_hint) == (source, 'wxyz')
    assert app.account('tencent_intl').key_hint == '', "a key belongs to its service"
    assert first(stored).secret_id == first(stored).secret_key == ''
    files = [file for file in home.rglob('*') if file.is_file() and SECRET.encode() in file.read_bytes()]
    assert len(files) == (source == 'own_file')
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    bpy.ops.hunyuan3d.forget_key(service='tencent_cn')
    assert app.account('tencent_cn').key_hint == ''
    assert not [file for file in home.rglob('*') if file.is_file() and SECRET.encode() in file.read_bytes()]


@pytest.mark.parametrize(
    ('key_id', 'secret', 'reason'),
    [
        ('', SECRET, "SecretId is empty"),
        (KEY_ID, '', "SecretKey is empty"),
        (KEY_ID, "two words", "SecretKey has a space"),
        ("AKID密钥", SECRET, "SecretId has a space or a foreign character"),
    ],
)
def test_a_key_that_cannot_be_right_is_refused_without_being_shown(app, stored, key_id, secret, reason):
    type_in(first(stored), key_id=key_id, secret=secret)
    with pytest.raises(RuntimeError, match=reason) as caught:
        bpy.ops.hunyuan3d.save_key(service='tencent_cn')
    assert not [part for part in (key_id, secret) if part and part in str(caught.value)]
    assert app.account('tencent_cn').key_hint == ''
    assert bool(first(stored).secret_key) == bool(secret), "what was typed can be mended"


def test_a_field_shows_the_same_bullets_for_every_key(stored):
    account = first(stored)
    type_in(account, key_id='x', secret=SECRET)
    account.token = 't'
    assert account.secret_id == account.secret_key == account.token
    assert set(account.secret_id) == {"•"}
    assert first(stored, 'tencent_intl').secret_id == ''


def test_leaving_a_field_unchanged_keeps_what_was_typed(app, stored):
    account = first(stored)
    type_in(account)
    account.secret_key = account.secret_key
    assert app.typed('tencent_cn', '')['secret_key'] == SECRET
    account.secret_key = ''
    assert account.secret_key == ''


def spellings(text):
    raw = text.encode()
    return [raw, raw.hex().encode(), base64.b64encode(raw)[:-4], text.encode('utf-16-le'), raw[::-1]]


def test_no_key_is_in_any_file_of_blenders(app, stored, tmp_path):
    """Typed and not saved, saved for this run, and in use while a job is made."""
    first(stored).key_source = first(stored, 'tencent_intl').key_source = 'session'
    type_in(first(stored))
    type_in(first(stored, 'tencent_intl'))
    bpy.ops.hunyuan3d.save_key(service='tencent_intl')
    bpy.ops.wm.save_userpref()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'work.blend'), compress=False)
    profile = Path(bpy.utils.resource_path('USER'))
    files = [*profile.rglob('*.blend'), *tmp_path.rglob('*.blend')]
    assert {file.name for file in files} >= {'userpref.blend', 'work.blend'}
    for file in files:
        data = file.read_bytes()
        found = [text for text in (KEY_ID, SECRET) for form in spellings(text) if form in data]
        assert not found, f"{file.name} holds a key"


def test_disabling_forgets_what_was_typed(repository, addon_part, app, stored):
    type_in(first(stored))
    addon_utils.disable(repository, default_set=False)
    assert app.typed('tencent_cn', '') == {}
    addon_utils.enable(repository, default_set=False, persistent=True)
    assert first(bpy.context.preferences.addons[repository].preferences).secret_key == ''


def test_no_operator_takes_a_key(addon):
    for name in dir(bpy.ops.hunyuan3d):
        properties = getattr(bpy.ops.hunyuan3d, name).get_rna_type().properties.keys()
        assert not {'key', 'secret', 'secret_id', 'secret_key', 'token'} & set(properties)


# What is shown


def test_every_service_can_be_set_up(stored, app):
    layout = draw(stored)
    shown = layout.properties()
    assert {table.label for table in app.services().values()} <= set(layout.texts())
    assert shown.count('endpoint') == len(app.services())
    for field in ('secret_id', 'secret_key', 'token', 'api_key'):
        asking = [table for table in app.services().values() if table.needs_key and field in table.key_fields]
        assert shown.count(field) == len(asking) > 0
    assert layout.operators().count('hunyuan3d.test_connection') == len(app.services())
    assert {'library'} <= set(shown)
    assert 'hunyuan3d.open_library' in layout.operators()


def test_the_preferences_open_at_the_service_that_is_to_be_set_up(app, stored):
    stored.sandbox_is_open = True
    with pytest.raises(RuntimeError, match="userpref_show"):  # there is no window to open
        bpy.ops.hunyuan3d.add_account(service='tencent_intl')
    assert bpy.context.scene.hunyuan3d.service == 'tencent_intl'
    assert [name for name in app.services() if getattr(stored, f'{name}_is_open')] == ['tencent_intl']
    with pytest.raises(RuntimeError, match="userpref_show"):
        bpy.ops.hunyuan3d.open_preferences()
    assert stored.tencent_intl_is_open


@pytest.mark.parametrize(('files', 'text'), [({}, "0 kB"), ({'a': 1_500_000, 'jobs/b/c': 700_000}, "2.2 MB")])
def test_the_size_of_the_library_is_shown_once_it_is_added_up(app, stored, library, files, text):
    for name, size in files.items():
        file = library.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    assert "It holds" not in draw(stored).text(), "drawing adds nothing up"
    while app.tick() or app.has_open_jobs():
        pass
    assert f"It holds {text}" in draw(stored).texts()


@pytest.mark.parametrize('source', ['environment', 'sdk_file'])
def test_a_key_of_elsewhere_is_not_typed_here(stored, source):
    first(stored).key_source = first(stored, 'tencent_intl').key_source = source
    assert 'secret_key' not in draw(stored).properties()


def test_the_key_in_use_is_shown_by_its_last_four_characters(stored, monkeypatch):
    first(stored).key_source = 'session'
    type_in(first(stored))
    bpy.ops.hunyuan3d.save_key(service='tencent_cn')
    text = draw(stored).text()
    assert "Key …wxyz · This Run Only" in text
    assert 'canary' not in text


@pytest.mark.parametrize(
    ('test', 'text'),
    [
        ({'running': True, 'failure': None}, "Testing"),
        ({'running': False, 'failure': None}, "The connection works and the key is good"),
        (
            {'running': False, 'failure': "The service does not know this SecretId"},
            "does not know this SecretId",
        ),
    ],
)
def test_a_connection_test_answers_plainly(addon_part, app, stored, monkeypatch, test, text):
    errors = addon_part('services.errors')
    if test['failure']:
        test = test | {'failure': errors.Failure(kind=errors.Kind.CREDENTIALS, message=test['failure'])}
    monkeypatch.setattr(
        app, 'connection_test', lambda service: SimpleNamespace(**test) if service == 'tencent_cn' else None
    )
    assert text in draw(stored).text()


def test_a_proxy_and_certificates_reach_the_worker_and_no_password_is_stored(addon_part):
    stored = addon_part('ui.preferences').preferences()
    stored.proxy, stored.ca_bundle = 'http://name:canary-password@proxy.example:3128', '/office.pem'
    network = addon_part('app.programs').network()
    assert stored.proxy == network.proxies['https'] == 'http://proxy.example:3128'
    assert network.ca_bundle == '/office.pem'
    stored.proxy = stored.ca_bundle = ''
    assert 'https' not in addon_part('app.programs').network().proxies
