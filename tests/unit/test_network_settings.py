# SPDX-License-Identifier: GPL-3.0-or-later
"""How the worker comes to know about online access and proxies."""

from __future__ import annotations

import os
import stat

import pytest

from hunyuan3d_blender.network_settings import NetworkSettings, current, is_loopback, origin, read, write


def test_what_was_written_is_read(library, monkeypatch):
    monkeypatch.setenv('https_proxy', 'http://user:password@proxy.example:3128')
    monkeypatch.setenv('no_proxy', 'localhost,.example')
    settings = current(online=True)
    write(library, settings)
    assert read(library) == settings
    assert settings.proxies['https'] == 'http://user:password@proxy.example:3128'
    assert 'password' not in repr(settings)
    if os.name == 'posix':
        assert stat.S_IMODE(library.network.stat().st_mode) == 0o600


def test_the_preferences_take_the_place_of_the_environment(monkeypatch):
    monkeypatch.delenv('REQUESTS_CA_BUNDLE', raising=False)
    for name, value in (
        ('https_proxy', 'http://environment:1'), ('no_proxy', '.office.example'), ('SSL_CERT_FILE', '/environment.pem'),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    chosen = current(online=True, proxy='http://chosen:2', ca_bundle='/chosen.pem')
    assert (chosen.proxies['https'], chosen.ca_bundle) == ('http://chosen:2', '/chosen.pem')
    assert chosen.proxies['no'] == '.office.example'
    own = current(online=True)
    assert (own.proxies['https'], own.ca_bundle) == ('http://environment:1', '/environment.pem')


@pytest.mark.parametrize('content', [None, '', '[]', '{"online": true, "more": 1}', '\x00'])
def test_without_a_readable_word_online_access_is_off(library, content):
    if content is not None:
        library.network.write_text(content)
    assert read(library) == NetworkSettings()


def test_the_same_settings_are_not_written_twice(library):
    write(library, NetworkSettings(online=True))
    os.utime(library.network, (1, 1))
    write(library, NetworkSettings(online=True))
    assert library.network.stat().st_mtime == 1
    write(library, NetworkSettings(online=False))
    assert read(library).online is False


@pytest.mark.parametrize(
    ('url', 'expected'),
    [
        ('', True),
        ('http://127.0.0.1:8080', True),
        ('http://localhost', True),
        ('http://[::1]:1', True),
        ('http://127.9.9.9', True),
        ('http://127.0.0.1.example.com', False),
        ('https://ai3d.tencentcloudapi.com', False),
        ('http://192.168.0.2', False),
        ('http://0.0.0.0', False),
        ('http://[bad', False),
    ],
)
def test_loopback_is_told_by_the_spelling(url, expected):
    assert is_loopback(url) is expected


def test_a_key_is_bound_to_scheme_host_and_port():
    assert origin('https://AI3D.example.com/path?x=1') == 'https://ai3d.example.com'
    assert origin('http://ai3d.example.com') != origin('https://ai3d.example.com')
    assert origin('') == ''
