# SPDX-License-Identifier: GPL-3.0-or-later
"""Files from outside: complete, harmless, and which of them is the model. Nothing of Blender, nothing is executed."""
