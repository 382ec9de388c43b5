# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line says about arguments that make no request: the reason, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunyuan3d_blender import app, cli
from hunyuan3d_blender.services.errors import Failure, Kind, Spent

USAGE, FAILED = cli.EXIT_USAGE, cli.EXIT_FAILED


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv('HUNYUAN3D_LIBRARY', str(tmp_path / 'library'))
    app.reset()
    return tmp_path / 'library'


@pytest.mark.parametrize(
    ('arguments', 'code', 'says'),
    [
        (('--promt', "a chair"), USAGE, "unrecognized arguments: --promt"),
        (('--prompt', "a chair", '--image', 'x.png'), USAGE, "not allowed with argument --prompt"),
        (('--prompt', ""), FAILED, "Write what you want, or choose a picture"),
        (('--prompt', "  "), FAILED, "Write what you want, or choose a picture"),
        ((), FAILED, "Write what you want, or choose a picture"),
        (('--image', 'missing.png'), FAILED, "There is no picture at"),
        (('--prompt', "a chair", '--service', 'nobody'), USAGE, "invalid choice: 'nobody'"),
        (('--prompt', "a chair", '--option', 'face_count'), USAGE, "face_count needs a value"),
        (('--prompt', "a chair", '--option', 'face_count=many'), USAGE, "cannot be 'many'"),
        (('--prompt', "a chair", '--option', 'colour=red'), USAGE, "unknown option 'colour'"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, says, library, tmp_path, capsys):
    assert cli.main(['generate', *arguments, '--output', str(tmp_path / 'model.glb')]) == code
    assert says in capsys.readouterr().err
    assert not library.exists()


@pytest.mark.parametrize(
    ('output', 'says'),
    [
        ('model.xyz', "must end in .blend or .glb"),
        ('missing/model.glb', "No such file or directory"),
        ('file/model.glb', "Not a directory"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_sent(output, says, library, tmp_path, capsys):
    (tmp_path / 'file').touch()
    assert cli.main(['generate', '--prompt', "a chair", '--output', str(tmp_path / output)]) == FAILED
    assert says in capsys.readouterr().err
    assert not library.exists()


@pytest.mark.parametrize(
    ('spent', 'is_free', 'says'),
    [
        (Spent.NO, False, "It broke"),
        (Spent.YES, False, "It broke. It has been charged"),
        (Spent.YES, True, "It broke"),
        (Spent.MAYBE, False, "It broke. It may have been charged. Decide in Blender's Jobs panel before"),
    ],
)
def test_money_is_spoken_of_where_it_may_be_gone(spent, is_free, says):
    failure = Failure(kind=Kind.NETWORK, message="It broke", spent=spent)
    text = cli._explained(failure, is_free=is_free)
    assert text == says if spent is not Spent.MAYBE else text.startswith(says)
