# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a bucket is found, and how its objects are addressed. Pure functions and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, urlsplit

from ...value import value
from ..errors import N_, Failure, Kind, Refused


class Addressing(StrEnum):
    """Where a URL names the bucket."""

    VIRTUAL = 'virtual'
    """In front of the host: https://bucket.host/key"""
    PATH = 'path'
    """At the beginning of the path: https://host/bucket/key"""


@value
class Provider:
    """What is known beforehand about buckets of one provider."""

    id: str
    label: str
    """The product's name."""
    endpoint: str
    """Scheme and host with {region} in it, '' where only the artist knows it."""
    region: str
    """The default one."""
    addressing: Addressing


PROVIDERS: Mapping[str, Provider] = {
    provider.id: provider
    for provider in (
        # Path-style requests are refused for buckets made since 2024 (https://cloud.tencent.com/document/product/436/102489).
        Provider(id='cos', label="Tencent COS", endpoint='https://cos.{region}.myqcloud.com', region='ap-guangzhou',
                 addressing=Addressing.VIRTUAL),
        Provider(id='aws', label="Amazon S3", endpoint='https://s3.{region}.amazonaws.com', region='us-east-1',
                 addressing=Addressing.VIRTUAL),
        Provider(id='aws_cn', label="Amazon S3 (China)", endpoint='https://s3.{region}.amazonaws.com.cn',
                 region='cn-north-1', addressing=Addressing.VIRTUAL),
        # The account is a part of the host, and there is one region (https://developers.cloudflare.com/r2/api/s3/api/).
        Provider(id='r2', label="Cloudflare R2", endpoint='', region='auto', addressing=Addressing.PATH),
        Provider(id='minio', label="MinIO", endpoint='', region='us-east-1', addressing=Addressing.PATH),
        Provider(id='other', label=N_("Other, S3-Compatible"), endpoint='', region='us-east-1',
                 addressing=Addressing.PATH),
    )
}  # fmt: skip
"""In the order in which they are shown."""


@value
class Bucket:
    """A bucket and the part of it that is ours. Holds no key."""

    endpoint: str
    """Scheme and host, with a port where it is not the usual one."""
    region: str
    name: str
    """On Tencent COS with the number of the account at its end: models-1250000000."""
    addressing: Addressing = Addressing.VIRTUAL
    prefix: str = ''
    """Begins the names of all objects of ours, for example 'hunyuan3d/'."""

    @property
    def host(self) -> str:
        """The host of the endpoint, with its port."""
        return urlsplit(self.endpoint).netloc

    def url(self, key: str) -> str:
        """The address of an object, without a signature."""
        scheme, host = urlsplit(self.endpoint)[:2]
        host = _without_usual_port(scheme, host)
        path = quote(key, safe='/')
        if self.addressing is Addressing.PATH or (scheme == 'https' and '.' in self.name):
            return f"{scheme}://{host}/{self.name}/{path}"  # no certificate for *.host is good for a.b.host
        return f"{scheme}://{self.name}.{host}/{path}"


@value
class BucketAccount:
    """A bucket, and the words by which its key is found again."""

    bucket: Bucket
    key_source: str = ''
    """A `credentials.Source`."""
    key_hint: str = ''
    """The last four characters of the key's id."""

    @property
    def is_sandbox(self) -> bool:
        """Whether it is in the sandbox that the worker itself runs, which has an address only while it runs."""
        return not self.bucket.endpoint


SANDBOX = BucketAccount(
    bucket=Bucket(endpoint='', region='sandbox', name='bucket', addressing=Addressing.PATH)
)


def refuse_impossible(bucket: Bucket) -> None:
    """Raise Refused for settings that cannot be right. What passes is safe to be put into a URL."""
    for message, good in (
        (N_("This is no region of a bucket: {region}"), re.fullmatch(r'[A-Za-z0-9-]{1,40}', bucket.region)),
        (N_("The endpoint of the bucket must be https:// and a host, nothing more"), _is_origin(bucket.endpoint)),
        (
            N_("This is no name of a bucket: {bucket}"),
            re.fullmatch(r'[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]', bucket.name) and '..' not in bucket.name,
        ),
        (
            N_("The folder in the bucket can have Latin letters, digits, - and _ only: {prefix}"),
            re.fullmatch(r'(?:[A-Za-z0-9_-]{1,60}/){0,8}', bucket.prefix),
        ),
    ):  # fmt: skip
        if not good:
            facts = {'bucket': bucket.name, 'region': bucket.region, 'prefix': bucket.prefix}
            raise Refused(Failure(kind=Kind.UNSUPPORTED, message=message, facts=facts))


def _is_origin(endpoint: str) -> bool:
    return bool(
        re.fullmatch(r'https?://(?:[A-Za-z0-9.-]{1,200}|\[[0-9a-f:]{2,45}\])(?::[0-9]{1,5})?', endpoint)
    )


def _without_usual_port(scheme: str, host: str) -> str:
    """HTTP clients leave the usual port out of the Host header, which is signed."""
    return host.removesuffix(':443' if scheme == 'https' else ':80').lower()
