# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own bucket, and files on their way there."""

from __future__ import annotations

BUCKET = {
    # Its settings
    "The endpoint of the bucket must be https:// and a host, nothing more":
        "存储桶的接入点必须是 https:// 加主机名，不含其他内容",
    "This is no name of a bucket: {bucket}": "这不是存储桶名称：{bucket}",
    "This is no region of a bucket: {region}": "这不是存储桶地域：{region}",
    "The folder in the bucket can have Latin letters, digits, - and _ only: {prefix}":
        "存储桶中的文件夹只能包含拉丁字母、数字、- 和 _：{prefix}",

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
        "{host} 的回答不像来自存储桶（HTTP {status}）：请检查接入点",

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
