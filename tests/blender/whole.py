# SPDX-License-Identifier: GPL-3.0-or-later
"""The registered add-on with nothing stood in for: worker, sandbox, bucket, and every background Blender are real."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy

from hunyuan3d_blender import credentials
from hunyuan3d_blender.sandbox.object_storage import BUCKET
from hunyuan3d_blender.sandbox.signed_query import REGION
from hunyuan3d_blender.services.contract import Key
from tests.exports import Look, far, lettered_box
from tests.worker_process import World, world

LIMIT_S = 600.0
EDITIONS = ('tencent_cn', 'tencent_intl')
ENDINGS = ('ready', 'arrived', 'rejected', 'unknown', 'failed', 'cancelled', 'expired')


class Whole:
    """What an artist does, and what comes of it."""

    def __init__(self, app: ModuleType, store: Any, here: World) -> None:
        self.app, self.store, self.here = app, store, here

    def press(self, operator: Callable[[], set[str]], **settings: Any) -> list[Any]:
        """Choose options, press a button, and wait until the results have arrived; gives the jobs in their order."""
        for name, value in settings.items():
            setattr(bpy.context.scene.hunyuan3d_work, name, value)
        before = {job.id for job in self.store.page()}
        assert operator() == {'FINISHED'}
        new = [job.id for job in self.store.page() if job.id not in before]
        end = time.monotonic() + LIMIT_S
        while any(self.store.get(id_).state != 'arrived' for id_ in new):
            self.app.tick()
            jobs = [self.store.get(id_) for id_ in new]
            ended = [job for job in jobs if job.state in ENDINGS and job.state not in ('ready', 'arrived')]
            assert not ended, (ended[0].error, self.here.log)
            assert time.monotonic() < end, (jobs, self.here.log)
            time.sleep(0.05)
        bpy.context.view_layer.update()
        return sorted((self.store.get(id_) for id_ in new), key=lambda job: job.created_at)


@contextmanager
def whole(
    app: ModuleType, addon_part: Any, store: Any, library: Any, folder: Path, service: str
) -> Iterator[Whole]:
    """A worker that serves jobs of `service` by the sandbox, with a bucket of the sandbox's."""
    with world(library, folder, blender=(sys.executable,), seconds=0.1) as here:
        keys = here.sandbox.ledger.keys
        purpose = credentials.Purpose(credentials.BUCKET, here.sandbox.url)
        credentials.save_own(purpose, Key(keys.secret_key, id=keys.secret_id))
        session = addon_part('app.session')
        account = session.AccountSettings(endpoint=here.sandbox.url)
        bucket = session.BucketSettings(
            provider='other', name=BUCKET, region=REGION, endpoint=here.sandbox.url
        )
        app.configure(app.AppSettings(accounts={service: (account,)}, bucket=bucket))
        bpy.context.scene.hunyuan3d.service = service
        here.start()
        yield Whole(app, store, here)
        app.configure(app.AppSettings())


def placed_box() -> Any:
    """The box with letters, turned, scaled and on a parent, and selected."""
    parent, item = bpy.data.objects.new("Parent", None), lettered_box()
    bpy.context.scene.collection.objects.link(parent)
    parent.location, parent.rotation_euler = (7, 8, 9), (0.1, 0.2, 0.3)
    item.parent, item.location = parent, (4, 5, 6)
    item.rotation_euler, item.scale = (0.3, 0.2, 1.0), (2, 1, 0.5)
    bpy.context.view_layer.objects.active = item
    item.select_set(True)
    bpy.context.view_layer.update()
    return item


def facts_of(item: Any) -> tuple[Any, ...]:
    """What an artist could find changed of an original that is hidden now."""
    mesh = item.data
    return (
        item.name, item.parent, item.matrix_world[:], [modifier.name for modifier in item.modifiers], mesh.name,
        [vertex.co[:] for vertex in mesh.vertices], [corner.uv[:] for corner in mesh.uv_layers[0].data],
        mesh.materials[:], item.animation_data, item.users_collection,
    )  # fmt: skip


def same(look: Look, before: Look) -> None:
    """Both show the same in the same place, as large and turned as each other."""
    assert far(look.points, before.points) < before.size * 1e-4
    assert far(before.points, look.points) < before.size * 1e-4
