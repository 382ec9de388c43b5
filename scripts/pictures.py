# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the README's pictures again, from the real window: plays the scenarios and copies what they photographed.

python3 scripts/pictures.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys

import environments

PICTURES = {
    'idle': 'spine-arrives_and_can_be_undone/idle.png',
    'running': 'spine-arrives_and_can_be_undone/running.png',
    'arrived': 'spine-arrives_and_can_be_undone/arrived.png',
    'unknown': 'spine-errors_can_be_read/unknown.png',
    'too_long': 'spine-errors_can_be_read/too_long.png',
    'chinese': 'chinese-panels/options_generate.png',
    'placeholders': 'placeholder-every_state_can_be_read/states.png',
}
"""Name in docs/pictures: where the scenario leaves it."""


def main() -> int:
    """Play, then copy. Return the exit code of the tests."""
    test = environments.ROOT / 'scripts' / 'test.py'
    scenarios = dict.fromkeys(source.partition('/')[0] for source in PICTURES.values())
    wanted = [f'tests/gui/test_window.py::test_scenario[{scenario}]' for scenario in scenarios]
    command = [sys.executable, str(test), '--tier', 'gui', '--', *wanted]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        target = environments.ROOT / 'docs' / 'pictures'
        target.mkdir(parents=True, exist_ok=True)
        for name, source in PICTURES.items():
            shutil.copyfile(environments.CACHE / 'gui' / source, target / f'{name}.png')
            print(target / f'{name}.png')
    return code


if __name__ == '__main__':
    sys.exit(main())
