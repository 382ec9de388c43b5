# SPDX-License-Identifier: GPL-3.0-or-later
"""How the outside is reached, in the preferences."""

from __future__ import annotations

NETWORK = {
    "Proxy": "代理服务器",
    "Through which services are reached, http://host:port, in place of the system's. For one that wants a name and a "
    "password, set HTTPS_PROXY before Blender starts: they are not kept in Blender's preferences":
        "用于访问服务的代理，格式为 http://host:port，代替系统的设置。若代理需要用户名和密码，请在启动 Blender 前设置 HTTPS_PROXY：它们不会保存在 Blender 的偏好设置中",
    "Certificates": "证书",
    "A file of certificates to trust in place of the usual ones, as an office's network may need":
        "用于代替默认证书的受信任证书文件，办公网络可能需要",
    "the system's": "系统的设置",
    "the usual ones": "默认证书",
}  # fmt: skip
