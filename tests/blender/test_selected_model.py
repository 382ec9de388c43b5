# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the selected model: what may be sent, what the jobs are, and where their results come to stand."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from mathutils import Matrix

from hunyuan3d_blender import launch
from tests import scene_models
from tests.blender.ui_parts import Layout, context, walk
from tests.exports import Look, far, lettered_box, state

MOVED = Matrix.Translation((-3, 2, 9)) @ Matrix.Scale(0.25, 4)
pytestmark = pytest.mark.filterwarnings('ignore::DeprecationWarning')  # of Blender's own add-ons


class Studio:
    """Jobs that get their models without a service."""

    def __init__(self, addon_part, store, library, folder):
        self.addon_part, self.store, self.library, self.folder = addon_part, store, library, folder
        self.states = addon_part('jobs.job').State

    def arrive(self, job, model):
        """Lead a job to the end: `model` is what has come, the file of the job or another one."""
        order = self.order(job, model)
        self.convert(order)
        walk(self.store, self.states, job.id, 'ready', remote_id='1', files=(Path(model).name,))
        self.store.change(job.id, self.states.READY, submitted_at=time.time())
        self.addon_part('app.arrivals').bring_in_due(self.store) or self.look()
        bpy.context.view_layer.update()

    def look(self):
        self.addon_part('app').tick()

    def order(self, job, model):
        folder = self.library.job(job.id)
        history = self.addon_part('worker.history').history_of(job)
        original = job.original
        return {
            'model': str(model), 'output': str(folder.model_blend), 'thumbnail': str(folder.thumbnail),
            'name': job.name, 'target_size_m': job.target_size_m, 'history': history, 'memory_limit_bytes': 0,
            'frame': original.frame if original else (), 'box': original.box if original else (),
        }  # fmt: skip

    def convert(self, order):
        """In a Blender of its own, as the worker has it done."""
        done = subprocess.run(
            launch.blender_command((bpy.app.binary_path or sys.executable,), 'scene.convert_model'),
            input=json.dumps(order).encode() + b'\n', capture_output=True, env=launch.child_environment(),
        )  # fmt: skip
        assert b'"event": "model"' in done.stdout, done.stderr.decode()[-2000:]


@pytest.fixture
def studio(addon_part, store, library, tmp_path):
    return Studio(addon_part, store, library, tmp_path)


@pytest.fixture
def files(tmp_path):
    """A box with a spike as a service sends it, the same moved and scaled, and with a texture."""
    made = {}
    for name, matrix in (('same', Matrix()), ('moved', MOVED), ('bronze', Matrix())):
        item = scene_models.spiked_box()
        if name == 'bronze':
            item.data.materials.append(scene_models.material(tmp_path))
        item.data.transform(matrix)
        made[name] = scene_models.export(tmp_path / name / 'x.glb')
        bpy.data.objects.remove(item)
    return made


@pytest.fixture
def model(app, studio, files):
    """A model that has just arrived from the sandbox, selected."""
    scene = bpy.context.scene
    scene.hunyuan3d.prompt = "a dragon"
    scene.cursor.location = (1, 2, 3)
    assert bpy.ops.hunyuan3d.generate() == {'FINISHED'}
    studio.arrive(studio.store.page()[0], files['same'])
    (item,) = (item for item in bpy.data.objects if item.type == 'MESH' and item.users_scene)
    bpy.context.view_layer.objects.active = item
    item.select_set(True)
    return item


def start(studio, **settings):
    """Press the button and return the jobs, in their order."""
    for name, value in settings.items():
        setattr(bpy.context.scene.hunyuan3d_work, name, value)
    return started(studio, bpy.ops.hunyuan3d.topology)


def started(studio, button):
    """Press a button and return the jobs, in their order; of a chain all steps."""
    before = {job.id for job in studio.store.page()}
    assert button() == {'FINISHED'}
    new = [job for job in studio.store.page() if job.id not in before]
    jobs = [step for job in new for step in studio.store.steps(job.whole_id) or [job]]
    return sorted(jobs, key=lambda job: job.created_at)


def world_points(item):
    return [(item.matrix_world @ vertex.co)[:] for vertex in item.data.vertices]


def same_points(one, other, size):
    assert len(one) == len(other)
    for point in one:
        assert min(max(abs(a - b) for a, b in zip(point, p, strict=True)) for p in other) < 1e-4 * size


