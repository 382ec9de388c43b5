# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the service turns a call away."""

from __future__ import annotations


class Refusal(Exception):
    """A call that was not carried out: becomes `Response.Error`. Nothing was queued, nothing is charged."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        """A code of Tencent Cloud API 3.0, e.g. 'AuthFailure.SignatureExpire'."""
        self.message = message
