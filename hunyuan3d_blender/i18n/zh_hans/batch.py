# SPDX-License-Identifier: GPL-3.0-or-later
"""Variants and batches."""

from __future__ import annotations

BATCH = {
    "Variants": "变体",
    "How many models to generate of the same prompt or picture, side by side":
        "同一提示词或图片要生成多少个模型，并排放置",
    "Generate {count} Samples": "生成 {count} 个样例",
    "Generate {count}": "生成 {count} 个",
    "Generate {count} (about {credits} credits)": "生成 {count} 个（约 {credits} 积分）",
    "Generate 1 Model from {name}": "由“{name}”生成 1 个模型",
    "Generate {count} Models from {name}": "由“{name}”生成 {count} 个模型",
    "Makes samples, costs nothing": "生成样例，不产生费用",
    "The price is not known": "价格未知",
    "About {credits} credits in all": "总计约 {credits} 积分",
    "Left out: {count}": "不包括：{count} 项",
    "and {count} more": "以及另外 {count} 项",
    "{count} more: {reason}": "另外 {count} 项：{reason}",
    "{name}: {reason}": "{name}：{reason}",
    "Started: {name}, 1 job": "已开始：{name}，1 个任务",
    "Started: {name}, {count} jobs": "已开始：{name}，{count} 个任务",

    # Quick drafts
    "Quick Draft": "快速草稿",
    "Quick Draft (about {credits} credits)": "快速草稿（约 {credits} 积分）",
    "Generate something quick and simple first. When you like it, Make the Real One generates the full model from the same input, where the draft stands":
        "先生成快速简单的模型。满意后，“生成正式模型”会用同样的输入在草稿所在位置生成完整模型",
    "Make the Real One": "生成正式模型",
    "Make the Real One (about {credits} credits)": "生成正式模型（约 {credits} 积分）",
    "Generate the full model from the very same input, where this draft stands. The draft is hidden then, not deleted":
        "用完全相同的输入在此草稿所在位置生成完整模型。随后草稿会被隐藏，而不会删除",
    "This service makes nothing quicker than what the settings ask for": "对于当前设置，此服务没有更快的方式",
    "This job is no quick draft": "此任务不是快速草稿",

    # Lists
    "Batch": "批量",
    "Batch: {name}": "批次：{name}",
    "List": "列表",
    "Where the prompts or pictures of a batch are": "批量所用的提示词或图片在哪里",
    "A text of this file, as the Text Editor shows it: a prompt per line":
        "此文件中的文本，如文本编辑器所示：每行一个提示词",
    "File": "文件",
    "A text file: a prompt per line": "文本文件：每行一个提示词",
    "A folder of pictures": "图片文件夹",
    "A prompt per line. Empty lines are left out, and those that begin with #":
        "每行一个提示词。空行和以 # 开头的行不计",
    "A prompt per line, as UTF-8. Empty lines are left out, and those that begin with #":
        "每行一个提示词，UTF-8 编码。空行和以 # 开头的行不计",
    "Each PNG, JPEG or WebP in it becomes a model. Folders within it are left out":
        "其中每个 PNG、JPEG 或 WebP 都会生成一个模型。其中的文件夹不计",
    "Generate Batch...": "批量生成…",
    "Generate a model for each line or picture of the list. You are asked first, with the number and the price of all":
        "为列表中的每一行或每张图片生成一个模型。会先询问您，并给出数量和总价",
    "Choose a list of prompts, or a folder of pictures": "请选择提示词列表或图片文件夹",
    "A batch has {limit} jobs at most": "一个批次最多 {limit} 个任务",
    "There is nothing in {name} to make models of": "“{name}”中没有可用来生成模型的内容",
    "{name} is too large for a list of prompts": "“{name}”太大，不像是提示词列表",
    "{name} is no text in UTF-8: save it as such, or choose another file":
        "“{name}”不是 UTF-8 文本：请另存为 UTF-8，或选择其他文件",
    "{name} cannot be read: {reason}": "无法读取“{name}”：{reason}",

    # What becomes of a batch
    "This Batch": "此批次",
    "Only jobs that were started together with the chosen one": "仅显示与所选任务一同开始的任务",
    "Cancel Batch": "取消批次",
    "Stop following all jobs that were started together with this one. The service may still finish and charge them":
        "停止跟踪与此任务一同开始的所有任务。服务仍可能完成并收费",
    "Stop Following": "停止跟踪",
    "Stop following 1 job": "停止跟踪 1 个任务",
    "Stop following {count} jobs": "停止跟踪 {count} 个任务",
    "The service may still finish and charge those that were sent": "已发送的任务，服务仍可能完成并收费",
    "Cancelled: 1 job": "已取消：1 个任务",
    "Cancelled: {count} jobs": "已取消：{count} 个任务",
    "No job of this batch is under way any more": "此批次已没有进行中的任务",
    "This job was not started together with others": "此任务不是与其他任务一同开始的",
    "Blender ended while {name} was being started: 1 job was not, and nothing was sent for it":
        "开始“{name}”时 Blender 已退出：有 1 个任务未开始，也未发送任何内容",
    "Blender ended while {name} was being started: {count} jobs were not, and nothing was sent for them":
        "开始“{name}”时 Blender 已退出：有 {count} 个任务未开始，也未发送任何内容",
    "Start the Rest": "开始其余任务",
    "The rest of the batch is being started": "正在开始该批次的其余任务",
    "The rest of the batch was given up. Nothing was sent for it": "已放弃该批次的其余任务。未为其发送任何内容",
    "Start those jobs of the batch that were not started, at the 3D cursor if their file is not open":
        "开始该批次中尚未开始的任务；若其文件未打开，则放在 3D 游标处",
    "Nothing was sent for these jobs yet. The service may charge each of them":
        "这些任务尚未发送任何内容。服务可能对每个任务收费",
    "There is nothing left of this batch to start": "此批次已没有可开始的任务",
    "Forget the Rest": "放弃其余任务",
    "Do not start the rest of this batch. Nothing was sent for it, and nothing is charged":
        "不再开始此批次的其余任务。未发送任何内容，也不会收费",
}  # fmt: skip
