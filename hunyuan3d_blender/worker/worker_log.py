# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker's log: what it does, without a key, a signed URL or a prompt, and never larger than two times 1 MiB."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from .. import launch

SIZE_MAX_BYTES = 1 << 20

_QUERY = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]*")
"""What stands behind the '?' of a result's URL gives the file to anyone."""


def log_to_stderr(file: Path) -> None:
    """Let the log of this process go to its standard error, which whoever started it has led to `file`."""
    handler = _CappedHandler(file)
    handler.setFormatter(_Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    logger = logging.getLogger(launch.PACKAGE)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


class _Formatter(logging.Formatter):
    """Cuts the query off every URL, whoever wrote it: tracebacks quote what libraries say."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        return _QUERY.sub(r"\1?…", super().format(record))


class _CappedHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Copies the file aside and empties it when it has grown too large; others write to it, too, so it is not moved."""

    def __init__(self, file: Path) -> None:
        super().__init__(sys.stderr)
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        super().emit(record)
        with suppress(OSError, ValueError):  # not a file, or one that cannot be cut
            if os.fstat(self.stream.fileno()).st_size > SIZE_MAX_BYTES:
                shutil.copyfile(self._file, self._file.with_name(f"{self._file.name}.1"))
                os.ftruncate(self.stream.fileno(), 0)