def test_topology_of_an_unchanged_model_is_one_job_that_uploads_nothing(app, studio, model):
    (job,) = start(studio, face_level='low', quads=True)
    request = job.request
    assert (request.operation, request.options.face_level, request.options.quads) == ('topology', 'low', True)
    assert request.model_input.job_id == model['hunyuan3d_job']
    assert (request.model_input.format, request.model_input.faces) == ('GLB', len(model.data.polygons))
    assert job.name == f"{model.name} Topology"
    assert job.original.name == model.name
    assert job.original.hide


@pytest.mark.parametrize(
    ('came', 'place'),
    [
        ('moved', {'location': (4, 5, 6), 'rotation_euler': (0.3, 0.2, 1.0), 'scale': (2, 2, 2)}),
        ('same', {'location': (-2, 0, 0), 'rotation_euler': (0.3, 0.2, 1.0), 'scale': (0.1, -0.1, 0.3)}),
    ],
)
def test_the_result_stands_where_the_original_stands_now(app, studio, files, model, came, place):
    """Also where the service has moved or scaled it. The original is hidden, and otherwise untouched."""
    home = bpy.data.collections.new("Home")
    bpy.context.scene.collection.children.link(home)
    parent = bpy.data.objects.new("Parent", None)
    parent.location, parent.rotation_euler = (7, 8, 9), (0.1, 0.2, 0.3)
    for item in (model, parent):
        home.objects.link(item)
    for collection in [each for each in model.users_collection if each != home]:
        collection.objects.unlink(model)
    (job,) = start(studio)
    model.parent = parent
    for name, value in place.items():
        setattr(model, name, value)
    bpy.context.view_layer.update()
    wanted, coordinates = world_points(model), [vertex.co[:] for vertex in model.data.vertices]
    studio.arrive(job, files[came])
    result = bpy.data.objects[job.name]
    size = max(model.dimensions)
    same_points(world_points(result), wanted, size)
    assert result.parent == parent
    assert result.users_collection[0].name in home.children
    assert [vertex.co[:] for vertex in model.data.vertices] == coordinates
    assert model.hide_get()
    assert model.hide_render
    assert not result.hide_get()
    assert bpy.context.view_layer.objects.active == result
    assert bpy.context.selected_objects == [result]


def test_the_original_stays_visible_where_that_is_preferred(addon, app, studio, files, model):
    bpy.context.preferences.addons[addon.__name__].preferences.original_model = 'KEEP'
    (job,) = start(studio)
    studio.arrive(job, files['same'])
    assert not model.hide_get()
    assert not model.hide_render
    assert model.select_get()


def test_the_result_comes_to_its_place_when_the_original_is_gone(app, studio, files, model):
    model.location = (4, 5, 6)
    bpy.context.view_layer.update()
    wanted = world_points(model)
    (job,) = start(studio)
    bpy.data.objects.remove(model)
    studio.arrive(job, files['same'])
    same_points(world_points(bpy.data.objects[job.name]), wanted, 2.0)


def test_a_set_of_levels_comes_into_one_collection(app, studio, files, model):
    name = model.name
    jobs = start(studio, face_level='lod_set')
    assert [job.request.options.face_level for job in jobs] == ['high', 'medium', 'low']
    assert [job.name for job in jobs] == [f"{name} LOD0", f"{name} LOD1", f"{name} LOD2"]
    for job in jobs:
        studio.arrive(job, files['same'])
    levels = bpy.data.collections[f"{name} LODs"]
    assert sorted(item.name for item in levels.all_objects) == [job.name for job in jobs]


def test_a_result_can_be_worked_on_again(app, studio, files, model):
    (job,) = start(studio)
    studio.arrive(job, files['same'])
    wanted = world_points(bpy.data.objects[job.name])
    (second,) = start(studio)
    assert second.request.model_input.job_id == job.id
    studio.arrive(second, files['same'])
    same_points(world_points(bpy.data.objects[second.name]), wanted, 2.0)


def spoil_mesh(_store, model, _states):
    model.data.vertices[0].co.x += 0.001


def spoil_uv(_store, model, _states):
    model.data.uv_layers[0].uv[0].vector.x += 0.01


def make_old(store, model, states):
    store.change(model['hunyuan3d_job'], states.ARRIVED, submitted_at=time.time() - 22 * 3600)


def forget_job(store, model, _states):
    store.remove(model['hunyuan3d_job'])


@pytest.mark.parametrize('spoil', [spoil_mesh, spoil_uv, make_old, forget_job])
def test_what_the_service_does_not_have_as_it_is_now_is_not_taken_for_it(app, studio, model, spoil):
    assert app.selected_model.selected_model(bpy.context).job_id
    spoil(studio.store, model, studio.states)
    (job,) = start(studio)
    assert not app.selected_model.selected_model(bpy.context).job_id
    assert job.request.model_input.file == 'model.glb'
    assert job.bucket.is_sandbox
    assert studio.library.job(job.id).selection.is_file()
    bpy.context.scene.hunyuan3d.service = 'tencent_intl'
    reason = "less than a day ago"
    assert any(reason in problem.message for problem in problems_of(app, 'tencent_intl'))


