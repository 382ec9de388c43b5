# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to send, taken from what is open in Blender: a file per source. Nothing of the artist's is changed."""
