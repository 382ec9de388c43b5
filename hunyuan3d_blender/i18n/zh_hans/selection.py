# SPDX-License-Identifier: GPL-3.0-or-later
"""Selected objects on their way to a service."""

from __future__ import annotations

SELECTION = {
    # What does not go along
    "Select a mesh, or something that can be made one: a curve, a text, an instance":
        "请选择网格，或可转换为网格的物体：曲线、文本、实例",
    "Not sent, as they have no faces: {names}": "没有面，不会发送：{names}",
    "Textures whose file is missing: {names}": "文件缺失的纹理：{names}",
    "Tiled textures are not sent: {names}": "平铺（UDIM）纹理不会发送：{names}",
    "Colours that Blender computes go as one plain colour: {names}": "由 Blender 计算的颜色将以单一颜色发送：{names}",
    "Only the UV map that is used for rendering is sent": "仅发送用于渲染的 UV 贴图",

    # Why nothing is sent
    "The selected objects have no faces": "所选物体没有面",
    "The selected objects have more than {limit:,} faces": "所选物体的面数超过 {limit:,}",
    "The geometry of {name} is damaged: some points have no position": "{name} 的几何数据已损坏：部分点没有位置",
    "The file is {size:.0f} MB large, the service takes {limit:.0f} MB":
        "文件大小为 {size:.0f} MB，服务最多接受 {limit:.0f} MB",
    "Blender could not write the model file": "Blender 无法写出模型文件",
    "What was selected could not be read again": "无法重新读取所选内容",
    "The model file could not be written: {reason}": "无法写入模型文件：{reason}",
    "The selected objects need more memory than an export may use": "导出所选物体所需的内存超过上限",
    "Blender stopped while it was preparing the selected objects; nothing was sent":
        "Blender 在准备所选物体时停止运行；未发送任何内容",
    "Blender could not be started to prepare the selected objects; nothing was sent":
        "无法启动 Blender 来准备所选物体；未发送任何内容",
    "Preparing the selected objects took longer than {seconds} seconds; nothing was sent":
        "准备所选物体的时间超过 {seconds} 秒；未发送任何内容",
}  # fmt: skip
"""English to Chinese."""
