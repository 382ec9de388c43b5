# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every test that this machine can run, and say which it could not and why.

    python3 scripts/test.py                      everything possible here, fast tiers first
    python3 scripts/test.py --all                everything, or fail; sets up what is missing (as root on Debian)
    python3 scripts/test.py --tier plain -k zip  one tier, some tests
    python3 scripts/test.py --tier blender -- tests/blender/test_arrive.py -x

The tiers, by speed and by how real they are:
    style      ruff, ruff format, mypy
    plain      tests/architecture, unit and protocol, in Python 3.11 and 3.13 without Blender;
               tests/keychain with the library keyring
    blender    tests/blender in Blender 4.2, 4.5, 5.0 and 5.2 as Python modules
    installed  tests/installed: the built zip in a real Blender
    gui        tests/gui: the built zip in a real Blender with a real window
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import build
from environments import BLENDER, CACHE, CHECKING, KEYCHAIN, PLAIN, ROOT, Environment, Missing

TIERS = ('style', 'plain', 'blender', 'installed', 'gui')

RUN_DEADLINE_S = 50 * 60.0
"""The longest run, that of the window, takes half of this; one that takes all of it hangs."""

PROCESSES = '4'
"""The tests of servers and worker mostly wait."""

_CLOSING = re.compile(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+|no tests ran) in [\d.]+s.*$")
"""The last line that pytest prints: "3 passed, 1 skipped in 0.12s", with or without a frame."""

NO_TESTS = 5
"""pytest's exit code when nothing was collected: right with -k, wrong without."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    tiers: tuple[str, ...]
    insist: bool
    """Set up what is missing, and fail where that is not possible."""
    quick: bool
    """One Python and one Blender instead of all."""
    pytest: tuple[str, ...]

    @property
    def is_selection(self) -> bool:
        """Whether only some tests of a tier are wanted."""
        return bool(self.pytest)

    def wants(self, *folders: str) -> bool:
        """Whether tests of these folders are to run: unless paths were named that lie elsewhere."""
        named = [word for word in self.pytest if Path(word.partition('::')[0]).exists()]
        return not named or any(word.startswith(folders) for word in named)

    def pytest_command(self, *arguments: str) -> tuple[str, ...]:
        """pytest with these folders and arguments, or on the paths that were named instead of the folders."""
        named = any(Path(word.partition('::')[0]).exists() for word in self.pytest)
        cache = f'cache_dir={CACHE / "pytest"}'
        ours = [word for word in arguments if not (named and word.startswith('tests/'))]
        return ('-m', 'pytest', '-q', '-o', cache, *ours, *self.pytest)


@dataclass(frozen=True)
class Run:
    """One process: a command for the Python of an environment."""

    tier: str
    label: str
    environment: Environment
    command: tuple[str, ...]
    prepare: Callable[[bool], Mapping[str, str]] = lambda _insist: {}
    """Called with `Options.insist` before the run; gives it environment variables or raises Missing."""


@dataclass
class Tally:
    """What came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    missing: int = 0
    ran: int = 0

    def add(self, run: Run, text: str) -> None:
        """Keep a line for the summary."""
        self.lines.append(f"{run.tier:9}  {run.label:12}  {text}")


def main(arguments: Sequence[str]) -> int:
    """Run the tests; 0 when all that ran passed and, with --all, all of them ran."""
    options = _options(arguments)
    tally = Tally()
    for run in runs(options):
        if run.tier in options.tiers:
            _one(run, options, tally)
    print("\n" + "\n".join(tally.lines))
    failed = tally.counts['failed'] + tally.counts['error'] + tally.counts['errors']
    print(f"{tally.counts['passed']} passed, {failed} failed", flush=True)
    return 1 if failed or not tally.ran or (options.insist and tally.missing) else 0


