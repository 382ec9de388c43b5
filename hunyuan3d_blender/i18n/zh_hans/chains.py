# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains: a model and what is done with it then."""

from __future__ import annotations

CHAINS = {
    "Then": "随后",
    "Build the model out of fewer, better placed faces as soon as it is there": "模型生成后，用更少、布局更好的面重建它",
    "Give the model a new UV map, after its topology": "在拓扑之后，为模型生成新的 UV 贴图",
    "Give the model a new texture, after its UV map. "
    "Without words or a picture of its own, from those the model is made from":
        "在 UV 之后，为模型生成新的纹理。未单独填写文字或图片时，使用生成模型的文字或图片",
    "Give the model a skeleton that moves it, as the last step": "最后一步：为模型生成可驱动它的骨骼",
    "What is checked is done in this order, each step with the result of the one before":
        "勾选的步骤按此顺序执行，每一步都使用上一步的结果",
    "The last result arrives; the others can be brought in from the job list":
        "最后一步的结果会自动放入场景；其他结果可从任务列表放入",
    "Generate in {steps} Steps (about {credits} credits)": "分 {steps} 步生成（约 {credits} 积分）",
    "Generate in {steps} Steps": "分 {steps} 步生成",
    "Generate Sample in {steps} Steps": "分 {steps} 步生成样例",
    "Only one variant can be worked on further: choose one, or no steps to follow":
        "只有单个变体可以继续处理：请选择一个变体，或取消后续步骤",
    "A set of levels cannot be worked on further: choose how many faces": "LOD 组无法继续处理：请选择面数级别",
    "{number} of {count}": "第 {number}/{count} 步",
    "{number} of {count}: {step}": "第 {number}/{count} 步：{step}",
    "Not sent": "未发送",
    "The steps after it are sent then, and charged": "随后会发送其后的步骤，并按此计费",
    "The step before has brought no model to work on; nothing was sent": "上一步没有得到可用的模型；未发送任何内容",
}  # fmt: skip
