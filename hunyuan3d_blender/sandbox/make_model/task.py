# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to do, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Made = dict[str, Any]
"""What `made.json` says: 'files' (type and name of each), 'preview', and perhaps 'segmentation'."""


@dataclass(frozen=True)
class Task:
    """A job, and two folders that are empty when it begins."""

    folder: Path
    """Of the job, with the files it begins with."""
    job: Mapping[str, Any]
    output: Path
    textures: Path

    @property
    def values(self) -> Mapping[str, Any]:
        """What was submitted."""
        values: Mapping[str, Any] = self.job['values']
        return values

    @property
    def formats(self) -> Sequence[str]:
        """The types of the files that are wanted."""
        formats: Sequence[str] = self.job['formats']
        return formats

    @property
    def picture(self) -> Path | None:
        """The picture that came with it."""
        return self._input('input_file')

    @property
    def model(self) -> Path | None:
        """The model that came with it."""
        return self._input('model_file')

    def path(self, suffix: str = '') -> Path:
        """A file of the result, which begins with the request's id as the service's do."""
        return self.output / f"{self.job['request_id']}_0{suffix}"

    def _input(self, field: str) -> Path | None:
        name = self.job.get(field)
        return self.folder / name if name else None
