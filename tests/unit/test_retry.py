# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits grow, stay below their cap, and differ from job to job."""

from __future__ import annotations

import pytest

from hunyuan3d_blender.services.retry import backoff_s, poll_interval_s


@pytest.mark.parametrize(
    ('tries', 'longest_s'), [(0, 2), (1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (7, 60), (10**9, 60)]
)
def test_backoff_doubles_up_to_its_cap(tries: int, longest_s: float) -> None:
    for share, expected_s in ((0.0, longest_s / 2), (0.5, longest_s * 0.75), (1.0, longest_s)):
        assert backoff_s(tries, first_s=2, cap_s=60, random=lambda share=share: share) == expected_s


@pytest.mark.parametrize(
    ('since_submit_s', 'middle_s'),
    [(-5, 2), (0, 2), (60, 6), (120, 10), (121, 10), (8 * 3600, 10), (1e12, 10)],
)
def test_polling_grows_from_two_to_ten_seconds(since_submit_s: float, middle_s: float) -> None:
    assert poll_interval_s(since_submit_s, lambda: 0.5) == pytest.approx(middle_s)
    assert poll_interval_s(since_submit_s, lambda: 0.0) == pytest.approx(middle_s * 0.9)
    assert poll_interval_s(since_submit_s, lambda: 1.0) == pytest.approx(middle_s * 1.1)
