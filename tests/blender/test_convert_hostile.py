# SPDX-License-Identifier: GPL-3.0-or-later
"""The converter and files that are broken or want more than they are: nothing from outside gets in, and words say why."""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
from pathlib import Path
from typing import Any

import bpy
import pytest

from hunyuan3d_blender.scene import convert_model, glb, importers, shape
from tests import scene_models
from tests.conversions import NAME, convert, converted, order, root_of, text_file, textured_box
from tests.scene_models import wiring

pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


SECRET = (0.13, 0.57, 0.91)


def test_pictures_outside_of_the_folder_stay_outside_for_obj(tmp_path: Path) -> None:
    secret = scene_models.picture(tmp_path, 'secret', SECRET)
    model = scene_models.obj(
        tmp_path / 'model', f"newmtl A\nmap_Kd ../secret.png\nnewmtl B\nmap_Kd {secret}\n", ("A", "B")
    )
    (tmp_path / 'model' / 'link.png').symlink_to(secret)
    what = order(model)
    converted(what)
    assert not bpy.data.images
    assert secret.read_bytes() not in what.output.read_bytes()


def test_pictures_outside_of_the_folder_stay_outside_for_glb(tmp_path: Path) -> None:
    secret = scene_models.picture(tmp_path, 'secret', SECRET)
    model = textured_box(tmp_path, '.glb')
    document, binary = read_glb(model)
    for image in document['images']:
        image.clear()
        image['uri'] = '../secret.png'
    write_glb(model, document, binary)
    what = order(model)
    converted(what)
    assert not bpy.data.images
    assert secret.read_bytes() not in what.output.read_bytes()


def test_pictures_outside_of_the_archive_stay_outside_for_usdz(tmp_path: Path) -> None:
    secret = scene_models.picture(tmp_path, 'secret', SECRET)
    folder = tmp_path / 'model'
    folder.mkdir()
    own = scene_models.picture(tmp_path, 'albedo').read_bytes()
    text = USDA.replace('ROUGHNESS', str(secret))
    write_usdz(folder / 'model.usdz', {'model.usda': text.encode(), 'albedo.png': own})
    what = order(folder / 'model.usdz')
    root = root_of(converted(what))
    assert wiring(root.material_slots[0].material) == {'Base Color': (f"{NAME} Base Color", 'Color', False)}
    assert own in what.output.read_bytes()
    assert secret.read_bytes() not in what.output.read_bytes()


def read_glb(file: Path) -> tuple[Any, bytes]:
    data = file.read_bytes()
    (length,) = struct.unpack_from('<I', data, 12)
    return json.loads(data[20 : 20 + length]), data[20 + length + 8 :]


def write_glb(file: Path, document: Any, binary: bytes) -> None:
    text = json.dumps(document).encode()
    text += b' ' * (-len(text) % 4)
    chunks = (
        struct.pack('<I4s', len(text), b'JSON') + text + struct.pack('<I4s', len(binary), b'BIN\0') + binary
    )
    file.write_bytes(struct.pack('<4sII', b'glTF', 2, 12 + len(chunks)) + chunks)


def write_usdz(file: Path, members: dict[str, bytes]) -> None:
    """Stored, and each member's bytes begin at a multiple of 64: https://openusd.org/release/spec_usdz.html."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, 'w', zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            gap = -(data.tell() + 30 + len(name) + 4) % 64
            info.extra = struct.pack('<HH', 0x1986, gap) + bytes(gap)
            archive.writestr(info, content)
    file.write_bytes(data.getvalue())


USDA = """#usda 1.0
(
    defaultPrim = "model"
    upAxis = "Z"
)
def Xform "model"
{
    def Mesh "mesh" (prepend apiSchemas = ["MaterialBindingAPI"])
    {
        int[] faceVertexCounts = [3]
        int[] faceVertexIndices = [0, 1, 2]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
        texCoord2f[] primvars:st = [(0, 0), (1, 0), (0, 1)] (interpolation = "vertex")
        rel material:binding = </model/mat>
    }
    def Material "mat"
    {
        token outputs:surface.connect = </model/mat/shader.outputs:surface>
        def Shader "shader"
        {
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor.connect = </model/mat/colour.outputs:rgb>
            float inputs:roughness.connect = </model/mat/rough.outputs:r>
            token outputs:surface
        }
        def Shader "colour"
        {
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @albedo.png@
            float2 inputs:st.connect = </model/mat/uv.outputs:result>
            float3 outputs:rgb
        }
        def Shader "rough"
        {
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @ROUGHNESS@
            float2 inputs:st.connect = </model/mat/uv.outputs:result>
            float outputs:r
        }
        def Shader "uv"
        {
            uniform token info:id = "UsdPrimvarReader_float2"
            string inputs:varname = "st"
            float2 outputs:result
        }
    }
}
"""


def not_a_number(folder: Path) -> Path:
    scene_models.spiked_box()
    model = scene_models.export(folder / 'model' / 'x.glb')
    document, binary = read_glb(model)
    position = document['accessors'][document['meshes'][0]['primitives'][0]['attributes']['POSITION']]
    start = document['bufferViews'][position['bufferView']]['byteOffset'] if position['bufferView'] else 0
    write_glb(model, document, binary[: start + 4] + struct.pack('<f', math.nan) + binary[start + 8 :])
    return model


UNUSABLE = {
    "no faces": (text_file('x.obj', "v 0 0 0\nv 1 0 0\nv 0 1 0\n"), shape.Unusable, "no faces"),
    "not a number": (
        text_file('x.obj', "v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
        shape.Unusable,
        "some points have no position",
    ),
    "not a number in a GLB": (not_a_number, shape.Unusable, "some points have no position"),
    "no size": (
        text_file('x.obj', "v 1 1 1\nv 1 1 1\nv 1 1 1\nf 1 2 3\n"),
        shape.Unusable,
        "no size|no faces",
    ),
    "no model": (text_file('x.glb', "glTF, says its name"), importers.NotImported, "could not read"),
    "no importer": (text_file('x.exe', "MZ"), importers.NotImported, "cannot import this kind"),
}


@pytest.mark.parametrize(('make', 'error', 'words'), UNUSABLE.values(), ids=list(UNUSABLE))
def test_what_cannot_be_converted_says_why(make: Any, error: Any, words: str, tmp_path: Path) -> None:
    what = order(make(tmp_path))
    with pytest.raises(error, match=words):
        convert(what)
    assert not list(tmp_path.glob('*.blend*'))


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    what = order(textured_box(tmp_path, '.stl'), output=tmp_path / 'missing' / 'model.blend')
    with pytest.raises(convert_model.NotWritten, match='missing'):
        convert(what)


@pytest.mark.parametrize(
    ('pictures', 'suffix'),
    [
        ([{'mimeType': 'image/jpeg'}, {'mimeType': 'image/jpeg'}], '.jpg'),
        ([{'mimeType': 'image/jpeg'}, {'mimeType': 'image/png'}], ''),
        ([{'mimeType': 'text/html'}], ''),
        ([{'mimeType': []}], ''),
        ([{}], ''),
        ([], ''),
        ("pictures", ''),
    ],
)
def test_a_model_says_of_what_kind_its_pictures_are(pictures, suffix, tmp_path):
    model = tmp_path / 'x.glb'
    write_glb(model, {'images': pictures}, b'')
    assert glb.image_suffix(model) == suffix
