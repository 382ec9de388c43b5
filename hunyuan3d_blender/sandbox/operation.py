# SPDX-License-Identifier: GPL-3.0-or-later
"""What describes an action of the service: its edition, its fields, its limits, its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .fields import MAIN_PICTURE, Check, PictureRule

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """A site of Tencent Cloud."""

    version: str
    """`X-TC-Version`."""
    service: str
    """The name in the credential scope."""
    regions: tuple[str, ...]
    job_not_found: str
    """Code for a job id that is unknown or older than a day."""


CHINA = Edition('2025-05-13', 'ai3d', ('ap-guangzhou',), 'FailedOperation.JobNotFound')
INTERNATIONAL = Edition('2023-09-01', 'hunyuan', ('ap-singapore', 'na-siliconvalley'), 'ResourceNotFound')
EDITIONS = {edition.version: edition for edition in (CHINA, INTERNATIONAL)}


@dataclass(frozen=True)
class ModelInput:
    """The field that says where the service fetches the model that it is to work on."""

    field: str
    max_bytes: int
    is_required: bool = True


@dataclass(frozen=True)
class Operation:
    """A pair of actions, submit and query, of one edition."""

    name: str
    edition: Edition
    submit: str
    query: str
    """'' for an action that is answered with its result."""
    concurrent_jobs: int
    fields: Mapping[str, Check]
    rules: Callable[[Values], None]
    """Raises Refusal for fields that do not go together."""
    formats: Callable[[Values], tuple[str, ...]]
    """Types of the files of the result."""
    credits: Callable[[Values], Mapping[str, int]] | None = None
    """What a finished job is charged, by reason. None: its query does not say."""
    model: ModelInput | None = None
    picture: PictureRule = MAIN_PICTURE
    """What its picture may be when it is fetched from a URL."""
    segmentation: tuple[str, ...] = ()
    """The fields with which its query hands out the segmentation: the text, the URL of the text."""
