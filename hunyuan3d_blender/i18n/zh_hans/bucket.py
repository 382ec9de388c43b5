# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own bucket, and files on their way there."""

from __future__ import annotations

BUCKET = {
    # Its settings
    "The endpoint of the bucket must be https:// and a host, nothing more":
        "存储桶的端点必须是 https:// 加主机名，不含其他内容",
    "This is no name of a bucket: {bucket}": "这不是存储桶名称：{bucket}",
    "This is no region of a bucket: {region}": "这不是存储桶地域：{region}",
    "The folder in the bucket can have Latin letters, digits, - and _ only: {prefix}":
        "存储桶中的文件夹只能包含拉丁字母、数字、- 和 _：{prefix}",

    # Its preferences
    "Bucket for Models": "模型存储桶",
    "Show Bucket": "显示存储桶",
    "Provider": "服务商",
    "Who keeps the bucket": "存储桶由谁提供",
    "Other, S3-Compatible": "其他（S3 兼容）",
    "Bucket": "存储桶",
    "Name of the bucket. On Tencent COS with the number of the account at its end":
        "存储桶名称。腾讯云 COS 的名称末尾带有账号编号",
    "Where the bucket is; leave empty for the usual one": "存储桶所在地域；留空则使用默认地域",
    "Address of the bucket's server: https:// and its host": "存储桶服务器的地址：https:// 加主机名",
    "Addressing": "寻址方式",
    "Where the server wants to read the name of the bucket": "服务器从何处读取存储桶名称",
    "In the Path": "路径",
    "Servers of one's own mostly want it so": "自建服务器大多如此",
    "Virtual-Hosted": "虚拟主机",
    "In front of the host": "位于主机名之前",
    "Folder": "文件夹",
    "Where in the bucket models are put, for example hunyuan3d; leave empty for its top":
        "模型放入存储桶的哪个文件夹，例如 hunyuan3d；留空则放在最上层",
    "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN":
        "AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 和 AWS_SESSION_TOKEN",
    "Access Key ID": "访问密钥 ID",
    "Secret Access Key": "私有访问密钥",
    "Session Token": "会话令牌",
    "Paste it here; Tencent calls it SecretId. It is not kept in Blender's preferences":
        "粘贴到此处；腾讯云称之为 SecretId。不会保存在 Blender 的偏好设置中",
    "Paste it here; Tencent calls it SecretKey. It is not kept in Blender's preferences":
        "粘贴到此处；腾讯云称之为 SecretKey。不会保存在 Blender 的偏好设置中",
    "Of temporary keys only. It is not kept in Blender's preferences":
        "仅用于临时密钥。不会保存在 Blender 的偏好设置中",
    "Services fetch models from a web address. A model that you edit or bring along is put into this bucket of "
    "yours: the selected objects with their textures, private, under a random name. The service gets a link "
    "that ends after {hours} hours; the file is deleted when the job is over. The sandbox needs no bucket":
        "服务通过网址获取模型。您编辑过或自带的模型会放入您自己的这个存储桶：所选物体及其纹理，"
        "私有读写，文件名随机。服务会得到一个 {hours} 小时后失效的链接；任务结束后文件即被删除。"
        "沙盒无需存储桶",
    "Remove the bucket's key from the add-on's file and from memory": "从本插件的文件和内存中移除存储桶密钥",
    "Test Bucket": "测试存储桶",
    "Write a small file into the bucket, read it through a link as a service would, and delete it":
        "将一个小文件写入存储桶，像服务那样通过链接读取，然后删除",
    "The bucket works: a small file was written, read through a link, and deleted":
        "存储桶可用：小文件已写入、通过链接读取并删除",
    "No key is set up for the bucket": "尚未为存储桶设置密钥",
    "Models go to the service by way of a bucket of yours, and none is set up":
        "模型需经由您自己的存储桶送达服务，而您尚未设置存储桶",
    "Type the bucket and its endpoint first: the key is kept for that place only":
        "请先填写存储桶及其端点：密钥只为该处保存",

    # What its server says
    "The bucket's server finds the time of the request wrong": "存储桶服务器认为请求的时间不正确",
    "The session token of the bucket's key is not valid, or no longer: get a new key":
        "存储桶密钥的会话令牌无效或已过期：请获取新的密钥",
    "There is no bucket {bucket} at {host}: check its name and its region":
        "{host} 上没有存储桶 {bucket}：请检查名称和地域",
    "The bucket {bucket} lies in another region than {region}": "存储桶 {bucket} 不在地域 {region}",
    "The bucket {bucket} lies in the region {right}, not in {region}":
        "存储桶 {bucket} 位于地域 {right}，而不是 {region}",
    "The bucket {bucket} is full": "存储桶 {bucket} 已满",
    "The bucket's server is busy; it is tried again": "存储桶服务器繁忙，将会重试",
    "The bucket's server failed": "存储桶服务器出错",
    "The file is larger than the bucket takes": "文件超过存储桶允许的大小",
    "The key may not do this in the bucket {bucket}: it has to be allowed to read, write and delete":
        "密钥无权在存储桶 {bucket} 中执行此操作：需要读取、写入和删除权限",
    "{host} does not know the access key: is it one of this provider?":
        "{host} 不认识此访问密钥：它属于该服务商吗？",
    "{host} does not accept the signature: the secret key is wrong, or cut off":
        "{host} 不接受签名：私有密钥有误或不完整",
    "{host} wants the bucket's name in front of its own: choose virtual-hosted addressing":
        "{host} 要求存储桶名称位于主机名之前：请选择虚拟主机寻址方式",
    "The file is no longer in the bucket {bucket}": "文件已不在存储桶 {bucket} 中",
    "The bucket's server no longer knows the upload": "存储桶服务器已不再保留此次上传",
    "The bucket's server did not accept the key (HTTP {status})": "存储桶服务器不接受密钥（HTTP {status}）",
    "The bucket's server refused the request (HTTP {status})": "存储桶服务器拒绝了请求（HTTP {status}）",
    "{host} gave an answer that no bucket gives (HTTP {status}): check the endpoint":
        "{host} 的回答不像来自存储桶（HTTP {status}）：请检查端点",

    # Its test
    "{host} gave something else than what was written": "{host} 返回的内容与写入的不同",
    "A small file could not be written into the bucket": "无法将一个小文件写入存储桶",
    "The small file could be written into the bucket, but not read through a link":
        "小文件已写入存储桶，但无法通过链接读取",
    "The small file could not be deleted from the bucket": "无法从存储桶中删除小文件",

    # The file
    "The file was changed while it was being sent": "文件在发送过程中被更改",
    "The file cannot be read: {reason}": "无法读取文件：{reason}",
}  # fmt: skip
"""English to Chinese."""
