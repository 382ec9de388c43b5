# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists for batches, and plans: whatever a text or folder holds, and whatever is found where plans are kept."""

from __future__ import annotations

import os
import time

import pytest

from hunyuan3d_blender.jobs import lists, plans
from hunyuan3d_blender.jobs.job import Batch, Destination, new_id
from hunyuan3d_blender.jobs.plans import ABANDONED_S, Item, Plan
from hunyuan3d_blender.jobs.store import Store
from hunyuan3d_blender.services.contract import Operation, Request, View
from hunyuan3d_blender.services.sampling import Sampling
from tests.jobs_of_tests import a_job

PNG = (
    b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR' + (300).to_bytes(4, 'big') + (200).to_bytes(4, 'big') + b'\x08\x06\0\0\0'
)


@pytest.mark.parametrize(
    ('text', 'prompts'),
    [
        ("", []),
        ("\n  \n\t\n# only a remark\n", []),
        ("a chair\r\na table\ra lamp\n", ["a chair", "a table", "a lamp"]),
        ("  a chair  \n\n#no\n  # no\na chair\n", ["a chair", "a chair"]),
        ("chair #2\n", ["chair #2"]),
        ("椅子\u2028桌子\n灯", ["椅子\u2028桌子", "灯"]),
        ("x" * 10_000, ["x" * 10_000]),
        ("a\n" * 100_000, ["a"] * 100_000),
    ],
)
def test_a_prompt_per_line(text, prompts):
    assert lists.prompts_in(text) == prompts


@pytest.mark.parametrize(
    ('data', 'text'),
    [
        (b"a chair", "a chair"),
        ("椅子".encode(), "椅子"),
        ("椅子".encode('utf-8-sig'), "椅子"),
        ("椅子".encode('utf-16'), "椅子"),
        ("椅子".encode('gbk'), lists.NotText),
        (b"caf\xe9", lists.NotText),
        (PNG, lists.NotText),
        (b"a\0b", lists.NotText),
        (b"x" * (lists.LIST_MAX_BYTES + 1), lists.TooLarge),
    ],
    ids=['ascii', 'utf-8', 'mark', 'utf-16', 'gbk', 'latin', 'picture', 'zero', 'large'],
)
def test_what_is_text(tmp_path, data, text):
    file = tmp_path / 'list.txt'
    file.write_bytes(data)
    if isinstance(text, str):
        assert lists.read_text(file) == text
    else:
        with pytest.raises(text):
            lists.read_text(file)


def test_files_come_in_the_order_in_which_people_sort_them(tmp_path):
    names = ["a10.png", "A2.png", "a1.png", "b.png", "2.png", "10.png", "²⁰.png", "9" * 30 + ".png"]
    for name in (*names, ".hidden.png"):
        (tmp_path / name).touch()
    (tmp_path / "a3.png").mkdir()
    found = [file.name for file in lists.files_in(tmp_path)]
    assert set(found) == set(names)
    assert [name for name in found if name[0] in "aAb"] == ["a1.png", "A2.png", "a10.png", "b.png"]
    assert found.index("2.png") < found.index("10.png") < found.index("a1.png")


def jpeg(before_bytes):
    """The beginning of a JPEG of 640 x 480, with so many bytes of profiles in front of its size."""
    profile = b''
    while len(profile) < before_bytes:
        profile += b'\xff\xe1\xff\xff' + bytes(65533)
    return (
        b'\xff\xd8'
        + profile
        + b'\xff\xc0\0\x11\x08'
        + (480).to_bytes(2, 'big')
        + (640).to_bytes(2, 'big')
        + bytes(9)
    )


@pytest.mark.parametrize(
    ('data', 'facts'),
    [
        (PNG + bytes(9000), ('png', 300, 200)),
        (jpeg(0), ('jpg', 640, 480)),
        (jpeg(500_000), ('jpg', 640, 480)),
        (jpeg(2_000_000), ('', 0, 0)),
        (b"text", ('', 0, 0)),
        (b"", ('', 0, 0)),
    ],
    ids=['png', 'jpeg', 'profiles', 'too many', 'text', 'empty'],
)
def test_a_glance_knows_formats_by_content(tmp_path, data, facts):
    file = tmp_path / "picture.txt"
    file.write_bytes(data)
    found = lists.glance(file)
    assert (found.format, found.width_px, found.height_px) == facts
    assert (found.file, found.size_bytes, found.sha256) == ("picture.txt", len(data), '')


def test_what_cannot_be_read_is_no_picture(tmp_path):
    assert lists.glance(tmp_path / "gone.png").format == ''
    assert lists.glance(tmp_path).format == ''


# Plans


def a_plan(count=3):
    items = tuple(
        Item(id=new_id(), number=number, name=f"Chair {number}", prompt=f"chair {number}", seed=number)
        for number in range(count)
    )
    request = Request(operation=Operation.GENERATE, sampling=Sampling())
    job = a_job(
        request=request, batch=Batch(id='b', name="Chairs"), destination=Destination(blend_file='/a.blend')
    )
    return Plan(id='b', job=job, view_files={View.LEFT: '/left.png'}, items=items)


def test_a_plan_is_the_same_after_reading_and_knows_what_is_left(library):
    plan = a_plan()
    with Store(library) as store:
        plans.write(library, plan)
        assert list(plans.all_plans(library)) == [(plan, False)]
        store.add(plan.job_of(plan.items[1]))
        assert plans.rest_of(plan, store).items == (plan.items[0], plan.items[2])
    plans.remove(library, plan.id)
    plans.remove(library, plan.id)
    assert list(plans.all_plans(library)) == []


def test_the_jobs_of_a_plan_differ_in_what_is_their_own():
    plan = a_plan()
    jobs = [plan.job_of(item) for item in plan.items]
    assert [job.request.prompt for job in jobs] == ["chair 0", "chair 1", "chair 2"]
    assert [job.request.sampling.seed for job in jobs] == [0, 1, 2]
    assert len({job.id for job in jobs}) == 3
    assert [job.created_at for job in jobs] == sorted({job.created_at for job in jobs})
    assert {job.batch.name for job in jobs} == {"Chairs"}


def test_a_plan_that_nobody_touches_is_abandoned(library):
    plan = a_plan()
    library.create()
    plans.write(library, plan)
    file = library.path / 'batches' / 'b.json'
    os.utime(file, (0, time.time() - ABANDONED_S - 1))
    assert list(plans.all_plans(library)) == [(plan, True)]
    plans.touch(library, plan.id)
    assert list(plans.all_plans(library)) == [(plan, False)]


@pytest.mark.parametrize('data', [b'', b'{"id": "half', b'[]', b'{}', b'\xff\xfe', b'null'])
def test_what_is_no_plan_is_passed_over(library, data):
    plans.write(library, a_plan())
    (library.path / 'batches' / 'a.json').write_bytes(data)
    assert len(list(plans.all_plans(library))) == 1
