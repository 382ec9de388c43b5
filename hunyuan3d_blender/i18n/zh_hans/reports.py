# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators report when they have done what they are for."""

from __future__ import annotations

REPORTS = {
    # Pictures and sketches
    "The picture to send is {name}, {width} × {height} pixels": "将发送的图片是 {name}，{width} × {height} 像素",
    "The picture of this side is {name}, {width} × {height} pixels": "此侧的图片是 {name}，{width} × {height} 像素",
    "Pictures of {name} from all sides that the model takes are the ones to send": "将发送 {name} 在该模型版本所支持的各个视角的图片",
    "No picture of this side will be sent": "将不发送此侧的图片",
    "Draw on the white page, then choose Use Sketch": "请在白纸上绘制，然后点击“使用草图”",
    "There is no picture yet: choose one, or take one of what you see": "还没有图片：请选择一张，或截取当前所见画面",
    "The prompt has {length} characters now": "提示词现有 {length} 个字符",
    "The model version is {name} now": "模型版本现为 {name}",
    # Jobs
    "The job is not followed any more. The service may still finish and charge it": "已停止跟踪该任务。服务仍可能完成并收费",
    "The job is followed again": "已重新跟踪该任务",
    "It is tried once more, which costs nothing": "正在重试，不产生费用",
    "The same request is sent as a new job": "同一请求将作为新任务发送",
    "The job was given up": "已放弃该任务",
    "The job was removed from the list. Its files stay in the library folder": "已从列表中移除该任务。其文件仍保留在库文件夹中",
    "The job with this id is followed": "正在跟踪此 ID 的任务",
    "The model is brought in": "正在放入模型",
    "The Generate panel has the settings of this job": "此任务的设置已填入生成面板",
    "The prompt was copied": "已复制提示词",
    "The details were copied": "已复制详细信息",
}
