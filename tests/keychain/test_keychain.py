# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in the system's keychain, with the real library and a keychain of its own kind: who asks, and how often."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hunyuan3d_blender import credentials, launch, network_settings
from hunyuan3d_blender.credentials import Purpose, Source
from hunyuan3d_blender.jobs.job import State
from hunyuan3d_blender.jobs.library import Library
from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.errors import Kind
from tests.canary_runs import FEW, SERVICES, canaries_of, play
from tests.keychain.file_keyring import folder
from tests.worker_process import world

PURPOSE = Purpose('tencent_cn', 'https://ai3d.tencentcloudapi.com', 'a1b2c3d4')
KEY = {'id': 'AKIDcanarywxyz', 'secret': 'canarySECRETcanary', 'token': 'canaryTOKEN'}


@pytest.fixture(autouse=True)
def file_keyring(home: Path) -> Path:
    """The library is told by its own settings file to use the keychain of the tests."""
    settings = home / '.config' / 'python_keyring' / 'keyringrc.cfg'
    settings.parent.mkdir(parents=True)
    here = Path(__file__).parent
    settings.write_text(f"[backend]\ndefault-keyring=file_keyring.FileKeyring\nkeyring-path={here}\n")
    folder().mkdir(parents=True)
    return folder()


def asked(module: str, question: dict[str, Any]) -> dict[str, Any]:
    """What one of our processes answers."""
    done = subprocess.run(
        launch.python_command(sys.executable, module), input=json.dumps(question).encode() + b'\n',
        capture_output=True, env=launch.child_environment(), check=True,
    )  # fmt: skip
    assert b'canary' not in done.stderr
    return dict(json.loads(done.stdout))


def keep(purpose: Purpose, key: dict[str, str] | None) -> dict[str, Any]:
    """Put a key into the keychain, or forget the one that is there."""
    return asked('worker.keychain', {'purpose': purpose, 'key': key})


def entries(keychain: Path) -> dict[str, str]:
    return dict(json.loads((keychain / 'entries.json').read_text()))


def reads(keychain: Path) -> int:
    file = keychain / 'reads'
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_the_library_is_there() -> None:
    """And to know that, it is not loaded."""
    code = "import sys; from hunyuan3d_blender import credentials as c; print(c.keychain.is_there(), 'keyring' in sys.modules)"
    done = subprocess.run(
        [sys.executable, '-c', code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ['True', 'False']


def test_a_key_goes_in_and_out(file_keyring: Path) -> None:
    other = PURPOSE._replace(account='')
    assert keep(PURPOSE, KEY) == {'ok': True}
    assert keep(other, KEY | {'id': 'AKIDother'}) == {'ok': True}
    assert set(entries(file_keyring)) == {
        'hunyuan3d_blender/tencent_cn https://ai3d.tencentcloudapi.com a1b2c3d4',
        'hunyuan3d_blender/tencent_cn https://ai3d.tencentcloudapi.com',
    }
    assert json.loads(entries(file_keyring)[f'hunyuan3d_blender/{PURPOSE.name}']) == KEY
    assert keep(PURPOSE, None) == {'ok': True}
    assert keep(PURPOSE, None) == {'ok': True}, "there is none, and that is what was wanted"
    assert set(entries(file_keyring)) == {f'hunyuan3d_blender/{other.name}'}


def test_an_unwilling_keychain_is_named_without_what_it_quotes(file_keyring: Path) -> None:
    (file_keyring / 'broken').touch()
    answer = keep(PURPOSE, KEY)
    assert answer['failure']['kind'] == Kind.CREDENTIALS
    assert answer['failure']['facts'] == {'reason': 'RuntimeError'}
    assert 'canary' not in json.dumps(answer)


def test_what_lies_there_is_noted_and_not_read(file_keyring: Path) -> None:
    """Blender shows the last four characters of a note; the keychain might ask the artist, who has only opened a panel."""
    keep(PURPOSE, KEY)
    before = reads(file_keyring)
    credentials.note_keychain(PURPOSE, 'wxyz')
    assert credentials.available(PURPOSE) == [(Source.KEYCHAIN, 'wxyz')]
    assert credentials.hint(Source.KEYCHAIN, PURPOSE) == 'wxyz'
    assert reads(file_keyring) == before


def test_the_connection_test_reads_the_key_itself(library: Library, tmp_path: Path) -> None:
    with world(library, tmp_path / 'sandbox') as here:
        keys, host = here.sandbox.ledger.keys, network_settings.origin(here.sandbox.url)
        purpose = Purpose('tencent_cn', host, 'a1b2c3d4')
        question = {
            'service': 'tencent_cn', 'endpoint': here.sandbox.url, 'region': 'ap-guangzhou', 'key': None,
            'keychain': purpose, 'network': {}, 'converter': [],
        }  # fmt: skip
        assert asked('worker.connection_test', question)['failure']['kind'] == Kind.CREDENTIALS
        keep(purpose, {'id': keys.secret_id, 'secret': keys.secret_key, 'token': ''})
        assert asked('worker.connection_test', question) == {'ok': True}


def test_a_job_is_sent_with_a_key_of_the_keychain_that_is_read_once(
    library: Library, tmp_path: Path, file_keyring: Path
) -> None:
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        keys, host = here.sandbox.ledger.keys, network_settings.origin(here.sandbox.url)
        keep(
            Purpose('tencent_cn', host, 'a1b2c3d4'),
            {'id': keys.secret_id, 'secret': keys.secret_key, 'token': ''},
        )
        before = reads(file_keyring)
        job = here.job()
        account = replace(job.account, id='a1b2c3d4', key_source='keychain')
        here.store.change(job.id, State.QUEUED, account=account)
        here.start()
        here.wait_for(job, State.READY)
        assert reads(file_keyring) == before + 1
        assert keys.secret_key not in here.log


def test_no_key_of_the_keychain_is_found_elsewhere(
    library: Library, home: Path, tmp_path: Path, file_keyring: Path
) -> None:
    """Every service, in real runs, with accounts whose keys lie there."""

    def put(_library: Library, purpose: Purpose, key: Key) -> None:
        assert keep(purpose, {'id': key.id, 'secret': key.secret, 'token': ''}) == {'ok': True}
        credentials.note_keychain(purpose, key.hint)

    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        for file in home.rglob('credentials.json'):
            file.unlink()  # what `world` has put there
        assert not play(here, Source.KEYCHAIN, put, FEW)
        canaries = canaries_of(here)
        assert not canaries.in_files(home, but=(file_keyring,))
        assert not canaries.in_files(tmp_path, but=(tmp_path / 'sandbox',))
        assert len(entries(file_keyring)) == len(SERVICES) * len(FEW)


def test_a_job_waits_while_the_keychain_is_locked(
    library: Library, tmp_path: Path, file_keyring: Path
) -> None:
    (file_keyring / 'broken').touch()
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        keys, host = here.sandbox.ledger.keys, network_settings.origin(here.sandbox.url)
        job = here.job()
        here.store.change(job.id, State.QUEUED, account=replace(job.account, key_source='keychain'))
        here.start()
        while here.get(job).note is None:
            assert here.get(job).state is State.QUEUED
        assert 'keychain does not work' in here.get(job).note.message  # type: ignore[union-attr]
        (file_keyring / 'broken').unlink()
        keep(Purpose('tencent_cn', host), {'id': keys.secret_id, 'secret': keys.secret_key, 'token': ''})
        here.wait_for(job, State.READY)
