# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service would refuse is refused here, with the limit in the sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hunyuan3d_blender.services.contract import (
    OPTIONS,
    GenerateType,
    Offer,
    Operation,
    Picture,
    PolygonType,
    Request,
    View,
)
from hunyuan3d_blender.services.limits import effective, problems
from hunyuan3d_blender.services.model_options import InputModel, MotionOptions, TextureOptions
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.ui import reporting

GENERATE, RAPID = Operation.GENERATE, Operation.RAPID
PRO = TABLES['tencent_cn'].offers[GENERATE]
PRO_INTERNATIONAL = TABLES['tencent_intl'].offers[GENERATE]
QUICK = TABLES['tencent_cn'].offers[RAPID]
LOW_POLY, GEOMETRY, SKETCH = GenerateType.LOW_POLY, GenerateType.GEOMETRY, GenerateType.SKETCH


def picture(**values: Any) -> Picture:
    return replace(
        Picture(file='a.png', format='png', width_px=512, height_px=512, size_bytes=1000), **values
    )


def found(offer: Offer, **values: Any) -> list[tuple[str, str]]:
    """Field and fix of every problem. Its sentence must be complete."""
    operation = RAPID if offer is QUICK else GENERATE
    problems_ = problems(Request(operation=operation, **values), offer)
    for problem in problems_:
        assert '{' not in reporting.fill(problem.message, problem.facts)
    return [(problem.field, problem.fix) for problem in problems_]


FINE: list[tuple[Offer, dict[str, Any]]] = [
    (PRO, {'prompt': "a chair"}),
    (PRO, {'prompt': "椅" * 1024}),
    (PRO, {'prompt': " " * 5000 + "x"}),
    (QUICK, {'prompt': "🪑" * 200}),
    (PRO, {'image': picture()}),
    (PRO, {'image': picture(), 'prompt': "  "}),
    (PRO, {'image': picture(width_px=128, height_px=5000, size_bytes=6_000_000)}),
    (PRO, {'image': picture(format='webp')}),
    (PRO, {'image': Picture(url='https://example.com/a.png')}),
    (PRO, {'prompt': "x", 'face_count': 3_000}),
    (PRO, {'prompt': "x", 'face_count': 1_500_000}),
    (PRO, {'prompt': "x", 'face_count': 7, 'generate_type': LOW_POLY}),
    (PRO, {'prompt': "x", 'enable_pbr': True, 'generate_type': GEOMETRY}),
    (PRO, {'prompt': "x", 'model': '3.1', 'generate_type': GEOMETRY}),
    (PRO, {'prompt': "x", 'result_format': 'FBX'}),
    (PRO, {'prompt': "x", 'image': picture(), 'generate_type': SKETCH}),
    (PRO, {'image': picture(), 'generate_type': SKETCH}),
    (PRO, {'image': picture(), 'views': {View.BACK: picture(format='jpg')}}),
    (PRO, {'image': picture(), 'views': {View.BACK: picture(width_px=129, height_px=4999)}}),
    (PRO, {'image': picture(), 'views': dict.fromkeys(View, picture()), 'model': '3.1'}),
    (QUICK, {'prompt': "x", 'enable_pbr': True, 'enable_geometry': True}),
    (QUICK, {'prompt': "x", 'result_format': 'OBJ'}),
]


@pytest.mark.parametrize(('offer', 'values'), FINE)
def test_what_the_service_takes(offer: Offer, values: dict[str, Any]) -> None:
    assert found(offer, **values) == []


