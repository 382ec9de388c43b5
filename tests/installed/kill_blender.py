# SPDX-License-Identifier: GPL-3.0-or-later
"""A program beside Blender: start a job in one, end it, and see that the model becomes ready without it.

python3 kill_blender.py SIGNAL BLENDER OUTPUT      the library is the one that HUNYUAN3D_LIBRARY names
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

DEADLINE_S = 120.0


def main(name: str, blender: str, output: str) -> int:
    """Send the signal of this name while the job is with the service. Return 0 when the job went on."""
    library = Path(os.environ['HUNYUAN3D_LIBRARY'])
    command = [blender, '--command', 'hunyuan3d', 'generate', '--prompt', "a clay jug", '--output', output]
    process = subprocess.Popen(command)
    state = wait_for(library, {'waiting', 'running'})
    process.send_signal(signal.Signals[name])
    code = process.wait(DEADLINE_S)
    sys.stdout.write(f"ended with {code} while the job was {state}; it is {wait_for(library, {'ready'})}\n")
    return int(Path(output).exists())


def wait_for(library: Path, states: set[str]) -> str:
    """Look at the job's own record until it is in one of the states."""
    deadline = time.monotonic() + DEADLINE_S
    state = 'not there'
    while state not in states:
        if time.monotonic() > deadline:
            sys.exit(f"the job is {state}, not {states}")
        time.sleep(0.05)
        for record in library.glob('jobs/*/job.json'):
            state = json.loads(record.read_text(encoding='utf-8'))['state']
    return state


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
