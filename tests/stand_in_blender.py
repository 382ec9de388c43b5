# SPDX-License-Identifier: GPL-3.0-or-later
"""In place of a Blender that converts models, where tests are about the worker: quick, and it misbehaves on request.

Used as a converter command: `(sys.executable, <this file>, <behaviour>)`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

PNG = b'\x89PNG\r\n\x1a\n'


def say(event: str, **facts: object) -> None:
    sys.stdout.write(f"HUNYUAN3D {json.dumps({'event': event, **facts})}\n")
    sys.stdout.flush()


def misbehave(behaviour: str) -> None:
    """What happens while the model is read."""
    if behaviour == 'slow':
        time.sleep(0.3)
    if behaviour == 'noisy':
        sys.stderr.write(("warning: " + "x" * 90 + "\n") * 20_000)
        sys.stdout.write(
            'HUNYUAN3D not json\nHUNYUAN3D [1]\nHUNYUAN3D {"event": "model"}\nhalf HUNYUAN3D {}\n'
        )
    if behaviour == 'crash':
        os.abort()
    if behaviour == 'hang':
        time.sleep(600)
    if behaviour == 'fail':
        say('failed', message="The model has no faces", detail="line\n" * 1000)
        sys.exit(1)
    if behaviour == 'liar':
        say('model', faces=1, objects=1, images=1)
        sys.exit(0)


def main(behaviour: str) -> None:
    if behaviour == 'no_start':
        sys.exit(7)
    sys.stdout.write("Blender 5.0.1 of the test\n")
    say('ready', version=[5, 0, 1])
    line = sys.stdin.readline()
    if not line:
        return
    order = json.loads(line)
    misbehave(behaviour)
    model = Path(order['model']).read_bytes()
    Path(order['output']).write_bytes(b'BLENDER' + json.dumps(order | {'bytes': len(model)}).encode())
    say('model', faces=2, objects=1, images=0)
    if behaviour != 'no_thumbnail':
        Path(order['thumbnail']).write_bytes(PNG)
        say('thumbnail')


main(sys.argv[1])
