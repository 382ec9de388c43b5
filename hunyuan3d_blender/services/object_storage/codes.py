# SPDX-License-Identifier: GPL-3.0-or-later
"""What the error codes of stores mean.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and, for Tencent COS,
https://cloud.tencent.com/document/product/436/7730
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import N_, Kind
from ..meanings import Meaning, Outcome


def _refused(kind: Kind, message: str) -> Meaning:
    return Meaning(kind, Outcome.REFUSED, message)


_CLOCK = _refused(Kind.CLOCK, N_("The bucket's server finds the time of the request wrong"))
_TOKEN = _refused(
    Kind.CREDENTIALS, N_("The session token of the bucket's key is not valid, or no longer: get a new key")
)
_NO_BUCKET = _refused(
    Kind.UNSUPPORTED, N_("There is no bucket {bucket} at {host}: check its name and its region")
)
_ELSEWHERE = _refused(Kind.UNSUPPORTED, N_("The bucket {bucket} lies in another region than {region}"))
_FULL = _refused(Kind.BILLING, N_("The bucket {bucket} is full"))
_LATER = Meaning(Kind.BUSY, Outcome.BUSY, N_("The bucket's server is busy; it is tried again"))
_FAILED = Meaning(Kind.SERVICE, Outcome.UNCLEAR, N_("The bucket's server failed"))
_TOO_LARGE = _refused(Kind.INPUT, N_("The file is larger than the bucket takes"))

MEANINGS: Mapping[str, Meaning] = {
    'AccessDenied': _refused(
        Kind.CREDENTIALS,
        N_("The key may not do this in the bucket {bucket}: it has to be allowed to read, write and delete"),
    ),
    'InvalidAccessKeyId': _refused(
        Kind.CREDENTIALS, N_("{host} does not know the access key: is it one of this provider?")
    ),
    'SignatureDoesNotMatch': _refused(
        Kind.CREDENTIALS, N_("{host} does not accept the signature: the secret key is wrong, or cut off")
    ),
    'InvalidToken': _TOKEN,
    'ExpiredToken': _TOKEN,
    'RequestTimeTooSkewed': _CLOCK,
    'RequestExpired': _CLOCK,
    'PathStyleDomainForbidden': _refused(
        Kind.UNSUPPORTED,
        N_("{host} wants the bucket's name in front of its own: choose virtual-hosted addressing"),
    ),
    'NoSuchBucket': _NO_BUCKET,
    'InvalidBucketName': _NO_BUCKET,
    'NoSuchKey': _refused(Kind.GONE, N_("The file is no longer in the bucket {bucket}")),
    'NoSuchUpload': _refused(Kind.GONE, N_("The bucket's server no longer knows the upload")),
    'PermanentRedirect': _ELSEWHERE,
    'TemporaryRedirect': _ELSEWHERE,
    'AuthorizationHeaderMalformed': _ELSEWHERE,
    'AuthorizationQueryParametersError': _ELSEWHERE,
    'EntityTooLarge': _TOO_LARGE,
    'QuotaExceeded': _FULL,
    'XMinioStorageFull': _FULL,
    'SlowDown': _LATER,
    'ServiceUnavailable': _LATER,
    'TooManyRequests': _LATER,
    'OperationAborted': _LATER,
    'InternalError': _FAILED,
    'RequestTimeout': _FAILED,
}

RIGHT_REGION = _refused(
    Kind.UNSUPPORTED, N_("The bucket {bucket} lies in the region {right}, not in {region}")
)
"""Where the answer names the region."""

STATUSES: Mapping[int, Meaning] = {
    **dict.fromkeys((301, 302, 303, 307, 308), _ELSEWHERE),
    403: _refused(Kind.CREDENTIALS, N_("The bucket's server did not accept the key (HTTP {status})")),
    404: _refused(Kind.GONE, N_("The file is no longer in the bucket {bucket}")),
    413: _TOO_LARGE,
    429: _LATER,
    503: _LATER,
}
"""Where there is no code: an answer to HEAD, or of something in between."""

REFUSED = _refused(Kind.SERVICE, N_("The bucket's server refused the request (HTTP {status})"))
"""A code that is not in the table, with a status that leaves no doubt."""
NONSENSE = Meaning(
    Kind.SERVICE,
    Outcome.UNCLEAR,
    N_("{host} gave an answer that no bucket gives (HTTP {status}): check the endpoint"),
)