REFUSED: list[tuple[Offer, dict[str, Any], list[tuple[str, str]]]] = [
    (PRO, {}, [('prompt', '')]),
    (PRO, {'prompt': " \n\t"}, [('prompt', '')]),
    (QUICK, {}, [('prompt', '')]),
    (PRO, {'prompt': "x", 'image': picture()}, [('prompt', '')]),
    (QUICK, {'prompt': "x", 'image': picture()}, [('prompt', '')]),
    (PRO, {'prompt': "椅" * 1025}, [('prompt', 'shorten_prompt')]),
    (QUICK, {'prompt': "x" * 201}, [('prompt', 'shorten_prompt')]),
    (PRO, {'image': picture(width_px=127)}, [('image', '')]),
    (PRO, {'image': picture(height_px=127)}, [('image', '')]),
    (PRO, {'image': picture(width_px=5001)}, [('image', 'shrink_picture')]),
    (QUICK, {'image': picture(height_px=5001)}, [('image', 'shrink_picture')]),
    (PRO, {'image': picture(size_bytes=6_000_001)}, [('image', 'shrink_picture')]),
    (PRO, {'image': picture(width_px=100, height_px=6000)}, [('image', ''), ('image', '')]),
    (PRO, {'image': picture(width_px=5100, height_px=130)}, [('image', '')]),
    (PRO, {'image': picture(width_px=5100, height_px=131)}, [('image', 'shrink_picture')]),
    (PRO, {'image': picture(), 'views': {View.BACK: picture(width_px=128)}}, [('views', '')]),
    (PRO, {'image': picture(), 'views': {View.BACK: picture(height_px=5000)}}, [('views', 'shrink_picture')]),
    (PRO, {'image': picture(format='')}, [('image', '')]),
    (PRO, {'image': picture(format='gif')}, [('image', '')]),
    (PRO, {'image': Picture(url='file:///etc/passwd')}, [('image', '')]),
    (PRO, {'image': Picture()}, [('image', '')]),
    (PRO, {'prompt': "x", 'face_count': 2_999}, [('face_count', '')]),
    (PRO, {'prompt': "x", 'face_count': 1_500_001}, [('face_count', '')]),
    (PRO, {'prompt': "x", 'face_count': -1}, [('face_count', '')]),
    (QUICK, {'prompt': "x", 'face_count': 5_000}, [('face_count', '')]),
    (PRO, {'prompt': "x", 'model': '2.0'}, [('model', '')]),
    (PRO, {'prompt': "x", 'model': '3.1', 'generate_type': LOW_POLY}, [('generate_type', 'switch_model')]),
    (PRO, {'image': picture(), 'model': '3.1', 'generate_type': SKETCH}, [('generate_type', 'switch_model')]),
    (QUICK, {'prompt': "x", 'generate_type': LOW_POLY}, [('generate_type', '')]),
    (PRO, {'prompt': "x", 'generate_type': SKETCH}, [('image', '')]),
    (PRO, {'prompt': "x", 'enable_geometry': True}, [('enable_geometry', '')]),
    (PRO, {'prompt': "x", 'result_format': 'GLB'}, [('result_format', '')]),
    (PRO, {'prompt': "x", 'result_format': 'MP4'}, [('result_format', '')]),
    (PRO_INTERNATIONAL, {'prompt': "x", 'result_format': 'FBX'}, [('result_format', '')]),
    (QUICK, {'prompt': "x", 'result_format': 'OBJ', 'enable_geometry': True}, [('result_format', '')]),
    (PRO, {'image': picture(), 'views': {View.TOP: picture()}}, [('views', 'switch_model')]),
    (PRO, {'prompt': "x", 'views': {View.BACK: picture()}}, [('views', '')]),
    (PRO, {'image': picture(), 'views': {View.BACK: picture(format='webp')}}, [('views', '')]),
    (PRO, {'image': picture(), 'generate_type': SKETCH, 'views': {View.BACK: picture()}}, [('views', '')]),
    (QUICK, {'image': picture(), 'views': {View.BACK: picture()}}, [('views', ''), ('views', '')]),
    (
        PRO, {'image': picture(size_bytes=4_000_000), 'views': {View.BACK: picture(size_bytes=4_000_000)}},
        [('views', 'shrink_picture')],
    ),
    (
        PRO, {'image': picture(), 'views': dict.fromkeys((View.BACK, View.LEFT), picture(size_bytes=3_100_000))},
        [('views', 'shrink_picture')],
    ),
]  # fmt: skip


