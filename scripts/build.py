# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the extension: dist/hunyuan3d_blender-VERSION.zip, ready for Preferences ▸ Get Extensions ▸ Install from Disk.

    python3 scripts/build.py [--output FOLDER]
    python3 scripts/build.py --repository FOLDER    the zip and its index: an extensions repository for any web server

Blender's builder wants the manifest inside the package's folder, so both are staged in a temporary folder. Builder and
validator are Blender's own `blender_ext.py`, taken from a bpy wheel or an installed Blender, whichever is at hand.
The same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from environments import CACHE, ROOT, Missing, newest_blender

PACKAGE = ROOT / 'hunyuan3d_blender'
MANIFEST = ROOT / 'blender_manifest.toml'
LICENSE = ROOT / 'LICENSE'

_TOOL = 'scripts/addons_core/bl_pkg/cli/blender_ext.py'
_TAGS = 'scripts/modules/_bpy_internal/extensions/tags.py'
_WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The time every file in the zip carries: the earliest that a zip can state."""


def main(arguments: Sequence[str]) -> int:
    """Build and print the path of the zip, or of the repository's index; 1 when Blender's tool objects."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument('--output', type=Path, default=ROOT / 'dist', help="folder of the zip (dist)")
    target.add_argument(
        '--repository', type=Path, help="folder of a repository, where it replaces older zips"
    )
    options = parser.parse_args(arguments)
    try:
        print(publish(build(options.repository)) if options.repository else build(options.output))
    except (Missing, OSError, subprocess.CalledProcessError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return 0


def build(output: Path) -> Path:
    """Write the zip into `output` and return its path. Raise CalledProcessError when it is not valid."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder, 'stage')
        stage_package(stage)
        return pack(stage, output)


def pack(stage: Path, output: Path) -> Path:
    """Write the zip of what is staged into `output`, named as its manifest says. Raise as `build` does."""
    resources = blender_resources()
    validate = ('validate', '--valid-tags', str(resources / _TAGS))
    _blender_ext(resources, *validate, str(stage))
    result = output / _zip_name(stage / MANIFEST.name)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder, 'built.zip')
        _blender_ext(resources, 'build', '--source-dir', str(stage), '--output-filepath', str(built))
        _repack(built, result)
    _blender_ext(resources, *validate, str(result))
    return result


def publish(archive: Path) -> Path:
    """Make the zip's folder a static repository that offers this version, and return its index.json.

    Other extensions' zips in the folder are listed too. Other versions of this one are deleted: of two versions
    for the same Blenders in one index, Blender offers whichever the disk happened to list last.
    """
    for other in archive.parent.glob(f'{PACKAGE.name}-*.zip'):
        if other.name != archive.name:
            other.unlink()
    _blender_ext(blender_resources(), 'server-generate', '--html', '--repo-dir', str(archive.parent))
    return archive.parent / 'index.json'


def _zip_name(manifest: Path) -> str:
    with manifest.open('rb') as file:
        return f'{PACKAGE.name}-{tomllib.load(file)["version"]}.zip'


def stage_package(folder: Path) -> None:
    """Lay out what is shipped, manifest beside the package's own files."""
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns('__pycache__', '.*'))
    for file in (MANIFEST, LICENSE):
        shutil.copy(file, folder)


def blender_resources() -> Path:
    """Folder of a Blender's own scripts and data. Raise Missing where no Blender is found and none can be had."""
    for folder in _resources():
        if (folder / _TOOL).exists():
            return folder
    newest_blender().ensure()
    return next(folder for folder in _resources() if (folder / _TOOL).exists())


def _resources() -> Iterator[Path]:
    module = importlib.util.find_spec('bpy')
    if module is not None and module.origin:
        yield from _versions(Path(module.origin).parent)
    for environment in sorted(CACHE.glob('bpy-*'), reverse=True):
        for packages in (
            *environment.glob('lib/python*/site-packages/bpy'),
            environment / 'Lib/site-packages/bpy',
        ):
            yield from _versions(packages)
    binary = os.environ.get('HUNYUAN3D_BLENDER') or shutil.which('blender')
    if binary:
        yield from _versions(Path(binary).resolve().parent)
    tree = Path(os.environ.get('HUNYUAN3D_GUI_ROOT') or CACHE / 'gui-blender')
    for installed in (tree / 'usr/share/blender', Path('/usr/share/blender')):
        yield installed
        yield from _versions(installed)


def _versions(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob('[0-9]*.[0-9]*'), reverse=True))


def _blender_ext(resources: Path, *arguments: str) -> None:
    """Run Blender's tool; it explains itself on its output when it objects."""
    subprocess.run([sys.executable, str(resources / _TOOL), *arguments], check=True, stdout=sys.stderr)


def _repack(built: Path, result: Path) -> None:
    """Order, times and permissions of the files come from the disk; make them the same everywhere."""
    with zipfile.ZipFile(built) as source, zipfile.ZipFile(result, 'w', zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            target.writestr(entry, source.read(name))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
