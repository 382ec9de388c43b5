# SPDX-License-Identifier: GPL-3.0-or-later
"""What we put into a bucket of moto's S3 server is what Amazon's own library reads there."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hunyuan3d_blender.services.errors import Kind, Refused
from hunyuan3d_blender.services.object_storage.bucket import BucketAccount
from hunyuan3d_blender.services.object_storage.client import ObjectStorage
from hunyuan3d_blender.worker.bucket_test import try_bucket
from hunyuan3d_blender.worker.staged_notes import StagedNotes
from hunyuan3d_blender.worker.staging import Staging
from hunyuan3d_blender.worker.upload import PART_BYTES, upload
from tests.protocol.buckets import moto_bucket


@pytest.fixture(scope='module')
def moto() -> Iterator[tuple[ObjectStorage, Any]]:
    with moto_bucket(time.time) as found:
        yield found


def names(theirs: Any) -> list[str]:
    return [entry['Key'] for entry in theirs.list_objects_v2(Bucket='my-models').get('Contents', ())]


@pytest.mark.parametrize('name', ['model.glb', 'a b+c/模型 1.fbx', "q?x=1&y=%20#z", '~t!*()\''])
def test_boto3_reads_what_we_put(moto: tuple[ObjectStorage, Any], name: str) -> None:
    ours, theirs = moto
    ours.put(name, b'our bytes')
    assert theirs.get_object(Bucket='my-models', Key=name)['Body'].read() == b'our bytes'
    assert ours.read(ours.link(name, 60)) == b'our bytes'
    assert ours.size(name) == 9
    ours.delete(name)
    assert name not in names(theirs)
    with pytest.raises(Refused) as refusal:
        ours.size(name)
    assert refusal.value.failure.kind is Kind.GONE


@pytest.mark.parametrize('size', [1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 12345])
def test_boto3_reads_a_file_of_any_size(moto: tuple[ObjectStorage, Any], tmp_path: Any, size: int) -> None:
    ours, theirs = moto
    data = random.Random(size).randbytes(size)
    (tmp_path / 'model.glb').write_bytes(data)
    seen = []
    upload(ours, tmp_path / 'model.glb', 'large', on_progress=lambda done, total: seen.append((done, total)))
    assert theirs.get_object(Bucket='my-models', Key='large')['Body'].read() == data
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)
    assert not theirs.list_multipart_uploads(Bucket='my-models').get('Uploads')
    ours.delete('large')


def test_an_upload_that_is_given_up_leaves_nothing(moto: tuple[ObjectStorage, Any]) -> None:
    ours, theirs = moto
    begun = ours.begin('given up')
    ours.put_part('given up', begun, 1, b'part')
    assert len(theirs.list_multipart_uploads(Bucket='my-models')['Uploads']) == 1
    ours.abort('given up', begun)
    assert not theirs.list_multipart_uploads(Bucket='my-models').get('Uploads')


def test_a_bucket_that_does_not_exist(moto: tuple[ObjectStorage, Any], tmp_path: Any) -> None:
    ours, _ = moto
    from dataclasses import replace

    other = ObjectStorage(
        replace(ours.bucket, name='nowhere'), ours._key, ours._network, clock=time.time
    )  # the same server
    fault = try_bucket(other)
    assert fault is not None
    assert "written" in fault.step
    assert fault.failure.code == 'NoSuchBucket'


def test_the_bucket_test_leaves_nothing(moto: tuple[ObjectStorage, Any]) -> None:
    ours, theirs = moto
    assert try_bucket(ours) is None
    assert not names(theirs)


def test_a_staged_file_is_private_and_goes_with_its_job(
    moto: tuple[ObjectStorage, Any], tmp_path: Any
) -> None:
    ours, theirs = moto
    (tmp_path / 'My Secret Model.GLB').write_bytes(b'model')
    account = BucketAccount(bucket=ours.bucket, key_source='session', key_hint='1234')
    staging = Staging(StagedNotes(tmp_path / 'staged'), lambda _: ours)
    link = staging.stage(account, tmp_path / 'My Secret Model.GLB', 'job')
    (name,) = names(theirs)
    assert "secret" not in name.lower()
    assert name.endswith('.glb')
    grants = theirs.get_object_acl(Bucket='my-models', Key=name)['Grants']
    assert {grant['Grantee']['Type'] for grant in grants} == {'CanonicalUser'}, "nobody but the owner"
    assert ours.read(link) == b'model'
    assert staging.remove_unwanted({'job'}) == 0
    assert names(theirs) == [name]
    assert staging.remove_unwanted(set()) == 0
    assert not names(theirs)
