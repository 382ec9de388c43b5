# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services call things: the actions of each edition, and the fields of a request."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..contract import GenerateType, Offer, Operation, Picture, Request
from ..limits import effective


@dataclass(frozen=True, kw_only=True)
class Action:
    """The two calls of one operation."""

    submit: str
    query: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One of the two sites: separate accounts, keys and credits, the same protocol."""

    service: str
    """In the scope of signatures."""
    version: str
    actions: Mapping[Operation, Action]


_ACTIONS = {
    Operation.GENERATE: Action(submit='SubmitHunyuanTo3DProJob', query='QueryHunyuanTo3DProJob'),
    Operation.RAPID: Action(submit='SubmitHunyuanTo3DRapidJob', query='QueryHunyuanTo3DRapidJob'),
}

_CHINA = Edition(service='ai3d', version='2025-05-13', actions=_ACTIONS)

EDITIONS: Mapping[str, Edition] = {
    'tencent_cn': _CHINA,
    'tencent_intl': Edition(service='hunyuan', version='2023-09-01', actions=_ACTIONS),
    'sandbox': _CHINA,
}
"""By id of the service."""


IN_LOWER_CASE: Mapping[str, str] = {
    'Prompt': 'prompt',
    'ImageBase64': 'image_base64',
    'ImageUrl': 'image_url',
    'MultiViewImages': 'multi_view_images',
    'ViewType': 'view_type',
    'ViewImageBase64': 'view_image_base64',
    'ViewImageUrl': 'view_image_url',
    'EnablePBR': 'enable_pbr',
    'FaceCount': 'face_count',
    'GenerateType': 'generate_type',
    'PolygonType': 'polygon_type',
    'ResultFormat': 'result_format',
    'EnableGeometry': 'enable_geometry',
}
"""What services built on this one call its fields."""


def body_of(request: Request, inputs: Mapping[str, bytes], offer: Offer) -> dict[str, Any]:
    """The JSON object of a submit: only fields that this edition knows and that have an effect.

    Raise KeyError when the bytes of a picture are missing.
    """
    request = effective(request, offer)
    body: dict[str, Any] = {}
    if request.prompt.strip():
        # Blender's strings may hold bytes that are no UTF-8, which would become unpaired surrogates in JSON.
        body['Prompt'] = request.prompt.strip().encode('utf-8', 'replace').decode()
    if request.image:
        body |= _picture('Image', request.image, inputs)
    if request.views:
        body['MultiViewImages'] = [
            {'ViewType': view.value, **_picture('ViewImage', picture, inputs)}
            for view, picture in request.views.items()
        ]
    model = offer.model(request.model)
    if model and model.name:
        body['Model'] = model.name
    if model and len(model.generate_types) > 1:
        body['GenerateType'] = request.generate_type.value
        if request.generate_type == GenerateType.LOW_POLY:
            body['PolygonType'] = request.polygon_type.value
    if request.face_count is not None:
        body['FaceCount'] = request.face_count
    result_format = request.result_format or offer.result_formats[0]
    switches = {
        'EnablePBR': request.enable_pbr,
        'EnableGeometry': request.enable_geometry,
        'ResultFormat': result_format,
    }
    return body | {name: value for name, value in switches.items() if value}


def _picture(prefix: str, picture: Picture, inputs: Mapping[str, bytes]) -> dict[str, str]:
    if picture.url:
        return {f"{prefix}Url": picture.url}
    return {f"{prefix}Base64": base64.b64encode(inputs[picture.file]).decode('ascii')}
