# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line says about arguments that make no request: the reason, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from hunyuan3d_blender import app, cli
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.jobs.spending import write_limit
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.errors import Failure, Kind, Spent
from tests.worker_parts import a_job

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
        ('folder.glb', "Is a directory"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_sent(output, says, library, tmp_path, capsys):
    (tmp_path / 'file').touch()
    (tmp_path / 'folder.glb').mkdir()
    assert cli.main(['generate', '--prompt', "a chair", '--output', str(tmp_path / output)]) == FAILED
    assert says in capsys.readouterr().err
    assert not library.exists()


PAIR = ('TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY')
BOTH, SECRET_ONLY = (
    "Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or",
    "Set TENCENTCLOUD_SECRET_KEY, or",
)


@pytest.mark.parametrize(
    ('arguments', 'variables', 'says'),
    [
        (('--service', 'tencent_cn'), (), BOTH),
        (('--service', 'tencent_cn'), PAIR[:1], SECRET_ONLY),
        (('--service', 'tencent_intl'), PAIR[1:], "Set TENCENTCLOUD_SECRET_ID, or"),
        (('--endpoint', 'http://127.0.0.1:9'), (), BOTH),
        (('--endpoint', 'http://127.0.0.1:9'), PAIR[:1], SECRET_ONLY),
        (('--service', 'vtrix'), (), "Set HUNYUAN3D_VTRIX_API_KEY, or"),
        (('--service', 'tokenhub', '--endpoint', 'http://example.org'), (), "example.org is only spoken to by https"),
        (('--service', 'tokenhub', '--endpoint', 'https://example.org'), (), "go to the service's own hosts only\n"),
    ],
)  # fmt: skip
def test_what_is_missing_to_be_sent_is_named(
    arguments, variables, says, library, tmp_path, capsys, monkeypatch
):
    online(monkeypatch)
    monkeypatch.setenv('HOME', str(tmp_path))
    for variable in PAIR:
        monkeypatch.delenv(variable, raising=False)
    for variable in variables:
        monkeypatch.setenv(variable, 'AKIDcanary')
    output = str(tmp_path / 'model.glb')
    assert cli.main(['generate', '--prompt', "a chair", *arguments, '--output', output]) == FAILED
    assert says in capsys.readouterr().err
    assert not library.exists()


@pytest.mark.parametrize(
    ('service', 'limit', 'says'),
    [
        ('tencent_cn', 10.0, "this costs about 30; nothing was sent"),
        ('tokenhub', 10_000.0, "so it is not sent while there is a monthly limit"),
    ],
)
def test_the_monthly_limit_stops_what_is_typed(service, limit, says, library, tmp_path, capsys, monkeypatch):
    online(monkeypatch)
    for variable in (*PAIR, 'HUNYUAN3D_TOKENHUB_API_KEY'):
        monkeypatch.setenv(variable, 'AKIDcanary')
    write_limit(Library(library), limit)
    output = str(tmp_path / 'model.glb')
    assert cli.main(['generate', '--prompt', "a chair", '--service', service, '--output', output]) == FAILED
    assert says in capsys.readouterr().err
    with Store(Library(library)) as store:
        assert store.page() == []


def online(monkeypatch):
    monkeypatch.setattr(bpy.context.preferences.system, 'use_online_access', True)


def test_where_online_access_is_allowed_is_said(tmp_path, capsys):
    bpy.context.preferences.system.use_online_access = False
    output = str(tmp_path / 'model.glb')
    assert cli.main(['generate', '--prompt', "x", '--service', 'tencent_cn', '--output', output]) == FAILED
    said = capsys.readouterr().err
    assert "Preferences > System > Network" in said
    assert "--online-mode" in said


@pytest.mark.parametrize(
    ('service', 'options', 'output', 'expected'),
    [
        ('tencent_cn', (), 'm.blend', []),
        ('tencent_cn', ('model=3.1', 'pbr=yes', 'size=3'), 'm.blend', []),
        ('tencent_cn', ('seed=7', 'steps=3', 'size=3'), 'm.glb', ['seed', 'steps', 'size']),
        ('tencent_cn', ('generate_type=LowPoly', 'face_count=5000'), 'm.glb', ['face_count']),
        ('tencent_cn', ('polygon_type=quadrilateral',), 'm.glb', ['polygon_type']),
        ('tencent_cn', ('generate_type=Geometry', 'pbr=yes'), 'm.glb', ['pbr']),
        ('tencent_cn', ('operation=rapid', 'model=3.1', 'result_format=glb'), 'm.glb', ['model']),
        ('self_hosted', ('seed=7', 'pbr=yes', 'model=3.0'), 'm.glb', ['pbr', 'model']),
        ('vtrix', ('operation=standard', 'generate_type=LowPoly'), 'm.glb', ['generate_type']),
    ],
)
def test_options_without_effect_are_named(service, options, output, expected):
    arguments = [part for option in options for part in ('--option', option)]
    parsed = cli._parser().parse_args(
        ['generate', '--prompt', "x", '--service', service, '--output', output, *arguments]
    )
    assert cli._without_effect(parsed, cli._draft(parsed)) == expected


@pytest.mark.parametrize(
    ('service', 'says'),
    [
        ('tencent_cn', "About 30 credits: Model 20 + PBR Materials 10. Estimate as of "),
        ('tokenhub', "What Tencent TokenHub will charge is not known beforehand"),
        ('sandbox', "Costs nothing"),
        ('self_hosted', "Costs nothing"),
    ],
)
def test_the_price_is_said_before_anything_is_sent(service, says):
    parsed = cli._parser().parse_args(
        ['generate', '--prompt', "x", '--service', service, '--output', 'm.glb']
    )
    assert cli._price(cli._draft(parsed)).startswith(says)


@pytest.mark.parametrize(
    ('name', 'endpoint'), [('Studio', 'https://a.example'), ("Freelance", 'https://b.example')]
)
def test_an_account_is_named(name, endpoint, tmp_path, capsys):
    accounts = tuple(
        app.AccountSettings(id=id_, name=name_, endpoint=host)
        for id_, name_, host in (('', "Studio", 'https://a.example'), ('1', "Freelance", 'https://b.example'))
    )
    app.configure(app.AppSettings(library=tmp_path / 'library', accounts={'vtrix': accounts}))
    with app.chosen_by_name('vtrix', '', name):
        assert app.account('vtrix').endpoint == endpoint
    output = str(tmp_path / 'model.glb')
    wrong = ['generate', '--prompt', "x", '--service', 'vtrix', '--account', 'Nobody', '--output', output]
    assert cli.main(wrong) == USAGE
    assert "There is no account Nobody; there are: Studio, Freelance" in capsys.readouterr().err


def test_a_format_that_cannot_be_asked_for_names_those_that_can(tmp_path, capsys):
    output = str(tmp_path / 'model.glb')
    assert (
        cli.main(['generate', '--prompt', "x", '--option', 'result_format=GLB', '--output', output]) == FAILED
    )
    assert "GLB cannot be asked for here: choose one of FBX, STL, USDZ" in capsys.readouterr().err


def test_what_is_waited_for_is_said_again(capsys, monkeypatch):
    show = cli._Progress()
    job = a_job(state=State.RUNNING)
    for seconds in (0.0, 1.0, 29.0, 31.0, 45.0, 62.0):
        monkeypatch.setattr(cli.time, 'monotonic', lambda now=show._begun + seconds: now)
        show(job)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition('] ')[2] for line in lines] == [
        "Generating", *["Still generating; Ctrl-C stops waiting, not the job"] * 2,
    ]  # fmt: skip


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
