# SPDX-License-Identifier: GPL-3.0-or-later
"""The check before every commit, in about a minute: style, types, and all tests that need no Blender, in one Python.

python3 scripts/check.py [arguments of scripts/test.py]
"""

from __future__ import annotations

import sys

import test

if __name__ == '__main__':
    sys.exit(test.main(['--quick', '--tier', 'style', '--tier', 'plain', *sys.argv[1:]]))