def problems_of(app, service):
    work = app.operations.Work(service=service, operation='topology')
    return app.operations.work_problems(work, app.selected_model.selected_model(bpy.context))


def test_any_object_is_sent_as_a_file_and_replaced_where_it_stands(app, studio, tmp_path):
    """The same file comes back, so the result has to stand exactly like the original, which is untouched."""
    parent, item = bpy.data.objects.new("Parent", None), lettered_box()
    bpy.context.scene.collection.objects.link(parent)
    parent.location, parent.rotation_euler = (7, 8, 9), (0.1, 0.2, 0.3)
    item.parent, item.location, item.rotation_euler, item.scale = (
        parent,
        (4, 5, 6),
        (0.3, 0.2, 1),
        (2, -1, 0.5),
    )
    item.modifiers.new("Array", 'ARRAY').count = 2
    bpy.context.view_layer.objects.active = item
    item.select_set(True)
    bpy.context.view_layer.update()
    before, kept = Look(), state()
    (job,) = start(studio)
    assert state() == kept
    file = exported(studio, job)
    bpy.context.view_layer.update()
    studio.arrive(job, file)
    assert item.hide_get()
    after = Look([bpy.data.objects[job.name]])
    assert far(after.points, before.points) < before.size * 1e-4
    assert far(before.points, after.points) < before.size * 1e-4


def exported(studio, job):
    """As the worker has it done."""
    folder, file = studio.library.job(job.id), studio.folder / 'sent.glb'
    order = json.loads(folder.selection.read_text()) | {'output': str(file), 'format': 'GLB'}
    done = subprocess.run(
        launch.blender_command((bpy.app.binary_path or sys.executable,), 'scene.export.program'),
        input=json.dumps(order).encode() + b'\n', capture_output=True, env=launch.child_environment(),
    )  # fmt: skip
    assert b'"event": "exported"' in done.stdout, done.stderr.decode()[-2000:]
    return file


def test_a_set_of_levels_of_any_object_is_written_once(app, studio):
    lettered_box().select_set(True)
    first, *others = start(studio, face_level='lod_set')
    assert (first.request.model_input.file_of, first.staged_id) == ('', first.id)
    assert [job.request.model_input.file_of for job in others] == [first.id] * 2
    assert {job.staged_id for job in others} == {first.id}
    assert len({job.original for job in (first, *others)}) == 1
    written = [file.parent.parent.name for file in studio.library.path.rglob('selection.blend')]
    assert written == [first.id]
    assert all(type(job).from_json(json.loads(json.dumps(job.to_json()))) == job for job in others)


@pytest.mark.parametrize('face_level', ['low', 'lod_set'])
def test_a_store_that_fails_leaves_nothing_behind(app, studio, face_level):
    lettered_box().select_set(True)
    studio.store._connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    with pytest.raises(RuntimeError, match="disk is full"):
        start(studio, face_level=face_level)
    assert not list((studio.library.path / 'jobs').iterdir())


def test_several_objects_are_sent_together_and_all_hidden(app, studio):
    objects = [lettered_box("One"), lettered_box("Two")]
    objects[1].location.x = 9
    for item in objects:
        item.select_set(True)
    bpy.context.view_layer.objects.active = objects[1]
    bpy.context.view_layer.update()
    before = Look()
    (job,) = start(studio)
    assert (job.original.name, job.original.others) == ("Two", ("One",))
    assert type(job).from_json(json.loads(json.dumps(job.to_json()))) == job
    studio.arrive(job, exported(studio, job))
    assert all(item.hide_get() for item in objects)
    root = bpy.data.objects[job.name]
    after = Look([root, *root.children_recursive])
    assert far(after.points, before.points) < before.size * 1e-4
    assert far(before.points, after.points) < before.size * 1e-4


def test_what_has_no_faces_is_refused_with_nothing_left_behind(app, studio):
    mesh = bpy.data.meshes.new("Points")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0)], [(0, 1)], [])
    item = bpy.data.objects.new("Points", mesh)
    bpy.context.scene.collection.objects.link(item)
    item.select_set(True)
    with pytest.raises(RuntimeError, match="Select a mesh"):
        bpy.ops.hunyuan3d.topology()
    assert not studio.store.page()
    assert not list((studio.library.path / 'jobs').iterdir())


