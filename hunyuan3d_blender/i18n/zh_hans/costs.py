# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs have cost, and the monthly limit."""

from __future__ import annotations

COSTS = {
    "Costs": "费用",
    "Today": "今天",
    "This Month": "本月",
    "Last Month": "上月",
    "This Month by Service": "本月各服务",
    "nothing": "无",
    "{spent:g} of {limit:g} credits": "{spent:g} / {limit:g} 积分",
    "{amount} of this month are an estimate": "本月其中 {amount} 为估计值",
    "{amount} of this month may not have been charged": "本月其中 {amount} 可能并未收费",
    "Not counted: 1 job whose price nobody has told": "未计入：1 个价格未知的任务",
    "Not counted: {count} jobs whose price nobody has told": "未计入：{count} 个价格未知的任务",

    # The limit
    "Monthly Limit": "每月上限",
    "Credits that all services together may cost in a calendar month: what would go over that is not sent. "
    "Zero for no limit. It is kept with the library and holds for every Blender that uses it":
        "所有服务在一个自然月内合计可花费的积分：超出部分不会发送。零表示不限。它保存在库中，对使用该库的所有 Blender 有效",
    "Change the Monthly Limit": "更改每月上限",
    "Raise the monthly limit in the preferences, or wait for the next month": "请在偏好设置中提高每月上限，或等到下个月",
    "Of {limit:g} credits a month {spent:g} are spent or queued, and this costs about {price:g}; nothing was sent":
        "每月 {limit:g} 积分中已花费或排队 {spent:g}，此次约需 {price:g}；未发送任何内容",
    "Of {limit:g} credits a month {spent:g} are spent or queued; nothing was sent":
        "每月 {limit:g} 积分中已花费或排队 {spent:g}；未发送任何内容",
    "The monthly limit cannot stop this in time: nobody tells its price in credits beforehand":
        "每月上限无法提前阻止此项：事先无法得知其积分价格",
}  # fmt: skip
