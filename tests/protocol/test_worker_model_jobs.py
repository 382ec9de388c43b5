# SPDX-License-Identifier: GPL-3.0-or-later
"""The real worker and the sandbox: work on the result of an earlier job, and on a file of the artist's."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace

import pytest

from hunyuan3d_blender import credentials
from hunyuan3d_blender.jobs.job import OPEN, State, new_id
from hunyuan3d_blender.services.contract import OPTIONS, Key, Operation, Request
from hunyuan3d_blender.services.model_options import FaceLevel, InputModel, PartsOptions, TopologyOptions
from hunyuan3d_blender.services.object_storage.bucket import BucketAccount
from hunyuan3d_blender.services.registry import TABLES
from hunyuan3d_blender.worker import kept_results
from tests.protocol.buckets import storage_of
from tests.worker_process import wait_until, world


@pytest.fixture
def here(library, tmp_path):
    with world(library, tmp_path / 'sandbox', seconds=0.1) as here:
        yield here


def topology(model: InputModel) -> Request:
    options = TopologyOptions(face_level=FaceLevel.LOW)
    return Request(operation=Operation.TOPOLOGY, model_input=model, options=options)


def convert(model: InputModel) -> Request:
    return Request(operation=Operation.CONVERT, model_input=model, result_format='FBX')


def test_a_queued_step_waits_for_the_one_before_and_takes_its_result(here):
    first = here.job()
    second = here.job(request=topology(InputModel(job_id=first.id, format='GLB')))
    here.start()
    done = here.wait_for(second, State.READY, State.REJECTED, State.FAILED)
    assert done.state is State.READY, done
    assert here.get(first).state is State.READY
    assert here.get(first).submitted_at < done.submitted_at
    assert here.sandbox.objects.names() == []  # nothing was uploaded


def test_a_model_of_a_wrong_format_is_converted_in_between(here):
    first = here.job()
    between = here.job(request=convert(InputModel(job_id=first.id, format='GLB')))
    parts = Request(operation=Operation.PARTS, model_input=InputModel(job_id=between.id, format='FBX'))
    last = here.job(request=parts)
    here.start()
    done = here.wait_for(last, State.READY, State.REJECTED, State.FAILED)
    assert done.state is State.READY, done
    assert here.get(between).state is State.READY


def test_nothing_is_sent_when_the_step_before_comes_to_nothing(here):
    first = here.job(prompt="chair [sandbox:fail]")
    second = here.job(request=topology(InputModel(job_id=first.id, format='GLB')))
    third = here.job(request=topology(InputModel(job_id=new_id(), format='GLB')))
    here.start()
    for job in (second, third):
        ended = here.wait_for(job, State.REJECTED)
        assert ended.error is not None
        assert "nothing was sent" in ended.error.message
    assert here.wait_for(first, State.FAILED)


def test_a_file_is_staged_sent_and_taken_away(here):
    keys = here.sandbox.ledger.keys
    purpose = credentials.Purpose(credentials.BUCKET, here.sandbox.url)
    credentials.save_own(purpose, Key(keys.secret_key, id=keys.secret_id))
    bucket = BucketAccount(
        bucket=storage_of(here.sandbox, time.time).bucket, key_source='own_file', key_hint=keys.secret_id[-4:]
    )
    first = here.job()
    here.start()
    here.wait_for(first, State.READY)
    (model,) = here.library.job(first.id).download.glob('*.glb')
    data = model.read_bytes()
    id_ = new_id()
    folder = here.library.job(id_).input
    folder.mkdir(parents=True)
    (folder / 'model.glb').write_bytes(data)
    given = InputModel(
        file='model.glb', format='GLB', size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest()
    )
    job = here.job(id=id_, request=topology(given), bucket=bucket)
    done = here.wait_for(job, State.READY, State.REJECTED, State.FAILED)
    assert done.state is State.READY, done
    wait_until(lambda: not here.sandbox.objects.names(), lambda: here.log)
    record = here.library.job(id_).record.read_text()
    assert not any(secret in record + here.log for secret in (keys.secret_key, 'X-Amz', 'q-signature'))


@pytest.mark.parametrize('changed', [{'size_bytes': 7}, {'file': 'other.glb'}])
def test_a_file_that_was_changed_is_not_sent(here, changed):
    id_ = new_id()
    folder = here.library.job(id_).input
    folder.mkdir(parents=True)
    (folder / 'model.glb').write_bytes(b'glTF')
    given = replace(InputModel(file='model.glb', format='GLB', size_bytes=4), **changed)
    job = here.job(id=id_, request=topology(given))
    here.start()
    ended = here.wait_for(job, State.REJECTED)
    assert ended.error is not None
    assert "missing or has been changed" in ended.error.message


def test_a_paid_conversion_survives_the_worker(here):
    """Its result is told once only: a worker that is killed right after it has it from a file that nobody else can read."""
    first = here.job()
    here.start()
    here.wait_for(first, State.READY)
    job = here.job(request=convert(InputModel(job_id=first.id, format='GLB')))
    wait_until(lambda: bool(kept_results.read(here.library.job(job.id), here.get(job).remote_id or '?')))
    here.kill()
    links = here.library.job(job.id).links
    assert links.stat().st_mode & 0o077 == 0
    here.start()
    assert here.wait_for(job, State.READY, State.UNKNOWN, State.FAILED).state is State.READY


@pytest.mark.parametrize('service', ['tencent_cn', 'tencent_intl'])
@pytest.mark.parametrize('operation', [Operation.UV, Operation.TEXTURE, Operation.RIG, Operation.CONVERT])
def test_every_operation_in_both_editions(here, service, operation):
    """On a model that the edition takes: where it takes no GLB, after a conversion."""
    offer = TABLES[service].offers[operation]
    first = here.job(service=service)
    source, kind = first, 'GLB'
    if 'GLB' not in offer.model_input.formats:
        source = here.job(service=service, request=convert(InputModel(job_id=first.id, format='GLB')))
        kind = 'FBX'
    options = OPTIONS[operation]() if operation in OPTIONS else None
    request = Request(
        operation=operation,
        prompt="of bronze" if operation is Operation.TEXTURE else '',
        model_input=InputModel(job_id=source.id, format=kind),
        options=options,
        result_format='FBX' if operation is Operation.CONVERT else '',
    )
    job = here.job(service=service, request=request)
    here.start()
    done = here.wait_for(job, State.READY, State.REJECTED, State.FAILED, State.UNKNOWN)
    assert done.state is State.READY, done


@pytest.mark.parametrize('service', ['tencent_cn', 'tencent_intl'])
def test_parts_that_are_only_found_come_with_their_list(here, service):
    """By URL from the domestic edition, in the answer from the international one."""
    first = here.job(service=service)
    between = here.job(service=service, request=convert(InputModel(job_id=first.id, format='GLB')))
    source = InputModel(job_id=between.id, format='FBX')
    request = Request(operation=Operation.PARTS, model_input=source, options=PartsOptions(staged=True))
    job = here.job(service=service, request=request)
    here.start()
    done = here.wait_for(job, State.READY, State.REJECTED, State.FAILED, State.UNKNOWN)
    assert done.state is State.READY, done
    model, words = (here.library.job(job.id).download / name for name in done.files)
    assert (model.suffix, words.suffix) == ('.fbx', '.json')
    assert 'face_ids' in words.read_text()


def test_a_set_of_levels_is_staged_once_and_taken_away_with_the_last(here):
    keys = here.sandbox.ledger.keys
    credentials.save_own(
        credentials.Purpose(credentials.BUCKET, here.sandbox.url), Key(keys.secret_key, id=keys.secret_id)
    )
    bucket = BucketAccount(
        bucket=storage_of(here.sandbox, time.time).bucket, key_source='own_file', key_hint=keys.secret_id[-4:]
    )
    first = here.job()
    here.start()
    here.wait_for(first, State.READY)
    (model,) = here.library.job(first.id).download.glob('*.glb')
    ids = [new_id() for _ in FaceLevel]
    folder = here.library.job(ids[0]).input
    folder.mkdir(parents=True)
    (folder / 'model.glb').write_bytes(model.read_bytes())
    jobs = [
        replace(
            here.draft(request=level(ids[0] if number else '', name), bucket=bucket),
            id=ids[number],
            created_at=time.time() + number / 1000,
        )
        for number, name in enumerate(FaceLevel)
    ]
    here.store.add_all(jobs)
    seen = set()

    def is_over():
        seen.update(here.sandbox.objects.names())
        return all(here.get(job).state not in OPEN for job in jobs)

    wait_until(is_over, lambda: here.log)
    assert [here.get(job).state for job in jobs] == [State.READY] * 3
    assert len(seen) == 1
    assert here.log.count("its model is in the bucket") == 1
    wait_until(lambda: not here.sandbox.objects.names(), lambda: here.log)
    used = [job.values for job in here.sandbox.ledger.jobs() if job.operation == 'topology']
    assert len(used) == 3


def level(file_of, face_level):
    model = InputModel(file='model.glb', file_of=file_of, format='GLB')
    options = TopologyOptions(face_level=face_level)
    return Request(operation=Operation.TOPOLOGY, model_input=model, options=options)
