# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread that has models made: one background Blender at a time, the oldest job first."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from .. import launch
from .box import make as make_box
from .ledger import Job, Ledger
from .scenarios import SCENARIOS

log = logging.getLogger(__name__)

DEADLINE_S = 600.0
"""A model of 1.5 million faces takes ten seconds where the machine has nothing else to do."""
_LOOK_S = 0.05


class CannotMakeError(Exception):
    """No model came of it, and why."""

    def __init__(self, message: str, code: str = '') -> None:
        super().__init__(message)
        self.code = code or 'FailedOperation.InnerError'


class Maker:
    """Works through the ledger until it is stopped. What was begun before a restart is begun again."""

    def __init__(self, ledger: Ledger, blender: Sequence[str], clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._blender = tuple(blender)
        self._clock = clock
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name='sandbox maker', daemon=True)

    def start(self) -> None:
        """Begin with what is left from last time."""
        self._work.set()
        self._thread.start()

    def notice(self) -> None:
        """There is a new job."""
        self._work.set()

    def stop(self) -> None:
        """End within a moment; a model that is being made is made again next time."""
        self._stopping.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._work.wait()
            self._work.clear()
            while (job := self._next()) and not self._stopping.is_set():
                self._make(job)

    def _next(self) -> Job | None:
        return next((job for job in self._ledger.jobs() if job.finished_at is None), None)

    def _make(self, job: Job) -> None:
        self._ledger.change(job.id, started_at=job.started_at or self._clock())
        try:
            outcome = self._outcome(job)
        except Exception as error:
            log.exception("No model for job %s", job.id)
            code = error.code if isinstance(error, CannotMakeError) else 'FailedOperation.InnerError'
            outcome = {'error_code': code, 'error_message': f"The sandbox: {error}"}
        if not self._stopping.is_set():
            self._ledger.change(job.id, finished_at=self._clock(), **outcome)

    def _outcome(self, job: Job) -> dict[str, Any]:
        """Make the model; return what the job's row says of it."""
        folder = self._ledger.folder_of(job)
        output = folder / 'output'
        shutil.rmtree(output, ignore_errors=True)
        if self._blender:
            self._run_blender(folder)
        else:
            make_box(folder, json.loads((folder / 'job.json').read_text('utf-8')))
        made = json.loads((output / 'made.json').read_text('utf-8'))
        if 'error' in made:
            raise CannotMakeError(made['error'], made.get('code', ''))
        segmentation = made.get('segmentation', '')
        scenario = SCENARIOS.get(job.scenario)
        if scenario and scenario.damage:
            for _, name in made['files']:
                scenario.damage(output / name)
        if scenario and scenario.spoil_text and segmentation:
            text = (output / segmentation).read_text('utf-8')
            (output / segmentation).write_text(scenario.spoil_text(text), 'utf-8')
        files = [(kind, name) for kind, name in made['files'] if (output / name).exists()]
        return {'files': tuple(files), 'preview': made['preview'], 'segmentation': segmentation}

    def _run_blender(self, folder: Path) -> None:
        command = launch.blender_command(self._blender, 'sandbox.make_model', [str(folder)])
        with (folder / 'make.log').open('wb') as output:
            code = self._wait(command, output)
        # Not by its exit code: Blender 4.2 may crash at its end, when everything is written.
        if not (folder / 'output' / 'made.json').exists():
            raise CannotMakeError(f"Blender ended with code {code} and no model")

    def _wait(self, command: list[str], output: IO[bytes]) -> int:
        waited_s = 0.0
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=launch.child_environment(),
            **launch.hidden_window(),  # type: ignore[call-overload]
        ) as process:
            while process.poll() is None:
                if self._stopping.wait(_LOOK_S) or waited_s > DEADLINE_S:
                    process.kill()
                waited_s += _LOOK_S
        return int(process.returncode)
