# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs have cost and the monthly limit, 280 pixels wide, at two scales and in two languages."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bpy

from tests.gui.hands import Steps, Window
from tests.gui.scenarios.chinese import module
from tests.gui.scenarios.spine import app
from tests.gui.scenarios.widths import change, look

SPENT: tuple[tuple[str, str, float | None, float | None, int], ...] = (
    ('tencent_cn', 'arrived', 30.0, 30.0, 0),
    ('tencent_cn', 'arrived', 1230.0, None, 0),
    ('tencent_intl', 'unknown', 25.0, None, 0),
    ('vtrix', 'arrived', None, 0.4, 0),
    ('tokenhub', 'arrived', None, None, 0),
    ('openai_compatible', 'arrived', 20.0, 20.0, 0),
    ('tencent_cn', 'arrived', 640.0, 640.0, 31),
)
"""Service, state, estimate, what it really cost, days ago."""


@contextmanager
def paid_library() -> Iterator[None]:
    """Jobs of all services in the month, a key for those that cost something, and no worker that would send one."""
    os.environ |= {'TENCENTCLOUD_SECRET_ID': 'AKIDofthescenario', 'TENCENTCLOUD_SECRET_KEY': 'secret'}
    os.environ |= {'HUNYUAN3D_VTRIX_API_KEY': 'sk-secret'}
    module('app.session').session().accounts.clear()
    job, contract = module('jobs.job'), module('services.contract')
    library = module('jobs.library').Library(app().library_folder())
    with module('jobs.store').Store(library) as store, module('worker.lock').held(library):
        for service, state, estimate, cost, days in SPENT:
            at = time.time() - days * 86400
            store.add(job.Job(
                id=job.new_id(), state=job.State(state), name="A vase", account=job.Account(service=service),
                request=contract.Request(operation=contract.Operation.GENERATE, prompt="a vase"),
                created_at=at, submitted_at=at, attempt_id=job.new_id(),
                credits_estimated=estimate, credits=cost, arrivals_begun=2,
            ))  # fmt: skip
        yield


def open_costs() -> None:
    """Show the costs, and nothing between them and the button."""
    for name, options in (('options', {'DEFAULT_CLOSED'}), ('costs', set())):
        panel = getattr(bpy.types, f'HUNYUAN3D_PT_{name}')
        bpy.utils.unregister_class(panel)
        panel.bl_options = options
        bpy.utils.register_class(panel)


def with_limit(allowed: float | None, service: str) -> Callable[[], None]:
    """Sets the limit and the service."""

    def begin() -> None:
        app().set_limit(allowed)
        change(service=service, source='TEXT', prompt="a chair")()
        app().tick()

    return begin


def scenario_costs(window: Window) -> Steps:
    """Sums of every kind; a limit that leaves room, one that is reached, and one that cannot count a service."""
    with paid_library():
        open_costs()
        states = {
            'no_limit': with_limit(None, 'tencent_cn'),
            'room': with_limit(5000.0, 'tencent_cn'),
            'reached': with_limit(1310.0, 'tencent_cn'),
            'cannot_count': with_limit(5000.0, 'vtrix'),
        }
        yield from window.until(lambda: len(app().rows()) == len(SPENT), "the jobs")
        found: list[str] = []
        yield from look(window, ('generate', 'jobs', 'costs'), states, found)
        assert not found, "\n".join(found)


def scenario_raise_the_limit(window: Window) -> Steps:
    """A press on Generate starts nothing until the limit leaves room."""
    with paid_library():
        with_limit(1310.0, 'tencent_cn')()
        yield from window.open_tab("Hunyuan3D")
        yield from window.press('hunyuan3d.generate')
        assert len(app().rows()) == len(SPENT), "nothing was started"
        with_limit(1400.0, 'tencent_cn')()
        yield from window.press('hunyuan3d.generate')
        yield from window.until(lambda: len(app().rows()) > len(SPENT), "the job")
        yield from window.picture('started')
