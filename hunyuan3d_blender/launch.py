# SPDX-License-Identifier: GPL-3.0-or-later
"""Start another process that runs a part of this package: the worker, the sandbox, the converter.

The package is loaded from its own folder whatever that folder is called (as an extension it lives in
`bl_ext.<repository>.<id>`, which another process does not know), and no search path is changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGE = 'hunyuan3d_blender'
"""What the package is called in processes of our own."""

# No bytecode: a file written while Blender replaces the extension's folder would make its update fail.
_LOAD = """\
import importlib.util, sys
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location({package!r}, {init!r}, submodule_search_locations=[{folder!r}])
package = importlib.util.module_from_spec(spec)
sys.modules[{package!r}] = package
spec.loader.exec_module(package)
sys.exit(importlib.import_module({module!r}).main({arguments!r}))
"""

_INHERITED = frozenset({
    'PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TEMP', 'TMP',
    'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'PROGRAMDATA',
    'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY',
    'DBUS_SESSION_BUS_ADDRESS', 'LD_LIBRARY_PATH', 'LIBGL_ALWAYS_SOFTWARE', 'BLENDER_SYSTEM_RESOURCES', 'BLENDER_SYSTEM_PYTHON',
    'SSL_CERT_FILE', 'SSL_CERT_DIR', 'HUNYUAN3D_LIBRARY',
})  # fmt: skip
"""What a child may see of our environment: names without secrets. Proxies come as explicit settings."""


def child_environment() -> dict[str, str]:
    """The environment for a process of ours: a short list of names, so that no key is ever inherited."""
    return {name: value for name, value in os.environ.items() if name.upper() in _INHERITED}


def python_command(python: str, module: str, arguments: Sequence[str] = ()) -> list[str]:
    """Command that calls `main(arguments)` of `hunyuan3d_blender.<module>` in a plain Python, isolated."""
    return [python, '-I', '-X', 'utf8', '-c', _code(module, arguments)]


def blender_command(converter: Sequence[str], module: str, arguments: Sequence[str] = ()) -> list[str]:
    """The same inside a background Blender with factory settings, offline, without the user's scripts.

    `converter` is `job.Converter.command`: a Blender, or a Python in which bpy can be imported.
    """
    if is_python(converter[0]):
        return [*converter, '-I', '-X', 'utf8', '-c', _code(module, arguments)]
    flags = (
        '--background',
        '--factory-startup',
        '--offline-mode',
        '--disable-autoexec',
        '--python-exit-code',
        '3',
    )
    return [*converter, *flags, '--python-expr', _code(module, arguments)]


def is_python(executable: str) -> bool:
    """Whether a program is a Python interpreter, by its name."""
    return Path(executable).name.lower().startswith('python')


def hidden_window() -> dict[str, int]:
    """Arguments for Popen that keep Windows from opening a console window."""
    if sys.platform == 'win32':
        return {'creationflags': subprocess.CREATE_NO_WINDOW}
    return {}


def _code(module: str, arguments: Sequence[str]) -> str:
    folder = Path(__file__).resolve().parent
    return _LOAD.format(
        package=PACKAGE,
        init=str(folder / '__init__.py'),
        folder=str(folder),
        module=f"{PACKAGE}.{module}",
        arguments=list(arguments),
    )
