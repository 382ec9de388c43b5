# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels, buttons, preferences, and the names of states."""

from __future__ import annotations

INTERFACE = {
    # Services
    "Service": "服务",
    "Who makes the model": "由谁来生成模型",
    "Tencent Cloud (China)": "腾讯云（中国站）",
    "Tencent Cloud (International)": "腾讯云（国际站）",
    "Tencent TokenHub": "腾讯云 TokenHub",
    "Self-Hosted Server": "自建服务器",
    "Tencent (OpenAI-Compatible)": "腾讯（OpenAI 兼容）",
    "Sandbox": "沙盒",
    "Samples, no account needed": "仅生成样例，无需账号",
    "No key yet": "尚无密钥",
    "Add Key": "添加密钥",

    "No key needed": "无需密钥",
    "How do you want to begin?": "想从哪里开始？",
    "Try It Without an Account": "无需账号，直接试用",
    "Fill in an example and choose the sandbox, which makes a sample at no cost. Nothing is sent yet":
        "填入示例并选择沙盒，沙盒免费生成样例。此时不会发送任何内容",
    "Add Your Account": "添加您的账号",
    "Choose a service that you have an account for, and enter its key in the preferences":
        "选择您已有账号的服务，并在偏好设置中输入密钥",

    # What to generate
    "Generate": "生成",
    "Generate Sample": "生成样例",
    "Generate (about {credits} credits)": "生成（约 {credits} 积分）",
    "Send the prompt or picture to the chosen service. The model arrives at the 3D cursor when it is done":
        "将提示词或图片发送到所选服务。模型完成后会出现在 3D 游标处",
    "Sends the prompt to {service} at {host}": "将提示词发送到“{service}”，主机 {host}",
    "Sends the picture to {service} at {host}": "将图片发送到“{service}”，主机 {host}",
    "Makes a sample, costs nothing": "生成样例，不产生费用",
    "Costs nothing": "不产生费用",
    "The model arrives at the 3D cursor when it is done": "模型完成后会出现在 3D 游标处",
    "Hunyuan3D Model": "混元3D 模型",
    "Hunyuan3D Model...": "混元3D 模型…",
    "Ask for a prompt and send it, with the settings of the sidebar. The model arrives at the 3D cursor when it is done":
        "询问提示词，并按侧栏中的设置发送。模型完成后会出现在 3D 游标处",
    "Show Hunyuan3D Job": "显示混元3D 任务",
    "Choose the job of the active object in the list, and show it with its prompt and files":
        "在列表中选中活动物体的任务，并显示其提示词和文件",
    "The active object was not made by Hunyuan3D": "活动物体不是由混元3D 生成的",
    "The job of this object is not in the list": "列表中没有此物体的任务",
    "Quality": "品质",
    "Pro": "专业版",
    "Full quality, takes a few minutes": "完整品质，需要几分钟",
    "Rapid": "极速版",
    "Quick and simple, takes about a minute": "快速简洁，约需一分钟",
    "Source": "来源",
    "Text": "文本",
    "Describe the model in words": "用文字描述模型",
    "Picture": "图片",
    "Show the model in a picture": "用图片展示模型",
    "Prompt": "提示词",
    "What the model shows. One object works best; name its shape, material and color":
        "模型的内容。单个物体效果最好；请写明形状、材质和颜色",
    "A wooden chair with a high back": "一把高靠背的木椅",
    "Choose a picture": "选择一张图片",
    "A picture of one object, large in the frame, on a plain background: PNG, JPEG or WebP":
        "单个物体的图片，主体占满画面、背景干净：PNG、JPEG 或 WebP",
    "Choose Picture": "选择图片",
    "Look for a picture of one object, large in the frame, on a plain background: PNG, JPEG or WebP":
        "选取单个物体的图片，主体占满画面、背景干净：PNG、JPEG 或 WebP",

    # Options
    "Options": "选项",
    "Size": "尺寸",
    "Longest side of the arriving model. Zero leaves it as it comes": "放入的模型最长边的长度。设为零则保持原样",
    "Model Version": "模型版本",
    "Version of Hunyuan 3D": "混元3D 的版本",
    "Type": "类型",
    "Normal": "标准",
    "Shape with texture": "带纹理的模型",
    "Low Poly": "低多边形",
    "Few faces with texture": "面数较少、带纹理的模型",
    "Geometry": "白模",
    "Shape without texture": "不带纹理的模型",
    "Faces": "面",
    "Triangles": "三角面",
    "Triangles only": "仅三角面",
    "Quads": "四边面",
    "Quads mixed with triangles": "四边面与三角面混合",
    "Number of Faces": "面数",
    "Face Count": "面数",
    "Set Face Count": "设定面数",
    "Choose the number of faces, at extra cost. Otherwise the service chooses":
        "自行设定面数，需额外付费。否则由服务决定",
    "Wanted number of faces": "期望的面数",
    "PBR Materials": "PBR 材质",
    "Metallic, roughness and normal maps beside the base color": "除基础色外，还包含金属度、糙度和法线贴图",
    "Without Texture": "不带纹理",
    "Make the shape only": "只生成形状",
    "Seed": "随机种",
    "Another number makes another model of the same picture": "不同的数值会由同一图片生成不同的模型",
    "Steps": "步数",
    "How often the shape is refined. A turbo model needs 5, a full one 20 to 50":
        "形状的细化次数。Turbo 模型需要 5 步，完整模型需要 20 到 50 步",
    "Guidance": "引导强度",
    "How closely the picture is followed": "贴合图片的程度",
    "Resolution": "分辨率",
    "How fine the grid is in which the surface is found": "提取表面所用网格的精细程度",
    "File Format": "文件格式",
    "What the service delivers. Whatever it is, it arrives as an ordinary Blender model":
        "服务交付的格式。无论何种格式，放入后都是普通的 Blender 模型",
    "Default": "默认",
    "What converts best": "转换效果最好的格式",

    # Remedies for what the service would refuse
    "Use a Smaller Copy": "使用缩小的副本",
    "Make a smaller copy of the picture as JPEG on white and use that. The picture itself stays as it is":
        "为图片制作一份较小的白底 JPEG 副本并使用它。原图保持不变",
    "Use Copy": "使用副本",
    "The copy has {width} × {height} pixels and {size:.1f} MB": "副本为 {width} × {height} 像素，{size:.1f} MB",
    "The picture could not be made smaller: {reason}": "无法缩小图片：{reason}",
    "Shorten Prompt": "缩短提示词",
    "Cut the prompt at the last word that fits": "在长度允许的最后一个词处截断提示词",
    "Switch Model Version": "切换模型版本",
    "Choose a model version that can make this type": "选择支持此类型的模型版本",

    # Jobs
    "Jobs": "任务",
    "Job": "任务",
    "Nothing generated yet": "尚未生成任何模型",
    "Started: {name}": "已开始：{name}",
    "sample": "样例",
    "{credits:g} credits": "{credits:g} 积分",
    "US$ {dollars:.2f}": "{dollars:.2f} 美元",
    "Queued": "排队中",
    "Sending": "发送中",
    "Waiting": "等待中",
    "Generating": "生成中",
    "Downloading": "下载中",
    "Converting": "转换中",
    "Ready": "就绪",
    "In the scene": "已在场景中",
    "Not accepted": "未被受理",
    "Unknown": "未知",
    "Failed": "失败",
    "Cancelled": "已取消",
    "Expired": "已过期",
    "Not in the list": "不在列表中",
    "Watch Hunyuan3D Jobs": "监看混元3D 任务",
    "Watch jobs and bring their models in": "监看任务并放入完成的模型",

    # Jobs in the status bar, and how they ended
    "1 model": "1 个模型",
    "{count} models": "{count} 个模型",
    "The model is ready: press Bring In, or open the file it was made for":
        "模型已就绪：请点击“放入场景”，或打开它所属的文件",
    "The model has arrived": "模型已放入场景",
    "The sample is ready: press Bring In, or open the file it was made for":
        "样例已就绪：请点击“放入场景”，或打开它所属的文件",
    "The sample has arrived": "样例已放入场景",
    "It cost {amount}": "花费 {amount}",
    "{name}: {text}": "{name}：{text}",

    # What can be done with a job
    "Bring In": "放入场景",
    "Bring this model into the open file, at the 3D cursor if it was started elsewhere or is here already":
        "将此模型放入当前文件；若它是在别处开始的，或已在此文件中，则放在 3D 游标处",
    "Cancel": "取消",
    "Stop following this job. The service may still finish and charge it":
        "停止跟踪此任务。服务仍可能完成它并计费",
    "Follow Again": "重新跟踪",
    "Follow this job again and fetch its model. Costs nothing": "重新跟踪此任务并取回模型。不产生费用",
    "Retry": "重试",
    "Ask, download or convert once more. Costs nothing": "再次查询、下载或转换。不产生费用",
    "Send Again": "再次发送",
    "Send Again (may be charged)": "再次发送（可能计费）",
    "Send the same request as a new job. This may be charged, even when it was charged before":
        "将同样的请求作为新任务发送。即使之前已计费，仍可能再次计费",
    "The service may charge this, even if it has charged the job before": "即使之前已对该任务计费，服务仍可能再次计费",
    "Forget": "放弃",
    "Give this job up. If it was executed, it is charged and its model is not fetched":
        "放弃此任务。如果它已被执行，仍会计费，且不会取回模型",
    "If the service has taken this job, it is charged and its model is lost":
        "如果服务已受理此任务，仍会计费，且模型将丢失",
    "Remove from List": "从列表中移除",
    "Remove this job from the list. Its files stay in the library folder":
        "将此任务从列表中移除。其文件仍保留在库文件夹中",
    "Paste Job ID": "粘贴任务 ID",
    "Job ID": "任务 ID",
    "The long number by which the console calls the job": "控制台中标识该任务的长数字",
    "Follow": "跟踪",
    "Follow the job whose id you have found in the provider's console. Costs nothing":
        "跟踪您在服务商控制台中找到 ID 的任务。不产生费用",
    "Open Folder": "打开文件夹",
    "Show the files of this job": "显示此任务的文件",
    "Copy Prompt": "复制提示词",
    "Copy what this job was asked for": "复制此任务的提示词或图片名",
    "Copy Details": "复制详细信息",
    "Copy what support needs to know. Holds no key and no link to your model":
        "复制技术支持所需的信息。不含密钥，也不含模型的链接",
    "Open Console": "打开控制台",

    # Preferences
    "Preferences": "偏好设置",
    "Show this add-on's preferences": "显示此插件的偏好设置",
    "Library Folder": "库文件夹",
    "Where jobs and models are kept. Leave empty for the usual place": "保存任务和模型的位置。留空则使用默认位置",
    "It holds {size}": "占用 {size}",
    "Show Account": "显示账号",
    "Open Library Folder": "打开库文件夹",
    "Show the folder with all jobs and models": "显示存放所有任务和模型的文件夹",
    "Model Size": "模型尺寸",
    "Longest side of arriving models where a scene says nothing else. Zero leaves them as they come":
        "场景未另行设定时，放入的模型最长边的长度。设为零则保持原样",
    "Unit": "单位",
    "Meters": "米",
    "Centimeters": "厘米",
    "Millimeters": "毫米",
    "Feet": "英尺",
    "Inches": "英寸",
    "Region": "地域",
    "Leave empty for the usual one": "留空则使用默认地域",
    "Endpoint": "端点",
    "Another host for this service; leave empty for its own": "此服务的其他主机；留空则使用其自有主机",
    "starts by itself": "自动启动",
    "Makes samples on this computer; no account, no cost": "在本机生成样例；无需账号，不产生费用",
    "Hunyuan3D-2 or 2.1 on a computer of yours, started by its api_server.py; no account, no cost":
        "您自己计算机上的 Hunyuan3D-2 或 2.1，由其 api_server.py 启动；无需账号，不产生费用",
    "Allow Online Access": "允许联机访问",
    "Let Blender and its extensions connect to the internet": "允许 Blender 及其扩展连接互联网",
    "Blender was started in offline mode; start it without --offline-mode":
        "Blender 以离线模式启动；请去掉 --offline-mode 重新启动",

    # Keys
    "Key From": "密钥来源",
    "Where the key is read from": "从何处读取密钥",
    "Wherever a Key Is Found": "自动查找",
    "The first of those below that has a key": "以下各项中第一个有密钥的来源",
    "Environment": "环境变量",
    "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY": "TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY",
    "The variable HUNYUAN3D_API_KEY": "变量 HUNYUAN3D_API_KEY",
    "Tencent's Own File": "腾讯云凭证文件",
    "~/.tencentcloud/credentials, which is only read": "~/.tencentcloud/credentials，只读取、不修改",
    "File of This Add-on": "此插件的文件",
    "A file that only you can read": "只有您自己能读取的文件",
    "This Run Only": "仅本次运行",
    "Kept in memory until Blender is closed": "保留在内存中，直到关闭 Blender",
    "Key …{hint} · {source}": "密钥 …{hint} · {source}",
    "No key there": "未找到密钥",
    "Paste the SecretId here; it is not kept in Blender's preferences":
        "在此粘贴 SecretId；它不会保存在 Blender 的偏好设置中",
    "Paste the SecretKey here; it is not kept in Blender's preferences":
        "在此粘贴 SecretKey；它不会保存在 Blender 的偏好设置中",
    "API Key": "API 密钥",
    "Paste the API key here; it is not kept in Blender's preferences":
        "在此粘贴 API 密钥；它不会保存在 Blender 的偏好设置中",
    "Save Key": "保存密钥",
    "Keep the typed key where \"Key From\" says, and clear the fields": "将输入的密钥保存到“密钥来源”指定的位置，并清空输入框",
    "Forget Key": "删除密钥",
    "Remove this service's key from the add-on's file and from memory": "从插件的文件和内存中删除此服务的密钥",
    "Get a Key": "获取密钥",
    "Test Connection": "测试连接",
    "Ask the service for a job that does not exist, which tells whether the key is good. Costs nothing":
        "向服务查询一个不存在的任务，以检验密钥是否有效。不产生费用",
    "Testing…": "正在测试…",
    "The connection works and the key is good": "连接正常，密钥有效",
    "The server answers": "服务器有应答",
}  # fmt: skip
"""English to Chinese."""
