# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what an artist would feel, each time beside the obvious way of doing it.

    python3 scripts/bench.py [--all] [--only NAME] [--json FILE]

    arrival        how long a model blocks Blender: importer, bare append, arrival; 50k, 500k and 1.5M faces
    export         how long sending a selected object blocks Blender: exporter, slices, a .blend of copies
    batch          starting 500 jobs at once, and each tick until all are there
    tick           one look at 0, 10, 1,000 and 10,000 jobs
    registration   what the add-on adds to Blender's start
    download       bytes a second, beside a bare `requests` loop
    pipeline       from the service's DONE to a model that is ready, beside bare download and import
    panel          drawing the panel with 1,000 and 10,000 jobs; needs scripts/gui_blender.sh
    sketch         turning 20 and 500 Grease Pencil strokes into a picture
    captures       how long pictures of the viewport, and of an object from eight sides, hold the main thread; needs it too
    stalls         how long our code holds the main thread, call by call, during a whole job; needs it too

Runs in the newest Blender this machine can have, with --all in every supported one. Other work on the machine shows
in the numbers. The exit code is 0 when everything could be measured, whether the goals are reached or not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import build
from benchmarks import MARK
from environments import BLENDER, CACHE, PLAIN, ROOT, Environment, Missing, newest_blender

FACES = (50_000, 500_000, 1_500_000)
DEADLINE_S = 600.0
"""Of one program."""
STARTS = 5
"""The first start compiles the modules and is not counted."""

Row = dict[str, Any]


