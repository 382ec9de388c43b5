# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services' error codes mean, and what may be done after each.

Sources: the common codes of API 3.0 (https://www.tencentcloud.com/document/product/1284/75543), the product's own
codes there, and for the China site, which publishes none, the lists of sibling products on the same platform.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import N_, Kind
from ..meanings import Meaning, Outcome


def meaning_of(code: str) -> Meaning:
    """What a code means: its own row, else that of the nearest shorter code; an unknown one is unclear."""
    name = code
    while name:
        if name in _MEANINGS:
            return _MEANINGS[name]
        name = name.rpartition('.')[0]
    return UNKNOWN


def _rows(kind: Kind, outcome: Outcome, message: str, codes: str) -> dict[str, Meaning]:
    return dict.fromkeys(codes.split(), Meaning(kind, outcome, message))


UNKNOWN = Meaning(
    Kind.SERVICE, Outcome.UNCLEAR, N_("The service reports an error that this add-on does not know")
)

_MEANINGS: Mapping[str, Meaning] = (
    # The key
    _rows(
        Kind.CREDENTIALS, Outcome.REFUSED,
        N_("The key was not accepted: check that SecretId and SecretKey are complete and belong together"),
        'AuthFailure AuthFailure.InvalidAuthorization AuthFailure.SignatureFailure AuthFailure.MFAFailure',
    )
    | _rows(
        Kind.CREDENTIALS, Outcome.REFUSED,
        N_("The service does not know this SecretId: it was deleted, or it belongs to the other site"
           " (China and international accounts are separate)"),
        'AuthFailure.SecretIdNotFound AuthFailure.InvalidSecretId',
    )
    | _rows(
        Kind.CREDENTIALS, Outcome.REFUSED,
        N_("The temporary key has expired or does not fit: get a new one"),
        'AuthFailure.TokenFailure',
    )
    | _rows(
        Kind.CREDENTIALS, Outcome.REFUSED,
        N_("This account may not use the service: its owner has to grant it the policy QcloudAI3DFullAccess"),
        'AuthFailure.UnauthorizedOperation UnauthorizedOperation FailedOperation.UserUnAuthError'
        ' FailedOperation.PartnerAccountUnSupport',
    )
    | _rows(
        Kind.CREDENTIALS, Outcome.REFUSED,
        N_("The key may not be used from this internet address"),
        'IpInBlacklist IpNotInWhitelist',
    )
    | _rows(
        Kind.CLOCK, Outcome.REFUSED,
        N_("This computer's clock is too far from the service's: set the time and try again"),
        'AuthFailure.SignatureExpire',
    )
    # Money
    | _rows(
        Kind.BILLING, Outcome.REFUSED,
        N_("The service is not activated for this account: activate it in the console"),
        'FailedOperation.ServiceNotActivated ResourceUnavailable.NotExist',
    )
    | _rows(
        Kind.BILLING, Outcome.REFUSED,
        N_("The account has no credits for this: claim the free ones, buy some, or switch on post-pay in the console"),
        'ResourceInsufficient ResourcesSoldOut FailedOperation.FreeResourcePackExhausted'
        ' FailedOperation.ResourcePackExhausted FailedOperation.SetPayModeExceed',
    )
    | _rows(
        Kind.BILLING, Outcome.REFUSED,
        N_("The service has been stopped for this account, or a bill is overdue: see the console"),
        'FailedOperation.ServiceStop FailedOperation.ServiceStopArrears ResourceUnavailable.InArrears'
        ' ResourceUnavailable.LowBalance ResourceUnavailable.StopUsing',
    )
    # Waiting helps
    | _rows(
        Kind.BUSY, Outcome.FULL,
        N_("All job slots of this account are taken; the job waits for its turn"),
        'RequestLimitExceeded.JobNumExceed',
    )
    | _rows(
        Kind.BUSY, Outcome.BUSY,
        N_("Too many requests at once; the job waits for its turn"),
        'RequestLimitExceeded LimitExceeded FailedOperation.EngineServerLimitExceeded',
    )
    | _rows(
        Kind.BUSY, Outcome.BUSY,
        N_("The service is being activated for this account; the job waits for it"),
        'ResourceUnavailable.IsOpening',
    )
    # The request
    | _rows(
        Kind.INPUT, Outcome.REFUSED,
        N_("The service does not accept this request"),
        'InvalidParameter InvalidParameterValue MissingParameter UnknownParameter',
    )
    | _rows(
        Kind.INPUT, Outcome.REFUSED,
        N_("The request is too large for the service: use smaller pictures"),
        'RequestSizeLimitExceeded',
    )
    | _rows(
        Kind.INPUT, Outcome.REFUSED,
        N_("The service could not load the picture or the model from its address,"
           " which has to be reachable from the internet"),
        'FailedOperation.DownloadError FailedOperation.ImageDownloadError InvalidParameterValue.UrlIllegal',
    )
    | _rows(
        Kind.INPUT, Outcome.REFUSED,
        N_("The service cannot use this picture: choose another one, or a smaller one"),
        'FailedOperation.ImageDecodeFailed FailedOperation.ImageSizeExceed',
    )
    | _rows(
        Kind.CONTENT, Outcome.REFUSED,
        N_("The service's rules do not allow this prompt or picture: change it"),
        'OperationDenied FailedOperation.ModerationFailed FailedOperation.GenerateImageFailed',
    )
    # The service
    | _rows(
        Kind.GONE, Outcome.REFUSED,
        N_("The service does not know this job: jobs are kept for 24 hours"),
        'ResourceNotFound FailedOperation.JobNotFound FailedOperation.JobNotExist',
    )
    | _rows(
        Kind.UNSUPPORTED, Outcome.REFUSED,
        N_("The service does not offer this in the chosen region"),
        'UnsupportedRegion',
    )
    | _rows(
        Kind.UNSUPPORTED, Outcome.REFUSED,
        N_("The service no longer offers this: look for a newer version of the add-on"),
        'ActionOffline InvalidAction NoSuchProduct NoSuchVersion UnsupportedProtocol InvalidRequest'
        ' UnsupportedOperation DryRunOperation',
    )
    | _rows(
        Kind.SERVICE, Outcome.UNCLEAR,
        N_("The service itself has failed"),
        'FailedOperation InternalError ResourceInUse ResourceUnavailable ServiceUnavailable'
        ' ResponseSizeLimitExceeded',
    )
)  # fmt: skip
