# SPDX-License-Identifier: GPL-3.0-or-later
"""Several accounts per service: each has a name, a key and an address of its own, and one is active."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import addon_utils
import bpy
import pytest

from hunyuan3d_blender.sandbox.server import running
from tests.blender.ui_parts import Layout, context

SERVICE = 'tencent_cn'
GENERAL = 'HUNYUAN3D_API_KEY'


@pytest.fixture
def app(addon_part):
    """The use cases of the registered add-on; keys that a test sets for this run are forgotten."""
    addon_part('credentials')._session.clear()
    yield addon_part('app')
    addon_part('credentials')._session.clear()


@pytest.fixture
def stored(app, addon):
    """The preferences; each test begins with those of a new artist."""
    yield bpy.context.preferences.addons[addon.__name__].preferences
    stored = bpy.context.preferences.addons[addon.__name__].preferences  # another, where it was enabled again
    for service in app.services():
        getattr(stored, f'{service}_accounts').clear()
        setattr(stored, f'{service}_account', 0)


def new(stored, service=SERVICE, **values):
    """Add an account with the + of the list; it is selected."""
    assert bpy.ops.hunyuan3d.new_account(service=service) == {'FINISHED'}
    item = getattr(stored, f'{service}_accounts')[-1]
    for name, value in values.items():
        setattr(item, name, value)
    return item


def with_key(stored, text, source='own_file', service=SERVICE):
    """Type a key for the selected account, and save it."""
    item = getattr(stored, f'{service}_accounts')[getattr(stored, f'{service}_account')]
    item.key_source = source
    item.secret_id, item.secret_key = f'AKID{text}', f'secret-{text}'
    assert bpy.ops.hunyuan3d.save_key(service=service) == {'FINISHED'}


def sender(app, service=SERVICE):
    found = app.account(service)
    return found.id, found.key_source, found.key_hint


def names(app, service=SERVICE):
    return [account.name for account in app.accounts_with(service)]


def test_every_service_begins_with_one_account(app, stored):
    for service in app.services():
        (account,) = app.accounts_with(service)
        assert account.id == ''
        assert account.name == ("Server 1" if service == 'self_hosted' else "Account 1")


@pytest.mark.parametrize('source', ['own_file', 'session'])
def test_each_account_has_a_key_of_its_own(app, stored, source):
    with_key(stored, 'studio1111', source)
    item = new(stored, name="Freelance")
    assert sender(app) == (item.id, '', ''), "the key of another account is not found"
    with_key(stored, 'mine2222', source)
    assert sender(app) == (item.id, source, '2222')
    assert names(app) == ["Freelance", "Account 1"]
    assert bpy.ops.hunyuan3d.use_account(service=SERVICE, index=0) == {'FINISHED'}
    assert sender(app) == ('', source, '1111')
    assert names(app) == ["Account 1", "Freelance"]
    assert bpy.context.preferences.is_dirty


def test_what_is_typed_belongs_to_the_account_that_was_selected(app, stored):
    stored.tencent_cn_accounts[0].secret_id = 'AKIDtyped'
    item = new(stored)
    assert item.secret_id == ''
    assert stored.tencent_cn_accounts[0].secret_id != ''


def test_two_servers_have_an_address_each(app, stored):
    stored.self_hosted_accounts[0].endpoint = 'http://127.0.0.1:8081'
    new(stored, 'self_hosted', name="Workstation", endpoint='http://192.168.0.7:8081')
    assert app.account('self_hosted').endpoint == 'http://192.168.0.7:8081'
    bpy.ops.hunyuan3d.use_account(service='self_hosted', index=0)
    assert app.account('self_hosted').endpoint == 'http://127.0.0.1:8081'


def asked_about(app):
    """The answer for the selected server, when it has come."""
    assert bpy.ops.hunyuan3d.test_connection(service='self_hosted') == {'FINISHED'}
    test = app.connection_test('self_hosted')
    end = time.monotonic() + 120
    while not test.poll():
        assert time.monotonic() < end
        time.sleep(0.05)
    return test


def test_each_of_several_servers_is_asked_for_itself(app, stored, tmp_path):
    with running(tmp_path) as sandbox:
        stored.self_hosted_accounts[0].endpoint = sandbox.url
        assert asked_about(app).is_good
        new(stored, 'self_hosted', name="Without a queue", endpoint=f'{sandbox.url}/generate-only')
        assert asked_about(app).is_good
        new(stored, 'self_hosted', name="Something else", endpoint=f'{sandbox.url}/elsewhere')
        assert "There is no Hunyuan3D server" in asked_about(app).failure.message
        assert not sandbox.ledger.jobs()
    bpy.ops.hunyuan3d.use_account(service='self_hosted', index=1)
    assert app.connection_test('self_hosted').is_good, "each keeps its own answer"
    bpy.ops.hunyuan3d.use_account(service='self_hosted', index=2)
    assert not app.connection_test('self_hosted').is_good


@pytest.mark.parametrize(
    ('service', 'endpoint', 'refused'),
    [
        ('self_hosted', 'http://192.168.0.7:8081', False),
        ('tencent_cn', 'http://192.168.0.7:8081', True),
        ('vtrix', 'http://gateway.example', True),
        ('sandbox', 'http://10.0.0.2:9', True),
        ('tencent_cn', 'http://127.0.0.1:9', False),
    ],
)
def test_plain_http_leaves_this_computer_for_own_servers_only(
    app, stored, monkeypatch, service, endpoint, refused
):
    monkeypatch.setattr(bpy.context.preferences.system, 'use_online_access', True)
    getattr(stored, f'{service}_accounts')[0].endpoint = endpoint
    try:
        app.accounts.refuse_unreachable(app.account(service))
        said = ""
    except app.NotPossible as error:
        said = error.failure.message
    assert ("only spoken to by https" in said) is refused


def test_a_key_is_asked_for_again_at_another_host(app, stored):
    with_key(stored, 'studio1111')
    stored.tencent_cn_accounts[0].endpoint = 'https://gateway.example'
    assert sender(app)[2] == ''
    stored.tencent_cn_accounts[0].endpoint = ''
    assert sender(app)[2] == '1111'


def test_a_removed_account_takes_its_key_along_and_leaves_the_others(app, stored, addon_part):
    with_key(stored, 'studio1111')
    new(stored)
    with_key(stored, 'mine2222')
    assert bpy.ops.hunyuan3d.remove_account(service=SERVICE) == {'FINISHED'}
    assert sender(app) == ('', 'own_file', '1111')
    text = addon_part('credentials.private_file').own_file().read_text()
    assert 'mine2222' not in text
    assert 'studio1111' in text
    assert bpy.ops.hunyuan3d.remove_account(service=SERVICE) == {'CANCELLED'}, "one is always there"


def test_an_account_with_jobs_under_way_stays(app, stored, addon_part, library):
    new(stored, endpoint='http://127.0.0.1:9')
    with_key(stored, 'mine2222')
    job_part, store_part = addon_part('jobs.job'), addon_part('jobs.store')
    contract = addon_part('services.contract')
    job = job_part.Job(
        id=job_part.new_id(), state=job_part.State.QUEUED, name="Chair", account=app.account(SERVICE), created_at=1.0,
        request=contract.Request(operation=contract.Operation.GENERATE, prompt="chair"),
    )  # fmt: skip
    with store_part.Store(addon_part('jobs.library').Library(library.path)) as store:
        store.add(job)
        with pytest.raises(RuntimeError, match="Jobs are under way with this account"):
            bpy.ops.hunyuan3d.remove_account(service=SERVICE)
        assert sender(app)[2] == '2222'
        store.change(job.id, job_part.State.QUEUED, state=job_part.State.CANCELLED)
    assert bpy.ops.hunyuan3d.remove_account(service=SERVICE) == {'FINISHED'}


def test_a_running_job_keeps_its_account_when_another_is_chosen(app, stored, addon_part):
    """All keys that only this process knows go to a worker that has just started, not the active one's alone."""
    with_key(stored, 'studio1111', 'session')
    new(stored)
    with_key(stored, 'mine2222', 'session')
    link, session = addon_part('app.worker_link'), addon_part('app.session').session()
    with session.store():
        pass  # makes the library
    session.listing = SimpleNamespace(open_count=1)
    link.keep_worker()
    taken = addon_part('credentials').take_over(session.library.path)
    assert {key.hint for key in taken.values()} == {'1111', '2222'}
    assert len({purpose.account for _source, purpose in taken}) == 2


