# SPDX-License-Identifier: GPL-3.0-or-later
"""What is registered in Blender, and in which order. Unregistered in reverse; nothing stays behind.

A part is a module. Its `CLASSES` are registered first; `register` and `unregister`, where it has them, do the rest.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import ModuleType

import bpy

from . import app, i18n
from .ui import (
    chain_properties,
    command_line,
    handlers,
    job_list,
    menus,
    placeholder_marks,
    preferences,
    properties,
    sketch_page,
    status_bar,
    thumbnails,
    watch,
    work_properties,
)
from .ui.operators import (
    accounts,
    add_model,
    batch,
    bucket,
    capture_views,
    captures,
    drop_picture,
    generate,
    jobs,
    parts,
    paste_picture,
    pictures,
    quick_draft,
    render_picture,
    selected_model,
    show_job,
    sketches,
)
from .ui.panels import accounts as accounts_panel
from .ui.panels import batch as batch_panel
from .ui.panels import chain as chain_panel
from .ui.panels import costs
from .ui.panels import generate as generate_panel
from .ui.panels import jobs as jobs_panel
from .ui.panels import selected_model as selected_model_panel

PARTS = (
    i18n,
    properties,
    work_properties,
    chain_properties,
    job_list,
    accounts_panel,
    sketch_page,
    preferences,
    thumbnails,
    generate,
    add_model,
    pictures,
    captures,
    capture_views,
    render_picture,
    paste_picture,
    drop_picture,
    selected_model,
    parts,
    sketches,
    jobs,
    batch,
    quick_draft,
    show_job,
    accounts,
    bucket,
    generate_panel,
    chain_panel,
    batch_panel,
    jobs_panel,
    costs,
    selected_model_panel,
    menus,
    placeholder_marks,
    status_bar,
    watch,
    handlers,
    command_line,
)

_steps_back = ExitStack()
"""What takes the registration back; empty while the add-on is not registered."""


def register() -> None:
    """Register all parts. When one fails, those before it are taken back, and the error goes on to Blender."""
    global _steps_back
    with ExitStack() as steps_back:
        steps_back.callback(app.reset)
        for part in PARTS:
            _register(part, steps_back)
        _steps_back = steps_back.pop_all()


def unregister() -> None:
    """Leave Blender as it was, even where a step fails. Jobs go on in the worker."""
    _steps_back.close()


def _register(part: ModuleType, steps_back: ExitStack) -> None:
    for cls in getattr(part, 'CLASSES', ()):
        bpy.utils.register_class(cls)
        steps_back.callback(bpy.utils.unregister_class, cls)
    if hasattr(part, 'register'):
        part.register()
    if hasattr(part, 'unregister'):
        steps_back.callback(part.unregister)