def test_an_unselected_model_and_another_service_are_refused(app, studio, model):
    model.select_set(False)
    with pytest.raises(RuntimeError, match="Select the model"):
        bpy.ops.hunyuan3d.topology()
    model.select_set(True)
    bpy.context.scene.hunyuan3d.service = 'openai_compatible'
    with pytest.raises(RuntimeError):
        bpy.ops.hunyuan3d.topology()
    assert len(studio.store.page()) == 1


def drawn(**changes):
    layout = Layout()
    here = context()
    here.selected_objects = bpy.context.selected_objects
    bpy.types.HUNYUAN3D_PT_selected_model.draw(SimpleNamespace(layout=layout), here)
    return layout


def test_the_panel_names_the_model_and_the_price(addon_part, app, studio, model, monkeypatch):
    monkeypatch.setenv('TENCENTCLOUD_SECRET_ID', 'AKIDcanarycanarycanarywxyz')
    monkeypatch.setenv('TENCENTCLOUD_SECRET_KEY', 'secretcanary')
    assert f"{model.name}: 14 faces" in drawn().texts()
    assert "Sample" in drawn().texts()
    addon_part('app.session').session().accounts.clear()
    bpy.context.preferences.system.use_online_access = True
    bpy.context.scene.hunyuan3d.service = 'tencent_cn'
    studio.store.change(
        model['hunyuan3d_job'], studio.states.ARRIVED,
        account=replace(studio.store.get(model['hunyuan3d_job']).account, service='tencent_cn'),
    )  # fmt: skip
    app.selected_model.look_at_selected_model(bpy.context)
    assert "50 Credits" in drawn().texts()
    bpy.context.scene.hunyuan3d_work.face_level = 'lod_set'
    assert "150 Credits" in drawn().texts()
    app.set_limit(100.0)
    assert "Of 100 credits a month 0 are spent or queued, and this costs about 150" in drawn().text()
    assert not bpy.ops.hunyuan3d.topology.poll()
    bpy.context.preferences.system.use_online_access = False


def test_the_panel_without_a_model_says_what_to_do(app):
    bpy.ops.object.select_all(action='DESELECT')
    assert "Select a model" in drawn().texts()


def test_what_each_operation_asks_for(app, studio, model):
    """In jobs of the sandbox, which takes what the domestic edition takes: parts want FBX, so a conversion comes first."""
    work = bpy.context.scene.hunyuan3d_work
    work.prompt, work.keep_uv, work.texture_size = "of bronze", True, 1024
    work.post_process, work.motion, work.file_format = True, '23', 'STL'
    made = {}
    for name in ('uv', 'parts', 'texture', 'rig', 'convert'):
        made[name] = started(studio, getattr(bpy.ops.hunyuan3d, name))
    requests = {name: jobs[-1].request for name, jobs in made.items()}
    assert [request.operation for request in requests.values()] == list(made)
    assert {name: len(jobs) for name, jobs in made.items() if len(jobs) > 1} == {'parts': 2}
    between, parts = made['parts']
    assert (between.request.operation, between.request.result_format) == ('convert', 'FBX')
    assert between.original is None
    assert (between.chain.number, parts.chain.number, parts.chain.id) == (1, 2, parts.id)
    assert app.row(between.id).name == "A dragon Parts", "one row for both"
    assert (parts.request.model_input.job_id, parts.request.model_input.format) == (between.id, 'FBX')
    assert parts.request.options.post_process
    assert requests['texture'].prompt == "of bronze"
    assert requests['texture'].options.texture_size_px == 1024
    assert requests['rig'].options.motion == 23
    assert requests['convert'].result_format == 'STL'
    assert [jobs[-1].name for jobs in made.values()] == [
        "A dragon UV", "A dragon Parts", "A dragon Texture", "A dragon Rig", "A dragon",
    ]  # fmt: skip


def test_a_converted_file_comes_beside_the_blend_and_overwrites_nothing(app, studio, model, tmp_path):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'scene.blend'))
    (tmp_path / "A dragon.stl").write_bytes(b'mine')
    bpy.context.scene.hunyuan3d_work.file_format = 'STL'
    objects = len(bpy.data.objects)
    assert bpy.ops.hunyuan3d.convert() == {'FINISHED'}
    job = studio.store.page()[0]
    folder = studio.library.job(job.id).download
    folder.mkdir(parents=True)
    (folder / 'model.stl').write_bytes(b'made')
    walk(studio.store, studio.states, job.id, 'downloading', remote_id='1')
    studio.store.change(job.id, studio.states.DOWNLOADING, state=studio.states.READY, files=('model.stl',))
    studio.look()
    assert (tmp_path / "A dragon.stl").read_bytes() == b'mine'
    assert (tmp_path / "A dragon 2.stl").read_bytes() == b'made'
    assert len(bpy.data.objects) == objects
    row = app.row(job.id)
    assert (row.state, 'bring_in' in row.can) == ('arrived', False)