def runs(options: Options) -> Iterator[Run]:
    """Everything there is to run, fast first."""
    yield Run('style', "ruff", CHECKING, ('-m', 'ruff', 'check'))
    yield Run('style', "format", CHECKING, ('-m', 'ruff', 'format', '--check'))
    yield Run('style', "mypy", CHECKING, ('-m', 'mypy', '--cache-dir', str(CACHE / 'mypy')))
    folders = ('tests/architecture', 'tests/unit', 'tests/protocol')
    plain = options.pytest_command(*folders, '-n', PROCESSES, '--dist', 'worksteal')
    for environment in (PLAIN[:1] if options.quick else PLAIN) if options.wants(*folders) else ():
        yield Run('plain', f"Python {environment.python}", environment, plain)
    if options.wants('tests/keychain'):
        yield Run('plain', "keychain", KEYCHAIN, options.pytest_command('tests/keychain'))
    for environment in BLENDER[-1:] if options.quick else BLENDER:
        yield Run('blender', environment.name, environment, options.pytest_command('tests/blender'))
    anywhere = next((environment for environment in PLAIN if environment.is_ready()), PLAIN[0])
    yield Run('installed', "zip", anywhere, options.pytest_command('tests/installed'), _real_blender)
    yield Run('gui', "window", anywhere, options.pytest_command('tests/gui'), _real_blender)


def _options(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--all', action='store_true', help="insist on every tier")
    parser.add_argument('--quick', action='store_true', help="one Python and one Blender instead of all")
    parser.add_argument('--tier', action='append', choices=TIERS, help="only this tier; may be repeated")
    parser.add_argument('-k', metavar='EXPRESSION', help="only tests whose name matches")
    parser.add_argument('pytest', nargs='*', metavar='-- ARGUMENT', help="handed to pytest")
    parsed = parser.parse_args(arguments)
    chosen = ('-k', parsed.k) if parsed.k else ()
    return Options(tuple(parsed.tier or TIERS), parsed.all, parsed.quick, (*chosen, *parsed.pytest))


def _one(run: Run, options: Options, tally: Tally) -> None:
    print(f"\n--- {run.tier}: {run.label}", flush=True)
    try:
        python = run.environment.ensure()
        variables = run.prepare(options.insist)
    except Missing as error:
        print(error, flush=True)
        tally.missing += 1
        tally.add(run, f"not run: {error}")
        return
    started = time.monotonic()
    code, closing = _watched([str(python), *run.command], variables)
    tally.ran += 1
    counts = Counter({word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", closing)})
    if code == NO_TESTS and options.is_selection:
        code = 0
    if code != 0 and not counts['failed'] + counts['error'] + counts['errors']:
        counts['failed'] += 1
    tally.counts += counts
    ending = "ok" if code == 0 else f"exit code {code}"
    tally.add(run, closing.strip("= ") or f"{ending} in {time.monotonic() - started:.0f}s")


def _watched(command: list[str], variables: Mapping[str, str]) -> tuple[int, str]:
    """Run and show what it prints. Return its exit code and, of pytest, the closing line."""
    # A fixed seed: sets that make test names have the same order in every process.
    environment = {**os.environ, 'PYTHONHASHSEED': '0', **variables}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = threading.Timer(RUN_DEADLINE_S, _end, [process])
    deadline.start()
    tail = b""
    try:
        assert isinstance(process.stdout, io.BufferedReader)
        while piece := process.stdout.read1():
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            tail = (tail + piece)[-4096:]
        lines = [line for line in tail.decode(errors='replace').splitlines() if _CLOSING.match(line)]
        return process.wait(), lines[-1] if lines else ""
    finally:
        deadline.cancel()
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it left running."""
    if hasattr(os, 'killpg'):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        process.kill()


def _real_blender(insist: bool) -> Mapping[str, str]:
    """See that there are a built zip and a Blender to install it in."""
    tree = Path(os.environ.get('HUNYUAN3D_GUI_ROOT') or CACHE / 'gui-blender')
    script = ROOT / 'scripts' / 'gui_blender.sh'
    if not (tree / '.ready').exists():
        if not insist:
            raise Missing(f"no Blender in {tree}; as root on Debian: {script.relative_to(ROOT)} setup")
        if subprocess.run([str(script), 'setup'], check=False).returncode != 0:
            raise Missing(f"{script.relative_to(ROOT)} setup failed, see above")
    try:
        return {'HUNYUAN3D_TEST_ZIP': str(build.build(CACHE / 'dist'))}
    except subprocess.CalledProcessError as error:
        raise Missing("the extension could not be built, see above") from error


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
