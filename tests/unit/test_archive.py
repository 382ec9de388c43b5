# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that lie, or would write where they must not, are refused before anything is written."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hunyuan3d_blender.services.errors import Kind, Spent
from hunyuan3d_blender.worker.files.archive import unpack
from hunyuan3d_blender.worker.files.refusal import Hostile
from tests import model_files as files
from tests.unit.raw_zip import Raw, raw_zip, wide


def named(*names: str | bytes) -> bytes:
    """An archive that is honest but for its names."""
    return raw_zip(*(Raw(name.encode() if isinstance(name, str) else name) for name in names))


def attempt(tmp_path: Path, data: bytes) -> list[Path]:
    """Unpack in a sandbox, and check that nothing outside the target was touched whatever happens."""
    (tmp_path / 'inner').mkdir(exist_ok=True)
    archive = tmp_path / 'inner' / 'result.zip'
    archive.write_bytes(data)
    target = tmp_path / 'inner' / 'model'
    try:
        return unpack(archive, target)
    finally:
        outside = set(tmp_path.rglob('*')) - {archive, target, *target.rglob('*'), tmp_path / 'inner'}
        assert not outside
        for path in target.rglob('*'):
            assert path.is_dir() or path.is_file()
            assert not path.is_symlink()
        assert archive.read_bytes() == data


def refused(tmp_path: Path, data: bytes) -> str:
    with pytest.raises(Hostile) as caught:
        attempt(tmp_path, data)
    assert not (tmp_path / 'inner' / 'model').exists()
    failure = caught.value.failure
    assert (failure.kind, failure.spent) == (Kind.FILE, Spent.YES)
    sentence = failure.message.format(**failure.facts)
    assert sentence[0].isupper()
    assert sentence.isprintable()
    return sentence


HOSTILE_NAMES = [
    '../evil.obj', 'a/../../evil.obj', 'a/../evil.obj', '..', './../evil.obj', '/evil.obj', '//host/evil.obj', 'C:evil.obj',
    'C:/evil.obj', 'c:\\evil.obj', '\\\\host\\share\\evil.obj', 'a\\b.obj', '..\\evil.obj', 'a\0b.obj', 'model.obj\0.png',
    'model.obj.', 'model.obj ', 'a./b.obj', 'a /b.obj', ' a.obj', 'a//b.obj', 'a/./b.obj', 'con', 'CON.obj', 'nul.png',
    'aux.tar.obj', 'com1.obj', 'LPT9.png', 'com¹.obj', 'a/prn/b.obj', 'CONIN$', 'con .obj', 'model.obj:stream', 'a?.obj',
    'a*.obj', 'a"b.obj', 'a<b.obj', 'a|b.obj', 'a\nb.obj', 'a\x7fb.obj', 'a\u2028b.obj', 'x' * 201 + '.obj',
    '模' * 90 + '.obj', 'a/' * 32 + 'b.obj', 'a/' * 1000 + 'b.obj', '...', 'a/../', '../', '', '/',
    'evil.exe', 'evil.PY', 'a/evil.blend', 'evil.bat', 'evil.lnk', 'evil.sh', 'evil.desktop',
]  # fmt: skip


@pytest.mark.parametrize('name', HOSTILE_NAMES)
def test_names_that_mean_something_else_are_refused(tmp_path, name):
    refused(tmp_path, named('model.obj', name))


@pytest.mark.parametrize(
    'names',
    [
        ('model.obj', 'model.obj'), ('model.obj', 'MODEL.OBJ'), ('a/model.obj', 'A/model.obj'), ('A/x.obj', 'a/y.obj'),
        ('é.obj', 'e\u0301.obj'), ('straße.obj', 'strasse.obj'), ('É.obj', 'e\u0301.obj'), ('ﬁ.obj', 'fi.obj'),
        ('a', 'a/b.obj'), ('a/b.obj', 'a'), ('A', 'a/b.obj'), ('a/b', 'a/b/c.obj'), ('./a.obj', 'a.obj'),
    ],
)  # fmt: skip
def test_names_that_are_one_on_some_system_are_refused(tmp_path, names):
    refused(tmp_path, named('model.obj', *names) if 'model.obj' not in names else named(*names))


def test_names_that_cannot_be_read_are_refused(tmp_path):
    refused(tmp_path, named(b'\xff\xfe.obj'))
    attempt(tmp_path, raw_zip(Raw(b'\xff.obj', flags=0)))  # of the format's first days


