# SPDX-License-Identifier: GPL-3.0-or-later
"""Tencent's TokenHub, to which its Hunyuan functions are moving."""
