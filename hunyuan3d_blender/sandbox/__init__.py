# SPDX-License-Identifier: GPL-3.0-or-later
"""The services, offline, on loopback, written from their public documents. Shares no code with `services`.

What it hands out are samples made by Blender itself, never the work of a Hunyuan model.
"""
