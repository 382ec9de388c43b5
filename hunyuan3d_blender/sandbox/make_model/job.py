# SPDX-License-Identifier: GPL-3.0-or-later
"""From a job to the files of its result. Views of other sides change nothing in a sample."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import bpy

from ..change_model import convert, motion, parts, rig, texture, topology, uv
from ..refusal import Refusal
from . import files, silhouette, turned
from .shape import Sample
from .task import Made, Task

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
            made = _WORK.get(job.get('operation'), generate)(Task(folder, job, output, textures))
        except Refusal as refusal:
            made = {'error': refusal.message, 'code': refusal.code}
        except Exception as error:  # a process boundary: the sandbox tells its client
            log.exception("No model")
            made = {'error': str(error)}
        (output / 'made.json').write_text(json.dumps(made), 'utf-8')
        shutil.rmtree(folder / 'output', ignore_errors=True)
        output.rename(folder / 'output')
    return 'error' not in made


def generate(task: Task) -> Made:
    """A sample of words or of a picture."""
    values, sample = task.values, _sample(task)
    kind = values.get('GenerateType')
    has_texture = kind != 'Geometry' and not values.get('EnableGeometry')
    files.build(sample.shape, is_flat=kind == 'LowPoly')
    if kind == 'LowPoly' and values.get('PolygonType') == 'quadrilateral':
        files.join_to_quads()
    if has_texture:
        mesh = bpy.data.meshes[files.NAME]
        files.dress(mesh, sample.maps, task.textures, has_pbr=bool(values.get('EnablePBR')))
    made = [(kind, files.EXPORTERS[kind](task.path(), task.textures).name) for kind in task.formats]
    files.save_picture(sample.preview, task.path('.png'))
    return {'files': made, 'preview': task.path('.png').name}


def _sample(task: Task) -> Sample:
    values = task.values
    is_low_poly = values.get('GenerateType') == 'LowPoly'
    faces = LOW_POLY_FACES if is_low_poly else values.get('FaceCount', DEFAULT_FACES)
    if task.picture:
        return silhouette.from_picture(files.load_picture(task.picture, TEXTURE_SIDE_PX), faces)
    return turned.from_words(values.get('Prompt', ''), faces)


_WORK: Mapping[str | None, Callable[[Task], Made]] = {
    'parts': parts.make,
    'texture': texture.make,
    'texture_edit': texture.make,
    'topology': topology.make,
    'uv': uv.make,
    'rig': rig.make,
    'motion': motion.make,
    'convert': convert.make,
    'convert_job': convert.make,
}
"""By operation; all others generate."""
