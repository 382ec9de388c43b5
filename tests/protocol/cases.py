# SPDX-License-Identifier: GPL-3.0-or-later
"""A case: an answer of a server, and what a client has to make of it. And the error codes of Tencent's platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hunyuan3d_blender.i18n.zh_hans import TEXTS
from hunyuan3d_blender.services.contract import Status
from hunyuan3d_blender.services.errors import Busy, Failure, Kind, NotSent, Refused, ServiceError, Unclear
from hunyuan3d_blender.ui import reporting
from tests.protocol.loopback import Handler, answer

BODY_OF_A_PAGE = b'<html>log in</html>'


@dataclass(frozen=True)
class Told:
    """An error, as the client raises it."""

    error: type[ServiceError]
    kind: Kind


def refused(kind: Kind) -> Told:
    """Turned away for good."""
    return Told(Refused, kind)


BUSY = Told(Busy, Kind.BUSY)
UNCLEAR = Told(Unclear, Kind.SERVICE)
BROKEN = Told(Unclear, Kind.NETWORK)
NOT_SENT = Told(NotSent, Kind.NETWORK)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is not asked with such an answer is None."""

    name: str
    content: bytes = b''
    status: str = '200 OK'
    headers: str = ''
    handler: Handler | None = None
    """In place of the answer above."""
    submit: str | Told | None = None
    """The job's id."""
    query: Status | Told | None = None
    code: str = ''
    """The service's own code, as it is to be kept."""
    says: str = ''
    """The service's own words, as they are to be kept."""
    why: Kind = Kind.SERVICE
    """Of a job that has failed: what is said to be the reason."""
    credits: float | None = None
    """Of a job that is done: what it has cost, where that is told."""

    def serve(self, connection: Any) -> None:
        """Answer a request so."""
        (self.handler or answer(self.content, self.status, self.headers))(connection)


PLATFORM_CODES: tuple[tuple[Told, str], ...] = (
    (refused(Kind.CREDENTIALS), """AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.MFAFailure
        AuthFailure.SecretIdNotFound AuthFailure.SignatureFailure AuthFailure.TokenFailure
        AuthFailure.UnauthorizedOperation UnauthorizedOperation UnauthorizedOperation.CamNoAuth IpInBlacklist
        IpNotInWhitelist FailedOperation.UserUnAuthError FailedOperation.PartnerAccountUnSupport"""),
    (refused(Kind.CLOCK), "AuthFailure.SignatureExpire"),
    (refused(Kind.UNSUPPORTED), """ActionOffline DryRunOperation InvalidAction NoSuchProduct NoSuchVersion
        UnsupportedProtocol InvalidRequest UnsupportedOperation UnsupportedRegion"""),
    (refused(Kind.GONE), "ResourceNotFound FailedOperation.JobNotFound FailedOperation.JobNotExist"),
    (refused(Kind.INPUT), """InvalidParameter InvalidParameterValue MissingParameter UnknownParameter
        RequestSizeLimitExceeded InvalidParameterValue.Model FailedOperation.DownloadError
        FailedOperation.ImageDownloadError FailedOperation.ImageDecodeFailed FailedOperation.ImageSizeExceed
        InvalidParameterValue.UrlIllegal InvalidParameterValue.ParameterValueError
        InvalidParameter.InvalidParameter"""),
    (refused(Kind.CONTENT), """FailedOperation.GenerateImageFailed FailedOperation.ModerationFailed
        OperationDenied.ImageIllegalDetected OperationDenied.TextIllegalDetected"""),
    (refused(Kind.BILLING), """FailedOperation.FreeResourcePackExhausted FailedOperation.ResourcePackExhausted
        FailedOperation.ServiceNotActivated FailedOperation.ServiceStop FailedOperation.ServiceStopArrears
        FailedOperation.SetPayModeExceed ResourceInsufficient ResourceInsufficient.ChargeResourceExhaust
        ResourcesSoldOut.ChargeStatusException ResourceUnavailable.InArrears ResourceUnavailable.LowBalance
        ResourceUnavailable.NotExist ResourceUnavailable.StopUsing"""),
    (BUSY, """RequestLimitExceeded RequestLimitExceeded.JobNumExceed RequestLimitExceeded.IPLimitExceeded
        RequestLimitExceeded.UinLimitExceeded RequestLimitExceeded.GlobalRegionUinLimitExceeded LimitExceeded
        FailedOperation.EngineServerLimitExceeded ResourceUnavailable.IsOpening"""),
    (UNCLEAR, """FailedOperation InternalError ResourceInUse ResourceUnavailable ServiceUnavailable
        ResponseSizeLimitExceeded FailedOperation.EngineRequestTimeout FailedOperation.EngineServerError
        FailedOperation.InnerError FailedOperation.ServerError FailedOperation.RequestTimeout
        FailedOperation.ConsoleServerError NeverHeardOf.This"""),
)  # fmt: skip
"""Common codes of API 3.0, codes of the product, and those of sibling products on the same platform.

A submit that is unclear is never repeated by itself; one that found no place waits for its turn.
"""


OF_REQUESTS = (Kind.INPUT, Kind.CONTENT, Kind.BILLING, Kind.UNSUPPORTED)
"""Reasons that a failed job may have in its request or its account; else the service has failed."""


def platform_failures(wrap: Callable[[str, str], bytes]) -> Iterator[Case]:
    """Each code as that of a job that the service has taken, and that has failed."""
    for told, codes in PLATFORM_CODES:
        for code in codes.split():
            yield Case(
                name=code, content=wrap(code, "no luck"), query=Status.FAILED, code=code, says="no luck",
                why=told.kind if told.kind in OF_REQUESTS else Kind.SERVICE,
            )  # fmt: skip


def platform_errors(wrap: Callable[[str, str], bytes], *, has_clock: bool) -> Iterator[Case]:
    """Each code as a service wraps it. Only signatures have to do with the time."""
    for told, codes in PLATFORM_CODES:
        if told.kind is Kind.CLOCK and not has_clock:
            told = refused(Kind.CREDENTIALS)
        for code in codes.split():
            yield Case(
                name=code, content=wrap(code, "words"), submit=told, query=told, code=code, says="words"
            )


def check_words(failure: Failure) -> None:
    """What the artist reads: what happened and what to do next, in both languages."""
    assert '{' not in failure.message.format(**failure.facts)
    waits = failure.kind is Kind.BUSY
    for text in filter(None, (failure.message, reporting.advice(failure))):
        assert text in TEXTS, text
    assert reporting.advice(failure) or waits, "nothing to be done next"
    chinese = reporting.full_text(failure, lambda text: TEXTS.get(text, text))
    assert failure.message not in chinese
    assert any('\u4e00' <= letter <= '\u9fff' for letter in chinese)
