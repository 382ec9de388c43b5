# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys are found where the artist said, for the host they are meant for, and nobody else can read them."""

from __future__ import annotations

import json
import pickle
import stat
import sys
from pathlib import Path

import pytest

from hunyuan3d_blender import credentials, network_settings
from hunyuan3d_blender.credentials import Purpose, Source, computer
from hunyuan3d_blender.services.contract import KEY_PAIR, Key
from hunyuan3d_blender.services.errors import Kind, Refused
from hunyuan3d_blender.services.registry import TABLES

CHINA = 'https://ai3d.tencentcloudapi.com'
KEY = Key('example-secret-ABCD', id='AKIDexample1234')


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / 'home'
    home.mkdir()
    runtime = tmp_path / 'runtime'
    runtime.mkdir()
    for name in ('TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_TOKEN', *AWS):
        monkeypatch.delenv(name, raising=False)
    for name, folder in {
        'HOME': home, 'USERPROFILE': home, 'APPDATA': home / 'roaming', 'XDG_CONFIG_HOME': home / '.config',
        'XDG_RUNTIME_DIR': runtime,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(computer, '_SDK_SYSTEM_FILE', tmp_path / 'etc-credentials')
    monkeypatch.setattr(credentials, '_session', {})
    return home


def in_environment(monkeypatch: pytest.MonkeyPatch, key: Key = KEY) -> None:
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', key.id)
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', key.secret)


def in_sdk_file(home: Path, text: str) -> None:
    file = home / '.tencentcloud' / 'credentials'
    file.parent.mkdir()
    file.write_text(text, encoding='utf-8')


def parts(key: Key | None) -> tuple[str, str, str] | None:
    return (key.id, key.secret, key.token) if key else None


def test_nothing_is_found_on_a_fresh_computer() -> None:
    assert credentials.available(Purpose('tencent_cn', CHINA)) == []
    purpose = Purpose('tencent_cn', CHINA)
    assert [credentials.hint(source, purpose) for source in Source] == [''] * len(Source)
    found = [credentials.find(source, purpose) for source in Source if source is not Source.KEYCHAIN]
    assert found == [None] * len(found)


def test_each_source_gives_its_own_key(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_environment(monkeypatch, Key('s-env', id='id-env-1111'))
    in_sdk_file(own_home, '[default]\nsecret_id = id-sdk-2222\nsecret_key = s-%sdk\n')
    credentials.save_own(Purpose('tencent_cn', CHINA), Key('s-own', id='id-own-3333', token='t-own'))
    credentials.set_session(Purpose('tencent_cn', CHINA), Key('s-ses', id='id-ses-4444'))

    assert credentials.available(Purpose('tencent_cn', CHINA)) == [
        (Source.ENVIRONMENT, '1111'), (Source.SDK_FILE, '2222'), (Source.OWN_FILE, '3333'), (Source.SESSION, '4444'),
    ]  # fmt: skip
    assert parts(credentials.find(Source.SDK_FILE, Purpose('tencent_cn', CHINA))) == (
        'id-sdk-2222',
        's-%sdk',
        '',
    )
    assert parts(credentials.find(Source.OWN_FILE, Purpose('tencent_cn', CHINA))) == (
        'id-own-3333',
        's-own',
        't-own',
    )


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('[default]\nsecret_id="quoted-id"\nsecret_key="quoted"\n', ('quoted-id', 'quoted', '')),
        ('\ufeff[default]\nsecret_id=a\nsecret_key=b\n', ('a', 'b', '')),
        ('[other]\nsecret_id=a\nsecret_key=b\n', None),
        ('[default]\nsecret_id=a\n', None),
        ('[default]\nsecret_id=\nsecret_key=b\n', None),
        ('not an ini file', None),
        ('', None),
    ],
)
def test_the_file_of_the_sdk(own_home: Path, text: str, expected: tuple[str, str, str] | None) -> None:
    in_sdk_file(own_home, text)
    assert parts(credentials.find(Source.SDK_FILE, Purpose('tencent_intl', CHINA))) == expected


def test_the_system_wide_file_is_second(own_home: Path) -> None:
    computer._SDK_SYSTEM_FILE.write_text('[default]\nsecret_id=system\nsecret_key=b\n', encoding='utf-8')
    assert parts(credentials.find(Source.SDK_FILE, Purpose('tencent_cn', CHINA))) == ('system', 'b', '')
    in_sdk_file(own_home, '[default]\nsecret_id=user\nsecret_key=b\n')
    assert parts(credentials.find(Source.SDK_FILE, Purpose('tencent_cn', CHINA))) == ('user', 'b', '')


