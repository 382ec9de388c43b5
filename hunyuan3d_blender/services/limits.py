# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service would refuse, found before anything is sent. Pure: a request and an `Offer` in, sentences out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..value import value
from .contract import GenerateType, ModelTable, Offer, Picture, PictureLimits, PolygonType, Request
from .errors import N_, Fact
from .model_options import InputModel, ModelLimits

Facts = Mapping[str, Fact]

MEGABYTE = 1_000_000
"""The services do not say whether theirs is this or 1,048,576; the smaller one is always accepted."""


@value
class Problem:
    """One reason why a request would be refused."""

    field: str
    """The field of `Request` it is about."""
    message: str
    """A marked English sentence, with `{names}` that `facts` fills in."""
    facts: Facts = dataclasses.field(default_factory=dict)
    fix: str = ''
    """'shrink_picture', 'shorten_prompt', 'switch_model', 'convert_model' or 'decimate_copy' where one click would help,
    else ''."""


def problems(request: Request, offer: Offer) -> tuple[Problem, ...]:
    """Everything the service would refuse, empty when the request can be sent."""
    types = _types(offer)
    if request.generate_type == GenerateType.SKETCH and request.generate_type not in types:
        message = N_("Sketches are not taken here: choose Pro, or another service")
        return (Problem(field='generate_type', message=message),)
    model = offer.model(request.model)
    found = [*_prompt(request, offer), *_pictures(request, offer), *_options(request, offer)]
    if offer.model_input:
        found.extend(_model_input(request.model_input, offer.model_input))
    if model is None:
        found.append(Problem(
            field='model', message=N_("The service has no model version {model}"), facts={'model': request.model},
        ))  # fmt: skip
    else:
        found.extend(_model(request, offer, model))
    return tuple(found)


def effective(request: Request, offer: Offer) -> Request:
    """The request without options that do not exist here or that the others switch off, as it is sent and priced.

    Callers that fill a request from a form should pass it through here first: what the form hides then does no harm.
    """
    if request.generate_type not in _types(offer):
        request = replace(request, generate_type=GenerateType.NORMAL)
    low_poly = request.generate_type == GenerateType.LOW_POLY
    bare = offer.geometry_switch and request.enable_geometry
    textured = not bare and request.generate_type != GenerateType.GEOMETRY
    return replace(
        request,
        model=request.model if offer.models[0].name else '',
        views=request.views if any(model.views for model in offer.models) else {},
        face_count=None if low_poly or not offer.face_count else request.face_count,
        polygon_type=request.polygon_type if low_poly else PolygonType.TRIANGLE,
        enable_pbr=request.enable_pbr
        and offer.pbr
        and textured
        and not (offer.pbr_needs_prompt and request.image),
        enable_geometry=bare,
        result_format=request.result_format if request.result_format in offer.result_formats else '',
        sampling=request.sampling if offer.sampling else None,
        model_input=request.model_input if offer.model_input else None,
        options=request.options if offer.options else None,
    )


def _types(offer: Offer) -> set[GenerateType]:
    return {generate_type for model in offer.models for generate_type in model.generate_types}


def _prompt(request: Request, offer: Offer) -> Iterator[Problem]:
    length, limit = len(request.prompt.strip()), offer.prompt_max_characters
    sketch = request.generate_type == GenerateType.SKETCH
    if not limit and not offer.pictures:
        return  # it takes a model and nothing else
    if not limit and (length or not request.image):
        yield Problem(field='prompt', message=N_("This service works from pictures only: choose one"))
        return
    if not length and not request.image and not sketch:
        wanted = N_("Write what you want, or choose a picture")
        yield Problem(field='prompt', message=wanted if offer.pictures else N_("Write what you want"))
    if length and request.image and not sketch:
        yield Problem(
            field='prompt', message=N_("Give either a prompt or a picture, not both: remove one of them")
        )
    if length > limit:
        yield Problem(
            field='prompt', fix='shorten_prompt', facts={'length': length, 'limit': limit},
            message=N_("The prompt has {length} characters; the service takes {limit} at most"),
        )  # fmt: skip


