# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be asked of the sandbox in each edition, what comes of it, and what it costs."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from hunyuan3d_blender.sandbox.fields import check_fields
from hunyuan3d_blender.sandbox.operation import CHINA, INTERNATIONAL, Edition, Operation
from hunyuan3d_blender.sandbox.operations import ACTIONS
from hunyuan3d_blender.sandbox.refusal import Refusal


def png(width: int = 512, height: int = 512, filler: int = 0) -> str:
    head = b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sII', 13, b'IHDR', width, height) + b'\x08\x06\0\0\0'
    return base64.b64encode(head + bytes(filler)).decode()


WEBP = base64.b64encode(b'RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f' + struct.pack('<I', 639 | 479 << 14)).decode()
URL = 'https://example.com/a.png'


def operation(edition: Edition, name: str) -> Operation:
    return ACTIONS[edition, f'SubmitHunyuanTo3D{name}Job']


def view(side: str, picture: str = '') -> dict[str, str]:
    return {'ViewType': side, 'ViewImageBase64': picture or png()}


def refusal_of(edition: Edition, name: str, values: dict[str, Any]) -> str:
    asked = operation(edition, name)
    try:
        check_fields(values, asked.fields)
        asked.rules(values)
    except Refusal as refusal:
        return refusal.code
    return ''


BOTH = (CHINA, INTERNATIONAL)
CHAIR = {'Prompt': "a chair"}
PHOTO = {'ImageBase64': png()}
WRONG, VALUE, UNKNOWN = 'InvalidParameter', 'InvalidParameterValue', 'UnknownParameter'
UNDECODABLE, TOO_LARGE = 'FailedOperation.ImageDecodeFailed', 'FailedOperation.ImageSizeExceed'

PRO = [
    (CHAIR, ''),
    (PHOTO, ''),
    ({'ImageUrl': URL}, ''),
    ({}, WRONG),
    ({'Prompt': ''}, WRONG),
    ({**CHAIR, **PHOTO}, WRONG),
    ({**CHAIR, **PHOTO, 'GenerateType': 'Sketch'}, ''),
    ({**PHOTO, 'ImageUrl': URL, 'GenerateType': 'Sketch'}, WRONG),
    ({'Prompt': "椅" * 1024}, ''),
    ({'Prompt': "x" * 1025}, VALUE),
    ({'Prompt': 7}, WRONG),
    ({**CHAIR, 'Seed': 1}, UNKNOWN),
    ({**CHAIR, 'FaceCount': 3000}, ''),
    ({**CHAIR, 'FaceCount': 2999}, VALUE),
    ({**CHAIR, 'FaceCount': 1_500_001}, VALUE),
    ({**CHAIR, 'FaceCount': "3000"}, WRONG),
    ({**CHAIR, 'FaceCount': True}, WRONG),
    ({**CHAIR, 'EnablePBR': 1}, WRONG),
    ({**CHAIR, 'GenerateType': 'normal'}, VALUE),
    ({**CHAIR, 'PolygonType': 'quadrilateral'}, ''),
    ({**CHAIR, 'Model': '3.1'}, ''),
    ({**CHAIR, 'Model': '3.1', 'GenerateType': 'Geometry'}, ''),
    ({**CHAIR, 'Model': '3.1', 'GenerateType': 'LowPoly'}, VALUE),
    ({**CHAIR, 'Model': '3.1', 'GenerateType': 'Sketch'}, VALUE),
    ({'ImageBase64': png(128, 5000)}, ''),
    ({'ImageBase64': png(127, 512)}, VALUE),
    ({'ImageBase64': png(512, 5001)}, VALUE),
    ({'ImageBase64': WEBP}, ''),
    ({'ImageBase64': base64.b64encode(b'no picture').decode()}, UNDECODABLE),
    ({'ImageBase64': 'data:image/png;base64,' + png()}, UNDECODABLE),
    ({'ImageBase64': png(filler=6 * 1024 * 1024 - 29)}, ''),
    ({'ImageBase64': png(filler=6 * 1024 * 1024)}, TOO_LARGE),
    ({'ImageUrl': 'file:///etc/passwd'}, 'InvalidParameterValue.UrlIllegal'),
    ({'ImageUrl': 'http://[bad'}, 'InvalidParameterValue.UrlIllegal'),
    ({**PHOTO, 'MultiViewImages': [view('left'), view('back')]}, ''),
    ({**PHOTO, 'MultiViewImages': [{'ViewType': 'left', 'ViewImageUrl': URL}]}, ''),
    ({**PHOTO, 'MultiViewImages': [view('left'), view('left')]}, VALUE),
    ({**PHOTO, 'MultiViewImages': [view('front')]}, VALUE),
    ({**PHOTO, 'MultiViewImages': [view('top')]}, VALUE),
    ({**PHOTO, 'MultiViewImages': [view('top')], 'Model': '3.1'}, ''),
    ({**PHOTO, 'MultiViewImages': [view('left', WEBP)]}, UNDECODABLE),
    ({**PHOTO, 'MultiViewImages': [view('left', png(128, 512))]}, VALUE),
    ({**PHOTO, 'MultiViewImages': [{'ViewImageUrl': URL}]}, WRONG),
    ({**PHOTO, 'MultiViewImages': [{'ViewType': 'left'}]}, WRONG),
    ({**CHAIR, 'MultiViewImages': [view('left')]}, WRONG),
]
RAPID = [
    (CHAIR, ''),
    (PHOTO, ''),
    ({**CHAIR, **PHOTO}, WRONG),
    ({'Prompt': "x" * 200}, ''),
    ({'Prompt': "x" * 201}, VALUE),
    ({**CHAIR, 'Model': '3.0'}, UNKNOWN),
    ({**CHAIR, 'FaceCount': 3000}, UNKNOWN),
    ({**CHAIR, 'MultiViewImages': []}, UNKNOWN),
    ({**CHAIR, 'EnablePBR': True, 'EnableGeometry': True}, ''),
    ({**CHAIR, 'EnableGeometry': True, 'ResultFormat': 'OBJ'}, VALUE),
    ({**CHAIR, 'ResultFormat': 'GLB'}, ''),
    ({**CHAIR, 'ResultFormat': 'PLY'}, VALUE),
]
EDITIONS_DIFFER = [
    (CHINA, 'Pro', {**CHAIR, 'ResultFormat': 'FBX'}, ''),
    (CHINA, 'Pro', {**CHAIR, 'ResultFormat': 'GLB'}, VALUE),
    (INTERNATIONAL, 'Pro', {**CHAIR, 'ResultFormat': 'FBX'}, UNKNOWN),
    (CHINA, 'Pro', {**CHAIR, 'Model': '2.0'}, VALUE),
    (INTERNATIONAL, 'Pro', {**CHAIR, 'Model': '2.0'}, 'InvalidParameterValue.Model'),
    (CHINA, 'Rapid', {**CHAIR, 'ResultFormat': 'GIF'}, VALUE),
    (INTERNATIONAL, 'Rapid', {**CHAIR, 'ResultFormat': 'GIF'}, ''),
]


