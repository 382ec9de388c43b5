# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error code that Tencent Cloud documents, or its SDKs know, has its class, a sentence and a next step, in both languages."""

from __future__ import annotations

import pytest
from tencentcloud.ai3d.v20250513 import errorcodes as china
from tencentcloud.hunyuan.v20230901 import errorcodes as international

from hunyuan3d_blender.i18n.zh_hans import TEXTS
from hunyuan3d_blender.services.errors import Failure, Kind, Spent
from hunyuan3d_blender.services.meanings import Outcome
from hunyuan3d_blender.services.tencent_cloud import codes
from hunyuan3d_blender.ui import reporting

CLASSES = {
    'input': (Outcome.REFUSED, {Kind.INPUT, Kind.CONTENT, Kind.UNSUPPORTED}),
    'key': (Outcome.REFUSED, {Kind.CREDENTIALS, Kind.CLOCK}),
    'billing': (Outcome.REFUSED, {Kind.BILLING}),
    'wait': (Outcome.BUSY, {Kind.BUSY}),
    'full': (Outcome.FULL, {Kind.BUSY}),
    'unclear': (Outcome.UNCLEAR, {Kind.SERVICE}),
    'stop': (Outcome.REFUSED, {Kind.GONE, Kind.UNSUPPORTED}),
}
"""What may follow, by class: submits that are unclear are never repeated by themselves, waiting ones are."""

DOCUMENTED = {
    'key': """AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.MFAFailure
        AuthFailure.SecretIdNotFound AuthFailure.SignatureExpire AuthFailure.SignatureFailure AuthFailure.TokenFailure
        AuthFailure.UnauthorizedOperation UnauthorizedOperation IpInBlacklist IpNotInWhitelist
        FailedOperation.UserUnAuthError FailedOperation.PartnerAccountUnSupport""",
    'stop': """ActionOffline DryRunOperation InvalidAction NoSuchProduct NoSuchVersion UnsupportedProtocol InvalidRequest
        ResourceNotFound UnsupportedOperation FailedOperation.JobNotFound FailedOperation.JobNotExist""",
    'unclear': """FailedOperation InternalError ResourceInUse ResourceUnavailable ServiceUnavailable
        ResponseSizeLimitExceeded FailedOperation.EngineRequestTimeout FailedOperation.EngineServerError
        FailedOperation.InnerError FailedOperation.ServerError FailedOperation.RequestTimeout
        FailedOperation.ConsoleServerError""",
    'input': """InvalidParameter InvalidParameterValue MissingParameter UnknownParameter RequestSizeLimitExceeded
        UnsupportedRegion InvalidParameterValue.Model FailedOperation.DownloadError FailedOperation.ImageDownloadError
        FailedOperation.ImageDecodeFailed FailedOperation.ImageSizeExceed InvalidParameterValue.UrlIllegal
        FailedOperation.GenerateImageFailed FailedOperation.ModerationFailed OperationDenied.ImageIllegalDetected
        OperationDenied.TextIllegalDetected InvalidParameterValue.ParameterValueError InvalidParameter.InvalidParameter""",
    'wait': """RequestLimitExceeded RequestLimitExceeded.IPLimitExceeded RequestLimitExceeded.UinLimitExceeded
        RequestLimitExceeded.GlobalRegionUinLimitExceeded LimitExceeded FailedOperation.EngineServerLimitExceeded
        ResourceUnavailable.IsOpening""",
    'full': "RequestLimitExceeded.JobNumExceed",
    'billing': """FailedOperation.FreeResourcePackExhausted FailedOperation.ResourcePackExhausted
        FailedOperation.ServiceNotActivated FailedOperation.ServiceStop FailedOperation.ServiceStopArrears
        ResourceInsufficient ResourceInsufficient.ChargeResourceExhaust ResourcesSoldOut.ChargeStatusException
        ResourceUnavailable.InArrears ResourceUnavailable.LowBalance ResourceUnavailable.NotExist
        ResourceUnavailable.StopUsing FailedOperation.SetPayModeExceed""",
}
"""Common codes of API 3.0, codes of the product, and those of sibling products on the same platform, by class."""

ROWS = [(code, name) for name, text in DOCUMENTED.items() for code in text.split()]
IN_SDKS = {
    value for module in (china, international) for name, value in vars(module).items() if name.isupper()
}


def failure_of(code: str) -> Failure:
    meaning = codes.meaning_of(code)
    spent = Spent.MAYBE if meaning.outcome is Outcome.UNCLEAR else Spent.NO
    return Failure(kind=meaning.kind, message=meaning.message, code=code, spent=spent)


@pytest.mark.parametrize(('code', 'name'), ROWS)
def test_a_documented_code_is_what_its_class_says(code: str, name: str) -> None:
    outcome, kinds = CLASSES[name]
    meaning = codes.meaning_of(code)
    assert meaning is not codes.UNKNOWN
    assert meaning.outcome is outcome
    assert meaning.kind in kinds


@pytest.mark.parametrize(('code', 'name'), ROWS)
def test_a_documented_code_is_told_with_its_next_step_in_both_languages(code: str, name: str) -> None:
    failure = failure_of(code)
    waits = failure.kind is Kind.BUSY
    advice = reporting.advice(failure) or (failure.message if waits else '')
    own_advice = ': ' in failure.message  # the sentence itself says what to do
    assert advice or own_advice, "nothing to be done next"
    assert failure.message in TEXTS
    assert waits or not reporting.advice(failure) or reporting.advice(failure) in TEXTS
    chinese = reporting.full_text(failure, lambda text: TEXTS.get(text, text))
    assert failure.message not in chinese
    assert reporting.full_text(failure).startswith(failure.message)


def test_every_code_of_the_sdks_is_known() -> None:
    assert len(IN_SDKS) >= 14
    assert {code for code, _ in ROWS} >= IN_SDKS


def test_the_unknown_is_unclear_and_a_longer_code_is_what_its_beginning_is() -> None:
    assert codes.meaning_of('SomethingNew.Else').outcome is Outcome.UNCLEAR
    assert codes.meaning_of('AuthFailure.New') == codes.meaning_of('AuthFailure')
    assert codes.meaning_of('InvalidParameterValue.New').outcome is Outcome.REFUSED
