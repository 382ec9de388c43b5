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
    "Credits that all services together may cost in a calendar month: what would go over that is not sent, "
    "nor what costs credits that nobody tells beforehand. Zero for no limit. It is kept with the library and "
    "holds for every Blender that uses it":
        "所有服务在一个自然月内合计可花费的积分：超出部分不会发送，事先无法得知所需积分的任务也不会发送。零表示不限。"
        "它保存在库中，对使用该库的所有 Blender 有效",
    "Change the Monthly Limit": "更改每月上限",
    "Raise or remove the monthly limit in the preferences": "请在偏好设置中提高或取消每月上限",
    "Of {limit:g} credits a month {spent:g} are spent or queued, and this costs about {price:g}; nothing was sent":
        "每月 {limit:g} 积分中已花费或排队 {spent:g}，此次约需 {price:g}；未发送任何内容",
    "Nobody tells beforehand how many credits this costs, so it is not sent while there is a monthly limit":
        "事先无法得知此项需要多少积分，因此在设有每月上限时不会发送",
    "The monthly limit is in credits: it does not count what this costs in dollars":
        "每月上限以积分计：不计入此项以美元收取的费用",
}  # fmt: skip
