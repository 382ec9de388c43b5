# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of several sides of an object: those of the Generate panel, and those of a texture. One set of operators is for both."""

from __future__ import annotations

from collections.abc import Callable

from bpy.types import Context

from ..services.contract import Offer, PictureLimits, View
from ..value import value
from .properties import (
    HUNYUAN3D_PG_settings,
    choose_picture,
    choose_views,
    offer_of,
    settings_of,
    view_files_of,
    views_of,
)
from .work_properties import HUNYUAN3D_PG_work, texture_offer, texture_views_of, work_settings_of


@value
class Sides:
    """Whose pictures they are, and what may be chosen."""

    holder: HUNYUAN3D_PG_settings | HUNYUAN3D_PG_work
    views: tuple[View, ...]
    """The sides beside the front that the chosen model takes."""
    offer: Offer | None
    put_front: Callable[[str], None]
    """Choose this file as the picture of the front."""

    @property
    def limits(self) -> PictureLimits | None:
        """Of the pictures."""
        return self.offer.pictures if self.offer else None

    @property
    def files(self) -> dict[View, str]:
        """Where the chosen pictures lie."""
        return view_files_of(self.holder)

    def choose(self, files: dict[View, str]) -> None:
        """Choose these pictures, and no others."""
        choose_views(self.holder, files)


def sides_of(context: Context, *, of_texture: bool) -> Sides:
    """The sides of the Generate panel, or of the texture that is to be made."""
    if of_texture:
        work = work_settings_of(context)

        def put(file: str) -> None:
            work.picture = file

        return Sides(
            holder=work, views=texture_views_of(context), offer=texture_offer(context), put_front=put
        )
    settings = settings_of(context)
    return Sides(
        holder=settings,
        views=views_of(settings),
        offer=offer_of(settings),
        put_front=lambda file: choose_picture(settings, file),
    )
