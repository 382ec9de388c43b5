# SPDX-License-Identifier: GPL-3.0-or-later
"""The motions that can come with a rig, in the services' order: the number of the first one is 1.

Source: `MotionType` of SubmitAutoRiggingJob, the same in both editions
(https://cloud.tencent.com/document/product/1804/131618, https://www.tencentcloud.com/document/product/1284/79641).
"""

from __future__ import annotations

from .errors import N_

MOTIONS = (
    N_("Roundhouse Kick"), N_("Left Hook"), N_("Charged Attack"), N_("Charged Punch"), N_("Two-Hit Combo"),
    N_("Two-Hit Combo 2"), N_("Backstep"), N_("Hit Reaction"), N_("Hit Reaction 2"), N_("Hit Reaction 3"),
    N_("Knockdown 1"), N_("Knockdown 2"), N_("Landing"), N_("Dejection"), N_("Throat Slash"), N_("Jab"),
    N_("Continuous Strikes"), N_("Kick"), N_("Side Kick"), N_("Tai Chi"), N_("Backflip"), N_("Crouching Turn"),
    N_("Walk 1"), N_("Walk 2"), N_("Walk 3"), N_("Idle 1"), N_("Idle 2"), N_("Street Dance"), N_("Twist Dance"),
    N_("Turn Left on a Curve"), N_("Turn Right on a Curve"), N_("Jog"), N_("Jog 2"), N_("Run"), N_("Sprint 1"),
    N_("Sprint 2"), N_("Sprint 3"), N_("Jump in Place"), N_("Slide Tackle"), N_("Long Jump"), N_("Long Jump 2"),
    N_("Vault"), N_("Intimidation"), N_("Fall Forward"), N_("Turn Right"), N_("Jump in Place 2"),
    N_("Turn Around"), N_("Send Shockwave"),
)  # fmt: skip
