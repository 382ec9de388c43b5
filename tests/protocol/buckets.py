# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets on this computer: the sandbox's, and moto's, which is what Amazon's own library is tested against."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hunyuan3d_blender.sandbox.object_storage import BUCKET
from hunyuan3d_blender.sandbox.server import Sandbox
from hunyuan3d_blender.sandbox.signed_query import REGION
from hunyuan3d_blender.services.contract import Key
from hunyuan3d_blender.services.http import Network
from hunyuan3d_blender.services.object_storage.bucket import Addressing, Bucket
from hunyuan3d_blender.services.object_storage.client import ObjectStorage

KEY = Key('moto-secret-key-canary', id='AKIDmotoEXAMPLE1234')


def storage_of(sandbox: Sandbox, clock: Any, **changed: Any) -> ObjectStorage:
    """The sandbox's bucket; `changed` are values of the bucket, and `key`."""
    key = changed.pop('key', None) or Key(sandbox.ledger.keys.secret_key, id=sandbox.ledger.keys.secret_id)
    values = {'endpoint': sandbox.url, 'region': REGION, 'name': BUCKET, 'addressing': Addressing.PATH}
    return ObjectStorage(Bucket(**values | changed), lambda: key, Network(), clock=clock)


@contextmanager
def moto_bucket(clock: Any) -> Iterator[tuple[ObjectStorage, Any]]:
    """A bucket on moto's S3 server, through our client and through boto3."""
    import boto3
    from botocore.config import Config
    from moto.server import ThreadedMotoServer

    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        theirs = boto3.client(
            's3',
            region_name='eu-west-1',
            endpoint_url=endpoint,
            aws_access_key_id=KEY.id,
            aws_secret_access_key=KEY.secret,
            config=Config(s3={'addressing_style': 'path'}, request_checksum_calculation='when_required'),
        )
        bucket = Bucket(endpoint=endpoint, region='eu-west-1', name='my-models', addressing=Addressing.PATH)
        theirs.create_bucket(
            Bucket=bucket.name, CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'}
        )
        yield ObjectStorage(bucket, lambda: KEY, Network(), clock=clock), theirs
        theirs.close()
    finally:
        server.stop()
