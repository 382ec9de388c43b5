# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of connections share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.protocol.loopback import recorded_connects


@pytest.fixture
def reached() -> Iterator[list[Any]]:
    """Every address that was connected to during the test."""
    with recorded_connects() as addresses:
        yield addresses
