# SPDX-License-Identifier: GPL-3.0-or-later
"""Talk to a Hunyuan 3D service. No Blender, no threads, no files."""
