# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services call things: the actions of each edition, and the fields of a request that makes a model."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ...value import value
from ..contract import GenerateType, Offer, Operation, Picture, Request
from ..limits import effective


@value
class Action:
    """The two calls of one operation."""

    submit: str
    query: str
    """'' where the submit itself is answered with the result."""
    model: str = ''
    """Field of the model to work on, '' for operations that have none."""


@value
class Edition:
    """One of the two sites: separate accounts, keys and credits, the same protocol."""

    service: str
    """In the scope of signatures."""
    version: str
    actions: Mapping[Operation, Action]


_GENERATE = {
    Operation.GENERATE: Action(submit='SubmitHunyuanTo3DProJob', query='QueryHunyuanTo3DProJob'),
    Operation.RAPID: Action(submit='SubmitHunyuanTo3DRapidJob', query='QueryHunyuanTo3DRapidJob'),
}
_BOTH = {
    **_GENERATE,
    Operation.PARTS: Action(submit='SubmitHunyuan3DPartJob', query='QueryHunyuan3DPartJob', model='File'),
    Operation.UV: Action(submit='SubmitHunyuanTo3DUVJob', query='DescribeHunyuanTo3DUVJob', model='File'),
    Operation.RIG: Action(submit='SubmitAutoRiggingJob', query='DescribeAutoRiggingJob', model='File3D'),
}

_CHINA = Edition(
    service='ai3d',
    version='2025-05-13',
    actions={
        **_BOTH,
        Operation.TEXTURE: Action(
            submit='SubmitTextureTo3DJob', query='DescribeTextureTo3DJob', model='File3D'
        ),
        Operation.TOPOLOGY: Action(
            submit='SubmitReduceFaceJob', query='DescribeReduceFaceJob', model='File3D'
        ),
        Operation.MOTION: Action(
            submit='SubmitHunyuanTo3DMotionJob', query='DescribeHunyuanTo3DMotionJob', model='RetargetFile'
        ),
        Operation.CONVERT: Action(submit='Convert3DFormat', query='', model='File3D'),
    },
)
_INTERNATIONAL = Edition(
    service='hunyuan',
    version='2023-09-01',
    actions={
        **_BOTH,
        Operation.TEXTURE: Action(
            submit='SubmitHunyuanTo3DTextureEditJob', query='QueryHunyuanTo3DTextureEditJob', model='File3D'
        ),
        Operation.TOPOLOGY: Action(
            submit='Submit3DSmartTopologyJob', query='Describe3DSmartTopologyJob', model='File3D'
        ),
        Operation.CONVERT: Action(
            submit='SubmitConvert3DFormatJob', query='DescribeConvert3DFormatJob', model='File'
        ),
    },
)

EDITIONS: Mapping[str, Edition] = {
    'tencent_cn': _CHINA,
    'tencent_intl': _INTERNATIONAL,
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
        body['Prompt'] = prompt_of(request)
    if request.image:
        body |= picture('Image', request.image, inputs)
    if request.views:
        body['MultiViewImages'] = views_of(request, inputs)
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


def prompt_of(request: Request) -> str:
    """The prompt as it is sent."""
    # Blender's strings may hold bytes that are no UTF-8, which would become unpaired surrogates in JSON.
    return request.prompt.strip().encode('utf-8', 'replace').decode()


def views_of(request: Request, inputs: Mapping[str, bytes]) -> list[dict[str, str]]:
    """The pictures of further sides."""
    return [
        {'ViewType': view.value, **picture('ViewImage', each, inputs)} for view, each in request.views.items()
    ]


def picture(prefix: str, image: Picture, inputs: Mapping[str, bytes]) -> dict[str, str]:
    """The field of a picture, whose name begins with `prefix`."""
    if image.url:
        return {f"{prefix}Url": image.url}
    return {f"{prefix}Base64": base64.b64encode(inputs[image.file]).decode('ascii')}