def test_a_texture_for_an_unchanged_mesh_is_a_material_beside_the_old_one(app, studio, files, model):
    bpy.context.scene.hunyuan3d_work.prompt = "of bronze"
    old, objects, meshes = model.data.materials[:], set(bpy.data.objects), set(bpy.data.meshes)
    assert bpy.ops.hunyuan3d.texture() == {'FINISHED'}
    job = studio.store.page()[0]
    studio.arrive(job, files['bronze'])
    assert (set(bpy.data.objects), set(bpy.data.meshes)) == (objects, meshes)
    assert model.data.materials[:] == (old or [None])
    slot = model.material_slots[0]
    assert slot.link == 'OBJECT'
    assert slot.material.name.startswith(job.name)
    assert not model.hide_get()
    slot.link = 'DATA'
    assert slot.material == (old[0] if old else None)


@pytest.mark.parametrize('link', ['OBJECT', 'DATA'])
def test_what_was_in_the_objects_own_slots_is_saved_after_textures(app, studio, files, model, tmp_path, link):
    """Also where the artist looks at the mesh's material just now."""
    own = bpy.data.materials.new("Own")
    if not model.material_slots:
        model.data.materials.append(None)
    model.material_slots[0].link = 'OBJECT'
    model.material_slots[0].material = own
    model.material_slots[0].link = link
    kept = ["Own"]
    for words in ("of bronze", "of gold"):
        (job,) = start_texture(studio, words)
        studio.arrive(job, files['bronze'])
        assert model.material_slots[0].material.name not in kept
        kept.append(model.material_slots[0].material.name)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / 'saved.blend'), copy=True)
    with bpy.data.libraries.load(str(tmp_path / 'saved.blend')) as (there, _):
        assert set(kept) <= set(there.materials)


def start_texture(studio, words):
    bpy.context.scene.hunyuan3d_work.prompt = words
    return started(studio, bpy.ops.hunyuan3d.texture)


def test_a_texture_for_another_mesh_arrives_as_a_model(app, studio, files, model):
    bpy.context.scene.hunyuan3d_work.prompt = "of bronze"
    assert bpy.ops.hunyuan3d.texture() == {'FINISHED'}
    job = studio.store.page()[0]
    model.data.uv_layers[0].uv[0].vector.x += 0.25
    studio.arrive(job, files['bronze'])
    assert bpy.data.objects[job.name].data != model.data
    assert model.hide_get()


def test_a_texture_can_be_shown_in_a_picture(app, studio, model, tmp_path):
    picture = scene_models.picture(tmp_path, "bronze", (0.5, 0.3, 0.1))
    image = bpy.data.images.load(str(picture))
    image.scale(256, 256)
    image.save()
    work = bpy.context.scene.hunyuan3d_work
    work.picture, work.prompt = str(picture), "of bronze"
    with pytest.raises(RuntimeError, match="not both"):
        bpy.ops.hunyuan3d.texture()
    work.prompt = ''
    assert bpy.ops.hunyuan3d.texture() == {'FINISHED'}
    job = studio.store.page()[0]
    assert (studio.library.job(job.id).input / job.request.image.file).read_bytes() == picture.read_bytes()


def test_a_motion_is_found_by_its_name(app):
    assert bpy.ops.hunyuan3d.choose_motion(motion='48') == {'FINISHED'}
    assert bpy.context.scene.hunyuan3d_work.motion == '48'
    items = bpy.context.scene.hunyuan3d_work.bl_rna.properties['motion'].enum_items
    assert (len(items), items['20'].name, items['48'].name) == (49, "Tai Chi", "Send Shockwave")


@pytest.mark.parametrize('number', range(1, 49))
def test_a_motion_is_found_in_either_language(app, addon_part, number):
    english = addon_part('services.motions').MOTIONS[number - 1]
    chinese = addon_part('i18n').texts_of('zh_HANS')[english]
    items = addon_part('ui.operators.selected_model').motion_items
    assert items('en_US')[number][:2] == (str(number), english)
    assert items('zh_HANS')[number][:2] == (str(number), f"{english} · {chinese}")
    assert bpy.ops.hunyuan3d.choose_motion(motion=str(number)) == {'FINISHED'}
    assert bpy.context.scene.hunyuan3d_work.motion == str(number)
