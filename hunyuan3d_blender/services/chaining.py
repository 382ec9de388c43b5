# SPDX-License-Identifier: GPL-3.0-or-later
"""Which formats the result of a job has at the service, and so which operations can work on it as it is.

Source: the types of result files in the official samples of every action.
"""

from __future__ import annotations

from collections.abc import Mapping

from .contract import Operation, Request, ServiceTable

_FORMATS: Mapping[Operation, tuple[str, ...]] = {
    Operation.PARTS: ('FBX', 'OBJ'),
    Operation.TEXTURE: ('GLB', 'OBJ'),
    Operation.TOPOLOGY: ('GLB', 'OBJ'),
    Operation.UV: ('FBX', 'OBJ'),
    Operation.RIG: ('FBX',),
    Operation.MOTION: ('FBX',),
}

_INTERNATIONAL: Mapping[Operation, tuple[str, ...]] = {
    Operation.TEXTURE: ('FBX', 'OBJ'),
    Operation.TOPOLOGY: ('OBJ',),
}
"""Where they differ there."""


def can_pass_on(table: ServiceTable) -> bool:
    """Whether a service takes its own results to work on."""
    return table.id in _CHAINED


def formats_of(request: Request, table: ServiceTable) -> tuple[str, ...]:
    """Formats of the result as in `InputModel.format`, empty where a model cannot be passed on."""
    if not can_pass_on(table):
        return ()
    asked = request.result_format
    match request.operation:
        case Operation.GENERATE if not asked:
            return ('GLB',)  # its OBJ is a zip, which only conversions are said to take
        case Operation.RAPID | Operation.CONVERT if not asked:
            return table.offers[request.operation].result_formats[:1]
        case Operation.GENERATE | Operation.RAPID | Operation.CONVERT:
            return (asked,)
    special = _INTERNATIONAL if table.id == 'tencent_intl' else {}
    return special.get(request.operation, _FORMATS[request.operation])


_CHAINED = ('tencent_cn', 'tencent_intl', 'sandbox')
