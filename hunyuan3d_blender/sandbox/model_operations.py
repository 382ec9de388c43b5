# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service can do to a model that exists: one row for each operation and edition. Sections 7.3 to 7.10."""

from __future__ import annotations

from .fields import (
    SIDES,
    TEXTURE_PICTURE,
    address,
    choice,
    flag,
    model_file,
    reference,
    segmentation,
    text,
    views,
    whole,
)
from .operation import CHINA, INTERNATIONAL, ModelInput, Operation, Values
from .refusal import Refusal

MOTIONS = 48
"""Preset motions of the rig."""


def _anything(_: Values) -> None:
    """No rule."""


def _texture_rules(values: Values) -> None:
    _prompt_or_picture(values, ('Prompt', 'Image'))
    if values.get('MultiViewImages'):
        if values.get('Model', '3.0') != '3.1':
            raise Refusal('InvalidParameterValue', "Only Model 3.1 takes MultiViewImages.")
        if not values.get('Image'):
            raise Refusal('InvalidParameter', "MultiViewImages needs the front as Image.")


def _texture_edit_rules(values: Values) -> None:
    _prompt_or_picture(values, ('Prompt', 'Image'))
    if values.get('EnablePBR') and not values.get('Prompt'):
        raise Refusal('InvalidParameterValue', "EnablePBR is only allowed together with Prompt.")


def _prompt_or_picture(values: Values, names: tuple[str, str]) -> None:
    if sum(bool(values.get(name)) for name in names) != 1:
        raise Refusal('InvalidParameter', f"Exactly one of {' and '.join(names)} is needed.")


def _motion_rules(values: Values) -> None:
    if not values.get('Prompt'):
        raise Refusal('MissingParameter', "The request is missing a required parameter `Prompt`.")


def _convert_rules(values: Values) -> None:
    if not values.get('Format'):
        raise Refusal('MissingParameter', "The request is missing a required parameter `Format`.")


def _part_formats(values: Values) -> tuple[str, ...]:
    return ('FBX',) if values.get('EnablePostProcess') else ('OBJ', 'FBX', 'IMAGE')


def _asked_format(values: Values) -> tuple[str, ...]:
    return (values['Format'],)


_MB = 1 << 20
_FILE, _FILE_3D = ModelInput('File', 200 * _MB), ModelInput('File3D', 200 * _MB)
_SMALL_FILE_3D = ModelInput('File3D', 60 * _MB)
_PREVIEW = ('PreviewImageUrl',)
_FORMATS = choice('STL', 'USDZ', 'FBX', 'MP4', 'GIF')

_PART = {
    'File': model_file('FBX'),
    'PartSegmentationInfo': segmentation,
    'EnableStagedGeneration': flag,
    'EnablePostProcess': flag,
}
_TEXTURE = {
    'File3D': model_file('OBJ', 'GLB', also=_PREVIEW),
    'Model': choice('3.0', '3.1'),
    'Prompt': text(200),
    'Image': reference,
    'MultiViewImages': views(*SIDES),
    'EnablePBR': flag,
    'EnableKeepUV': flag,
    'TextureSize': whole(720, 4096),
}
_TEXTURE_EDIT = {
    'File3D': model_file('FBX'),
    'Prompt': text(1024),
    'Image': reference,
    'EnablePBR': flag,
}
_TOPOLOGY = {
    'PolygonType': choice('triangle', 'quadrilateral'),
    'FaceLevel': choice('high', 'medium', 'low'),
}
_UV = {'File': model_file('FBX', 'OBJ', 'GLB')}
_MOTION_TYPE = {'MotionType': whole(1, MOTIONS)}
_MOTION = {
    'Prompt': text(128),
    'Model': choice('HY-Motion-1.0'),
    'RetargetFile': model_file('FBX'),
    'Duration': whole(1, 12),
    'EnableMesh': flag,
    'EnableRewrite': flag,
    'EnableDurationEst': flag,
}

_PART_ACTIONS = ('SubmitHunyuan3DPartJob', 'QueryHunyuan3DPartJob', 1)
_UV_ACTIONS = ('SubmitHunyuanTo3DUVJob', 'DescribeHunyuanTo3DUVJob', 1)
_RIG_ACTIONS = ('SubmitAutoRiggingJob', 'DescribeAutoRiggingJob', 1)

MODEL_OPERATIONS = (
    Operation('parts', CHINA, *_PART_ACTIONS, {**_PART, 'Model': choice('1.5')}, _anything, _part_formats,
              model=_FILE, segmentation=('PartSegmentationInfo', 'PartSegmentationInfoUrl')),
    Operation('parts', INTERNATIONAL, *_PART_ACTIONS, _PART, _anything, _part_formats,
              model=_FILE, segmentation=('PartSegmentationInfo',)),
    Operation('texture', CHINA, 'SubmitTextureTo3DJob', 'DescribeTextureTo3DJob', 1, _TEXTURE, _texture_rules,
              lambda _: ('TEXTURE_IMAGE', 'MTL', 'ZIP', 'OBJ', 'GLB', 'IMAGE'),
              model=_FILE_3D, picture=TEXTURE_PICTURE),
    Operation('texture_edit', INTERNATIONAL, 'SubmitHunyuanTo3DTextureEditJob', 'QueryHunyuanTo3DTextureEditJob', 1,
              _TEXTURE_EDIT, _texture_edit_rules, lambda _: ('OBJ', 'FBX', 'IMAGE'),
              model=_FILE_3D, picture=TEXTURE_PICTURE),
    Operation('topology', CHINA, 'SubmitReduceFaceJob', 'DescribeReduceFaceJob', 1,
              {**_TOPOLOGY, 'File3D': model_file('OBJ', 'GLB', 'FBX', also=_PREVIEW)}, _anything,
              lambda _: ('OBJ', 'GLB', 'IMAGE'), model=_FILE_3D),
    Operation('topology', INTERNATIONAL, 'Submit3DSmartTopologyJob', 'Describe3DSmartTopologyJob', 1,
              {**_TOPOLOGY, 'File3D': model_file('OBJ', 'GLB')}, _anything,
              lambda _: ('OBJ',), model=_FILE_3D),
    *(Operation('uv', edition, *_UV_ACTIONS, _UV, _anything, lambda _: ('OBJ', 'FBX', 'IMAGE'), model=_FILE)
      for edition in (CHINA, INTERNATIONAL)),
    *(Operation('rig', edition, *_RIG_ACTIONS, {**_MOTION_TYPE, 'File3D': model_file(*types)}, _anything,
                lambda _: ('FBX',), model=_SMALL_FILE_3D)
      for edition, types in ((CHINA, ('FBX', 'GLB')), (INTERNATIONAL, ('FBX', 'OBJ')))),
    Operation('motion', CHINA, 'SubmitHunyuanTo3DMotionJob', 'DescribeHunyuanTo3DMotionJob', 1, _MOTION,
              _motion_rules, lambda _: ('FBX',), model=ModelInput('RetargetFile', 60 * _MB, is_required=False)),
    *(Operation('convert', edition, 'Convert3DFormat', '', 1, {'File3D': address, 'Format': _FORMATS},
                _convert_rules, _asked_format, model=_SMALL_FILE_3D)
      for edition in (CHINA, INTERNATIONAL)),
    Operation('convert_job', INTERNATIONAL, 'SubmitConvert3DFormatJob', 'DescribeConvert3DFormatJob', 1,
              {'File': model_file('FBX', 'OBJ', 'GLB'), 'Format': _FORMATS}, _convert_rules, _asked_format,
              model=_FILE),
)  # fmt: skip
