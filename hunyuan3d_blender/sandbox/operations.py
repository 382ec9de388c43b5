# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service can do: one row for each operation and edition. Sections 5 to 7 and 12 of the public documents.

To add an operation, add a row to `_OPERATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .fields import Check, address, choice, flag, picture, text, views, whole
from .refusal import Refusal

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """A site of Tencent Cloud."""

    version: str
    """`X-TC-Version`."""
    service: str
    """The name in the credential scope."""
    regions: tuple[str, ...]
    job_not_found: str
    """Code for a job id that is unknown or older than a day."""


CHINA = Edition('2025-05-13', 'ai3d', ('ap-guangzhou',), 'FailedOperation.JobNotFound')
INTERNATIONAL = Edition('2023-09-01', 'hunyuan', ('ap-singapore', 'na-siliconvalley'), 'ResourceNotFound')
EDITIONS = {edition.version: edition for edition in (CHINA, INTERNATIONAL)}


@dataclass(frozen=True)
class Operation:
    """A pair of actions, submit and query, of one edition."""

    name: str
    edition: Edition
    submit: str
    query: str
    concurrent_jobs: int
    fields: Mapping[str, Check]
    rules: Callable[[Values], None]
    """Raises Refusal for fields that do not go together."""
    formats: Callable[[Values], tuple[str, ...]]
    """Types of the files of the result."""
    credits: Callable[[Values], Mapping[str, int]] | None = None
    """What a finished job is charged, by reason. None: its query does not say."""


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
_SIDES = ('left', 'right', 'back', 'top', 'bottom', 'left_front', 'right_front')
_GENERATE = {
    **_INPUT,
    'Model': choice('3.0', '3.1'),
    'Prompt': text(1024),
    'MultiViewImages': views(*_SIDES),
    'EnablePBR': flag,
    'FaceCount': whole(3000, 1_500_000),
    'GenerateType': choice('Normal', 'LowPoly', 'Geometry', 'Sketch'),
    'PolygonType': choice('triangle', 'quadrilateral'),
}
_RAPID = {**_INPUT, 'Prompt': text(200), 'EnablePBR': flag, 'EnableGeometry': flag}
_FORMATS = ('OBJ', 'GLB', 'STL', 'USDZ', 'FBX', 'MP4')

_GENERATE_ACTIONS = ('SubmitHunyuanTo3DProJob', 'QueryHunyuanTo3DProJob', 3)
_RAPID_ACTIONS = ('SubmitHunyuanTo3DRapidJob', 'QueryHunyuanTo3DRapidJob', 1)

_OPERATIONS = (
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
    for operation in _OPERATIONS
    for action in (operation.submit, operation.query)
}
"""Operation by edition and action name."""