LIES: dict[str, Callable[[], bytes]] = {
    'symbolic link': lambda: raw_zip(Raw(mode=stat.S_IFLNK | 0o777, data=b'/etc/passwd')),
    'device': lambda: raw_zip(Raw(mode=stat.S_IFBLK)),
    'character device': lambda: raw_zip(Raw(mode=stat.S_IFCHR)),
    'pipe': lambda: raw_zip(Raw(mode=stat.S_IFIFO)),
    'socket': lambda: raw_zip(Raw(mode=stat.S_IFSOCK)),
    'junction': lambda: raw_zip(Raw(dos=0x400)),
    'folder with content': lambda: raw_zip(Raw(b'folder/')),
    'folder that looks like a file': lambda: raw_zip(Raw(mode=stat.S_IFDIR | 0o755)),
    'encrypted': lambda: raw_zip(Raw(flags=0x801)),
    'strongly encrypted': lambda: raw_zip(Raw(flags=0x841)),
    'patched': lambda: raw_zip(Raw(flags=0x820)),
    'masked': lambda: raw_zip(Raw(flags=0x2800)),
    'bzip2': lambda: raw_zip(Raw(method=12, packed=b'x')),
    'lzma': lambda: raw_zip(Raw(method=14, packed=b'x')),
    'unknown method': lambda: raw_zip(Raw(method=99, packed=b'x')),
    'larger than stated': lambda: raw_zip(Raw(central={'size': 10}, local={'size': 10})),
    'smaller than stated': lambda: raw_zip(Raw(central={'size': 999}, local={'size': 999})),
    'stored, larger than stated': lambda: raw_zip(Raw(method=0, central={'size': 10}, local={'size': 10})),
    'wrong checksum': lambda: raw_zip(Raw(central={'crc': 1}, local={'crc': 1})),
    'other name inside': lambda: raw_zip(Raw(local={'name': b'other.obj'})),
    'other case inside': lambda: raw_zip(Raw(local={'name': b'Model.obj'})),
    'other method inside': lambda: raw_zip(Raw(local={'method': 0})),
    'other flags inside': lambda: raw_zip(Raw(local={'flags': 0})),
    'other checksum inside': lambda: raw_zip(Raw(local={'crc': 1})),
    'other size inside': lambda: raw_zip(Raw(local={'size': 1})),
    'other packed size inside': lambda: raw_zip(Raw(local={'packed_size': 1})),
    'sizes later, without a descriptor': lambda: raw_zip(
        Raw(flags=0x808, local={'crc': 0, 'size': 0, 'packed_size': 0})
    ),
    'sizes later, wrong': lambda: raw_zip(
        Raw(flags=0x808, local={'crc': 0, 'size': 0, 'packed_size': 0}, descriptor=b'PK\7\x08' + bytes(12))
    ),
    'not deflate': lambda: raw_zip(Raw(packed=b'\xff' * 30)),
    'deflate cut short': lambda: raw_zip(Raw(packed=Raw().facts()['packed'][:-3])),
    'bytes behind deflate': lambda: raw_zip(Raw(packed=Raw().facts()['packed'] + b'hidden')),
    'many bytes behind deflate': lambda: raw_zip(Raw(packed=Raw().facts()['packed'] + bytes(1 << 20))),
    'entry on itself': lambda: raw_zip(Raw(), Raw(b'b.obj', central={'start': 0})),
    'entry inside another': lambda: raw_zip(
        Raw(b'a.txt', data=raw_zip(Raw(b'b.obj'), end={'start': 0}), method=0),
        Raw(b'b.obj', central={'start': 30 + len(b'a.txt')}),
    ),
    'entry far away': lambda: raw_zip(Raw(central={'start': 2**31})),
    'entry behind the end': lambda: raw_zip(Raw(central={'start': 2**32 - 2})),
    'entry in the directory': lambda: raw_zip(Raw(packed=b'', central={'packed_size': 60}, method=0)),
    'bomb of one file': lambda: raw_zip(Raw(data=bytes(50 << 20))),
    'bomb of many files': lambda: raw_zip(*(Raw(b'%d.png' % i, data=bytes(1 << 20)) for i in range(30))),
    'enormous': lambda: raw_zip(Raw(central={'size': 2**32 - 2}, local={'size': 2**32 - 2})),
    'too many files': lambda: raw_zip(*(Raw(b'%d.txt' % i, data=b'') for i in range(2_001))),
    'far too many files': lambda: raw_zip(
        *(Raw(b'%d' % i, data=b'', packed=b'', method=0) for i in range(20_000))
    ),
    'bytes in front': lambda: raw_zip(Raw(), front=b'MZ' + bytes(100)),
    'bytes in front, not counted': lambda: b'\x7fELF' + raw_zip(Raw()),
    'picture in front': lambda: files.png() + files.zipped(("model.obj", files.OBJ)),
    'bytes behind': lambda: raw_zip(Raw()) + b'x',
    'archive behind an archive': lambda: named('a.obj') + named('b.obj'),
    'another end in the remark': lambda: raw_zip(Raw(), comment=raw_zip(Raw(b'b.obj'))),
    'bytes before the directory': lambda: raw_zip(Raw(), end={'start': 3}),
    'directory too long': lambda: raw_zip(Raw(), end={'length': 10**6}),
    'directory too short': lambda: raw_zip(Raw(), Raw(b'b.obj'), end={'count': 1, 'here': 1}),
    'fewer entries than stated': lambda: raw_zip(Raw(), end={'count': 2, 'here': 2}),
    'several disks': lambda: raw_zip(Raw(), end={'disk': 1}),
    'other count on this disk': lambda: raw_zip(Raw(), end={'here': 0}),
    'wide record missing': lambda: raw_zip(Raw(), end={'start': 2**32 - 1}),
    'wide sizes missing': lambda: raw_zip(Raw(central={'size': 2**32 - 1})),
    'empty file': lambda: b'',
    'no archive': lambda: b'<html>sign in</html>',
    'cut': lambda: files.zipped(("model.obj", files.OBJ))[:-30],
    'tar': lambda: b'model.obj'.ljust(257, b'\0') + b'ustar\x0000' + bytes(2000),
}


