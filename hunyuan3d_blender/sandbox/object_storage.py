# SPDX-License-Identifier: GPL-3.0-or-later
"""One private bucket at `/bucket/`, as Amazon S3 keeps it: objects, whole or in parts, for whoever has a signed URL.

Below the sandbox's folder:
    objects/<name, encoded>          one object
    uploads/<id>/<number>            a part of one that is not complete
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from .delivery import Delivery, deliver
from .reply import Reply
from .scenarios import Scenario, Switchboard, Where
from .signature import Keys
from .signed_query import REGION, why_refused

BUCKET = 'bucket'
OBJECT_MAX_BYTES = 1 << 30
PART_MIN_BYTES = 5 << 20
"""Of all parts but the last."""
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class ObjectCall:
    """One request. `body` holds `length` bytes, unless the connection breaks."""

    method: str
    target: str
    """Path and query as they came."""
    headers: dict[str, str]
    """With lower-case names."""
    body: BinaryIO
    length: int | None
    """None: not stated, or in no way that makes sense."""


class _Refused(Exception):
    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code


class ObjectStore:
    """Safe to be used from several threads, as every object gets its name only when it is complete."""

    def __init__(
        self, folder: Path, keys: Keys, switchboard: Switchboard, clock: Callable[[], float]
    ) -> None:
        self._objects, self._uploads = folder / 'objects', folder / 'uploads'
        self._keys, self._switchboard, self._clock = keys, switchboard, clock

    def names(self) -> list[str]:
        """All complete objects."""
        return sorted(unquote(path.name.removeprefix('o-')) for path in self._objects.glob('o-*'))

    def uploads(self) -> list[str]:
        """The ids of all uploads that are neither complete nor thrown away."""
        return sorted(path.name for path in self._uploads.glob('*'))

    def path_of(self, name: str) -> Path:
        """Where an object is, whether it is there or not."""
        return self._objects / f"o-{quote(name, safe='')}"

    def answer(self, call: ObjectCall) -> tuple[Reply | Delivery, float]:
        """Carry a request out, or say why not, and what the bucket takes for the time. Reads the body in any case."""
        scenario = self._switchboard.take(Where.BUCKET, '', '')
        now = self._clock() + (scenario.late_s if scenario else 0.0)
        part = self._uploads.parent / f"{secrets.token_hex(8)}.part"
        try:
            digest = _receive(call, part, scenario)
            if digest is None:
                return Reply(status=0), now
            return self._carry_out(call, part, digest, scenario, now), now
        except _Refused as refusal:
            return _error(call.method, refusal), now
        finally:
            part.unlink(missing_ok=True)

    def _carry_out(
        self, call: ObjectCall, part: Path, digest: str, scenario: Scenario | None, now: float
    ) -> Reply | Delivery:
        path, _, query = call.target.partition('?')
        refused = why_refused(call.method, path, query, call.headers.get('host', ''), self._keys, now)
        if refused:
            raise _Refused(*refused)
        if scenario and scenario.code:
            raise _Refused(503, scenario.code)
        if scenario and scenario.instead:
            return scenario.instead()
        bucket, _, name = unquote(path).removeprefix('/').partition('/')
        if bucket != BUCKET:
            raise _Refused(404, 'NoSuchBucket')
        if not name or len(quote(name, safe='')) > 240:
            raise _Refused(400, 'KeyTooLongError' if name else 'InvalidRequest')
        values = dict(parse_qsl(query, keep_blank_values=True))
        if 'uploads' in values and call.method == 'POST':
            return self._begin(name)
        if 'uploadId' in values:
            return self._in_parts(call.method, name, values, part, digest)
        return self._whole(call, name, part, digest)

    def _whole(self, call: ObjectCall, name: str, part: Path, digest: str) -> Reply | Delivery:
        path = self.path_of(name)
        if call.method == 'PUT':
            if call.length is None:
                raise _Refused(411, 'MissingContentLength')
            path.parent.mkdir(exist_ok=True)
            part.replace(path)
            return Reply(headers={'ETag': f'"{digest}"'}, content_type='')
        if call.method == 'DELETE':
            path.unlink(missing_ok=True)
            return Reply(status=204, content_type='')
        if call.method not in ('GET', 'HEAD'):
            raise _Refused(405, 'MethodNotAllowed')
        if not path.is_file():
            raise _Refused(404, 'NoSuchKey', "The specified key does not exist.")
        return deliver(path, call.headers)

    # In parts

    def _begin(self, name: str) -> Reply:
        upload = secrets.token_hex(16)
        folder = self._uploads / upload
        folder.mkdir(parents=True)
        (folder / 'name').write_text(name, encoding='utf-8')
        inner = f"<Bucket>{BUCKET}</Bucket><Key>{escape(name)}</Key><UploadId>{upload}</UploadId>"
        return _xml(200, 'InitiateMultipartUploadResult', inner)

    def _in_parts(self, method: str, name: str, values: dict[str, str], part: Path, digest: str) -> Reply:
        upload, number = values['uploadId'], values.get('partNumber', '')
        folder = self._uploads / upload
        known = re.fullmatch(r'[0-9a-f]{32}', upload) and folder.is_dir()
        if not known or (folder / 'name').read_text(encoding='utf-8') != name:
            raise _Refused(404, 'NoSuchUpload', "The specified upload does not exist.")
        if method == 'DELETE':
            shutil.rmtree(folder)
            return Reply(status=204, content_type='')
        if method == 'PUT' and re.fullmatch(r'[1-9][0-9]{0,3}', number):
            part.replace(folder / number)
            return Reply(headers={'ETag': f'"{digest}"'}, content_type='')
        if method != 'POST':
            raise _Refused(400, 'InvalidArgument')
        return self._complete(name, folder, part)

    def _complete(self, name: str, folder: Path, part: Path) -> Reply:
        named = re.findall(
            r'<Part><PartNumber>(\d{1,4})</PartNumber><ETag>(?:"|&quot;)?([0-9a-f]{32})(?:"|&quot;)?</ETag></Part>',
            part.read_text(encoding='utf-8'),
        )
        numbers = [int(number) for number, _ in named]
        if not named or numbers != sorted(set(numbers)):
            raise _Refused(400, 'InvalidPartOrder' if named else 'MalformedXML')
        pieces = [folder / number for number, _ in named]
        for piece, (_, tag) in zip(pieces, named, strict=True):
            if (
                not piece.is_file()
                or hashlib.md5(piece.read_bytes(), usedforsecurity=False).hexdigest() != tag
            ):
                raise _Refused(400, 'InvalidPart')
        if any(piece.stat().st_size < PART_MIN_BYTES for piece in pieces[:-1]):
            raise _Refused(400, 'EntityTooSmall')
        self._objects.mkdir(exist_ok=True)
        with part.open('wb') as whole:
            for piece in pieces:
                with piece.open('rb') as source:
                    shutil.copyfileobj(source, whole)
        part.replace(self.path_of(name))
        shutil.rmtree(folder)
        return _xml(200, 'CompleteMultipartUploadResult', f"<Key>{escape(name)}</Key>")


def _receive(call: ObjectCall, part: Path, scenario: Scenario | None) -> str | None:
    """Write the body to a file and return its MD5 in hex, None when the connection breaks."""
    digest = hashlib.md5(usedforsecurity=False)
    wanted = min(call.length or 0, OBJECT_MAX_BYTES)
    if scenario and scenario.cuts and wanted:
        wanted //= 2
    with part.open('wb') as file:
        for chunk in _chunks(call.body, wanted):
            file.write(chunk)
            digest.update(chunk)
        complete = file.tell() == (call.length or 0)
    if (call.length or 0) > OBJECT_MAX_BYTES:
        raise _Refused(400, 'EntityTooLarge')
    return digest.hexdigest() if complete else None


def _chunks(body: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (chunk := body.read(min(left, _CHUNK_BYTES))):
        left -= len(chunk)
        yield chunk


def _error(method: str, refusal: _Refused) -> Reply:
    inner = f"<Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message><RequestId>{secrets.token_hex(8)}</RequestId>"
    if refusal.code == 'AuthorizationQueryParametersError':
        inner += f"<Region>{REGION}</Region>"
    return _xml(refusal.status, 'Error', inner if method != 'HEAD' else '')


def _xml(status: int, root: str, inner: str) -> Reply:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{inner}</{root}>'.encode()
    return Reply(status=status, body=body, content_type='application/xml')
