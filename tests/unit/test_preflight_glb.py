# SPDX-License-Identifier: GPL-3.0-or-later
"""A GLB that would crash an importer, fill the memory or open other files is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hunyuan3d_blender.worker.files.preflight import check_model
from tests import model_files as files
from tests.unit.refusals import refused


def changed(change: Callable[[files.Document], object]) -> bytes:
    document = files.document()
    change(document)
    return files.glb(document)


def primitive(document: files.Document) -> files.Document:
    return document['meshes'][0]['primitives'][0]


def chain(length: int) -> Callable[[files.Document], object]:
    nodes = [{'children': [number + 1]} for number in range(length - 1)] + [{'mesh': 0}]
    return lambda d: d.update(nodes=nodes)


def sparse(**parts: object) -> Callable[[files.Document], object]:
    whole = {
        'count': 1,
        'indices': {'bufferView': 2, 'componentType': 5125},
        'values': {'bufferView': 0},
    }
    return lambda d: d['accessors'][0].update(sparse=whole | parts)


KILLERS = {
    'one corner': files.triangles(0),
    'two corners': files.triangles(0, 1),
    'four corners': files.triangles(0, 1, 2, 3),
    'corner out of range': files.triangles(0, 1, 4),
    'corner far out of range': files.triangles(0, 1, 2**32 - 1),
    'corner out of range in bytes': files.triangles(0, 1, 255, kind=5121),
    'corner out of range in shorts': files.triangles(0, 1, 2, 1, 2, 65535, kind=5123),
    'strip of two': files.triangles(0, 1, mode=5),
    'one corner without a list': changed(
        lambda d: (primitive(d).pop('indices'), [d['accessors'][i].update(count=1) for i in (0, 1)])
    ),
}


@pytest.mark.parametrize('name', KILLERS)
def test_triangles_that_kill_importers_are_refused(tmp_path, name):
    refused(tmp_path, 'model.glb', KILLERS[name])


HOSTILE_GLB: dict[str, Callable[[files.Document], object]] = {
    'version 1': lambda d: d['asset'].update(version='1.0'),
    'no asset': lambda d: d.pop('asset'),
    'unknown extension': lambda d: d.update(extensionsRequired=['KHR_texture_basisu']),
    'extensions are no list': lambda d: d.update(extensionsRequired={'a': 1}),
    'meshopt': lambda d: d['bufferViews'][0].update(extensions={'EXT_meshopt_compression': {}}),
    'no meshes': lambda d: (d.pop('meshes'), d['nodes'][0].pop('mesh')),
    'only lines': lambda d: primitive(d).update(mode=1),
    'mode 7': lambda d: primitive(d).update(mode=7),
    'no positions': lambda d: primitive(d)['attributes'].pop('POSITION'),
    'attribute is no number': lambda d: primitive(d)['attributes'].update(NORMAL="1"),
    'attribute out of range': lambda d: primitive(d)['attributes'].update(NORMAL=3),
    'negative attribute': lambda d: primitive(d)['attributes'].update(NORMAL=-1),
    'attribute is true': lambda d: primitive(d)['attributes'].update(NORMAL=True),
    'fewer normals': lambda d: d['accessors'][1].update(count=3),
    'flat positions': lambda d: d['accessors'][0].update(type='VEC2'),
    'matrix attribute': lambda d: (
        primitive(d)['attributes'].update(_M=3),
        d['accessors'].append({'componentType': 5121, 'count': 4, 'type': 'MAT2'}),
    ),
    'corners as vectors': lambda d: d['accessors'][2].update(type='VEC2', count=3),
    'corners with a sign': lambda d: d['accessors'][2].update(componentType=5122),
    'corners as floats': lambda d: d['accessors'][2].update(componentType=5126),
    'corners with gaps': lambda d: (
        d['bufferViews'][2].update(byteStride=8),
        d['accessors'][2].update(count=3),
    ),
    'sparse corners': lambda d: d['accessors'][2].update(
        sparse={
            'count': 1,
            'indices': {'bufferView': 2, 'componentType': 5125},
            'values': {'bufferView': 2},
        }
    ),
    'material out of range': lambda d: primitive(d).update(material=1),
    'too many elements': lambda d: d['accessors'][0].update(count=5),
    'no elements': lambda d: d['accessors'][0].update(count=0),
    'negative count': lambda d: d['accessors'][0].update(count=-1),
    'count is a fraction': lambda d: d['accessors'][0].update(count=4.0),
    'count is enormous': lambda d: d['accessors'][0].update(count=10**30),
    'invented bytes': lambda d: [
        d['accessors'].append({'componentType': 5126, 'count': 140_000_000, 'type': 'MAT4'}) for _ in range(9)
    ],
    'unknown component': lambda d: d['accessors'][0].update(componentType=5124),
    'component is a list': lambda d: d['accessors'][0].update(componentType=[5126]),
    'unknown type': lambda d: d['accessors'][0].update(type='VEC5'),
    'type is a list': lambda d: d['accessors'][0].update(type=[]),
    'offset behind the end': lambda d: d['accessors'][0].update(byteOffset=4),
    'negative offset': lambda d: d['accessors'][0].update(byteOffset=-4),
    'view out of range': lambda d: d['accessors'][0].update(bufferView=4),
    'stride below size': lambda d: d['bufferViews'][0].update(byteStride=8),
    'stride between components': lambda d: (
        d['bufferViews'][0].update(byteStride=13),
        d['accessors'][0].update(count=2),
        d['accessors'][1].update(count=2),
    ),
    'stride beyond the view': lambda d: d['bufferViews'][0].update(byteStride=16),
    'huge stride': lambda d: d['bufferViews'][0].update(byteStride=10**9),
    'view behind the buffer': lambda d: d['bufferViews'][3].update(byteOffset=10**6),
    'view longer than the buffer': lambda d: d['bufferViews'][3].update(byteLength=10**6),
    'buffer longer than the file': lambda d: d['buffers'][0].update(byteLength=10**6),
    'second buffer without bytes': lambda d: d['buffers'].append({'byteLength': 10}),
    'buffer elsewhere': lambda d: d['buffers'].append({'byteLength': 1, 'uri': '../secret'}),
    'buffer in a broken text': lambda d: d['buffers'].append({'byteLength': 1, 'uri': 'data:x;base64,###'}),
    'buffer in plain text': lambda d: d['buffers'].append(
        {'byteLength': 1, 'uri': 'data:,/../../etc/passwd'}
    ),
    'sparse beyond the end': sparse(count=9),
    'sparse out of range': sparse(indices={'bufferView': 0, 'componentType': 5125}, count=4),
    'sparse without bytes': sparse(values={}),
    'sparse with a sign': sparse(indices={'bufferView': 2, 'componentType': 5124}),
    'node is its own child': lambda d: d['nodes'][1].update(children=[1]),
    'nodes in a circle': lambda d: d['nodes'][1].update(children=[0]),
    'two parents': lambda d: d['nodes'].append({'children': [1]}),
    'child twice': lambda d: d['nodes'][0].update(children=[1, 1]),
    'child out of range': lambda d: d['nodes'][0].update(children=[2]),
    'long chain': chain(501),
    'mesh out of range': lambda d: d['nodes'][0].update(mesh=1),
    'skin out of range': lambda d: d['nodes'][0].update(skin=0),
    'joint out of range': lambda d: d.update(skins=[{'joints': [2]}]),
    'joint twice': lambda d: d.update(skins=[{'joints': [1, 1]}]),
    'too few matrices': lambda d: d.update(skins=[{'joints': [0], 'inverseBindMatrices': 0}]),
    'scene out of range': lambda d: d.update(scene=1),
    'node in a scene out of range': lambda d: d['scenes'][0].update(nodes=[2]),
    'node in a scene twice': lambda d: d['scenes'][0].update(nodes=[0, 0]),
    'too many nodes': lambda d: d.update(nodes=[{}] * 100_001),
    'too many copies': lambda d: (
        d['accessors'].append({'componentType': 5126, 'count': 200_000, 'type': 'VEC3'}),
        d['nodes'][0].update(extensions={'EXT_mesh_gpu_instancing': {'attributes': {'TRANSLATION': 3}}}),
    ),
    'too many shape keys': lambda d: primitive(d).update(targets=[{'POSITION': 0}] * 100_001),
    'shape key out of range': lambda d: primitive(d).update(targets=[{'POSITION': 9}]),
    'picture in two places': lambda d: d['images'][0].update(uri='a.png'),
    'picture nowhere': lambda d: d.update(images=[{}]),
    'picture is no picture': lambda d: d['images'][0].update(bufferView=0),
    'picture is missing': lambda d: d.update(images=[{'uri': 'gone.png'}]),
    'nodes are no list': lambda d: d.update(nodes={'0': {}}),
    'nodes are no objects': lambda d: d.update(nodes=[0, 1]),
    'attributes are no object': lambda d: primitive(d).update(attributes=[0]),
}


@pytest.mark.parametrize('name', HOSTILE_GLB)
def test_a_glb_that_breaks_a_rule_is_refused(tmp_path, name):
    refused(tmp_path, 'model.glb', changed(HOSTILE_GLB[name]))


@pytest.mark.parametrize(
    'uri',
    [
        '../secret.png', '%2e%2e/secret.png', '..%2fsecret.png', '/etc/passwd', 'file:///etc/passwd', 'C:\\secret.png',
        '\\\\host\\share\\a.png', '//host/a.png', 'http://host/a.png', 'a\0.png', 'folder/../../secret.png', '.', '',
        '~/secret.png/../../x', 'data:image/png,abc', 7,
    ],
)  # fmt: skip
def test_a_glb_names_no_file_outside_its_folder(tmp_path, uri):
    (tmp_path / 'secret.png').write_bytes(files.png())
    folder = tmp_path / 'folder'
    folder.mkdir()
    refused(folder, 'model.glb', changed(lambda d: d.update(images=[{'uri': uri}])))


def test_a_glb_may_name_a_file_of_its_folder(tmp_path):
    (tmp_path / 'skin 1.png').write_bytes(files.png())
    path = tmp_path / 'model.glb'
    path.write_bytes(changed(lambda d: d.update(images=[{'uri': './skin%201.png'}])))
    check_model(path, tmp_path)


def test_shape_keys_and_sparse_lists_are_allowed(tmp_path):
    path = tmp_path / 'model.glb'
    path.write_bytes(changed(lambda d: (sparse()(d), primitive(d).update(targets=[{'POSITION': 0}]))))
    check_model(path, tmp_path)


@pytest.mark.parametrize(
    'json_bytes',
    [
        b'', b'[]', b'{', b'nonsense', b'{"asset": NaN}', b'[' * 100_000, b'{"a":' * 100_000, b'\xff\xfe{}',
        b'{"asset": {"version": "2.0"}, "x": ' + b'9' * 5_000 + b'}',
        b'{"asset": {"version": "2.0"}, "x": ' + b'[' * 65 + b']' * 65 + b'}',
    ],
)  # fmt: skip
def test_a_glb_with_a_bad_description_is_refused(tmp_path, json_bytes):
    refused(tmp_path, 'model.glb', files.pack_glb(json_bytes))


def test_brackets_in_names_are_no_nesting(tmp_path):
    path = tmp_path / 'model.glb'
    path.write_bytes(changed(lambda d: d['nodes'][1].update(name='[{"\\' * 1000)))
    check_model(path, tmp_path)
