# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes a second of our download, with all its checks, beside a bare `requests` loop; over loopback.

python -m benchmarks.download

At the speed of fast lines, and as fast as the machine can. Ours is complete when the model can be read, as the loop's
is; that it reaches the disk, which nobody waits for, is measured beside a loop that waits for it, too.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import requests

from benchmarks import report, seconds
from benchmarks.stand_in import serving
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.worker.download import fetch
from hunyuan3d_blender.worker.partial_file import Settling

SIZE_BYTES = 256 << 20
"""The file: a large model with its textures."""
LINES = {'1 Gbit/s': 119, '2.5 Gbit/s': 298, 'as fast as possible': 0}
"""MiB a second."""
RUNS = 5
"""The best run counts; the two take turns."""
CHUNK_BYTES = 1 << 20
THROUGHPUT_MIN = 0.9


def main() -> None:
    """Measure both, at each speed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_glb(folder / 'model.glb')
        with serving(folder / 'model.glb') as url:
            for line, speed in LINES.items():
                measure(line, f'{url}/{speed}', folder)


def measure(line: str, url: str, folder: Path) -> None:
    """Take turns, and compare the best runs."""
    target = folder / 'download.glb'
    network = Network(proxies={}, ca_bundle=None, online=True, user_agent='bench')

    def ours() -> None:
        fetch(network, url, target, allow_loopback=True)

    def ours_synced() -> None:
        ours()
        Settling(target).finish()

    ways: dict[str, Callable[[], object]] = {
        'loop': lambda: loop(url, target),
        'ours': ours,
        'synced loop': lambda: synced_loop(url, target),
        'ours synced': ours_synced,
    }

    def clean() -> None:
        for file in folder.glob(f'{target.name}*'):
            file.unlink()
        os.sync()  # nobody writes on the other's time

    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            times[name] += seconds(way, before=clean)
    rate = {name: SIZE_BYTES / (1 << 20) / min(values) for name, values in times.items()}
    report(
        "Download, in MiB a second",
        line=line,
        size_mib=SIZE_BYTES >> 20,
        requests_loop=rate['loop'],
        ours=rate['ours'],
        ours_to_loop=rate['ours'] / rate['loop'],
        loop_with_sync=rate['synced loop'],
        ours_with_sync=rate['ours synced'],
        both_with_sync=rate['ours synced'] / rate['synced loop'],
        reached=rate['ours'] / rate['loop'] >= THROUGHPUT_MIN,
    )


def loop(url: str, target: Path) -> None:
    """What one would write without thinking further."""
    with requests.get(url, stream=True, timeout=60) as response, target.open('wb') as file:
        for chunk in response.iter_content(CHUNK_BYTES):
            file.write(chunk)


def synced_loop(url: str, target: Path) -> None:
    """The same, and the file survives a power cut."""
    loop(url, target)
    with target.open('r+b') as file:
        os.fsync(file.fileno())


def write_glb(file: Path) -> None:
    """A complete GLB of nothing: our download looks whether the format is complete."""
    text = b'{"asset":{"version":"2.0"}}'.ljust(32)
    rest = SIZE_BYTES - 12 - 8 - len(text) - 8
    head = struct.pack('<4sIIII', b'glTF', 2, SIZE_BYTES, len(text), 0x4E4F534A)
    with file.open('wb') as stream:
        stream.write(head + text + struct.pack('<II', rest, 0x004E4942))
        stream.truncate(SIZE_BYTES)


if __name__ == '__main__':
    main()
