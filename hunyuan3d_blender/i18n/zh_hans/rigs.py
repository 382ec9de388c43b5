# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigs, motions for them, views for textures, and films."""

from __future__ import annotations

RIGS = {
    "Select the rig that the motion is for": "请选择要使用该动作的骨架",
    "This does not look like a figure that stands upright in {stances}, its arms stretched out: the rig may not fit":
        "这看起来不像以 {stances} 直立、双臂伸开的角色：生成的骨骼可能不合适",
    "The motion arrives as an action of the selected rig, which keeps its other actions":
        "动作将作为所选骨架的动作数据出现，原有动作会保留",
    "Arrives as one more action of the selected rig": "将作为所选骨架的又一个动作数据出现",
    "The rig itself is not sent": "不会发送骨架本身",

    # Motion from text
    "Motion from Text": "文字生成动作",
    "Move the selected rig as words say": "按文字描述驱动所选骨架",
    "What the figure does: one person, a few movements one after another":
        "角色做什么：一个人，依次几个动作",
    "Estimate Duration": "估计时长",
    "Let the service choose how long the motion takes": "由服务决定动作的时长",
    "Duration": "持续时间",
    "Length of the motion in seconds": "动作的长度（秒）",
    "Expand Prompt": "扩写提示词",
    "Let the service write more into the prompt before it makes the motion":
        "生成动作之前，由服务扩写提示词",

    # Views for a texture
    "Version of Hunyuan 3D. Pictures of further sides need 3.1": "混元 3D 的版本。使用更多侧面的图片需要 3.1",

    # Films
    "A film of the model turning around, which also becomes an image of the .blend file":
        "模型旋转一周的影片，同时成为 .blend 文件中的图像",
    "The same as a moving picture, for web pages": "同样内容的动图，用于网页",
}  # fmt: skip
