# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures taken from what is open in Blender."""

from __future__ import annotations

PICTURES = {
    "Use Blender Image": "使用 Blender 图像",
    "Image": "图像",
    "Use an image that is open in Blender as it looks now: loaded, packed, painted, or the last render":
        "使用 Blender 中打开的图像的当前样子：已载入、已打包、绘制的图像或上次渲染的结果",
    "There are no images in this file": "此文件中没有图像",
    "The image {name} has no picture, or its file is missing": "图像 {name} 没有内容，或其文件缺失",
    "The picture could not be kept: {reason}": "无法保存图片：{reason}",
    "It does not fit into {limit} MB": "无法缩小到 {limit} MB 以内",
    "{name} cannot be read as a picture": "无法将 {name} 读取为图片",
}  # fmt: skip