def _pictures(request: Request, offer: Offer) -> Iterator[Problem]:
    limits = offer.pictures
    if request.generate_type == GenerateType.SKETCH and not request.image:
        yield Problem(field='image', message=N_("Draw a sketch, or choose a picture of one"))
    if (
        request.generate_type == GenerateType.SKETCH
        and offer.sketch_needs_prompt
        and not request.prompt.strip()
    ):
        yield Problem(field='prompt', message=N_("A sketch needs words as well here: say what it shows"))
    if limits is None:
        if request.pictures:
            yield Problem(field='image', message=N_("The service takes no pictures"))
        return
    if request.image:
        sides = limits.sides_px(of_view=False)
        yield from _picture('image', request.image, limits, limits.formats, sides)
    for picture in request.views.values():
        yield from _picture('views', picture, limits, limits.view_formats, limits.sides_px(of_view=True))
    yield from _sizes(request, limits)


def _picture(
    where: str, picture: Picture, limits: PictureLimits, formats: tuple[str, ...], sides_px: tuple[int, int]
) -> Iterator[Problem]:
    if picture.url:
        if not picture.url.startswith(('https://', 'http://')):
            yield Problem(field=where, message=N_("The address of the picture must begin with https://"))
        return
    name: Facts = {'name': picture.file}
    if picture.format not in formats:
        message = N_("{name} is no picture the service can read: it takes {formats}")
        yield Problem(field=where, message=message, facts={**name, 'formats': tuple(map(str.upper, formats))})
        return
    size: Facts = {**name, 'width': picture.width_px, 'height': picture.height_px}
    (low, high), (short, long) = sides_px, sorted((picture.width_px, picture.height_px))
    fix = 'shrink_picture' if short >= low else ''
    if short < low:
        message = N_("{name} is too small: {width} x {height} pixels, and each side needs {limit} at least")
        yield Problem(field=where, message=message, facts={**size, 'limit': low})
    elif long * low > short * high:
        message = N_(
            "{name} is too narrow: {width} x {height} pixels, and each side may have {low} to {high}: crop it"
        )
        yield Problem(field=where, message=message, facts={**size, 'low': low, 'high': high})
        return
    if long > high:
        message = N_("{name} is too large: {width} x {height} pixels, and each side may have {limit} at most")
        yield Problem(field=where, message=message, facts={**size, 'limit': high}, fix=fix)
    if picture.size_bytes > limits.size_max_bytes:
        message = N_("{name} has {size} MB; the service takes {limit} MB at most")
        facts = {**name, **_megabytes(picture.size_bytes, limits.size_max_bytes)}
        yield Problem(field=where, message=message, facts=facts, fix=fix)


def _sizes(request: Request, limits: PictureLimits) -> Iterator[Problem]:
    total = sum(picture.size_bytes for picture in request.pictures)
    views = sum(picture.size_bytes for picture in request.views.values())
    for size, limit in ((total, limits.total_max_bytes), (views, limits.size_max_bytes)):
        if size > limit and len(request.views):
            message = N_("The pictures have {size} MB together; the service takes {limit} MB at most")
            yield Problem(field='views', message=message, facts=_megabytes(size, limit), fix='shrink_picture')
            return


def _model_input(model: InputModel | None, limits: ModelLimits) -> Iterator[Problem]:
    if model is None:
        if not limits.is_optional:
            yield Problem(field='model_input', message=N_("Select the model to work on"))
        return
    if model.format not in limits.formats:
        facts: Facts = {'format': model.format, 'formats': limits.formats}
        message = N_("The service takes no models as {format}: it takes {formats}")
        yield Problem(field='model_input', message=message, facts=facts, fix='convert_model')
    if limits.size_max_bytes and model.size_bytes > limits.size_max_bytes:
        message = N_("The model has {size} MB; the service takes {limit} MB at most")
        facts = _megabytes(model.size_bytes, limits.size_max_bytes)
        yield Problem(field='model_input', message=message, facts=facts)  # often it is the textures
    if limits.faces_max and model.faces > limits.faces_max:
        message = N_("The model has {count:,} faces; the service takes {limit:,} at most")
        facts = {'count': model.faces, 'limit': limits.faces_max}
        yield Problem(field='model_input', message=message, facts=facts, fix='decimate_copy')
    if limits.islands_max and model.islands > limits.islands_max:
        message = N_("The model has {count:,} loose parts; the service takes {limit:,} at most")
        facts = {'count': model.islands, 'limit': limits.islands_max}
        yield Problem(field='model_input', message=message, facts=facts)


