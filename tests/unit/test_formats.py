# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats are told by content, and a file that has been cut anywhere is not complete."""

from __future__ import annotations

import random

import pytest

from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.worker.files.formats import Format, format_of, sniff, verify_complete
from hunyuan3d_blender.worker.files.refusal import Damaged
from tests import model_files as files

WHOLE = {
    'glb': (files.glb(), Format.GLB),
    'binary fbx': (files.fbx("a.png"), Format.FBX),
    'new binary fbx': (files.fbx("a.png", version=7700), Format.FBX),
    'ascii fbx': (files.ASCII_FBX, Format.FBX),
    'obj': (files.OBJ, Format.OBJ),
    'obj with a mark': (b'\xef\xbb\xbf' + files.OBJ, Format.OBJ),
    'binary stl': (files.stl(), Format.STL),
    'binary stl that begins like text': (files.stl(header=b'solid x'), Format.STL),
    'ascii stl': (files.ASCII_STL, Format.STL),
    'usdz': (files.usdz(), Format.USDZ),
    'zip': (files.zipped(("model.obj", files.OBJ), ("a.png", files.png())), Format.ZIP),
    'empty zip': (files.zipped(), Format.ZIP),
    'png': (files.png(), Format.PNG),
    'jpg': (files.JPG, Format.JPG),
    'webp': (files.WEBP, Format.WEBP),
    'gif': (files.GIF, Format.GIF),
    'mp4': (files.MP4, Format.MP4),
}

NOT_A_MODEL = {
    'html': b"<!DOCTYPE html><html><body>Sign in to the network</body></html>",
    'html after blanks': b"\xef\xbb\xbf\r\n  <html>",
    'xml': b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    'json': b'{"code": 404}',
    'empty': b'',
    'text': b"not found",
    'blend': b'BLENDER-v402' + bytes(100),
    'program': b'\x7fELF' + bytes(100),
    'windows program': b'MZ' + bytes(200),
    'python': b"import os\nos.remove('x')\n",
    'ply': b"ply\nformat ascii 1.0\nelement vertex 0\nend_header\n",
}


@pytest.mark.parametrize('name', WHOLE)
def test_a_whole_file_is_known_and_complete(tmp_path, name):
    data, expected = WHOLE[name]
    path = tmp_path / 'file.part'
    path.write_bytes(data)
    assert format_of(path) is expected
    verify_complete(path, expected)


@pytest.mark.parametrize('name', [name for name in WHOLE if 'obj' not in name])
def test_a_file_that_was_cut_anywhere_is_damaged(tmp_path, name):
    data, expected = WHOLE[name]
    path = tmp_path / 'file.part'
    for length in range(len(data.rstrip())):  # text may lose its last line break
        path.write_bytes(data[:length])
        with pytest.raises(Damaged) as caught:
            verify_complete(path, expected)
        assert caught.value.failure.kind is Kind.FILE


@pytest.mark.parametrize('end', [b"f 1 2", b"v 0 0", b"vn 0 0 1\n\0\0\0\0"])
def test_an_obj_that_was_cut_in_a_line_is_damaged(tmp_path, end):
    path = tmp_path / 'model.obj'
    path.write_bytes(files.OBJ + end)
    with pytest.raises(Damaged):
        verify_complete(path, Format.OBJ)


@pytest.mark.parametrize('name', ['glb', 'zip', 'usdz', 'png'])
def test_a_file_with_other_bytes_in_it_is_damaged_or_still_reads(tmp_path, name):
    """Formats with a description or checksums: a changed byte raises nothing but Damaged."""
    data, expected = WHOLE[name]
    path = tmp_path / 'file'
    chance = random.Random(7)
    damaged = 0
    for _ in range(300):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            verify_complete(path, expected)
        except Damaged:
            damaged += 1
    assert damaged > 30


def test_a_wrong_checksum_in_an_archive_is_damage(tmp_path):
    data = files.zipped(("model.obj", files.OBJ), compression=0)
    path = tmp_path / 'model.zip'
    path.write_bytes(data.replace(b'v 1 0 0', b'v 2 0 0'))
    with pytest.raises(Damaged):
        verify_complete(path, Format.ZIP)


@pytest.mark.parametrize('suffix', ['.glb', '.obj', '.zip', '.fbx', ''])
@pytest.mark.parametrize('name', NOT_A_MODEL)
def test_what_is_no_model_is_not_taken_for_one_under_any_name(tmp_path, name, suffix):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(NOT_A_MODEL[name])
    found = format_of(path)
    assert found in (Format.PAGE, Format.UNKNOWN)
    with pytest.raises(Damaged):
        verify_complete(path, found)


def test_the_name_counts_where_the_content_says_nothing():
    assert sniff(b"# only a remark\n", 'model.obj') is Format.OBJ
    assert sniff(b"# only a remark\n", 'notes.txt') is Format.UNKNOWN
    assert sniff(files.stl(1)[:90], 'model.stl') is Format.STL
    assert sniff(files.glb(), 'model.obj') is Format.GLB


def test_facts_from_a_file_are_made_safe_to_show():
    refused = Damaged("The archive holds {name}", name="a\u202eb\n" + "x" * 1000)
    assert "\n" not in str(refused)
    assert "\u202e" not in str(refused)
    assert len(str(refused)) < 120
