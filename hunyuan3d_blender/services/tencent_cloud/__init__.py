# SPDX-License-Identifier: GPL-3.0-or-later
"""Tencent Cloud API 3.0, both editions: 'ai3d' of the China site and 'hunyuan' of the international one."""
