# SPDX-License-Identifier: GPL-3.0-or-later
"""Where jobs lie on disk.

    <library>/
      jobs.sqlite             the store (jobs/store.py)
      worker.sqlite           locked by the worker for as long as it lives
      worker.log
      attention               touched by every Blender that is interested; keeps the worker alive
      limit.json              what may be spent in a month; read by everyone who sends or starts a job
      network.json            online access, proxies and CA bundle as the preferences last said; read by the worker
      pictures/               pictures taken inside Blender, and smaller copies of those that were too large to send
      sandbox/                what the built-in sandbox remembers
      staged/                 notes on what lies in the artist's bucket for a while
      batches/                lists of which not every job was started yet
      jobs/<job id>/
        job.json              copy of the row, to rebuild the store from
        removed.json          the same of a job that was removed from the list: what it has cost still counts
        input/                the pictures that are sent, or the model: made of `selection.blend` by the worker
        download/             what came back, complete files only (`.part` while under way)
        model/                the unpacked model and its textures
        model.blend           ready to be appended
        thumbnail.png         256 px
        parts.npz             the parts that were found, to be repainted (scene/found_parts.py)
        links.json            result URLs that the service tells once only; readable by the user alone
        answer.txt            raw answer of a submit that could not be understood

The library is the artist's: nothing in it is ever deleted without being asked for, and it lies outside the
extension's folder, which Blender deletes when the extension is removed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

FOLDER_VARIABLE = 'HUNYUAN3D_LIBRARY'
"""Environment variable that overrules the default folder, for tests, farms and scripts."""


def default_folder() -> Path:
    """The library folder where none is chosen in the preferences: the system's place for a user's data."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    if sys.platform == 'win32':
        return Path(os.environ.get('LOCALAPPDATA', Path.home() / 'AppData' / 'Local')) / 'Hunyuan3D'
    if sys.platform == 'darwin':
        return Path.home() / 'Library' / 'Application Support' / 'Hunyuan3D'
    return Path(os.environ.get('XDG_DATA_HOME') or Path.home() / '.local' / 'share') / 'hunyuan3d'


class JobFolder(NamedTuple):
    """The folder of one job."""

    path: Path

    @property
    def record(self) -> Path:
        """Copy of the row as JSON."""
        return self.path / 'job.json'

    @property
    def removed_record(self) -> Path:
        """The same of a job that was removed from the list."""
        return self.path / 'removed.json'

    @property
    def input(self) -> Path:
        """Folder of the pictures that are sent."""
        return self.path / 'input'

    @property
    def selection(self) -> Path:
        """What was selected, for the program that makes a file of it, as JSON."""
        return self.input / 'selection.json'

    @property
    def selection_blend(self) -> Path:
        """The selected objects as they were."""
        return self.input / 'selection.blend'

    @property
    def download(self) -> Path:
        """Folder of what the service returned."""
        return self.path / 'download'

    @property
    def model(self) -> Path:
        """Folder of the unpacked model."""
        return self.path / 'model'

    @property
    def model_blend(self) -> Path:
        """The converted model."""
        return self.path / 'model.blend'

    @property
    def parts(self) -> Path:
        """The parts that were found, and which face of the artist's meshes belongs to which."""
        return self.path / 'parts.npz'

    @property
    def thumbnail(self) -> Path:
        """A 256 px PNG."""
        return self.path / 'thumbnail.png'

    @property
    def links(self) -> Path:
        """Result URLs that cannot be asked for again."""
        return self.path / 'links.json'

    @property
    def answer(self) -> Path:
        """Raw bytes of an answer that could not be understood."""
        return self.path / 'answer.txt'


class Library(NamedTuple):
    """The library folder. Creating the object touches nothing; `create` makes the folders."""

    path: Path

    @property
    def store(self) -> Path:
        """The SQLite file of jobs."""
        return self.path / 'jobs.sqlite'

    @property
    def worker_lock(self) -> Path:
        """The SQLite file whose exclusive lock says that a worker lives."""
        return self.path / 'worker.sqlite'

    @property
    def worker_log(self) -> Path:
        """Where the worker writes what it does; holds no key, no signed URL and no prompt."""
        return self.path / 'worker.log'

    @property
    def attention(self) -> Path:
        """Its modification time says when a Blender last showed interest."""
        return self.path / 'attention'

    @property
    def network(self) -> Path:
        """Online access, proxies and CA bundle for the worker, as JSON."""
        return self.path / 'network.json'

    @property
    def limit(self) -> Path:
        """What may be spent in a month, as JSON."""
        return self.path / 'limit.json'

    @property
    def staged(self) -> Path:
        """Folder of notes on objects in the artist's bucket; holds no key and no signed URL."""
        return self.path / 'staged'

    def job(self, job_id: str) -> JobFolder:
        """The folder of a job, whether it exists or not. Raise ValueError for what is no job id."""
        if len(job_id) != 32 or not set(job_id) <= set('0123456789abcdef'):
            raise ValueError(f"not a job id: {job_id!r}")
        return JobFolder(self.path / 'jobs' / job_id)

    def create(self) -> None:
        """Make the folders. Raise OSError when that is not possible."""
        (self.path / 'jobs').mkdir(parents=True, exist_ok=True)
