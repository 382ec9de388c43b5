# SPDX-License-Identifier: GPL-3.0-or-later
"""Sketches, and who gets what is sent."""

from __future__ import annotations

SKETCHES = {
    "Draw the model in lines, and say in words what they show": "用线条绘制模型，并用文字说明所画内容",
    "Start Sketch": "开始草图",
    "Open a white page beside this viewport and take up a black pen": "在此视图旁打开一张白纸，并拿起黑色画笔",
    "Use Sketch": "使用草图",
    "Use what was drawn on the page. The page is closed; its image stays in this file":
        "使用纸上所画的内容。纸张会关闭，其图像保留在此文件中",
    "No sketch has been started": "尚未开始草图",
    "Annotations": "标注",
    "Use Annotations": "使用标注",
    "Use the annotations of the scene as they are seen in this viewport, as black lines on white":
        "使用场景中的标注，方向与此视图一致，绘制为白底黑线",
    "Grease Pencil": "蜡笔",
    "Use Grease Pencil": "使用蜡笔",
    "Use the strokes of the selected Grease Pencil objects, or of all, seen as in this viewport, as black lines on white":
        "使用选中的（或所有）蜡笔物体的笔画，方向与此视图一致，绘制为白底黑线",
    "There are no annotations at this frame": "当前帧没有标注",
    "There are no Grease Pencil strokes at this frame": "当前帧没有蜡笔笔画",
    "The strokes lie outside of what is seen: turn or move the view until they are in it":
        "笔画位于可见范围之外：请旋转或移动视图，直到能看到它们",
    "There is only a dot to be seen: draw something larger": "只能看到一个点：请画得大一些",
    "The page is empty: draw something on it first": "纸张是空白的：请先在上面绘制",
    "Sketches are not taken here: choose Pro, or another service": "此处不接受草图：请选择专业版或其他服务",
    "Draw a sketch, or choose a picture of one": "请绘制草图，或选择一张草图图片",
    "Stays on this computer": "不会离开这台计算机",
    "Sends the prompt to {host}": "提示词发送至 {host}",
    "Sends the picture to {host}": "图片发送至 {host}",
    "Sends sketch and prompt to {host}": "草图和提示词发送至 {host}",
    "Sends sketch and prompt to {service} at {host}": "草图和提示词发送至 {service}（{host}）",
}  # fmt: skip
