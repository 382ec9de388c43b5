# SPDX-License-Identifier: GPL-3.0-or-later
"""Hunyuan3D-2 and 2.1 on a computer of one's own: the REST servers that come with them (`api_server.py`)."""
