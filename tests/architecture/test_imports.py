# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports go down the list, and each outside power (Blender, threads, the network) has its room."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import foreign_imports, is_within, modules, own_imports

VOCABULARY = ('services.contract', 'services.model_options', 'services.sampling', 'services.errors')

MAY_IMPORT = {
    '': ('registration',),
    '__main__': ('cli',),
    'registration': ('ui', 'cli', 'app', 'i18n'),
    'i18n': (),
    'ui': ('app', 'scene', 'jobs', 'services', 'credentials', 'i18n'),
    'ui.command_line': ('ui', 'cli'),
    'cli': ('app', 'ui.reporting', 'jobs', 'services', 'credentials'),
    'app': (
        'scene',
        'worker.start',
        'worker.programs',
        'jobs',
        'services',
        'credentials',
        'network_settings',
    ),
    'worker': ('jobs', 'services', 'credentials', 'network_settings'),
    'worker.files': ('jobs.pictures', 'services.errors'),
    'network_settings': ('jobs',),
    'credentials': (*VOCABULARY, 'services.registry'),
    'scene': VOCABULARY,
    'jobs': (*VOCABULARY, 'services.object_storage.bucket'),
    'services.contract': ('services.model_options', 'services.sampling', 'services.meanings'),
    'services.model_options': (),
    'services.sampling': (),
    'services.errors': (),
    'services': (),
    'sandbox': (),
    'launch': (),
    'value': (),
    'on_demand': (),
}
"""What each room may import besides itself and `EVERYWHERE`. The most exact entry counts."""

EVERYWHERE = ('launch', 'value', 'on_demand')

BLENDER = ('scene', 'ui', 'app', 'cli', 'registration', 'i18n', 'sandbox.make_model', 'sandbox.change_model')
THREADS = ('worker', 'sandbox')
OUTWARD = ('services.http', 'network_settings')  # the second asks for the system's proxies only
SIGNERS = ('services.http', 'services.tencent_cloud.signing')

BLENDER_MODULES = ('bpy', 'bpy_extras', 'bmesh', 'mathutils', 'gpu', 'blf', 'addon_utils', 'imbuf', 'idprop')
THREAD_MODULES = ('threading', 'concurrent', 'multiprocessing', '_thread', 'asyncio')
NETWORK_MODULES = ('socket', 'ssl', 'http.client', 'urllib.request', 'urllib3', 'ftplib', 'smtplib', 'xmlrpc')


def room_of(name: str) -> str:
    return max((room for room in MAY_IMPORT if is_within(name, (room,)) or not room), key=len)


@pytest.mark.parametrize('name', modules())
def test_imports_go_down(name: str) -> None:
    room = room_of(name)
    assert room or not name, f"{name} is in no room: describe it in MAY_IMPORT, or move it"
    allowed = (*((room,) if room else ()), *EVERYWHERE, *MAY_IMPORT[room])
    wrong = [target for target in own_imports(name) if target and not is_within(target, allowed)]
    assert not wrong, f"{name} may import {allowed}"


@pytest.mark.parametrize('name', modules())
def test_own_modules_are_imported_relatively(name: str) -> None:
    """As an extension the package is called bl_ext.<repository>.hunyuan3d_blender, which nobody knows beforehand."""
    assert not [
        target for target in foreign_imports(name) if is_within(target, ('hunyuan3d_blender', 'bl_ext'))
    ]


@pytest.mark.parametrize(
    ('powers', 'rooms'),
    [
        (BLENDER_MODULES, BLENDER),
        (THREAD_MODULES, THREADS),
        (NETWORK_MODULES, (*OUTWARD, 'sandbox')),
        (('requests',), SIGNERS),
        (('http.server', 'socketserver'), ('sandbox',)),
        (('pickle', 'marshal', 'shelve', 'ctypes'), ()),
    ],
    ids=['Blender', 'threads', 'network', 'requests', 'servers', 'unsafe'],
)
def test_a_power_stays_in_its_room(powers: tuple[str, ...], rooms: tuple[str, ...]) -> None:
    wrong = {
        f"{name} imports {target}"
        for name in modules()
        if not is_within(name, rooms)
        for target in foreign_imports(name)
        if is_within(target, powers)
    }
    assert not wrong


def test_the_sandbox_speaks_each_protocol_in_a_module_named_like_its_client() -> None:
    clients = {name.split('.')[1] for name in modules() if re.fullmatch(r'services\.\w+\.client', name)}
    assert len(clients) >= 6
    assert not {name for name in clients if f'sandbox.{name}' not in modules()}
