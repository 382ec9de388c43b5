# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service can do: one row for each operation and edition. Sections 5 to 7 and 12 of the public documents.

To add an operation, add a row to `_GENERATION`, or to `model_operations` when it works on a model that exists.
"""

from __future__ import annotations

from collections.abc import Mapping

from .fields import SIDES, address, choice, flag, picture, text, views, whole
from .model_operations import MODEL_OPERATIONS
from .operation import CHINA, INTERNATIONAL, Operation, Values
from .refusal import Refusal


def _generate_rules(values: Values) -> None:
    sketch = values.get('GenerateType') == 'Sketch'
    _exclusive_input(values, prompt_with_picture=sketch)
    if values.get('Model') == '3.1' and values.get('GenerateType') in ('LowPoly', 'Sketch'):
        raise Refusal('InvalidParameterValue', f"Model 3.1 has no GenerateType {values['GenerateType']}.")
    sides = {view.get('ViewType') for view in values.get('MultiViewImages', ())}
    if values.get('Model', '3.0') == '3.0' and not sides <= {'left', 'right', 'back'}:
        raise Refusal('InvalidParameterValue', "Model 3.0 takes the views left, right and back only.")
    if sides and not _has_picture(values):
        raise Refusal('InvalidParameter', "MultiViewImages needs the front as ImageBase64 or ImageUrl.")


def _rapid_rules(values: Values) -> None:
    _exclusive_input(values)
    if values.get('EnableGeometry') and values.get('ResultFormat') == 'OBJ':
        raise Refusal('InvalidParameterValue', "EnableGeometry cannot be combined with ResultFormat OBJ.")


def _exclusive_input(values: Values, *, prompt_with_picture: bool = False) -> None:
    given = [name for name in ('Prompt', 'ImageBase64', 'ImageUrl') if values.get(name)]
    together = prompt_with_picture and len(given) == 2 and given[0] == 'Prompt'
    if len(given) != 1 and not together:
        raise Refusal('InvalidParameter', "Exactly one of Prompt, ImageBase64 and ImageUrl is needed.")


def _has_picture(values: Values) -> bool:
    return bool(values.get('ImageBase64') or values.get('ImageUrl'))


def _generate_formats(values: Values) -> tuple[str, ...]:
    if values.get('GenerateType') == 'Geometry':
        return ('GLB',)
    return (values['ResultFormat'],) if values.get('ResultFormat') else ('OBJ', 'GLB')


def _rapid_formats(values: Values) -> tuple[str, ...]:
    return (values.get('ResultFormat') or ('GLB' if values.get('EnableGeometry') else 'OBJ'),)


def _generate_credits(values: Values) -> Mapping[str, int]:
    kind = values.get('GenerateType', 'Normal')
    reasons = {
        f"GenerateType-{kind}": {'Normal': 20, 'LowPoly': 25, 'Geometry': 15, 'Sketch': 25}[kind],
        'MultiViewImages': 10 if values.get('MultiViewImages') else 0,
        'Pbr': 10 if values.get('EnablePBR') and kind != 'Geometry' else 0,
        'FaceCount': 10 if 'FaceCount' in values and kind != 'LowPoly' else 0,
        'ResultFormat': 5 if values.get('ResultFormat') else 0,
    }
    return {reason: price for reason, price in reasons.items() if price}


_INPUT = {'ImageBase64': picture, 'ImageUrl': address}
_GENERATE = {
    **_INPUT,
    'Model': choice('3.0', '3.1'),
    'Prompt': text(1024),
    'MultiViewImages': views(*SIDES),
    'EnablePBR': flag,
    'FaceCount': whole(3000, 1_500_000),
    'GenerateType': choice('Normal', 'LowPoly', 'Geometry', 'Sketch'),
    'PolygonType': choice('triangle', 'quadrilateral'),
}
_RAPID = {**_INPUT, 'Prompt': text(200), 'EnablePBR': flag, 'EnableGeometry': flag}
_FORMATS = ('OBJ', 'GLB', 'STL', 'USDZ', 'FBX', 'MP4')

_GENERATE_ACTIONS = ('SubmitHunyuanTo3DProJob', 'QueryHunyuanTo3DProJob', 3)
_RAPID_ACTIONS = ('SubmitHunyuanTo3DRapidJob', 'QueryHunyuanTo3DRapidJob', 1)

_GENERATION = (
    Operation('generate', CHINA, *_GENERATE_ACTIONS,
              {**_GENERATE, 'ResultFormat': choice('STL', 'USDZ', 'FBX')},
              _generate_rules, _generate_formats, _generate_credits),
    Operation('generate', INTERNATIONAL, *_GENERATE_ACTIONS,
              {**_GENERATE, 'Model': choice('3.0', '3.1', code='InvalidParameterValue.Model')},
              _generate_rules, _generate_formats),
    Operation('rapid', CHINA, *_RAPID_ACTIONS,
              {**_RAPID, 'ResultFormat': choice(*_FORMATS)}, _rapid_rules, _rapid_formats),
    Operation('rapid', INTERNATIONAL, *_RAPID_ACTIONS,
              {**_RAPID, 'ResultFormat': choice(*_FORMATS, 'GIF')}, _rapid_rules, _rapid_formats),
)  # fmt: skip

ACTIONS = {
    (operation.edition, action): operation
    for operation in (*_GENERATION, *MODEL_OPERATIONS)
    for action in (operation.submit, operation.query)
    if action
}
"""Operation by edition and action name."""