# As it was before there were several


def test_the_account_of_an_older_version_is_adopted(repository, app, stored):
    stored.tencent_cn_accounts.clear()
    stored.tencent_cn_key_source = 'session'
    stored.tencent_cn_region, stored.tencent_cn_endpoint = 'ap-shanghai', 'https://elsewhere.example'
    addon_utils.disable(repository, default_set=False)
    addon_utils.enable(repository, default_set=False, persistent=True)
    (account,) = app.accounts_with(SERVICE)
    assert (account.id, account.key_source) == ('', 'session')
    assert (account.region, account.endpoint) == ('ap-shanghai', 'https://elsewhere.example')
    stored = bpy.context.preferences.addons[repository].preferences
    assert stored.tencent_cn_endpoint == '', "it is adopted once"


def test_keys_of_an_older_version_belong_to_the_first_account(app, stored, addon_part):
    file = addon_part('credentials.private_file').own_file()
    file.parent.mkdir(parents=True)
    entry = {'id': 'AKIDolder3333', 'secret': 'secret', 'token': ''}
    file.write_text(json.dumps({'tencent_cn https://ai3d.tencentcloudapi.com': entry}))
    app.configure(app.AppSettings())
    assert sender(app) == ('', 'own_file', '3333')


# A key that is named for no service


