# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a request that works on a model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..contract import Offer, Request
from ..limits import effective
from .actions import Action, picture, prompt_of, views_of

_FIELDS: Mapping[str, str] = {
    'staged': 'EnableStagedGeneration',
    'post_process': 'EnablePostProcess',
    'keep_uv': 'EnableKeepUV',
    'texture_size_px': 'TextureSize',
    'face_level': 'FaceLevel',
    'motion': 'MotionType',
    'duration_s': 'Duration',
    'estimate_duration': 'EnableDurationEst',
    'rewrite': 'EnableRewrite',
}
"""What the services call options that are sent as they are, where they are not empty."""


def body_on_model(
    request: Request, inputs: Mapping[str, bytes], offer: Offer, action: Action
) -> dict[str, Any]:
    """The JSON object of a submit: only fields that this edition knows and that have an effect.

    Raise KeyError when the bytes of a file are missing, and ValueError when nobody has said where the model is.
    """
    request = effective(request, offer)
    body: dict[str, Any] = {**_model(request, action), **_options(request, inputs, offer)}
    if request.prompt.strip() and offer.prompt_max_characters:
        body['Prompt'] = prompt_of(request)
    if request.image:
        body['Image'] = picture('', request.image, inputs)
    if request.views:
        body['MultiViewImages'] = views_of(request, inputs)
    version = offer.model(request.model)
    if version and version.name:
        body['Model'] = version.name
    if request.enable_pbr:
        body['EnablePBR'] = True
    if any(offer.result_formats):
        body['Format'] = request.result_format or offer.result_formats[0]
    return body


def _model(request: Request, action: Action) -> dict[str, Any]:
    model = request.model_input
    if model is None:
        return {}
    if not model.url:
        raise ValueError("a model without a link")
    if not action.query:
        return {action.model: model.url}  # Convert3DFormat takes a plain string
    return {action.model: {'Type': model.format, 'Url': model.url}}


def _options(request: Request, inputs: Mapping[str, bytes], offer: Offer) -> dict[str, Any]:
    if request.options is None:
        return {}
    known = dataclasses.asdict(request.options).items()
    chosen = {name: value for name, value in known if name in offer.options}
    body = {_FIELDS[name]: value for name, value in chosen.items() if name in _FIELDS and value}
    if chosen.get('segmentation'):
        body['PartSegmentationInfo'] = inputs[chosen['segmentation']].decode('utf-8')
    if 'quads' in chosen:
        body['PolygonType'] = 'quadrilateral' if chosen['quads'] else 'triangle'
    return body
