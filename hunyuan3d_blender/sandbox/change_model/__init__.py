# SPDX-License-Identifier: GPL-3.0-or-later
"""What the background Blender does to a model that it was given: a file for each operation of the service.

Whatever is done, it stands where it stood, turned as it was and as large as it was.
"""
