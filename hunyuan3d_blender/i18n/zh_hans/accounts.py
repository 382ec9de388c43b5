# SPDX-License-Identifier: GPL-3.0-or-later
"""Several accounts per service, and where their keys lie.

keychain 钥匙串    temporary key 临时密钥    token 令牌
"""

from __future__ import annotations

ACCOUNTS = {
    # The list
    "Account": "账号",
    "Accounts": "账号",
    "Account {number}": "账号 {number}",
    "Server {number}": "服务器 {number}",
    "Name": "名称",
    "Double-click to rename": "双击可重命名",
    "Jobs are sent with the account that is selected here": "任务使用此处选中的账号发送",
    "New Account": "新建账号",
    "Add another account with this service, and select it": "为此服务再添加一个账号，并选中它",
    "Remove Account": "移除账号",
    "Remove the selected account, and forget its key": "移除选中的账号，并删除其密钥",
    "Remove {name}?": "移除“{name}”？",
    "Remove": "移除",
    "A key that was typed in for it is forgotten": "为其输入的密钥将被删除",
    "Jobs are under way with this account: remove it when they have ended": "此账号有任务正在进行：请在任务结束后再移除",
    "Use Account": "使用账号",
    "Send jobs with this account from now on. Jobs under way go on with theirs": "此后使用该账号发送任务。进行中的任务继续使用原来的账号",
    # Where keys lie
    "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, with TENCENTCLOUD_TOKEN for a temporary key": "TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY，临时密钥另需 TENCENTCLOUD_TOKEN",
    "The variable named for this service, else HUNYUAN3D_API_KEY": "以此服务命名的变量，否则为 HUNYUAN3D_API_KEY",
    "Blender sees the variables with which it was started: {variables}": "Blender 只能看到启动时已有的变量：{variables}",
    "System Keychain": "系统钥匙串",
    "Through the Python library keyring, where that is installed": "通过 Python 库 keyring，需已安装该库",
    "The Python library keyring is not installed in this Blender: install it, or keep the key elsewhere": "此 Blender 中未安装 Python 库 keyring：请安装该库，或将密钥保存在别处",
    "The system's keychain does not work: {reason}. Unlock it, or keep the key elsewhere": "系统钥匙串无法使用：{reason}。请将其解锁，或将密钥保存在别处",
    "Waiting for the keychain…": "正在等待钥匙串…",
    "Token": "令牌",
    "for temporary keys only": "仅用于临时密钥",
    "Only for a temporary key: paste its token here; it is not kept in Blender's preferences": "仅用于临时密钥：在此粘贴其令牌；它不会保存在 Blender 的偏好设置中",
    "Remove this account's key from the add-on's file, from the keychain and from memory": "从插件的文件、钥匙串和内存中删除此账号的密钥",
    "The file with keys was damaged. It is kept as {file}; the keys in it have to be typed again": "密钥文件已损坏，现保留为 {file}；其中的密钥需要重新输入",
    "The process that was asked ended without an answer": "被询问的进程已结束，但没有结果",
}
