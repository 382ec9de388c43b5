# SPDX-License-Identifier: GPL-3.0-or-later
"""The preset motions of a rig."""

from __future__ import annotations

MOTIONS = {
    "Roundhouse Kick": "回旋踢", "Left Hook": "左勾拳", "Charged Attack": "蓄力攻击", "Charged Punch": "蓄力拳",
    "Two-Hit Combo": "二连击", "Two-Hit Combo 2": "二连击 2", "Backstep": "后撤步", "Hit Reaction": "受击",
    "Hit Reaction 2": "受击 2", "Hit Reaction 3": "受击 3", "Knockdown 1": "击倒 1", "Knockdown 2": "击倒 2",
    "Landing": "落地", "Dejection": "沮丧", "Throat Slash": "割喉动作", "Jab": "刺拳", "Continuous Strikes": "连续击打",
    "Kick": "踢腿", "Side Kick": "侧踢", "Tai Chi": "太极", "Backflip": "后空翻", "Crouching Turn": "蹲伏转身",
    "Walk 1": "行走 1", "Walk 2": "行走 2", "Walk 3": "行走 3", "Idle 1": "待机 1", "Idle 2": "待机 2",
    "Street Dance": "街舞", "Twist Dance": "扭扭舞", "Turn Left on a Curve": "弧线左转",
    "Turn Right on a Curve": "弧线右转", "Jog": "慢跑", "Jog 2": "慢跑 2", "Run": "跑步", "Sprint 1": "冲刺 1",
    "Sprint 2": "冲刺 2", "Sprint 3": "冲刺 3", "Jump in Place": "原地跳跃", "Slide Tackle": "滑铲",
    "Long Jump": "跳远", "Long Jump 2": "跳远 2", "Vault": "翻越", "Intimidation": "威吓", "Fall Forward": "向前跌倒",
    "Turn Right": "右转", "Jump in Place 2": "原地跳跃 2", "Turn Around": "转身", "Send Shockwave": "发出冲击波",
}  # fmt: skip
