# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job is and where it is kept. No Blender."""