@pytest.mark.parametrize('name', LIES)
def test_archives_that_lie_are_refused(tmp_path, name):
    refused(tmp_path, LIES[name]())


HONEST: dict[str, Callable[[], bytes]] = {
    'wide records': lambda: wide(Raw()),
    'sizes behind the data': lambda: raw_zip(
        Raw(
            flags=0x808,
            local={'crc': 0, 'size': 0, 'packed_size': 0},
            descriptor=struct.pack('<3L', *(Raw().facts()[name] for name in ('crc', 'packed_size', 'size'))),
        )
    ),
    'remark': lambda: raw_zip(Raw(), comment=b'made by a service'),
    'leading dot': lambda: named('./model.obj'),
    'from DOS': lambda: raw_zip(Raw(mode=0, dos=0x20)),
    'names without a flag': lambda: raw_zip(Raw('模型.obj'.encode(), flags=0)),
}


@pytest.mark.parametrize('name', HONEST)
def test_unusual_honest_archives_are_unpacked(tmp_path, name):
    (path,) = attempt(tmp_path, HONEST[name]())
    assert path.read_bytes() == files.OBJ


def test_a_stream_writer_s_archive_is_unpacked(tmp_path):
    """Writers that cannot go back put sizes behind the data."""

    class OneWay(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b''

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += bytes(data)
            return len(data)

    stream = OneWay()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('model.obj', files.OBJ)
        with archive.open('skin.png', 'w', force_zip64=True) as member:
            member.write(files.png())
    assert [path.name for path in attempt(tmp_path, stream.data)] == ['model.obj', 'skin.png']


def test_only_what_belongs_to_a_model_is_unpacked(tmp_path):
    kept = {
        'model.OBJ': files.OBJ,
        'model.mtl': files.MTL,
        'textures/a b.png': files.png(),
        'read me.txt': b'x',
    }
    left_out = {
        'inner.zip': files.zipped(), '__MACOSX/._model.obj': b'x', '._model.obj': b'x', '.DS_Store': b'x', 'noise': b'x',
        'model.abc': b'x', 'page.html': b'x', 'Thumbs.db': b'x', 'folder/': b'',
    }  # fmt: skip
    paths = attempt(tmp_path, files.zipped(*(kept | left_out).items()))
    folder = tmp_path / 'inner' / 'model'
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths} == kept
    assert {path for path in folder.rglob('*') if path.is_file()} == set(paths)


def test_the_folder_is_replaced_as_a_whole_and_only_by_success(tmp_path):
    folder = tmp_path / 'inner' / 'model'
    attempt(tmp_path, named('old.obj'))
    with pytest.raises(Hostile):
        attempt(tmp_path, LIES['wrong checksum']())
    assert [path.name for path in folder.iterdir()] == ['old.obj']
    left_by_a_crash = tmp_path / 'inner' / 'model.part'
    left_by_a_crash.mkdir()
    (left_by_a_crash / 'half.obj').write_bytes(b'x')
    attempt(tmp_path, named('new.obj'))
    assert [path.name for path in folder.iterdir()] == ['new.obj']


