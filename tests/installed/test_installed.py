# SPDX-License-Identifier: GPL-3.0-or-later
"""The zip in a real Blender: it comes, works and goes without leaving anything behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.real_blender import PACKAGE, checked, run_python

SNAPSHOT = f"""
import bpy, json, sys, threading, types
PACKAGE = {PACKAGE!r}

def classes():
    todo, found = [bpy.types.bpy_struct], set()
    while todo:
        known = todo.pop().__subclasses__()
        todo += known
        found |= {{f'{{c.__module__}}.{{c.__name__}}' for c in known if getattr(c, 'is_registered', False)}}
    return found

def properties():
    kinds = [getattr(bpy.types, name) for name in dir(bpy.types)]
    return {{f'{{kind.__name__}}.{{name}}' for kind in kinds if hasattr(kind, 'bl_rna') for name in kind.bl_rna.properties.keys()}}

def handlers():
    lists = [getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers)]
    return {{f'{{f.__module__}}.{{f.__name__}}' for entry in lists if isinstance(entry, list) for f in entry}}

def drawings():
    kinds = [getattr(bpy.types, name) for name in dir(bpy.types)]
    return {{f'{{k.__name__}} {{f.__module__}}.{{f.__name__}}' for k in kinds for f in getattr(getattr(k, 'draw', None), '_draw_funcs', ())}}

def timers():
    own = [module for name, module in sys.modules.items() if name.startswith(PACKAGE)]
    functions = {{f for module in own for f in vars(module).values() if isinstance(f, types.FunctionType)}}
    return {{f'{{f.__module__}}.{{f.__name__}}' for f in functions if bpy.app.timers.is_registered(f)}}

def snapshot():
    facts = dict(classes=classes(), properties=properties(), handlers=handlers(), drawings=drawings(), timers=timers(),
                 threads={{thread.name for thread in threading.enumerate()}}, operators=set(dir(bpy.ops.hunyuan3d)))
    return {{name: sorted(values) for name, values in facts.items()}}
"""

TOGGLE = f"""{SNAPSHOT}
import addon_utils
snapshot()  # looking makes Blender create its own classes
seen = []
for step in (addon_utils.disable, addon_utils.enable) * 3:
    step(PACKAGE, default_set=True)
    seen.append(snapshot())
print('SEEN ' + json.dumps(seen))
"""


@pytest.fixture
def seen(profile: Path) -> list[dict[str, list[str]]]:
    """Snapshots after: disable, enable, disable, enable, disable, enable."""
    output = run_python(profile, TOGGLE)
    return json.loads(next(line for line in output.splitlines() if line.startswith('SEEN '))[5:])


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> set[str]:
    return {f"{kind}: {name}" for kind in one for name in set(one[kind]) ^ set(other[kind])}


def test_disable_undoes_enable(seen: list[dict[str, list[str]]]) -> None:
    assert not differences(seen[0], seen[2])
    assert not differences(seen[0], seen[4])
    assert not differences(seen[1], seen[3])
    assert not differences(seen[1], seen[5])
    assert 'generate' in seen[1]['operators']
    assert not seen[0]['operators']
    left = {
        f"{kind}: {name}" for kind, names in seen[0].items() for name in names if 'hunyuan3d' in name.lower()
    }
    assert not left


def test_enabling_touches_no_file_and_starts_no_thread(profile: Path, home: Path) -> None:
    output = run_python(profile, f"{SNAPSHOT}\nprint('THREADS', *snapshot()['threads'])")
    assert 'THREADS MainThread\n' in output
    assert not [
        path for path in home.rglob('*') if 'hunyuan3d' in path.name.lower() or path.name == 'library'
    ]


def test_remove_takes_everything_away(profile: Path) -> None:
    assert list(profile.rglob('hunyuan3d_blender/blender_manifest.toml'))
    checked(profile, '--command', 'extension', 'remove', 'user_default.hunyuan3d_blender')
    assert not list(profile.rglob('hunyuan3d_blender/*'))


def test_factory_settings_and_commandline_addon_work_without_preferences(profile: Path) -> None:
    """`--addons` enables without an entry in the preferences."""
    arguments = ('--background', '--factory-startup', '--addons', PACKAGE, '--python-exit-code', '4')
    checked(profile, *arguments, '--python-expr', "import bpy; assert 'generate' in dir(bpy.ops.hunyuan3d)")
