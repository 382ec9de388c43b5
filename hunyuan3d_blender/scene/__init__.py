# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's data, in and out. No network, no waiting; `convert_model` is the only part that runs in another process."""
