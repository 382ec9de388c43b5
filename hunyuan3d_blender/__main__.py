# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m hunyuan3d_blender …` where bpy can be imported."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
