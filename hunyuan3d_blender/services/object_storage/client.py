# SPDX-License-Identifier: GPL-3.0-or-later
"""Put, read and delete objects of one bucket, each by a signed URL that lives for this one request.

Every method raises any `ServiceError`. All requests may be repeated: they cost nothing, and none does twice what it
does once. A signature that the store refuses for its time is made once more with the store's own time.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ..clock import clock_error_s, clock_failure
from ..contract import Key
from ..errors import Kind, Refused
from ..http import HttpAnswer, Network, StreamedBody, call
from .answers import error_in, nonsense
from .bucket import Bucket, refuse_impossible
from .signing import presigned
from .xml_answer import fields_of

logger = logging.getLogger(__name__)

DEADLINE_S = 60.0
UPLOAD_BYTES_PER_S = 25_000
"""The slowest upload that is waited for; the deadline grows with the body."""
REQUEST_LIFETIME_S = 900
"""Of the URLs for our own requests, which leave at once; stores look at it when a request begins."""

Body = bytes | StreamedBody
_NOTHING: Mapping[str, str] = MappingProxyType({})


class ObjectStorage:
    """One bucket with a key. Safe to use from several threads: the only state is the clock's error."""

    def __init__(
        self,
        bucket: Bucket,
        key: Callable[[], Key],
        network: Network,
        *,
        clock: Callable[[], float],
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """`stop` ends what is under way. Raise Refused for settings that cannot be right."""
        refuse_impossible(bucket)
        self.bucket = bucket
        self._key, self._network, self._clock, self._stop = key, network, clock, stop
        self._clock_error_s = 0.0

    # Whole objects

    def put(self, name: str, body: Body) -> None:
        """Write an object, in place of one that has the name."""
        self._tag(self._call('PUT', name, body=body))

    def size(self, name: str) -> int:
        """The size of an object in bytes, -1 where the store does not say. Refused with Kind.GONE: there is none."""
        length = self._call('HEAD', name).headers.get('Content-Length', '')
        return int(length) if re.fullmatch('[0-9]{1,18}', length) else -1

    def delete(self, name: str) -> None:
        """Delete an object; stores do not mind when there is none."""
        self._call('DELETE', name)

    def link(self, name: str, lifetime_s: int) -> str:
        """A URL that lets anyone read the object until its time is over. It is a secret; nothing is sent here."""
        return self._signed('GET', name, lifetime_s)

    def read(self, link: str) -> bytes:
        """What a small object holds, fetched by its link as a stranger would. At most 4 MiB."""
        return self._checked(self._send('GET', link)).body

    # Objects in parts

    def begin(self, name: str) -> str:
        """Begin an object in parts; return the id of the upload."""
        answer = self._call('POST', name, {'uploads': ''}, expected='InitiateMultipartUploadResult')
        upload = fields_of(answer.body)[1].get('UploadId', '').strip()
        if not re.fullmatch(r'[!-~]{1,1024}', upload):
            raise nonsense(answer, self.bucket)
        return upload

    def put_part(self, name: str, upload: str, number: int, body: Body) -> str:
        """Write part `number`, from 1; return its tag."""
        return self._tag(self._call('PUT', name, {'partNumber': str(number), 'uploadId': upload}, body=body))

    def complete(self, name: str, upload: str, tags: Sequence[str]) -> None:
        """Make one object of all parts."""
        parts = ''.join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"
            for number, tag in enumerate(tags, 1)
        )
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        self._call('POST', name, {'uploadId': upload}, body=body, expected='CompleteMultipartUploadResult')

    def abort(self, name: str, upload: str) -> None:
        """Throw the parts away."""
        self._call('DELETE', name, {'uploadId': upload})

    # Inside

    def _call(
        self,
        method: str,
        name: str,
        parameters: Mapping[str, str] = _NOTHING,
        *,
        body: Body = b'',
        expected: str = '',
    ) -> HttpAnswer:
        """Make a request that is answered by the element `expected`, or by nothing; a page of a gateway is neither."""
        answer = self._in_time(method, name, parameters, body)
        if fields_of(answer.body)[0] != expected or bool(answer.body.strip()) != bool(expected):
            raise nonsense(answer, self.bucket)
        return answer

    def _in_time(self, method: str, name: str, parameters: Mapping[str, str], body: Body) -> HttpAnswer:
        answer = self._send(method, self._signed(method, name, REQUEST_LIFETIME_S, parameters), body)
        try:
            return self._checked(answer)
        except Refused as refusal:
            error_s = clock_error_s(answer, self._clock())
            if refusal.failure.kind != Kind.CLOCK or error_s is None:
                raise
        logger.warning(
            "The bucket's clock differs from this computer's by %.0f s; signing once more", error_s
        )
        self._clock_error_s = error_s
        answer = self._send(method, self._signed(method, name, REQUEST_LIFETIME_S, parameters), body)
        try:
            return self._checked(answer)
        except Refused as refusal:
            if refusal.failure.kind != Kind.CLOCK:
                raise
            raise Refused(clock_failure(refusal.failure, error_s)) from None

    def _signed(
        self, method: str, name: str, lifetime_s: int, parameters: Mapping[str, str] = _NOTHING
    ) -> str:
        return presigned(
            method,
            self.bucket.url(name),
            self._key(),
            region=self.bucket.region,
            lifetime_s=lifetime_s,
            now=self._clock() + self._clock_error_s,
            parameters=parameters,
        )

    def _send(self, method: str, url: str, body: Body = b'') -> HttpAnswer:
        return call(
            self._network,
            method,
            url,
            body=body,
            headers={},
            deadline_s=DEADLINE_S + len(body) / UPLOAD_BYTES_PER_S,
            allow_loopback=True,  # the endpoint is the artist's own choice
            stop=self._stop,
        )

    def _checked(self, answer: HttpAnswer) -> HttpAnswer:
        error = error_in(answer, self.bucket, self._key())
        if error is not None:
            raise error
        return answer

    def _tag(self, answer: HttpAnswer) -> str:
        """The tag that a store gives whatever it has taken; without one it has taken nothing."""
        tag = answer.headers.get('ETag', '')
        if not re.fullmatch(r'"?[A-Za-z0-9+/=_-]{1,200}"?', tag):
            raise nonsense(answer, self.bucket)
        return tag