@pytest.mark.parametrize('service', ['tokenhub', 'openai_compatible', 'vtrix'])
def test_the_general_variable_is_taken_only_by_those_who_say_so(app, stored, monkeypatch, service):
    monkeypatch.setenv(GENERAL, 'general-key-gggg')
    others = {'tokenhub', 'openai_compatible', 'vtrix'} - {service}
    app.configure(app.AppSettings())
    assert app.account(service).key_hint == '', "it may be another service's"
    getattr(stored, f'{service}_accounts')[0].key_source = 'environment'
    assert app.account(service).key_hint == 'gggg'
    assert {app.account(other).key_hint for other in others} == {''}
    getattr(stored, f'{service}_accounts')[0].key_source = 'AUTO'
    with app.chosen_by_name(service, ''):
        assert app.account(service).key_hint == 'gggg', "named on the command line"
    assert app.account(service).key_hint == ''
    monkeypatch.setenv(f'HUNYUAN3D_{service.upper()}_API_KEY', 'its-own-key-oooo')
    app.configure(replace(app.AppSettings(), library=None))
    for chosen in ('', 'environment'):
        with app.chosen_by_name(service, ''):
            assert app.account(service).key_hint == 'oooo', chosen
    assert app.account(service).key_hint == 'oooo'


# The file of keys


def test_a_damaged_file_of_keys_is_kept_and_said(app, stored, addon_part):
    file = addon_part('credentials.private_file').own_file()
    with_key(stored, 'studio1111')
    file.write_text('{"tencent_cn https://ai3d.tencentcloudapi.com": {"id": "AKIDstudio1111", "secr')
    stored.tencent_cn_accounts[0].secret_id, stored.tencent_cn_accounts[0].secret_key = (
        'AKIDmine2222',
        'secret',
    )
    said = []
    operators = addon_part('ui.operators.accounts')
    operator = SimpleNamespace(service=SERVICE, report=lambda kind, text: said.append((kind, text)))
    assert operators.HUNYUAN3D_OT_save_key.execute(operator, bpy.context) == {'FINISHED'}
    (aside,) = file.parent.glob('*.damaged-*')
    assert 'AKIDstudio1111' in aside.read_text()
    assert said == [
        (
            {'WARNING'},
            f"The file with keys was damaged. It is kept as {aside}; the keys in it have to be typed again",
        )
    ]
    assert sender(app) == ('', 'own_file', '2222')


# What is shown


def panel():
    layout = Layout()
    bpy.types.HUNYUAN3D_PT_generate.draw(SimpleNamespace(layout=layout), context())
    return layout


def test_the_panel_offers_a_choice_only_where_there_is_one(app, stored):
    bpy.context.scene.hunyuan3d.service = SERVICE
    assert 'menu' not in [name for name, _, _ in panel().notes]
    new(stored, name="Freelance")
    shown = [(values, named['text']) for name, values, named in panel().notes if name == 'menu']
    assert shown == [(('HUNYUAN3D_MT_accounts',), "Freelance")]
    layout = Layout()
    bpy.types.HUNYUAN3D_MT_accounts.draw(SimpleNamespace(layout=layout), context())
    assert layout.texts() == ["Account 1", "Freelance"]
    assert layout.operators() == ['hunyuan3d.use_account'] * 2


def test_the_list_shows_each_key_by_its_last_four_characters(app, stored):
    with_key(stored, 'studio1111')
    new(stored, endpoint='https://gateway.example')
    texts = []
    for item in stored.tencent_cn_accounts:
        layout = Layout()
        bpy.types.HUNYUAN3D_UL_accounts.draw_item(None, context(), layout, stored, item, 0, stored, '', 0, 0)
        texts += layout.texts()
    assert texts == ["…1111", "https://gateway.example"]


# The keychain: `tests/keychain` has a real one


def answering(monkeypatch, addon_part, text):
    """Let the process that speaks with the keychain answer so."""
    command = [sys.executable, '-c', f"import sys; sys.stdin.readline(); print({text!r})"]
    monkeypatch.setattr(addon_part('app.asked').launch, 'python_command', lambda *_: command)
    monkeypatch.setattr(addon_part('app.asked').launch, 'blender_command', lambda *_: command)


def wait(app):
    """Until the keychain has answered; a tick looks, and waits for nothing."""
    while app.keychain_task(SERVICE).running:
        app.tick()
        time.sleep(0.02)


def test_a_key_goes_into_the_keychain_and_out_beside_blender(app, stored, addon_part, monkeypatch):
    answering(monkeypatch, addon_part, '{"ok": true}')
    with_key(stored, 'studio1111', 'keychain')
    assert app.typed(SERVICE, ''), "it may have to be sent again"
    wait(app)
    assert sender(app) == ('', 'keychain', '1111')
    assert not app.typed(SERVICE, '')
    assert 'secret-studio1111' not in addon_part('credentials.private_file').own_file().read_text()
    assert bpy.ops.hunyuan3d.forget_key(service=SERVICE) == {'FINISHED'}
    wait(app)
    assert sender(app) == ('', 'keychain', '')


def test_a_keychain_without_its_library_is_told_and_loses_nothing(app, stored):
    """So it is in a Blender as it comes; the process is the real one."""
    with_key(stored, 'studio1111', 'keychain')
    wait(app)
    assert 'keyring is not installed' in app.keychain_task(SERVICE).failure.message
    assert sender(app) == ('', 'keychain', '')
    assert app.typed(SERVICE, '')['secret_key'] == 'secret-studio1111'
    assert not app.is_keychain_there()
