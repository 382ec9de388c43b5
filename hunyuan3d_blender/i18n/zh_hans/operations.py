# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on models that exist."""

from __future__ import annotations

OPERATIONS = {
    # What stands in the way
    "Write what you want": "请输入想要的内容",
    "Select the model to work on": "请选择要处理的模型",
    "The service takes no models as {format}: it takes {formats}": "服务不接受 {format} 格式的模型：它接受 {formats}",
    "The model has {size} MB; the service takes {limit} MB at most": "模型为 {size} MB；服务最多接受 {limit} MB",
    "The model has {count:,} faces; the service takes {limit:,} at most":
        "模型有 {count:,} 个面；服务最多接受 {limit:,} 个",
    "The model has {count:,} loose parts; the service takes {limit:,} at most":
        "模型有 {count:,} 个松散部分；服务最多接受 {limit:,} 个",

    # Prices and answers
    "Clean Up": "清理",
    "The service gives such a result out once only": "服务只提供一次此类结果",
}  # fmt: skip