@pytest.mark.parametrize(('offer', 'values', 'expected'), REFUSED)
def test_what_the_service_would_refuse(
    offer: Offer, values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert found(offer, **values) == expected


@pytest.mark.parametrize(
    ('values', 'numbers'),
    [
        ({'prompt': "x" * 1025}, ("1025", "1024")),
        ({'image': picture(width_px=127, height_px=200)}, ("127 x 200", "128")),
        ({'image': picture(width_px=5001)}, ("5001 x 512", "5000")),
        ({'image': picture(size_bytes=6_000_001)}, ("6.01 MB", "6.0 MB")),
        ({'prompt': "x", 'face_count': 1}, ("1 faces", "3000", "1500000")),
        ({'image': picture(format='')}, ("a.png", "PNG, JPG, WEBP")),
        ({'prompt': "x", 'model': '3.1', 'generate_type': LOW_POLY}, ("3.1", "Low Poly")),
        ({'prompt': "x", 'result_format': 'MP4'}, ("MP4", "FBX, STL, USDZ")),
    ],
)
def test_the_sentence_names_the_limit(values: dict[str, Any], numbers: tuple[str, ...]) -> None:
    (problem,) = problems(Request(operation=GENERATE, **values), PRO)
    sentence = reporting.fill(problem.message, problem.facts)
    for number in numbers:
        assert number in sentence


def test_whatever_a_form_hides_does_no_harm() -> None:
    """A form may still hold the options of another operation."""
    left_over = Request(
        operation=RAPID, prompt="x", model='3.1', generate_type=GEOMETRY, face_count=5_000, enable_pbr=True,
        polygon_type=PolygonType.QUADRILATERAL, result_format='GIF', views={View.BACK: picture()},
    )  # fmt: skip
    assert problems(left_over, QUICK)
    sent = effective(left_over, QUICK)
    assert sent == Request(operation=RAPID, prompt="x", enable_pbr=True)
    assert problems(sent, QUICK) == ()
    assert effective(sent, QUICK) == sent


@pytest.mark.parametrize(('offer', 'values'), FINE)
def test_what_is_sent_of_a_good_request_is_good(offer: Offer, values: dict[str, Any]) -> None:
    request = effective(Request(operation=RAPID if offer is QUICK else GENERATE, **values), offer)
    assert problems(request, offer) == ()


def test_every_offer_takes_its_own_defaults() -> None:
    for table in TABLES.values():
        for operation, offer in table.offers.items():
            for model in offer.models:
                for result_format in offer.result_formats:
                    source: dict[str, Any] = (
                        {'prompt': "x"} if offer.prompt_max_characters else {'image': picture()}
                    )
                    if offer.model_input:
                        source |= {'model_input': InputModel(file='a', format=offer.model_input.formats[0])}
                        source |= {'options': OPTIONS[operation]()} if operation in OPTIONS else {}
                    if not offer.pictures:
                        source.pop('image', None)
                    request = Request(
                        operation=operation, model=model.name, result_format=result_format, **source
                    )
                    assert problems(request, offer) == (), table.id


MODEL = InputModel(job_id='0' * 32, format='GLB')
WORK: list[tuple[str, Operation, dict[str, Any], list[tuple[str, str]]]] = [
    ('tencent_cn', Operation.TOPOLOGY, {}, [('model_input', '')]),
    ('tencent_cn', Operation.TOPOLOGY, {'model_input': MODEL}, []),
    ('tencent_cn', Operation.TOPOLOGY, {'model_input': replace(MODEL, format='FBX')}, []),
    ('tencent_intl', Operation.TOPOLOGY, {'model_input': replace(MODEL, format='FBX')}, [('model_input', 'convert_model')]),
    ('tencent_cn', Operation.PARTS, {'model_input': MODEL}, [('model_input', 'convert_model')]),
    (
        'tencent_cn', Operation.PARTS, {'model_input': replace(MODEL, format='FBX', faces=1_500_001, size_bytes=200_000_001)},
        [('model_input', ''), ('model_input', 'decimate_copy')],
    ),
    ('tencent_cn', Operation.UV, {'model_input': replace(MODEL, faces=29_999, islands=100)}, []),
    (
        'tencent_cn', Operation.UV, {'model_input': replace(MODEL, faces=30_000, islands=101)},
        [('model_input', 'decimate_copy'), ('model_input', '')],
    ),
    ('tencent_cn', Operation.TEXTURE, {'model_input': MODEL}, [('prompt', '')]),
    ('tencent_cn', Operation.TEXTURE, {'model_input': MODEL, 'prompt': "x", 'image': picture()}, [('prompt', '')]),
    ('tencent_cn', Operation.TEXTURE, {'model_input': MODEL, 'prompt': "x" * 201}, [('prompt', 'shorten_prompt')]),
    ('tencent_cn', Operation.TEXTURE, {'model_input': MODEL, 'image': picture(width_px=128)}, [('image', '')]),
    ('tencent_cn', Operation.TEXTURE, {'model_input': MODEL, 'image': picture(format='webp')}, [('image', '')]),
    (
        'tencent_cn', Operation.TEXTURE, {'model_input': MODEL, 'prompt': "x", 'options': TextureOptions(texture_size_px=719)},
        [('options', '')],
    ),
    ('tencent_cn', Operation.RIG, {'model_input': replace(MODEL, size_bytes=60_000_001)}, [('model_input', '')]),
    ('tencent_cn', Operation.MOTION, {'prompt': "wave"}, []),
    ('tencent_cn', Operation.MOTION, {}, [('prompt', '')]),
    ('tencent_cn', Operation.MOTION, {'prompt': "wave", 'options': MotionOptions(duration_s=13)}, [('options', '')]),
    ('tencent_cn', Operation.CONVERT, {'model_input': MODEL, 'result_format': 'GLB'}, [('result_format', '')]),
]  # fmt: skip


@pytest.mark.parametrize(('service', 'operation', 'values', 'expected'), WORK)
def test_what_is_wrong_with_work_on_a_model(
    service: str, operation: Operation, values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    offer = TABLES[service].offers[operation]
    told = problems(Request(operation=operation, **values), offer)
    for problem in told:
        assert '{' not in reporting.fill(problem.message, problem.facts)
    assert [(problem.field, problem.fix) for problem in told] == expected
