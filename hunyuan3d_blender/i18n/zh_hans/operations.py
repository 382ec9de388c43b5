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

    "{service} does not offer this": "{service} 不提供此功能",
    "Only an unchanged model that this service has made less than a day ago can be worked on without a bucket":
        "没有存储桶时，只能处理此服务在一天内生成且未经修改的模型",
    "The service will delete the model soon: it can no longer be passed on as it is":
        "服务即将删除该模型：已无法直接传递",
    "The model to work on is not there as {format}": "要处理的模型没有 {format} 格式",

    # The panel
    "Selected Model": "选中的模型",
    "Select a model": "请选择一个模型",
    "{name}: {faces:,} faces": "{name}：{faces:,} 个面",
    "Sample": "样例",
    "{credits} Credits": "{credits} 积分",
    "Start": "开始",
    "The service takes the model where it has made it; nothing is uploaded":
        "服务直接取用它生成的模型；不会上传任何内容",
    "The service takes the model where it has made it": "服务直接取用它生成的模型",
    "What describes the texture is sent there, too": "描述纹理的内容也会发送到那里",
    "Sends the pictures to {host}": "多张图片发送至 {host}",
    "The model goes into your bucket {bucket} at {host}, for the service to fetch":
        "模型将放入您在 {host} 的存储桶 {bucket}，供服务取用",
    "Which face belongs to which part is sent to {host}": "每个面属于哪个部件的信息发送至 {host}",
    "The selected objects are sent with their textures to {host}": "所选物体连同纹理一起发送到 {host}",
    "The selected objects are exported with their textures; nothing leaves this computer":
        "将导出所选物体及其纹理；任何内容都不会离开本机",
    "The selected objects go with their textures into your bucket {bucket} at {host}, for the service to fetch":
        "所选物体及其纹理将放入您在 {host} 的存储桶 {bucket}，供服务取用",
    "The result arrives where the model stands, which is kept": "结果将出现在模型所在的位置，原模型会保留",
    "Original Model": "原模型",
    "What becomes of a model when a result arrives that stands in for it. It is never deleted":
        "当替代它的结果到达时如何处理原模型。原模型绝不会被删除",
    "Hide": "隐藏",
    "In viewports and renders": "在视图和渲染中",
    "Keep": "保留",
    "Both can be seen, in the same place": "两者都可见，位于同一位置",

    # Topology
    "Topology": "拓扑",
    "Build the selected model out of fewer, better placed faces": "用更少、布局更好的面重建选中的模型",
    "How many faces the new topology has": "新拓扑有多少个面",
    "Many": "多",
    "Keeps most of the detail": "保留大部分细节",
    "Medium": "中",
    "Keeps the shape": "保留形状",
    "Few": "少",
    "Keeps the outline": "保留轮廓",
    "LOD Set": "LOD 组",
    "All three, in one collection. Each is a job of its own and is charged":
        "三个级别都生成，放在一个集合中。每个级别都是单独的任务，分别计费",

    "Quads mixed with triangles instead of triangles only": "四边形与三角形混合，而非仅三角形",

    # Unwrap UV, parts, texture
    "Unwrap UV": "展开 UV",
    "Give the selected model a new UV map": "为选中的模型生成新的 UV 贴图",
    "Split into Parts": "拆分部件",
    "Cut the selected model into its parts, each an object of its own": "将选中的模型拆分为部件，每个部件是单独的物体",
    "One model with all parts, cleaned up by the service, at extra cost": "由服务清理并合成含所有部件的单个模型，需额外付费",
    "Texture": "纹理",
    "Give the selected model a new texture, described in words or by a picture":
        "根据文字描述或图片为选中的模型生成新的纹理",
    "What the surface looks like, as a picture instead of words: PNG or JPEG":
        "用图片而不是文字表示表面的样子：PNG 或 JPEG",
    "What the surface looks like: materials, colors, wear": "表面的样子：材质、颜色、磨损",
    "Keep UV": "保留 UV",
    "Use the UV map of the model instead of a new one": "使用模型的 UV 贴图，而不是新的",
    "Texture Size": "纹理尺寸",
    "Width and height in pixels": "宽度和高度（像素）",

    # Rig
    "Rig": "绑定骨骼",
    "Give the selected model a skeleton that moves it. It should stand upright with its arms stretched out":
        "为选中的模型生成可驱动它的骨骼。模型应直立并伸开双臂",
    "Motion": "动作",
    "A motion that comes with the rig": "随骨骼一起生成的动作",
    "None": "无",
    "Only the rig": "仅骨骼",
    "Choose Motion": "选择动作",
    "Look for a motion by its name": "按名称查找动作",

    # Convert
    "Convert": "转换格式",
    "Make a file of the selected model, beside the .blend file": "在 .blend 文件旁生成选中模型的文件",
    "Of the file that is made of the model": "由模型生成的文件的格式",
    "For game engines and other 3D programs": "用于游戏引擎和其他三维软件",
    "For 3D printers: the shape only": "用于 3D 打印：仅形状",
    "For phones and augmented reality": "用于手机和增强现实",
    "The file is put beside the .blend file, or into the job's folder where that is not saved":
        "文件会放在 .blend 文件旁；如未保存 .blend，则放在任务文件夹中",
    "The file is in the job's folder, and beside the .blend file where that has been saved":
        "文件位于任务文件夹中；如已保存 .blend，也在其旁边",
    "The file could not be put beside the .blend file: {reason}": "无法将文件放到 .blend 文件旁：{reason}",
    "Saved": "已保存",

    # Prices and answers
    "Clean Up": "清理",
    "The service gives such a result out once only": "服务只提供一次此类结果",
}  # fmt: skip
