# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese. Words as in Blender's own translation and in Tencent's product pages.

    job 任务    service 服务    model 模型    picture 图片    prompt 提示词    key 密钥    credits 积分
    Pro 专业版    Rapid 极速版    Sandbox 沙盒    sample 样例    library folder 库文件夹    bring in 放入

Full-width punctuation, a space between Chinese and Latin letters or digits, and no full stop at the end.
"""

from __future__ import annotations

from .accounts import ACCOUNTS
from .batch import BATCH
from .bucket import BUCKET
from .chains import CHAINS
from .costs import COSTS
from .files import FILES
from .interface import INTERFACE
from .messages import MESSAGES
from .motions import MOTIONS
from .network import NETWORK
from .operations import OPERATIONS
from .parts import PARTS
from .pictures import PICTURES
from .reports import REPORTS
from .rigs import RIGS
from .selection import SELECTION
from .sketches import SKETCHES

TABLES = (
    ACCOUNTS,
    BATCH,
    BUCKET,
    CHAINS,
    COSTS,
    FILES,
    INTERFACE,
    MESSAGES,
    MOTIONS,
    NETWORK,
    OPERATIONS,
    PARTS,
    PICTURES,
    REPORTS,
    RIGS,
    SELECTION,
    SKETCHES,
)

TEXTS = {english: chinese for table in TABLES for english, chinese in table.items()}
"""English to Chinese."""
