# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done with a generated model as soon as it is there, kept in the scene."""

from __future__ import annotations

from dataclasses import replace

from bpy.props import BoolProperty, PointerProperty
from bpy.types import Context, PropertyGroup, Scene

from .. import app
from ..i18n import OWN_CONTEXT
from ..services.chaining import can_pass_on
from ..services.contract import GenerateType, Operation
from ..services.errors import N_
from ..services.pricing import LABELS
from .properties import draft_of, settings_of
from .text import filled, iface, problem_text
from .work_properties import work_of

FOLLOWING = (Operation.TOPOLOGY, Operation.UV, Operation.TEXTURE, Operation.RIG)
"""In the order in which they are done, and named like their properties."""


class HUNYUAN3D_PG_chain(PropertyGroup):
    """Which steps follow. How they are done is set in `HUNYUAN3D_PG_work`."""

    topology: BoolProperty(
        name="Topology",
        translation_context=OWN_CONTEXT,
        description="Build the model out of fewer, better placed faces as soon as it is there",
    )
    uv: BoolProperty(
        name="Unwrap UV",
        translation_context=OWN_CONTEXT,
        description="Give the model a new UV map, after its topology",
    )
    texture: BoolProperty(
        name="Texture",
        translation_context=OWN_CONTEXT,
        description="Give the model a new texture, after its UV map. "
        "Without words or a picture of its own, from those the model is made from",
    )
    rig: BoolProperty(
        name="Rig",
        translation_context=OWN_CONTEXT,
        description="Give the model a skeleton that moves it, as the last step",
    )


def chain_settings_of(context: Context) -> HUNYUAN3D_PG_chain:
    """The settings of the scene."""
    settings: HUNYUAN3D_PG_chain = context.scene.hunyuan3d_chain  # type: ignore[attr-defined]
    return settings


def offered(context: Context) -> list[Operation]:
    """The steps that the chosen service can do with what it has made itself."""
    table = app.services()[settings_of(context).service]
    if not can_pass_on(table):
        return []
    return [operation for operation in FOLLOWING if operation in table.offers]


def works_of(context: Context) -> tuple[app.operations.Work, ...]:
    """What is to be done with the model that the scene's settings stand for, in its order."""
    chosen = chain_settings_of(context)
    return tuple(_work_of(context, operation) for operation in offered(context) if getattr(chosen, operation))


def price_of_all(context: Context) -> app.Estimate | None:
    """What the model and all that follows cost together, None where that is not known."""
    draft, works = draft_of(settings_of(context)), works_of(context)
    return app.chains.chain_price(draft, works) if works else app.price(draft)


def steps_of_all(context: Context) -> int:
    """In how many steps the model is made, conversions in between with them."""
    draft, works = draft_of(settings_of(context)), works_of(context)
    return len(app.chains.chain_operations(draft, works)) if works else 1


def reasons_against_steps(context: Context) -> list[str]:
    """Why what is to follow cannot be done, empty when it can."""
    works = works_of(context)
    if not works:
        return []
    if settings_of(context).variants > 1:
        return [iface(N_("Only one variant can be worked on further: choose one, or no steps to follow"))]
    return [
        filled(N_("{name}: {reason}"), name=iface(LABELS[operation]), reason=problem_text(problem))
        for operation, problem in app.chains.chain_problems(draft_of(settings_of(context)), works)
    ]


def _work_of(context: Context, operation: Operation) -> app.operations.Work:
    work = work_of(context, operation)
    if operation is not Operation.TEXTURE or work.prompt or work.picture_file:
        return work
    draft = draft_of(settings_of(context))
    if draft.picture_file and draft.generate_type is not GenerateType.SKETCH:
        return replace(work, picture_file=draft.picture_file)
    return replace(work, prompt=draft.prompt)


CLASSES = (HUNYUAN3D_PG_chain,)


def register() -> None:
    """Add the pointer."""
    Scene.hunyuan3d_chain = PointerProperty(type=HUNYUAN3D_PG_chain)  # type: ignore[attr-defined]


def unregister() -> None:
    """Take it away; what is stored in open files stays there, unseen."""
    del Scene.hunyuan3d_chain  # type: ignore[attr-defined]