class Unmeasured(Exception):
    """A measurement could not be made; the text says why."""


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 when something could not be measured."""
    options = _parser().parse_args(arguments)
    blenders = BLENDER if options.all else (newest_blender(),)
    rows: list[Row] = []
    failures: list[str] = []
    for name in options.only or MEASUREMENTS:
        print(f"Measuring: {name}", file=sys.stderr, flush=True)
        try:
            rows += MEASUREMENTS[name](blenders)
        except (Unmeasured, Missing) as error:
            failures.append(f"{name}: {error}")
    _print(rows)
    for failure in failures:
        print(f"Not measured: {failure}")
    if options.json:
        options.json.write_text(json.dumps({'rows': rows, 'failures': failures}, indent=1))
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--all', action='store_true', help="every supported Blender")
    parser.add_argument('--only', action='append', choices=list(MEASUREMENTS), help="may be repeated")
    parser.add_argument('--json', type=Path, metavar='FILE', help="write the numbers there, too")
    return parser


# The measurements


def arrival(blenders: Sequence[Environment]) -> Iterator[Row]:
    """Every model in every Blender."""
    for environment in blenders:
        for faces in FACES:
            with tempfile.TemporaryDirectory(dir=CACHE) as folder:
                yield from _run(environment, 'benchmarks.arrival', str(_model(faces, environment)), folder)


def export(blenders: Sequence[Environment]) -> Iterator[Row]:
    """Every model in every Blender."""
    for environment in blenders:
        for faces in FACES:
            with tempfile.TemporaryDirectory(dir=CACHE) as folder:
                yield from _run(environment, 'benchmarks.export', str(_model(faces, environment)), folder)


def tick(blenders: Sequence[Environment]) -> Iterator[Row]:
    """In every Blender."""
    for environment in blenders:
        yield from _run(environment, 'benchmarks.tick')


def batch(blenders: Sequence[Environment]) -> Iterator[Row]:
    """In every Blender."""
    for environment in blenders:
        yield from _run(environment, 'benchmarks.batch')


def sketch(blenders: Sequence[Environment]) -> Iterator[Row]:
    """In every Blender."""
    for environment in blenders:
        yield from _run(environment, 'benchmarks.sketch')


def registration(blenders: Sequence[Environment]) -> Iterator[Row]:
    """The median of several starts of every Blender."""
    with tempfile.TemporaryDirectory() as folder:
        build.stage_package(Path(folder, 'hunyuan3d_blender'))
        for environment in blenders:
            starts = [
                row for _ in range(STARTS + 1) for row in _run(environment, 'benchmarks.registration', folder)
            ]
            yield sorted(starts[1:], key=lambda row: float(row['first']))[STARTS // 2]


def download(_blenders: Sequence[Environment]) -> Iterator[Row]:
    """Without Blender."""
    yield from _run(_plain(), 'benchmarks.download')


def pipeline(blenders: Sequence[Environment]) -> Iterator[Row]:
    """Every model in every Blender: the run in the middle of three."""
    for environment in blenders:
        for faces in FACES:
            model = str(_model(faces, environment))
            runs = [row for _ in range(3) for row in _run(environment, 'benchmarks.pipeline', model)]
            yield sorted(runs, key=lambda row: float(row['ours_to_bare']))[1]


def panel(_blenders: Sequence[Environment]) -> Iterator[Row]:
    """In the Blender with a window."""
    for jobs in (1_000, 10_000):
        yield from _in_window('panel.py', str(jobs))


def captures(_blenders: Sequence[Environment]) -> Iterator[Row]:
    """In the Blender with a window, with an object of middle size."""
    yield from _in_window('captures.py', str(FACES[1]))


def stalls(_blenders: Sequence[Environment]) -> Iterator[Row]:
    """In the Blender with a window, with the model of middle size."""
    yield from _in_window('stalls.py', str(_model(FACES[1], newest_blender())))


MEASUREMENTS: Mapping[str, Callable[[Sequence[Environment]], Iterator[Row]]] = {
    'arrival': arrival,
    'export': export,
    'tick': tick,
    'batch': batch,
    'registration': registration,
    'download': download,
    'pipeline': pipeline,
    'panel': panel,
    'sketch': sketch,
    'captures': captures,
    'stalls': stalls,
}


def _model(faces: int, environment: Environment) -> Path:
    """A GLB with so many faces; made once, and the same for all."""
    file = CACHE / 'bench' / f'{faces}.glb'
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _run(environment, 'benchmarks.models', str(faces), str(file))
    return file


def _plain() -> Environment:
    return next((environment for environment in PLAIN if environment.is_ready()), PLAIN[0])


def _run(environment: Environment, module: str, *arguments: str) -> list[Row]:
    """Run a measurement in an environment. Raise Unmeasured or Missing."""
    with tempfile.TemporaryDirectory() as profile:
        variables = {
            'PYTHONPATH': os.pathsep.join((str(ROOT), str(ROOT / 'scripts'))),
            'HOME': profile,
            'BLENDER_USER_RESOURCES': profile,
            'HUNYUAN3D_LIBRARY': str(Path(profile, 'library')),
        }
        return _rows([str(environment.ensure()), '-m', module, *arguments], variables)


def _in_window(program: str, *arguments: str) -> list[Row]:
    """Run a measurement in the Blender with a window. Raise Unmeasured."""
    with tempfile.TemporaryDirectory() as folder:
        build.stage_package(Path(folder, 'hunyuan3d_blender'))
        blender = [str(ROOT / 'scripts' / 'gui_blender.sh'), 'run', '--factory-startup']
        path = str(ROOT / 'scripts' / 'benchmarks' / program)
        command = [*blender, '--python', path, '--', folder, *arguments]
        return _rows(command, {'BLENDER_USER_RESOURCES': folder})


def _rows(command: Sequence[str], variables: Mapping[str, str]) -> list[Row]:
    environment = {**os.environ, **variables}
    environment.pop(
        'PYTHONDONTWRITEBYTECODE', None
    )  # Blender does not know it; without compiled files all starts are first
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors='replace', check=False
    )
    rows = [json.loads(line[len(MARK) :]) for line in done.stdout.splitlines() if line.startswith(MARK)]
    if not rows:  # a Blender module may crash at its exit, after everything was measured
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Unmeasured(f"exit code {done.returncode}: {last}")
    for row in rows:
        print(
            "   ", "  ".join(_text(value) for name, value in row.items() if name != 'table'), file=sys.stderr
        )
    return rows


# Printing


def _print(rows: Sequence[Row]) -> None:
    for table in dict.fromkeys(row['table'] for row in rows):
        lines = [
            {name: value for name, value in row.items() if name != 'table'}
            for row in rows
            if row['table'] == table
        ]
        heads = [name.replace("_", " ") for name in lines[0]]
        cells = [heads, *([_text(value) for value in line.values()] for line in lines)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
        print(f"\n{table}")
        for row in cells:
            print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    print()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
