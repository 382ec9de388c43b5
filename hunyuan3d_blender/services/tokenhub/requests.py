# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a request: the signed API's names in lower case with underscores, their values as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..contract import Offer, Operation, Request
from ..tencent_cloud import actions
from ..tencent_cloud.actions import IN_LOWER_CASE


def model_of(request: Request, offer: Offer) -> str:
    """The model's name, which a query has to repeat."""
    if request.operation is Operation.RAPID:
        return 'hy-3d-express'
    model = offer.model(request.model) or offer.models[0]
    return f"hy-3d-{model.name}"


def body_of(request: Request, inputs: Mapping[str, bytes], offer: Offer) -> dict[str, Any]:
    """The JSON object of a submit. Raise KeyError when the bytes of a picture are missing."""
    fields = actions.body_of(request, inputs, offer)
    fields.pop('Model', None)
    if 'ResultFormat' in fields:
        fields['ResultFormat'] = fields['ResultFormat'].lower()
    return {'model': model_of(request, offer)} | _renamed(fields)


def _renamed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        IN_LOWER_CASE[name]: [_renamed(part) for part in value] if isinstance(value, list) else value
        for name, value in fields.items()
    }
