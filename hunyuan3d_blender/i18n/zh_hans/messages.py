# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a job's way: the request, the key, the account, the connection, the service."""

from __future__ import annotations

MESSAGES = {
    # How sentences are joined
    "{text}. {more}": "{text}。{more}",
    "{text}, {more}": "{text}、{more}",
    "{sentence} ({words})": "{sentence}（{words}）",

    # Words of the services
    "Sketch": "草图",
    "left": "左",
    "right": "右",
    "back": "后",
    "top": "上",
    "bottom": "下",
    "left front": "左前",
    "right front": "右前",

    # Whether money was spent, and what to do next
    "Nothing was spent": "未产生费用",
    "The service of this job is no longer offered": "此任务所用的服务已不再提供",
    "There is no picture at {path}": "{path} 处没有图片",
    "The key cannot be read: {reason}": "无法读取密钥：{reason}",
    "No key is set up for {host}; keys found on this computer go to the service's own hosts only":
        "尚未为 {host} 设置密钥；本机上找到的密钥只会用于该服务自己的主机",
    "Jobs are not followed: the process for it does not start. Its words are in {log}":
        "任务未被跟踪：后台进程无法启动。详情见 {log}",
    "It may have been charged": "可能已计费",
    "It has been charged": "已计费",
    "The provider's console says whether it was charged": "是否计费请查看服务商控制台",
    "Change it and generate again": "请修改后重新生成",
    "The service's content rules refuse this: change the prompt or the picture":
        "服务的内容规范不允许此内容：请修改提示词或图片",
    "Check the key in the preferences": "请在偏好设置中检查密钥",
    "Set this computer's clock": "请校准本机时钟",
    "See the provider's console": "请查看服务商控制台",
    "Allow online access in Preferences ▸ System ▸ Network": "请在“偏好设置 ▸ 系统 ▸ 网络”中允许联机访问",
    "Send it again if you still want it": "如仍需要，请再次发送",
    "Check region and endpoint in the preferences, or update this add-on":
        "请在偏好设置中检查地域和端点，或更新此插件",
    "Retry downloads it once more; the file is kept in the job's folder":
        "“重试”将重新下载；文件保留在任务文件夹中",
    "Retry converts it once more; the file is kept in the job's folder":
        "“重试”将重新转换；文件保留在任务文件夹中",
    "Free some space or choose another library folder, then retry": "请释放一些空间或另选库文件夹，然后重试",
    "Try again later": "请稍后再试",
    "Check the connection": "请检查网络连接",
    "Look in the provider's console: if the job is there, paste its ID, else send it again":
        "请查看服务商控制台：如果任务在其中，请粘贴其 ID，否则再次发送",

    # The request
    "Write what you want, or choose a picture": "请输入想要的内容，或选择一张图片",
    "This service works from pictures only: choose one": "此服务只接受图片：请选择一张",
    "This service needs the picture itself, not its address": "此服务需要图片本身，而不是图片地址",
    "{name} cannot be {value}: the service takes {low} to {high}": "{name} 不能为 {value}：服务支持 {low} 到 {high}",
    "Give either a prompt or a picture, not both: remove one of them": "提示词和图片只能二选一：请去掉其中一个",
    "The prompt has {length} characters; the service takes {limit} at most":
        "提示词有 {length} 个字符；服务最多接受 {limit} 个",
    "A sketch needs words as well here: say what it shows": "此处的草图还需要文字：请描述其内容",
    "The service takes no pictures": "此服务不接受图片",
    "The address of the picture must begin with https://": "图片地址必须以 https:// 开头",
    "{name} is no picture the service can read: it takes {formats}": "服务无法读取图片 {name}：它接受 {formats}",
    "{name} is too small: {width} x {height} pixels, and each side needs {limit} at least":
        "{name} 太小：{width} × {height} 像素，每边至少需要 {limit} 像素",
    "{name} is too large: {width} x {height} pixels, and each side may have {limit} at most":
        "{name} 太大：{width} × {height} 像素，每边最多 {limit} 像素",
    "{name} is too narrow: {width} x {height} pixels, and each side may have {low} to {high}: crop it":
        "{name} 太窄：{width} × {height} 像素，每边须为 {low} 到 {high} 像素：请裁剪",
    "{name} has {size} MB; the service takes {limit} MB at most": "{name} 为 {size} MB；服务最多接受 {limit} MB",
    "The pictures have {size} MB together; the service takes {limit} MB at most":
        "图片总共 {size} MB；服务最多接受 {limit} MB",
    "The number of faces cannot be chosen here": "此处不能设定面数",
    "{count} faces are out of range: the service makes {low} to {high}":
        "面数 {count} 超出范围：服务支持 {low} 到 {high}",
    "Shape without texture is not a switch here": "此处没有“不带纹理”开关",
    "Shape without texture does not come as OBJ: choose GLB": "不带纹理的模型不能以 OBJ 交付：请选择 GLB",
    "{format} cannot be asked for here: choose one of {formats}": "此处不能选择 {format}：请选择 {formats} 之一",
    "The file format cannot be chosen here": "此处不能选择文件格式",
    "The service has no model version {model}": "此服务没有模型版本 {model}",
    "Model version {model} does not make {type}": "模型版本 {model} 不支持“{type}”",
    "{type} cannot be made here": "此处不能生成“{type}”",
    "Views need a picture of the front as well": "使用多视图时还需要一张正面图片",
    "A sketch cannot be combined with views": "草图不能与多视图同时使用",
    "Model version {model} does not take these views: {views}": "模型版本 {model} 不接受这些视图：{views}",
    "Only these views are taken here: {known}": "此处仅接受这些视图：{known}",
    "The service takes no views": "此服务不接受多视图",
    "There is no scene to bring a model into": "没有可放入模型的场景",

    # What a price is made of
    "Model": "模型",
    "Views": "多视图",
    "About {credits} credits: {parts}": "约 {credits} 积分：{parts}",
    "Estimate as of {date}": "价格估算截至 {date}",
    "Estimate as of {date}, not from the provider's own price list": "价格估算截至 {date}，并非来自服务商的官方价目表",

    # Keys
    "No key is set up for this service": "尚未为此服务设置密钥",
    "There is no key for this service yet; add one in the preferences": "此服务尚无密钥；请在偏好设置中添加",
    "The key ending in {hint} is missing; the job waits for it": "缺少以 {hint} 结尾的密钥；任务将等待该密钥",
    "There is no account {name}; there are: {names}": "没有账号 {name}；现有：{names}",
    "There is no account {name}: this Blender's preferences name none for this service":
        "没有账号 {name}：此 Blender 的偏好设置中没有该服务的账号",
    "The key could not be saved: {reason}": "无法保存密钥：{reason}",
    "The key could not be removed: {reason}": "无法删除密钥：{reason}",
    "The {part} is empty: copy it from the service's console": "{part} 为空：请从服务的控制台复制",
    "The {part} has a space or a foreign character inside: copy it again, without anything around it":
        "{part} 中含有空格或无效字符：请重新复制，不要带上前后的其他内容",
    "The key was not accepted: check that SecretId and SecretKey are complete and belong together":
        "密钥未被接受：请检查 SecretId 和 SecretKey 是否完整且相互匹配",
    "The service does not know this SecretId: it was deleted, or it belongs to the other site"
    " (China and international accounts are separate)":
        "服务不认识此 SecretId：它已被删除，或属于另一站点（中国站与国际站的账号相互独立）",
    "The temporary key has expired or does not fit: get a new one": "临时密钥已过期或不匹配：请重新获取",
    "This account may not use the service: its owner has to grant it the policy QcloudAI3DFullAccess":
        "此账号无权使用该服务：需由主账号授予 QcloudAI3DFullAccess 策略",
    "The key may not be used from this internet address": "此密钥不允许在当前 IP 地址使用",
    "The service did not accept the key: it is wrong or deleted, or it is one of another service":
        "服务未接受密钥：密钥有误或已被删除，或属于另一服务",
    "The service did not accept the key (HTTP {status})": "服务未接受密钥（HTTP {status}）",
    "This computer's clock is too far from the service's: set the time and try again":
        "本机时钟与服务端相差过大：请校准时间后重试",
    "This computer's clock is {seconds} seconds off the service's: set the time and try again":
        "本机时钟与服务端相差 {seconds} 秒：请校准时间后重试",

    # The account
    "The service is not activated for this account: activate it in the console":
        "此账号尚未开通该服务：请在控制台开通",
    "The account has no credits for this: claim the free ones, buy some, or switch on post-pay in the console":
        "账号积分不足：请在控制台领取免费积分、购买积分或开通后付费",
    "The service has been stopped for this account, or a bill is overdue: see the console":
        "此账号的服务已停用或欠费：请查看控制台",
    "All job slots of this account are taken; the job waits for its turn": "此账号的并发任务数已满；任务正在排队",
    "Too many requests at once; the job waits for its turn": "请求过于频繁；任务正在排队",
    "The service is being activated for this account; the job waits for it": "正在为此账号开通服务；任务将等待开通完成",

    # What the service says
    "The service does not accept this request": "服务不接受此请求",
    "The request is too large for the service: use smaller pictures": "请求超出服务的大小限制：请使用较小的图片",
    "The service could not load the picture or the model from its address, which has to be reachable from the internet": (
        "服务无法从所给地址加载图片或模型，该地址必须能从互联网访问"
    ),
    "The service cannot use this picture: choose another one, or a smaller one":
        "服务无法使用此图片：请换一张图片，或使用较小的图片",
    "The service's rules do not allow this prompt or picture: change it":
        "服务的内容规范不允许此提示词或图片：请修改",
    "The service does not know this job: jobs are kept for 24 hours": "服务找不到此任务：任务仅保留 24 小时",
    "The service does not know this job; perhaps it belongs to another account, region or job id":
        "服务找不到此任务；账号、地域或任务 ID 可能不符",
    "The service does not offer this in the chosen region": "服务在所选地域不提供该功能",
    "The service no longer offers this: look for a newer version of the add-on":
        "服务已不再提供该功能：请查找插件的新版本",
    "The server could not begin the job; its log says more": "服务器无法开始此任务；详情见其日志",
    "The server sent a model that cannot be read": "服务器发送的模型无法读取",
    "There is no Hunyuan3D server at this address: start its api_server.py, check the endpoint":
        "此地址没有 Hunyuan3D 服务器：请启动其 api_server.py，并检查端点",
    "The server could not make the model; its log says more": "服务器未能生成模型；详情见其日志",
    "This server cannot texture a given model: Hunyuan3D-2 can, started with --enable_tex":
        "此服务器无法为已有模型添加纹理：以 --enable_tex 启动的 Hunyuan3D-2 可以",
    "The service has not finished the job in {hours} hours; a server of your own says why in its log":
        "服务在 {hours} 小时内未完成任务；自建服务器的原因见其日志",
    "The service could not make this model": "服务未能生成此模型",
    "The service does not know this job": "服务找不到此任务",
    "The account has not enough money for this: top it up": "账户余额不足：请充值",
    "The gateway could not reach Tencent's service": "网关无法连接腾讯的服务",
    "Tencent's service behind the gateway has failed": "网关背后的腾讯服务发生故障",
    "The gateway could not read the result": "网关无法读取结果",
    "The gateway could not hand the job on; its own words say why": "网关无法转交此任务；原因见其说明",
    "The service itself has failed": "服务自身发生故障",
    "The service reports an error that this add-on does not know": "服务报告了此插件不认识的错误",
    "The service could not make this model; failed jobs are not charged": "服务未能生成此模型；失败的任务不计费",
    "The service has deleted the result before it could be fetched": "结果在取回之前已被服务删除",
    "The service says the job is done, but names no files": "服务称任务已完成，但没有给出文件",
    "The service answered without a job id": "服务的应答中没有任务 ID",
    "The service answered without a status": "服务的应答中没有状态",
    "The server does not take such requests (HTTP {status}): check the endpoint":
        "服务器不接受此类请求（HTTP {status}）：请检查端点",
    "The server gave an answer that makes no sense (HTTP {status})": "服务器返回了无法理解的应答（HTTP {status}）",

    # The connection
    "Online access is switched off in Blender": "Blender 的联机访问已关闭",
    "Online access is switched off in Blender's preferences": "Blender 偏好设置中的联机访问已关闭",
    "Blender was started with online access switched off": "Blender 启动时已关闭联机访问",
    "{host} is not known: is this computer connected to the internet?": "找不到 {host}：本机是否已连接互联网？",
    "{host} cannot be reached": "无法连接 {host}",
    "{host} did not answer in time": "{host} 未在规定时间内应答",
    "{host} redirects too often": "{host} 重定向次数过多",
    "{host} is only spoken to by https": "只能通过 https 访问 {host}",
    "{host} does not lie in the public internet, so it is not asked for anything":
        "{host} 不在公共互联网上，因此不会向其发送请求",
    "This is no web address that can be used": "这不是可用的网址",
    "The answer of {host} is far too long": "{host} 的应答过长",
    "The connection to {host} broke before the answer was complete": "与 {host} 的连接在应答完成之前中断",
    "No secure connection to {host} came about": "无法与 {host} 建立安全连接",
    "The certificate of {host} is not trusted ({reason}); nothing was sent":
        "{host} 的证书不受信任（{reason}）；未发送任何内容",
    "The certificate that {host} shows, of {subject}, issued by {issuer}, is not trusted ({reason}); nothing was sent":
        "{host} 出示的证书（属于 {subject}，由 {issuer} 签发）不受信任（{reason}）；未发送任何内容",
    "The file of certificates {file} does not exist": "证书文件 {file} 不存在",
    "The proxy cannot be reached": "无法连接代理服务器",
    "The proxy does not let a connection to {host} through": "代理服务器不允许连接 {host}",
    "Only proxies whose address begins with http:// can be used": "只能使用地址以 http:// 开头的代理服务器",

    # Jobs
    "There is no such job in the list": "列表中没有此任务",
    "The job has moved on in the meantime": "任务状态在此期间已改变",
    "That is not a job id": "这不是任务 ID",
    "The job was cancelled": "任务已取消",
    "The job list is busy; try again in a moment": "任务列表正忙；请稍后再试",
    "The job list was made by a newer version of this add-on": "任务列表由此插件的更新版本创建",
    "There is no model to bring in yet": "还没有可放入的模型",
    "This version does not know the job's service": "此版本不认识该任务的服务",
    "Work was interrupted while the job was being sent: the service may have accepted and charged it":
        "发送任务时工作中断：服务可能已受理并计费",
    "This add-on failed while it was sending the job: the service may have accepted and charged it":
        "插件在发送任务时出错：服务可能已受理并计费",
    "The file {file} in the job's folder is missing or has been changed; nothing was sent":
        "任务文件夹中的文件 {file} 缺失或已被更改；未发送任何内容",
    "The sandbox could not be started: {reason}": "无法启动沙盒：{reason}",
    "This add-on has a defect; its log says more": "此插件存在缺陷；详情见其日志",
}  # fmt: skip
"""English to Chinese."""
