# SPDX-License-Identifier: GPL-3.0-or-later
"""From the job's words or picture to the files of its result. Views of other sides change nothing in a sample."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from . import files, silhouette, turned
from .shape import Sample

log = logging.getLogger(__name__)

DEFAULT_FACES = 20_000
"""Far fewer than the service's 500,000: a sample should be there at once."""
LOW_POLY_FACES = 1_600
TEXTURE_SIDE_PX = 1024


def make(job_folder: str) -> bool:
    """Make the model in a folder of its own, which becomes `output` when it is complete. False: it says why not."""
    if hasattr(os, 'nice'):
        os.nice(10)
    folder = Path(job_folder)
    job = json.loads((folder / 'job.json').read_text('utf-8'))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix='making-') as part:
        output, textures = Path(part, 'output'), Path(part, 'textures')
        output.mkdir()
        textures.mkdir()
        try:
            made = _write_files(job, _sample(folder, job), output, textures)
        except Exception as error:  # a process boundary: the sandbox tells its client
            log.exception("No model")
            made = {'error': str(error)}
        (output / 'made.json').write_text(json.dumps(made), 'utf-8')
        shutil.rmtree(folder / 'output', ignore_errors=True)
        output.rename(folder / 'output')
    return 'error' not in made


def _sample(folder: Path, job: Mapping[str, Any]) -> Sample:
    values = job['values']
    is_low_poly = values.get('GenerateType') == 'LowPoly'
    faces = LOW_POLY_FACES if is_low_poly else values.get('FaceCount', DEFAULT_FACES)
    if job['input_file']:
        return silhouette.from_picture(files.load_picture(folder / job['input_file'], TEXTURE_SIDE_PX), faces)
    return turned.from_words(values.get('Prompt', ''), faces)


def _write_files(job: Mapping[str, Any], sample: Sample, output: Path, textures: Path) -> dict[str, Any]:
    values = job['values']
    kind = values.get('GenerateType')
    has_texture = kind != 'Geometry' and not values.get('EnableGeometry')
    files.build(sample.shape, is_flat=kind == 'LowPoly')
    if kind == 'LowPoly' and values.get('PolygonType') == 'quadrilateral':
        files.join_to_quads()
    if has_texture:
        files.dress(sample.maps, textures, has_pbr=bool(values.get('EnablePBR')))
    path = output / f"{job['request_id']}_0"
    made = [(kind, files.EXPORTERS[kind](path, textures).name) for kind in job['formats']]
    files.save_picture(sample.preview, path.with_suffix('.png'))
    return {'files': made, 'preview': path.with_suffix('.png').name}
