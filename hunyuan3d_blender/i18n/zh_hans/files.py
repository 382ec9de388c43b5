# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with files: folders, downloads, archives, models, their conversion."""

from __future__ import annotations

FILES = {
    # Folders
    "The library folder {folder} cannot be used: {reason}": "无法使用库文件夹 {folder}：{reason}",
    "The library folder cannot be used: {reason}": "无法使用库文件夹：{reason}",
    "The library folder cannot be written: {reason}": "无法写入库文件夹：{reason}",
    "There is not enough space for the model in the library folder": "库文件夹中没有足够的空间存放模型",
    "The disk is full": "磁盘已满",
    "The disk is full: {needed} more bytes are needed for the model": "磁盘已满：模型还需要 {needed} 字节",
    "The output file must end in .blend or .glb: {file}": "输出文件必须以 .blend 或 .glb 结尾：{file}",
    "The output file cannot be written in {folder}: {reason}": "无法在 {folder} 中写入输出文件：{reason}",
    "The output file could not be written: {reason}. The model is kept in {folder}":
        "无法写入输出文件：{reason}。模型保存在 {folder} 中",

    # Downloads
    "The connection broke before the file was complete": "文件下载完成之前连接中断",
    "Hardly anything arrives from the server": "几乎收不到服务器的数据",
    "The server did not continue the file where it was interrupted": "服务器未能从中断处继续传输文件",
    "The server answered with status {status} instead of the file": "服务器返回了状态 {status}，而不是文件",
    "The service sent a web page instead of a file": "服务返回的是网页，而不是文件",
    "The service no longer gives the file out": "服务不再提供此文件",
    "The file is larger than {limit} bytes, which no model is": "文件超过 {limit} 字节，不可能是模型",
    "The file is empty": "文件为空",
    "The file is of no format that is known here": "无法识别文件的格式",
    "The downloaded file is no longer there": "下载的文件已不存在",
    "There is no model among the files of the result": "结果文件中没有模型",
    "The file is no model: {name}": "文件不是模型：{name}",

    # Formats
    "The GLB is incomplete: {size} bytes of {expected}": "GLB 不完整：{size} / {expected} 字节",
    "The file is no GLB of version 2": "文件不是版本 2 的 GLB",
    "The GLB is damaged: it does not begin with its description": "GLB 已损坏：开头不是描述信息",
    "The GLB is damaged: its description cannot be read": "GLB 已损坏：无法读取描述信息",
    "The GLB is damaged: a part of it is longer than the file": "GLB 已损坏：其中一部分超出文件长度",
    "The GLB is not valid: {place}": "GLB 无效：{place}",
    "The description inside the GLB is too large": "GLB 中的描述信息过大",
    "The description inside the GLB is nested too deeply": "GLB 中的描述信息嵌套过深",
    "The FBX is incomplete": "FBX 不完整",
    "The FBX is not valid: its parts do not fit into one another": "FBX 无效：各部分的结构不一致",
    "The OBJ is incomplete": "OBJ 不完整",
    "The STL is incomplete": "STL 不完整",
    "The USDZ is damaged: {name} cannot be read": "USDZ 已损坏：无法读取 {name}",
    "The USDZ does not begin with a scene": "USDZ 的开头不是场景",
    "The USDZ is compressed, which its format forbids": "USDZ 经过压缩，不符合格式规定",
    "The picture is incomplete": "图片不完整",
    "The picture is damaged": "图片已损坏",
    "The film is incomplete": "视频不完整",

    # Archives
    "The archive is incomplete: its directory is missing": "压缩包不完整：缺少目录",
    "The archive is incomplete: {name} ends early": "压缩包不完整：{name} 提前结束",
    "The archive is damaged: {name} cannot be unpacked": "压缩包已损坏：无法解压 {name}",
    "The archive is damaged: {name} has another size than stated": "压缩包已损坏：{name} 的大小与声明不符",
    "The archive is damaged: the checksum of {name} is wrong": "压缩包已损坏：{name} 的校验和错误",
    "The directory of the archive contradicts itself": "压缩包的目录自相矛盾",
    "The archive contradicts itself about {name}": "压缩包中关于 {name} 的信息自相矛盾",
    "The archive has foreign bytes in front of it or inside it": "压缩包前面或内部有多余数据",
    "The archive has foreign bytes behind its end": "压缩包末尾之后有多余数据",
    "Files of the archive overlap": "压缩包中的文件相互重叠",
    "The archive is one part of several": "这是分卷压缩包的一部分",
    "The archive is encrypted": "压缩包已加密",
    "The archive packs {name} in a way that is not supported": "压缩包中 {name} 的压缩方式不受支持",
    "The archive holds {count} files, at most {limit} are accepted": "压缩包含有 {count} 个文件，最多接受 {limit} 个",
    "The archive would unpack to {size} bytes, which is more than a model can have":
        "压缩包解压后将达 {size} 字节，超出模型可能的大小",
    "The archive holds {name}, which is no part of a model": "压缩包含有 {name}，它不属于模型",
    "The archive holds a link or a device: {name}": "压缩包含有链接或设备文件：{name}",
    "The archive holds a file and a folder of the same name: {name}": "压缩包含有同名的文件和文件夹：{name}",
    "The archive holds the same name twice: {name}": "压缩包含有重复的名称：{name}",
    "The archive holds a name that is not accepted: {name}": "压缩包含有不被接受的名称：{name}",
    "A name in the archive cannot be read": "压缩包中有无法读取的名称",

    # Models
    "The model has no faces": "模型没有面",
    "The model has no size": "模型没有尺寸",
    "The model is larger than can be handled": "模型过大，无法处理",
    "The model has more faces than can be handled": "模型的面数过多，无法处理",
    "The model has more vertices than can be handled": "模型的顶点过多，无法处理",
    "The model has more objects than can be handled": "模型的物体过多，无法处理",
    "The model has more parts than can be handled": "模型的部件过多，无法处理",
    "The model has more textures than can be handled": "模型的纹理过多，无法处理",
    "The objects of the model are nested too deeply": "模型的物体嵌套过深",
    "The model has a line that is too long": "模型文件中有一行过长",
    "The geometry of the model is damaged: some points have no position": "模型的几何数据已损坏：部分点没有位置",
    "The model is compressed in a way that not every Blender can read": "模型的压缩方式并非所有 Blender 都能读取",
    "The model needs the glTF extension {name}, which not every Blender can read":
        "模型需要 glTF 扩展 {name}，并非所有 Blender 都能读取",
    "The model refers to a file outside its folder: {name}": "模型引用了其文件夹之外的文件：{name}",
    "The model refers to a file that is missing: {name}": "模型引用的文件缺失：{name}",
    "A material file is too large: {name}": "材质文件过大：{name}",
    "A texture is {width} × {height} pixels, at most {limit} are accepted: {name}":
        "纹理为 {width} × {height} 像素，最多接受 {limit}：{name}",
    "A texture is no picture: {name}": "纹理不是图片：{name}",

    # Conversion
    "Blender could not read the model file": "Blender 无法读取模型文件",
    "This Blender cannot import this kind of model file": "此 Blender 无法导入这种模型文件",
    "Blender stopped while it was reading the model; the downloaded file is kept":
        "Blender 在读取模型时异常退出；下载的文件已保留",
    "Blender could not be started to convert the model; the downloaded file is kept":
        "无法启动 Blender 来转换模型；下载的文件已保留",
    "Converting the model took longer than {seconds} seconds": "转换模型的时间超过 {seconds} 秒",
    "The model needs more memory than a conversion may use": "模型所需内存超出转换允许的上限",
    "The converted model could not be written": "无法写入转换后的模型",
    "The converted model is damaged; it can be converted again": "转换后的模型已损坏；可以重新转换",
}  # fmt: skip
"""English to Chinese."""
