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
    "The picture to send is {name}, {width} × {height} pixels, drawn as in Material Preview: the scene's engine needs time. "
    "Render Picture waits for it":
        "将发送的图片是 {name}，{width} × {height} 像素，以材质预览方式绘制：场景的引擎需要时间。“渲染图片”会等待其完成",
    "The picture could not be rendered: {reason}": "无法渲染图片：{reason}",
    "Nothing was rendered: the picture to send is the one it was": "未渲染任何内容：将发送的图片保持不变",
    "a picture of {width} × {height} pixels is too narrow, crop it": "{width} × {height} 像素的图片太窄，请裁剪",
    "{name} cannot be read as a picture": "无法将 {name} 读取为图片",
    "Viewport": "视图",
    "Capture Viewport": "截取视图",
    "Use what this viewport shows now, without overlays and on white": "使用此视图当前显示的内容，不含叠加层，白色背景",
    "Selection": "选中项",
    "Capture Selection": "截取选中项",
    "Use the selected objects alone, large and on white, seen from the direction of this viewport":
        "仅使用选中的物体，占满画面、白色背景，方向与此视图一致",
    "Select the objects that the picture shall show": "请选择要出现在图片中的物体",
    "Nothing that could be drawn is selected": "选中项中没有可绘制的物体",
    "The selected objects have no size": "选中的物体没有大小",
    "There is no 3D viewport in this window": "此窗口中没有 3D 视图",
    "Nothing can be seen there": "其中看不到任何内容",
    "Blender cannot draw without a window here: choose a picture file instead":
        "Blender 在没有窗口时无法绘制：请改为选择图片文件",
    "Render": "渲染",
    "Render Picture": "渲染图片",
    "Render Picture With": "渲染图片使用",
    "Engine": "引擎",
    "Scene's Engine": "场景的引擎",
    "As the scene renders: its engine, with its samples": "与场景渲染相同：使用其引擎和采样数",
    "EEVEE, Quick": "EEVEE（快速）",
    "Materials in the lights of the scene, with few samples": "使用场景灯光显示材质，采样较少",
    "Workbench, Quick": "工作台（快速）",
    "Shapes and textures in even light": "在均匀光照下显示形状与纹理",
    "Render what the camera sees, on white, and use that. The last render and its settings stay as they are":
        "渲染摄像机所见内容，白色背景，并使用它。上次渲染的结果及其设置保持不变",
    "The scene has no camera": "场景中没有摄像机",
    "Something is being rendered": "正在渲染",
    "View": "视角",
    "A picture of this side of the same object, as large as the front: PNG or JPEG":
        "同一物体这一侧的图片，大小与正面一致：PNG 或 JPEG",
    "Choose View": "选择视角图片",
    "Look for a picture of this side of the same object. Left and right are the object's own":
        "选取同一物体这一侧的图片。左和右以物体自身为准",
    "Remove View": "移除视角",
    "Send no picture of this side": "不发送这一侧的图片",
    "More Views": "更多视角",
    "Views of Selection": "截取选中项各视角",
    "Capture Views": "截取各视角",
    "Use pictures of the selected objects from the front, which looks to -Y, and all other sides the model takes":
        "使用选中物体的正面图片（朝向 -Y）以及模型支持的所有其他侧面的图片",
    "Drawing view {number} of {count}, Esc to cancel": "正在绘制第 {number}/{count} 个视角，按 Esc 取消",
    "Hunyuan3D Picture": "Hunyuan3D 图片",
    "Use as Hunyuan3D Picture": "用作 Hunyuan3D 图片",
    "Use a picture file as the one to send. Dropped into the viewport, it moves the 3D cursor there, where the model arrives":
        "将图片文件用作要发送的图片。拖放到视图中时，3D 游标会移动到该处，模型将出现在那里",
    "{count} pictures were dropped: the first of them is used": "拖入了 {count} 张图片：将使用第一张",
    "Paste Picture": "粘贴图片",
    "Use the picture on the clipboard, or the picture file whose path was copied":
        "使用剪贴板中的图片，或已复制路径的图片文件",
    "There is neither a picture on the clipboard nor the path of one": "剪贴板中既没有图片，也没有图片的路径",
    "The copies have {size:.1f} MB together": "副本共 {size:.1f} MB",
}  # fmt: skip