@pytest.mark.parametrize(
    ('host', 'found'),
    [
        (CHINA, True),
        ('https://hunyuan.intl.tencentcloudapi.com', True),
        ('http://127.0.0.1:8080', True),
        ('http://localhost:1', True),
        ('http://[::1]:1', True),
        ('http://ai3d.tencentcloudapi.com', False),
        ('https://tencentcloudapi.com.evil.example', False),
        ('https://eviltencentcloudapi.com', False),
        ('https://gateway.example', False),
        ('https://10.0.0.1', False),
        ('', False),
    ],
)
def test_a_key_of_tencents_tools_goes_to_tencent_only(
    host: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_environment(monkeypatch)
    assert (credentials.find(Source.ENVIRONMENT, Purpose('tencent_cn', host)) is not None) == found


INTERNATIONAL = 'https://hunyuan.intl.tencentcloudapi.com'


@pytest.mark.parametrize(
    ('service', 'host', 'found'),
    [
        ('tencent_cn', CHINA, True),
        ('tencent_intl', INTERNATIONAL, True),
        ('sandbox', 'http://127.0.0.1:8080', True),
        ('sandbox', CHINA, False),
        ('sandbox', INTERNATIONAL, False),
        ('sandbox', 'https://gateway.example', False),
        ('openai_compatible', 'https://api.ai3d.cloud.tencent.com', False),
        ('tokenhub', 'https://tokenhub.tencentmaas.com', False),
        ('vtrix', 'https://cloud.vtrix.ai', False),
        ('self_hosted', 'http://127.0.0.1:8080', False),
        (credentials.BUCKET, 'https://cos.ap-guangzhou.myqcloud.com', False),
    ],
)
def test_a_pair_that_names_no_site_is_found_for_both_sites_and_nobody_else(
    service: str, host: str, found: bool, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sites document these very variables and this very file."""
    in_environment(monkeypatch)
    in_sdk_file(own_home, '[default]\nsecret_id=a\nsecret_key=b\n')
    expected = [Source.ENVIRONMENT, Source.SDK_FILE] if found else []
    assert [source for source, _ in credentials.available(Purpose(service, host))] == expected


def test_a_typed_key_belongs_to_its_service_and_host() -> None:
    credentials.save_own(Purpose('tencent_cn', CHINA), KEY)
    credentials.set_session(Purpose('tencent_cn', CHINA), KEY)
    for source in (Source.OWN_FILE, Source.SESSION):
        assert credentials.find(source, Purpose('tencent_cn', CHINA))
        for service, host in (
            ('tencent_intl', CHINA), ('tencent_cn', 'http://ai3d.tencentcloudapi.com'),
            ('tencent_cn', f"{CHINA}:444"), ('tencent_cn', 'https://gateway.example'),
        ):  # fmt: skip
            assert credentials.find(source, Purpose(service, host)) is None


@pytest.mark.skipif(sys.platform == 'win32', reason="mode bits mean nothing there")
def test_the_own_file_is_private_also_when_it_is_replaced(own_home: Path) -> None:
    file = own_home / '.config' / 'hunyuan3d' / 'credentials.json'
    for key in (KEY, Key('other', id='other')):
        credentials.save_own(Purpose('tencent_cn', CHINA), key)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert [entry.name for entry in file.parent.iterdir()] == ['credentials.json']


def test_removing_leaves_the_other_keys() -> None:
    credentials.save_own(Purpose('tencent_cn', CHINA), KEY)
    credentials.save_own(Purpose('tencent_intl', CHINA), KEY)
    credentials.remove_own(Purpose('tencent_cn', CHINA))
    credentials.remove_own(Purpose('tencent_cn', CHINA))
    assert credentials.available(Purpose('tencent_cn', CHINA)) == []
    assert credentials.available(Purpose('tencent_intl', CHINA)) == [(Source.OWN_FILE, '1234')]


@pytest.mark.parametrize('content', ["{", "[]", '{"tencent_cn https://ai3d.tencentcloudapi.com": {"id": 1}}'])
def test_a_damaged_own_file_holds_no_key(own_home: Path, content: str) -> None:
    credentials.save_own(Purpose('tencent_cn', CHINA), KEY)
    (own_home / '.config' / 'hunyuan3d' / 'credentials.json').write_text(content, encoding='utf-8')
    assert credentials.available(Purpose('tencent_cn', CHINA)) == []
    credentials.save_own(Purpose('tencent_cn', CHINA), KEY)
    assert credentials.available(Purpose('tencent_cn', CHINA)) == [(Source.OWN_FILE, '1234')]


@pytest.mark.parametrize(
    'key',
    [
        Key('with space', id='id'),
        Key('ok', id='with\ttab'),
        Key('ok', id='schlüssel'),
        Key('zero\u200bwidth', id='id'),
        Key('ok', id='id', token='line\nbreak'),
        Key('', id='id'),
        Key('secret', id='  '),
    ],
)
def test_an_impossible_key_is_refused_by_name(key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    for keep in (credentials.save_own, credentials.set_session):
        with pytest.raises(Refused) as refusal:
            keep(Purpose('tencent_cn', CHINA), key)
        failure = refusal.value.failure
        assert failure.kind == Kind.CREDENTIALS
        assert failure.facts['part'] in ('SecretId', 'SecretKey', 'Token')
        assert 'space' not in str(failure.facts)
        assert 'schl' not in str(failure)
    assert credentials.available(Purpose('tencent_cn', CHINA)) == []
    if key.id and key.secret and not key.token:
        in_environment(monkeypatch, key)
        with pytest.raises(Refused):
            credentials.find(Source.ENVIRONMENT, Purpose('tencent_cn', CHINA))


# The artist's bucket

COS = 'https://cos.ap-guangzhou.myqcloud.com'
AWS = {'AWS_ACCESS_KEY_ID': 'AKIAexample5678', 'AWS_SECRET_ACCESS_KEY': 'aws-secret'}


@pytest.mark.parametrize(
    ('host', 'found'),
    [
        (COS, True),
        ('https://s3.eu-west-1.amazonaws.com', True),
        ('https://s3.cn-north-1.amazonaws.com.cn', True),
        ('https://0123.r2.cloudflarestorage.com', True),
        ('http://127.0.0.1:9000', True),
        ('http://s3.eu-west-1.amazonaws.com', False),
        ('https://amazonaws.com.evil.example', False),
        ('https://minio.example', False),
        (CHINA, False),
    ],
)
def test_a_bucket_key_of_the_environment_goes_to_known_stores_only(
    host: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    key = credentials.find(Source.ENVIRONMENT, Purpose(credentials.BUCKET, host))
    assert parts(key) == (('AKIAexample5678', 'aws-secret', '') if found else None)
    monkeypatch.setenv('AWS_SESSION_TOKEN', 'token')
    key = credentials.find(Source.ENVIRONMENT, Purpose(credentials.BUCKET, host))
    assert parts(key) == (('AKIAexample5678', 'aws-secret', 'token') if found else None)


def test_a_bucket_has_keys_of_its_own(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the service are not taken for it, nor the other way round, nor those of another store."""
    in_environment(monkeypatch)
    in_sdk_file(own_home, '[default]\nsecret_id=id-sdk-2222\nsecret_key=secret\n')
    assert credentials.available(Purpose(credentials.BUCKET, COS)) == []
    credentials.save_own(Purpose(credentials.BUCKET, COS), KEY)
    credentials.set_session(Purpose(credentials.BUCKET, COS), KEY)
    assert credentials.available(Purpose(credentials.BUCKET, COS)) == [
        (Source.OWN_FILE, '1234'), (Source.SESSION, '1234'),
    ]  # fmt: skip
    assert credentials.available(Purpose(credentials.BUCKET, 'https://cos.ap-beijing.myqcloud.com')) == []
    assert Source.OWN_FILE not in dict(credentials.available(Purpose('tencent_cn', COS)))


def test_a_bucket_key_that_cannot_be_right_is_named_as_its_console_names_it() -> None:
    for key, part in (
        (Key('ok', id=''), 'Access Key ID'),
        (Key('with space', id='id'), 'Secret Access Key'),
        (Key('ok', id='id', token='a b'), 'Session Token'),
    ):
        with pytest.raises(Refused) as refusal:
            credentials.save_own(Purpose(credentials.BUCKET, COS), key)
        assert refusal.value.failure.facts['part'] == part


def test_pasted_spaces_around_a_key_do_no_harm() -> None:
    credentials.set_session(Purpose('tencent_cn', CHINA), Key(' secret\n', id='\tAKID '))
    assert parts(credentials.find(Source.SESSION, Purpose('tencent_cn', CHINA))) == ('AKID', 'secret', '')


def test_the_word_in_front_of_a_pasted_key_is_left_out() -> None:
    assert parts(Key(' Bearer  sk-1234 ')) == ('', 'sk-1234', '')


def test_every_service_has_its_form_of_key() -> None:
    """What the preferences ask for is what the sources here are read for."""
    for table in TABLES.values():
        needs_id = table.key_fields == KEY_PAIR
        assert computer.needs_id(table.id) == needs_id
        assert (table.id in credentials.VARIABLES) == bool(table.key_fields)
        assert not table.needs_key or computer.is_trusted(table.id, network_settings.origin(table.endpoint))


def test_a_key_shows_its_last_four_characters_only() -> None:
    for text in (repr(KEY), str(KEY), f"{KEY}", f"{[KEY]}"):
        assert '1234' in text
        assert 'ABCD' not in text
        assert 'AKID' not in text
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


def test_keys_cross_to_the_worker_once(tmp_path: Path) -> None:
    library, other = tmp_path / 'library', tmp_path / 'other'
    credentials.hand_over(library, Purpose('tencent_cn', CHINA), Source.SESSION, Key('old', id='old'))
    credentials.hand_over(library, Purpose('tencent_cn', CHINA), Source.SESSION, KEY)
    credentials.hand_over(
        library, Purpose('tencent_cn', CHINA), Source.ENVIRONMENT, Key('env', id='env', token='t')
    )
    assert credentials.take_over(other) == {}

    taken = credentials.take_over(library)
    assert {name: parts(key) for name, key in taken.items()} == {
        (Source.SESSION, Purpose('tencent_cn', CHINA)): parts(KEY),
        (Source.ENVIRONMENT, Purpose('tencent_cn', CHINA)): ('env', 'env', 't'),
    }
    assert credentials.take_over(library) == {}


@pytest.mark.skipif(sys.platform == 'win32', reason="mode bits mean nothing there")
def test_the_crossing_is_private(tmp_path: Path) -> None:
    credentials.hand_over(tmp_path, Purpose('tencent_cn', CHINA), Source.SESSION, KEY)
    (folder,) = (tmp_path / 'runtime').iterdir()
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    folder.chmod(0o755)  # as if another user had made it
    with pytest.raises(PermissionError):
        credentials.hand_over(tmp_path, Purpose('tencent_cn', CHINA), Source.SESSION, KEY)
    with pytest.raises(PermissionError):
        credentials.take_over(tmp_path)


@pytest.mark.parametrize('content', ["{", "[]", '{"source": "?"}', json.dumps({'secret': 1})])
def test_a_damaged_crossing_is_thrown_away(tmp_path: Path, content: str) -> None:
    credentials.hand_over(tmp_path, Purpose('tencent_cn', CHINA), Source.SESSION, KEY)
    (folder,) = (tmp_path / 'runtime').iterdir()
    (file,) = folder.iterdir()
    file.write_text(content, encoding='utf-8')
    assert credentials.take_over(tmp_path) == {}
    assert not list(folder.iterdir())


# Several accounts


def test_accounts_with_a_service_have_keys_of_their_own() -> None:
    other = Purpose('tencent_cn', CHINA, 'a1b2c3d4')
    credentials.save_own(Purpose('tencent_cn', CHINA), KEY)
    credentials.set_session(Purpose('tencent_cn', CHINA), KEY)
    assert credentials.available(other) == []
    credentials.save_own(other, Key('other', id='other5678'))
    credentials.remove_own(Purpose('tencent_cn', CHINA))
    assert credentials.available(other) == [(Source.OWN_FILE, '5678')]


def test_a_temporary_key_of_the_environment_has_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Tencent's own tools read it."""
    in_environment(monkeypatch)
    monkeypatch.setenv('TENCENTCLOUD_TOKEN', 'token')
    key = credentials.find(Source.ENVIRONMENT, Purpose('tencent_intl', CHINA))
    assert parts(key) == (KEY.id, KEY.secret, 'token')


ONE_KEY_HOSTS = {
    'tokenhub': 'https://tokenhub.tencentmaas.com',
    'openai_compatible': 'https://api.ai3d.cloud.tencent.com',
    'vtrix': 'https://cloud.vtrix.ai',
}


@pytest.mark.parametrize('service', ONE_KEY_HOSTS)
def test_the_key_of_one_service_is_never_found_for_another(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each service with one key has a variable of its own; the general one waits until the environment is chosen."""
    monkeypatch.setenv(f'HUNYUAN3D_{service.upper()}_API_KEY', 'its-own-1111')
    for other, host in ONE_KEY_HOSTS.items():
        expected = [(Source.ENVIRONMENT, '1111')] if other == service else []
        assert credentials.available(Purpose(other, host)) == expected
    monkeypatch.setenv('HUNYUAN3D_API_KEY', 'general-2222')
    for other, host in ONE_KEY_HOSTS.items():
        expected = [(Source.ENVIRONMENT, '1111')] if other == service else []
        assert credentials.available(Purpose(other, host)) == expected, "not by itself"
        hint = '1111' if other == service else '2222'
        assert credentials.hint(Source.ENVIRONMENT, Purpose(other, host)) == hint
        assert credentials.hint(Source.ENVIRONMENT, Purpose(other, 'https://elsewhere.example')) == ''


@pytest.mark.parametrize('service', ONE_KEY_HOSTS)
def test_a_key_goes_to_every_host_that_its_service_has(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """TokenHub has four: two sites, each in two regions."""
    monkeypatch.setenv(f'HUNYUAN3D_{service.upper()}_API_KEY', 'its-own-1111')
    hosts = [TABLES[service].endpoint, *(f'https://{host}' for host in TABLES[service].key_hosts)]
    assert len(hosts) == (4 if service == 'tokenhub' else 1)
    for host in hosts:
        assert credentials.hint(Source.ENVIRONMENT, Purpose(service, host)) == '1111'
        for other in (f'{host}.evil.example', host.replace('//', '//evil'), host.replace('https', 'http')):
            assert credentials.hint(Source.ENVIRONMENT, Purpose(service, other)) == '', other


def test_a_pair_is_never_made_of_the_general_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('HUNYUAN3D_API_KEY', 'general-2222')
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', 'AKIDexample')
    for service in ('tencent_cn', 'tencent_intl', 'sandbox', credentials.BUCKET):
        assert credentials.find(Source.ENVIRONMENT, Purpose(service, 'http://127.0.0.1:1')) is None


@pytest.mark.parametrize('content', ["{", "[]", "null", '{"a": "\\ud8"', "\x00" * 40])
def test_a_damaged_file_is_kept_beside_the_new_one(own_home: Path, content: str) -> None:
    folder = own_home / '.config' / 'hunyuan3d'
    assert credentials.save_own(Purpose('tencent_cn', CHINA), KEY) is None
    (folder / 'credentials.json').write_text(content, encoding='utf-8')
    credentials.remove_own(Purpose('tencent_cn', CHINA))
    assert (folder / 'credentials.json').read_text(encoding='utf-8') == content, "looking changes nothing"
    aside = credentials.save_own(Purpose('tencent_cn', CHINA), KEY)
    assert aside is not None
    assert aside.read_text(encoding='utf-8') == content
    assert aside.parent == folder
    assert credentials.save_own(Purpose('tencent_cn', CHINA), KEY) is None
    assert len(list(folder.iterdir())) == 2


def test_an_empty_file_is_no_damage(own_home: Path) -> None:
    file = own_home / '.config' / 'hunyuan3d' / 'credentials.json'
    file.parent.mkdir(parents=True)
    file.touch()
    assert credentials.save_own(Purpose('tencent_cn', CHINA), KEY) is None


# The keychain: `tests/keychain` has a real one


def test_what_lies_in_the_keychain_is_known_without_looking_into_it() -> None:
    purpose = Purpose('tencent_cn', CHINA)
    credentials.note_keychain(purpose, 'wxyz')
    assert credentials.hint(Source.KEYCHAIN, purpose) == 'wxyz'
    assert credentials.available(purpose) == [(Source.KEYCHAIN, 'wxyz')]
    assert credentials.available(Purpose('tencent_cn', CHINA, 'other')) == []
    credentials.save_own(purpose, KEY)
    credentials.forget_keychain(purpose)
    assert credentials.available(purpose) == [(Source.OWN_FILE, '1234')]


def test_without_the_library_the_keychain_says_so() -> None:
    assert not credentials.keychain.is_there(), "this Python is to have no keyring"
    with pytest.raises(Refused) as refusal:
        credentials.find(Source.KEYCHAIN, Purpose('tencent_cn', CHINA))
    assert 'keyring is not installed' in refusal.value.failure.message
