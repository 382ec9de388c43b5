# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a downloaded file is not used.

    FileRefused
    ├── Damaged         bytes are missing or wrong, or it is no file we know: fetching it again may help
    ├── Hostile         an archive that lies, or that would write where it must not
    └── ModelRefused    a model that an importer must not be given

The file itself always stays on disk.
"""

from __future__ import annotations

import unicodedata

from ...services.errors import Fact, Failure, Kind, Spent


class FileRefused(Exception):
    """Base of all; never raised itself. `message` is marked with `N_`, `facts` fill its `{names}`."""

    def __init__(self, message: str, **facts: Fact) -> None:
        shown = {name: shown_name(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        super().__init__(message.format(**shown))
        # Only a finished job has files, so it was charged.
        self.failure = Failure(kind=Kind.FILE, message=message, facts=shown, spent=Spent.YES)


class Damaged(FileRefused):
    """The file is incomplete, corrupt, or of no format we know."""


class Hostile(FileRefused):
    """The archive breaks a rule that honest archives keep. Nothing of it was unpacked."""


class ModelRefused(FileRefused):
    """The model breaks a rule of its format, or refers to files outside its folder."""


def shown_name(text: str, max_characters: int = 80) -> str:
    """Make a name out of a foreign file safe to show and to log: one line, no invisible characters, cut."""
    clean = "".join("�" if unicodedata.category(c) in _INVISIBLE else c for c in text[: max_characters + 1])
    return clean if len(clean) <= max_characters else f"{clean[:max_characters]}…"


_INVISIBLE = frozenset({'Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'})
"""Unicode categories that show as nothing or reorder what stands around them."""
