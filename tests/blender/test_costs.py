# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panels show of costs, and how the monthly limit stops a job before it is sent."""

from __future__ import annotations

import time
from types import SimpleNamespace

import bpy
import pytest

from tests.blender.ui_parts import Layout, context
from tests.jobs_of_tests import a_job as plain_job


@pytest.fixture
def app(addon_part, monkeypatch):
    """The use cases of the registered add-on, with no worker process, and keys for services that cost something."""
    start = addon_part('worker.start')
    monkeypatch.setattr(start, 'ensure_running', lambda *_arguments, **_values: None)
    monkeypatch.setattr(start, 'is_running', lambda _library: True)
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', 'AKIDcanarycanarycanarywxyz')
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', 'secretcanary')
    for service in ('TOKENHUB', 'VTRIX'):
        monkeypatch.setenv(f'HUNYUAN3D_{service}_API_KEY', 'sk-canary')
    bpy.context.preferences.system.use_online_access = True
    bpy.context.scene.hunyuan3d.service = 'tencent_cn'
    bpy.context.scene.hunyuan3d.prompt = "a chair"
    yield addon_part('app')
    bpy.context.preferences.system.use_online_access = False


@pytest.fixture
def store(app, addon_part, library):
    with addon_part('jobs.store').Store(library) as opened:
        yield opened


@pytest.fixture
def spent(app, addon_part, store):
    """`spent('tencent_cn', 40.0)`: a job that was charged for; `days` ago."""
    job = addon_part('jobs.job')

    def add(service, credits_estimated, state='arrived', days=0.0, **values):
        now = time.time() - days * 86400
        values |= {'attempt_id': job.new_id(), 'submitted_at': now, 'credits_estimated': credits_estimated}
        made = plain_job(
            account=job.Account(service=service), state=job.State(state), created_at=now, **values
        )
        stored = store.add(made)
        app.tick()
        return stored

    return add


@pytest.fixture
def draw(app):
    def draw_panel(name):
        layout = Layout()
        getattr(bpy.types, f'HUNYUAN3D_PT_{name}').draw(SimpleNamespace(layout=layout), context())
        return layout

    return draw_panel


def has_costs():
    return bpy.types.HUNYUAN3D_PT_costs.poll(bpy.context)


def test_samples_cost_nothing_and_show_nothing(app, spent):
    spent('sandbox', None)
    spent('self_hosted', None)
    assert not has_costs()


def test_sums_of_day_and_month_by_service_and_unit(app, spent, draw):
    spent('tencent_cn', 30.0)
    spent('tencent_cn', 20.0, credits=25.0)
    spent('tencent_cn', 10.0, state='unknown')
    spent('vtrix', None, credits=0.4)
    spent('tokenhub', None)
    spent('tencent_cn', 7.0, days=70)
    assert has_costs()
    layout = draw('costs')
    texts = layout.texts()
    assert texts[:4] == ["Today", "65 credits", "US$ 0.40", "This Month"]
    assert "Last Month" not in texts
    by_service = texts[texts.index("This Month by Service") + 1 :]
    told = " ".join(by_service)
    assert told.startswith("Tencent Cloud (China): 65 credits Tencent TokenHub: 0 credits Vtrix: US$ 0.40 ")
    assert "30 credits of this month are an estimate" in told
    assert "10 credits of this month may not have been charged" in told
    assert "1 job whose price" in told


def test_a_removed_job_still_counts(app, spent, draw):
    job = spent('tencent_cn', 30.0)
    app.remove(job.id)
    assert "30 credits" in draw('costs').texts()


def generate():
    try:
        return bpy.ops.hunyuan3d.generate()
    except RuntimeError as error:
        return str(error)


def test_the_limit_stops_a_job_in_place_and_says_how_to_raise_it(app, spent, store, draw):
    app.set_limit(60.0)
    spent('tencent_cn', 40.0)
    layout = draw('generate')
    assert "Of 60 credits a month 40 are spent or queued, and this costs about 30" in layout.text()
    assert "Change the Monthly Limit" in layout.texts()
    assert "40 of 60 credits" in draw('costs').texts()
    assert not bpy.ops.hunyuan3d.generate.poll()
    assert "Of 60 credits" in generate()
    assert len(store.page()) == 1, "nothing was queued"
    assert [thing.name for thing in bpy.data.objects] == [], "no placeholder"
    app.set_limit(70.0)
    assert "Of 70 credits" not in draw('generate').text()
    assert generate() == {'FINISHED'}
    app.tick()
    assert "Of 70 credits a month 70 are spent or queued" in draw('generate').text()


def test_variants_are_stopped_together(app, store, draw):
    app.set_limit(100.0)
    app.tick()
    bpy.context.scene.hunyuan3d.variants = 3
    assert bpy.ops.hunyuan3d.generate.poll()
    bpy.context.scene.hunyuan3d.variants = 4
    assert "Of 100 credits a month 0 are spent or queued, and this costs about 120" in draw('generate').text()
    assert "Of 100 credits" in generate()
    assert store.page() == []


def test_another_blender_may_have_spent_it_meanwhile(app, spent, store, addon_part):
    """The panel goes by the last tick; what is started goes by the store."""
    app.set_limit(60.0)
    app.tick()
    assert bpy.ops.hunyuan3d.generate.poll()
    job = addon_part('jobs.job')
    store.add(plain_job(
        account=job.Account(service='tencent_cn'), state=job.State.RUNNING, attempt_id='a',
        submitted_at=time.time(), credits_estimated=40.0,
    ))  # fmt: skip
    assert "Of 60 credits" in generate()
    assert len(store.page()) == 1


def test_send_again_keeps_to_the_limit(app, spent):
    failed = spent('tencent_cn', 40.0, state='failed')
    app.set_limit(60.0)
    with pytest.raises(app.NotPossible) as refused:
        app.send_again(bpy.context, failed.id)
    assert refused.value.failure.kind == 'limit'


@pytest.mark.parametrize(
    ('service', 'limit', 'says'),
    [
        ('vtrix', 60.0, True), ('vtrix', None, False), ('tencent_cn', 60.0, False), ('sandbox', 60.0, False),
    ],
)  # fmt: skip
def test_what_the_limit_cannot_count_is_said(app, draw, service, limit, says):
    app.set_limit(limit)
    bpy.context.scene.hunyuan3d.service = service
    assert ("The monthly limit is in credits: it does not count" in draw('generate').text()) is says


def test_a_job_of_unknown_price_is_not_started_while_there_is_a_limit(app, store, draw):
    bpy.context.scene.hunyuan3d.service = 'tokenhub'
    why = "Nobody tells beforehand how many credits this costs"
    for limit, is_stopped in ((10_000.0, True), (None, False)):
        app.set_limit(limit)
        assert (why in draw('generate').text()) is is_stopped
        assert bpy.ops.hunyuan3d.generate.poll() is not is_stopped
        outcome = generate()
        assert why in outcome if is_stopped else outcome == {'FINISHED'}
        assert len(store.page()) == (not is_stopped)


def test_the_preference_is_the_librarys(app, store, addon_part, library):
    stored = addon_part('ui.preferences').preferences()
    assert stored.monthly_limit == 0
    stored.monthly_limit = 500
    assert addon_part('jobs.spending').read_limit(library) == 500.0
    addon_part('jobs.spending').write_limit(library, 80.0)
    app.tick()
    assert stored.monthly_limit == 80
    stored.monthly_limit = 0
    assert not library.limit.exists()
