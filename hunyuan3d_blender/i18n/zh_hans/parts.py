# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts that are found, repainted and made."""

from __future__ import annotations

PARTS = {
    "Paint First": "先绘制",
    "Only find the parts: they come as face sets on the mesh, to be repainted in Sculpt Mode. "
    "Making them is a second job, which is charged as well":
        "仅查找部件：部件以面组形式出现在网格上，可在雕刻模式中重新绘制。生成部件是第二个任务，同样计费",
    "Parts Painted as Face Sets": "部件已绘制为面组",
    "The parts are painted on the model as face sets: see them with Paint Parts, then press Make Parts":
        "部件已作为面组绘制在模型上：用“绘制部件”查看，然后按“生成部件”",
    "Paint Parts": "绘制部件",
    "Repaint the parts in Sculpt Mode. Each stroke draws a new part; with Ctrl it extends the part under the pointer":
        "在雕刻模式中重新绘制部件。每一笔绘制一个新部件；按住 Ctrl 则扩展光标下的部件",
    "Make Parts": "生成部件",
    "Make Parts ({credits} Credits)": "生成部件（{credits} 积分）",
    "Make an object of each part, as they are painted now": "按当前绘制的样子，将每个部件生成为一个物体",

    "Modifiers make other faces: the parts will be painted on a copy of what is seen":
        "修改器会产生不同的面：部件将绘制在所见结果的副本上",

    # Fewer faces
    "{count:,} loose parts": "{count:,} 个松散部分",
    "Use a Decimated Copy": "使用精简副本",
    "Put a copy with fewer faces in the place of the selected model, which is hidden. Takes some seconds for millions":
        "用面数更少的副本代替选中的模型，原模型会隐藏。数百万个面需要几秒钟",

    # What stands in the way
    "Select a model whose parts were found": "请选择已查找过部件的模型",
    "What the service has found is no longer in the library folder: find the parts again":
        "服务找到的内容已不在库文件夹中：请重新查找部件",
    "The mesh has other faces than the parts were found on: undo that, or find the parts again":
        "网格的面与查找部件时不同：请撤销更改，或重新查找部件",
    "The list of faces has {size:.1f} MB; the service takes {limit:.0f} MB at most":
        "面列表为 {size:.1f} MB；服务最多接受 {limit:.0f} MB",
    "The service does not say which face belongs to which part; its model is kept in the job's folder":
        "服务未说明哪个面属于哪个部件；其模型保留在任务文件夹中",
    "What the service says of the parts cannot be understood; its model is kept in the job's folder":
        "无法理解服务给出的部件信息；其模型保留在任务文件夹中",
    "The parts that the service has found name faces that the model does not have; "
    "its model is kept in the job's folder":
        "服务找到的部件包含模型中不存在的面；其模型保留在任务文件夹中",
    "The parts that the service has found overlap; its model is kept in the job's folder":
        "服务找到的部件互相重叠；其模型保留在任务文件夹中",
    "The file is incomplete": "文件不完整",
}  # fmt: skip
"""English to Chinese."""