def test_a_full_disk_is_no_refusal(tmp_path, monkeypatch):
    """The only patch: a full disk cannot be had without rights of the system."""
    archive = tmp_path / 'result.zip'
    archive.write_bytes(named('model.obj'))

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr('hunyuan3d_blender.worker.files.archive.read_data', full)
    with pytest.raises(OSError, match="No space"):
        unpack(archive, tmp_path / 'model')
    assert [path.name for path in tmp_path.iterdir()] == ['result.zip']


# Chance


def honest_archive(chance: random.Random) -> tuple[bytes, int]:
    """An archive as services and people make them, and how many of its files are to be unpacked."""
    stems = ['model', '模型', 'white_mesh', 'Robot arm (2)', 'tête', 'model.v2', '0b1f-77']
    folder = chance.choice(['', 'result/', 'out/mesh/', '结果/'])
    names = {
        f"{folder}{chance.choice(stems)}{suffix}" for suffix in ('.obj', '.mtl') if chance.random() < 0.9
    }
    pictures = ('albedo.png', 'normal.jpg', 'Metallic.PNG', 'rough ness.jpeg', 'ao.webp')
    names |= {
        f"{folder}{chance.choice(['', 'textures/'])}{picture}" for picture in chance.sample(pictures, 3)
    }
    buffer = io.BytesIO()
    compression = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(buffer, 'w', compression) as archive:
        if folder and chance.random() < 0.5:
            archive.writestr(folder, b'')
        for name in chance.sample(sorted(names), len(names)):
            archive.writestr(
                name, chance.randbytes(chance.randrange(3000)) + b'v 0 0 0\n' * chance.randrange(300)
            )
        if chance.random() < 0.2:
            archive.writestr('__MACOSX/._x', b'')
        archive.comment = chance.choice([b'', b'made by a service'])
    return buffer.getvalue(), len(names)


def test_no_honest_archive_is_refused(tmp_path):
    chance = random.Random(1)
    for _ in range(200):
        data, count = honest_archive(chance)
        assert len(attempt(tmp_path, data)) == count


def mutated(chance: random.Random) -> bytes:
    """A hostile archive: honest files, and one that is not; or bytes of an honest one changed."""
    if chance.random() < 0.4:
        data = bytearray(honest_archive(chance)[0])
        for _ in range(chance.randint(1, 6)):
            # Where the headers are: what the data says is guarded by checksums.
            signature = chance.choice([b'PK\1\2', b'PK\3\4', b'PK\5\6'])
            places = [place for place in range(len(data)) if data[place : place + 4] == signature]
            place = min(chance.choice(places or [0]) + chance.randrange(46), len(data) - 1)
            data[place] = chance.randrange(256)
        if chance.random() < 0.3:
            start, end = sorted(chance.sample(range(len(data)), 2))
            data[start:end] = data[start:end] * chance.choice([0, 2])
        return bytes(data)
    entries = [Raw(b'%d.obj' % number) for number in range(chance.randrange(4))]
    evil = Raw(chance.choice(HOSTILE_NAMES[:30]).encode()) if chance.random() < 0.5 else Raw(b'evil.obj')
    for side in (evil.local, evil.central):
        for name in ('crc', 'packed_size', 'size', 'method', 'flags', 'start', 'mode', 'dos'):
            if chance.random() < 0.1:
                widths = {'method': 0xFFFF, 'flags': 0xFFFF, 'mode': 0xFFFF, 'dos': 0xFFFF}
                side[name] = chance.choice([0, 1, 2, 255, chance.getrandbits(16), 2**32 - 1]) & widths.get(
                    name, 2**32 - 1
                )
    entries.insert(chance.randrange(len(entries) + 1), evil)
    front = chance.choice([b'', b'', b'', b'MZ'])
    end = {chance.choice(['count', 'here', 'disk']): chance.randrange(9)} if chance.random() < 0.1 else {}
    return raw_zip(*entries, front=front, end=end)


def test_no_hostile_archive_escapes_or_raises_anything_but_a_refusal(tmp_path):
    """`attempt` asserts that nothing outside the target was written, for each of them."""
    chance = random.Random(2)
    refusals = 0
    for _ in range(1_500):
        try:
            paths = attempt(tmp_path, mutated(chance))
        except Hostile:
            refusals += 1
        else:
            assert sum(path.stat().st_size for path in paths) < 1 << 20
    assert refusals >= 1_000
