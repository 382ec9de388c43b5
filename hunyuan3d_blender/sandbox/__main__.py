# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the sandbox: `python -m hunyuan3d_blender.sandbox --port 0`.

Prints one line of JSON with its URL and keys, then serves until SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from .scenarios import SCENARIOS
from .server import Sandbox, running

_NO_BLENDER = """\
This Python has no bpy: every model will be a plain box, and nothing can be done with one.
Start the sandbox with a Python that has bpy, or name a Blender with --blender-json.
"""


def main(arguments: list[str]) -> int:
    """Serve until told to stop; return the exit code."""
    options = _options(arguments)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if options.exit_with_stdin:
        threading.Thread(target=_wait_for_end_of_stdin, args=(stop,), daemon=True).start()
    with tempfile.TemporaryDirectory(prefix='hunyuan3d-sandbox-') as own, ExitStack() as stack:
        folder = options.folder or Path(own)
        try:
            sandbox = stack.enter_context(
                running(folder, port=options.port, blender=options.blender, seconds=options.seconds)
            )
        except (OSError, OverflowError) as error:
            sys.stderr.write(f"The sandbox cannot be started on port {options.port} in {folder}: {error}\n")
            return 1
        for scenario in options.scenario:
            name, _, times = scenario.partition(':')
            sandbox.switchboard.switch_on(name, int(times) if times else None)
        _announce(sandbox)
        if not options.blender:
            sys.stderr.write(_NO_BLENDER)
        while not stop.wait(1.0):  # a wait without an end would not let a signal in on Windows
            pass
    return 0


def _announce(sandbox: Sandbox) -> None:
    keys = sandbox.ledger.keys
    line = {
        'url': sandbox.url,
        'secret_id': keys.secret_id,
        'secret_key': keys.secret_key,
        'api_key': keys.api_key,
    }
    sys.stdout.write(json.dumps(line) + '\n')
    sys.stdout.flush()


def _wait_for_end_of_stdin(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m hunyuan3d_blender.sandbox', description=__doc__)
    parser.add_argument('--port', type=int, default=0, help="0 for any free one")
    parser.add_argument(
        '--folder', type=Path, help="where jobs and keys are kept; without it they are forgotten"
    )
    parser.add_argument(
        '--blender-json',
        dest='blender',
        type=json.loads,
        default=_this_python(),
        help="the command that starts Blender, as a JSON list",
    )
    parser.add_argument('--seconds', type=float, default=4.0, help="how long a job takes at least")
    parser.add_argument(
        '--scenario',
        type=_scenario,
        action='append',
        default=[],
        metavar='NAME[:TIMES]',
        help=f"misbehave: {', '.join(SCENARIOS)}",
    )
    parser.add_argument('--exit-with-stdin', action='store_true', help="stop when standard input ends")
    return parser.parse_args(arguments)  # fmt: skip


def _scenario(text: str) -> str:
    name, _, times = text.partition(':')
    if name not in SCENARIOS or (times and not times.isdecimal()):
        raise argparse.ArgumentTypeError(f"no such scenario: {text}")
    return text


def _this_python() -> list[str]:
    return [sys.executable] if importlib.util.find_spec('bpy') else []


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
