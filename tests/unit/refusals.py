# SPDX-License-Identifier: GPL-3.0-or-later
"""Have a model refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunyuan3d_blender.services.errors import Kind
from hunyuan3d_blender.worker.files.preflight import check_model
from hunyuan3d_blender.worker.files.refusal import ModelRefused


def refused(folder: Path, name: str, data: bytes) -> str:
    """The sentence with which a model is refused."""
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(ModelRefused) as caught:
        check_model(path, folder)
    failure = caught.value.failure
    assert failure.kind is Kind.FILE
    sentence = failure.message.format(**failure.facts)
    assert "{" not in sentence
    assert sentence[0].isupper()
    return sentence
