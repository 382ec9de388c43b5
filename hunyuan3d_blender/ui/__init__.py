# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist sees: declarations and layout. Importing this package itself needs no Blender."""