def _options(request: Request, offer: Offer) -> Iterator[Problem]:
    low_poly = request.generate_type == GenerateType.LOW_POLY
    if request.face_count is not None and not low_poly:
        if offer.face_count is None:
            yield Problem(field='face_count', message=N_("The number of faces cannot be chosen here"))
        elif not offer.face_count[0] <= request.face_count <= offer.face_count[1]:
            low, high = offer.face_count
            message = N_("{count} faces are out of range: the service makes {low} to {high}")
            facts = {'count': request.face_count, 'low': low, 'high': high}
            yield Problem(field='face_count', message=message, facts=facts)
    if request.enable_geometry and not offer.geometry_switch:
        yield Problem(field='enable_geometry', message=N_("Shape without texture is not a switch here"))
    yield from _sampling(request, offer)
    yield from _ranges(request, offer)
    yield from _format(request, offer)


def _sampling(request: Request, offer: Offer) -> Iterator[Problem]:
    if request.sampling is None or offer.sampling is None:
        return
    for name, (low, high) in dataclasses.asdict(offer.sampling).items():
        value = getattr(request.sampling, name)
        if not low <= value <= high:
            message = N_("{name} cannot be {value}: the service takes {low} to {high}")
            facts = {'name': name, 'value': value, 'low': low, 'high': high}
            yield Problem(field='sampling', message=message, facts=facts)


def _ranges(request: Request, offer: Offer) -> Iterator[Problem]:
    chosen = dataclasses.asdict(request.options) if request.options else {}
    for name, limits in offer.options.items():
        value = chosen.get(name)
        if limits and value and not limits[0] <= value <= limits[1]:
            message = N_("{name} cannot be {value}: the service takes {low} to {high}")
            facts = {'name': name, 'value': value, 'low': limits[0], 'high': limits[1]}
            yield Problem(field='options', message=message, facts=facts)


def _format(request: Request, offer: Offer) -> Iterator[Problem]:
    wanted = request.result_format
    if wanted and wanted not in offer.result_formats:
        known = tuple(filter(None, offer.result_formats))
        facts: Facts = {'format': wanted, 'formats': known}
        message = N_("{format} cannot be asked for here: choose one of {formats}")
        if not known:
            message = N_("The file format cannot be chosen here")
        yield Problem(field='result_format', message=message, facts=facts)
    if wanted == 'OBJ' and request.enable_geometry:
        yield Problem(
            field='result_format', message=N_("Shape without texture does not come as OBJ: choose GLB")
        )


def _model(request: Request, offer: Offer, model: ModelTable) -> Iterator[Problem]:
    wanted = request.generate_type
    if wanted not in model.generate_types:
        fix = 'switch_model' if any(wanted in other.generate_types for other in offer.models) else ''
        message = N_("Model version {model} does not make {type}")
        if not model.name:
            message = N_("{type} cannot be made here")
        facts: Facts = {'model': model.name, 'type': wanted}
        yield Problem(field='generate_type', message=message, facts=facts, fix=fix)
    if not request.views:
        return
    if not request.image:
        yield Problem(field='views', message=N_("Views need a picture of the front as well"))
    if wanted == GenerateType.SKETCH:
        yield Problem(field='views', message=N_("A sketch cannot be combined with views"))
    missing = [view for view in request.views if view not in model.views]
    if missing:
        fix = 'switch_model' if any(set(request.views) <= set(other.views) for other in offer.models) else ''
        message = N_("Model version {model} does not take these views: {views}")
        if not model.name:
            message = N_("Only these views are taken here: {known}")
        facts = {'model': model.name, 'views': tuple(missing), 'known': model.views}
        yield Problem(field='views', message=message if model.views else N_("The service takes no views"),
                      facts=facts, fix=fix)  # fmt: skip


def _megabytes(size: int, limit: int) -> Facts:
    """Rounded so that the first number is never shown as the second one."""
    return {'size': -(-size * 100 // MEGABYTE) / 100, 'limit': limit / MEGABYTE}
