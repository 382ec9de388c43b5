# SPDX-License-Identifier: GPL-3.0-or-later
"""The Generate button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpy.types import Context, Event, Operator

from ... import app
from ...services.errors import N_
from .. import leaving, reporting
from ..chain_properties import price_of_all, reasons_against_steps, works_of
from ..job_list import choose
from ..properties import draft_of, settings_of, source_of
from ..proposing import ask, draw_proposal, refused, send_all
from ..text import filled, iface, problem_text, sentence_of
from ..watch import hurry

if TYPE_CHECKING:
    from bpy.stub_internal.rna_enums import OperatorReturnItems


_SENDING = {
    'TEXT': N_("Sends the prompt to {service} at {host}"),
    'PICTURE': N_("Sends the picture to {service} at {host}"),
    'SKETCH': N_("Sends sketch and prompt to {service} at {host}"),
}


class HUNYUAN3D_OT_generate(Operator):
    """Send the prompt or picture to the chosen service. The model arrives at the 3D cursor when it is done"""

    bl_idname = 'hunyuan3d.generate'
    bl_label = "Generate"
    # UNDO for the placeholder. Not REGISTER: adjusting or repeating the last operator must never submit again.
    bl_options = {'UNDO'}

    @classmethod
    def poll(cls, context: Context) -> bool:
        reason = _reason_against(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    @classmethod
    def description(cls, context: Context, _properties: object) -> str:
        return _what_happens(context)

    _proposal: app.proposals.Proposal | None = None
    """What the artist was asked about."""

    def invoke(self, context: Context, _event: Event) -> set[OperatorReturnItems]:
        settings = settings_of(context)
        if settings.variants == 1:
            return self.execute(context)
        try:
            self._proposal = app.proposals.variants(draft_of(settings), settings.variants)
        except app.NotPossible as error:
            return refused(self, error)
        return ask(self, context, self._proposal)

    def draw(self, _context: Context) -> None:
        if self._proposal:
            draw_proposal(self.layout, self._proposal)

    def execute(self, context: Context) -> set[OperatorReturnItems]:
        return send(self, context)


def send(operator: Operator, context: Context) -> set[OperatorReturnItems]:
    """Start a job of the scene's settings, or as many as are wanted, and report that they have begun or why not."""
    settings = settings_of(context)
    try:
        if settings.variants > 1:
            return send_all(operator, context, app.proposals.variants(draft_of(settings), settings.variants))
        works, draft = works_of(context), draft_of(settings)
        job = app.chains.start_chain(context, draft, works) if works else app.start(context, draft)
    except app.NotPossible as error:
        return refused(operator, error)
    choose(context, job.id)
    hurry()
    operator.report({'INFO'}, filled(N_("Started: {name}"), name=job.name))
    return {'FINISHED'}


def _what_happens(context: Context) -> str:
    """Who gets what, where the model goes, and what makes up the price; '' where there is no scene."""
    if context.scene is None:
        return ""
    draft = draft_of(settings_of(context))
    table, host = app.services()[draft.service], app.host_of(draft.service)
    sending = _SENDING[source_of(settings_of(context))]
    describes_more = any(list(leaving.beside_model(work)) for work in works_of(context))
    free = N_("Makes a sample, costs nothing") if table.is_sample else N_("Costs nothing")
    sentences = (
        iface(free) if table.is_free else "",
        filled(sending, service=iface(table.label), host=host) if host else "",
        iface(N_("What describes the texture is sent there, too")) if describes_more else "",
        iface(N_("The model arrives at the 3D cursor when it is done")),
    )
    price = price_of_all(context)
    return "\n\n".join(
        filter(None, (reporting.running(sentences, iface), price and reporting.price_text(price, iface)))
    )


def reason_against_service(context: Context) -> str:
    """Why nothing can be sent to the chosen service now, '' when something can."""
    if context.scene is None:
        return iface(N_("There is no scene to bring a model into"))
    settings = settings_of(context)
    failure = app.offline_reason(settings.service)
    if failure:
        return sentence_of(failure)
    if app.services()[settings.service].needs_key and not app.shown_account(settings.service).key_hint:
        return iface(N_("There is no key for this service yet; add one in the preferences"))
    return ""


def _reason_against(context: Context) -> str:
    """Why nothing can be generated now, '' when it can."""
    reason = reason_against_service(context)
    if reason:
        return reason
    settings = settings_of(context)
    draft = draft_of(settings)
    for problem in app.problems(draft):
        return problem_text(problem)
    for against in reasons_against_steps(context):
        return against
    price = price_of_all(context)
    failure = app.over_limit(draft.service, [price.total if price else None] * settings.variants)
    return sentence_of(failure) if failure else ""


CLASSES = (HUNYUAN3D_OT_generate,)