@pytest.mark.parametrize('edition', BOTH, ids=lambda edition: edition.service)
@pytest.mark.parametrize(
    ('name', 'values', 'code'), [*(('Pro', *row) for row in PRO), *(('Rapid', *row) for row in RAPID)]
)
def test_both_editions(edition: Edition, name: str, values: dict[str, Any], code: str) -> None:
    assert refusal_of(edition, name, values) == code


@pytest.mark.parametrize(('edition', 'name', 'values', 'code'), EDITIONS_DIFFER)
def test_editions_differ(edition: Edition, name: str, values: dict[str, Any], code: str) -> None:
    assert refusal_of(edition, name, values) == code


@pytest.mark.parametrize(
    ('name', 'values', 'formats'),
    [
        ('Pro', CHAIR, ('OBJ', 'GLB')),
        ('Pro', {**CHAIR, 'GenerateType': 'Geometry'}, ('GLB',)),
        ('Pro', {**CHAIR, 'ResultFormat': 'STL'}, ('STL',)),
        ('Rapid', CHAIR, ('OBJ',)),
        ('Rapid', {**CHAIR, 'EnableGeometry': True}, ('GLB',)),
        ('Rapid', {**CHAIR, 'ResultFormat': 'USDZ'}, ('USDZ',)),
    ],
)
def test_formats(name: str, values: dict[str, Any], formats: tuple[str, ...]) -> None:
    assert operation(CHINA, name).formats(values) == formats


@pytest.mark.parametrize(
    ('values', 'expected'),
    [
        (CHAIR, {'GenerateType-Normal': 20}),
        # The sample of Tencent's own documents.
        (
            {**CHAIR, 'FaceCount': 50_000, 'EnablePBR': True},
            {'FaceCount': 10, 'GenerateType-Normal': 20, 'Pbr': 10},
        ),
        ({**CHAIR, 'GenerateType': 'Geometry', 'EnablePBR': True}, {'GenerateType-Geometry': 15}),
        ({**CHAIR, 'GenerateType': 'LowPoly', 'FaceCount': 5000}, {'GenerateType-LowPoly': 25}),
        (
            {**PHOTO, 'MultiViewImages': [view('left')], 'ResultFormat': 'FBX'},
            {'GenerateType-Normal': 20, 'MultiViewImages': 10, 'ResultFormat': 5},
        ),
    ],
)
def test_credits(values: dict[str, Any], expected: dict[str, int]) -> None:
    credits_of = operation(CHINA, 'Pro').credits
    assert credits_of is not None
    assert credits_of(values) == expected


def test_the_international_edition_does_not_say_what_it_charges() -> None:
    assert operation(INTERNATIONAL, 'Pro').credits is None
