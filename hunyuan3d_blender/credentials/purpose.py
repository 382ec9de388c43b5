# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key is for, and where it is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Source(StrEnum):
    """Where a key is kept. The artist chooses one: no key of another source ever steps in by itself."""

    ENVIRONMENT = 'environment'
    SDK_FILE = 'sdk_file'
    """The file of Tencent's own tools: read, never written."""
    OWN_FILE = 'own_file'
    """A file that only the user can read."""
    SESSION = 'session'
    """The memory of this process."""
    KEYCHAIN = 'keychain'
    """The system's, through the library `keyring`. It may ask the artist first, so Blender's own process never reads it."""


class Purpose(NamedTuple):
    """What a key may be used for. One that was typed in is found for exactly that."""

    service: str
    """Id of a service, or `BUCKET`."""
    host: str
    """Scheme and host, as in 'https://ai3d.tencentcloudapi.com'."""
    account: str = ''
    """Which of the artist's accounts there; '' for the first."""

    @property
    def name(self) -> str:
        """The same as one text, by which keys are stored."""
        return " ".join(filter(None, self))
