# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that drops files onto a window as a file manager does it: the source's side of the XDND protocol, version 5.

    python3 xdnd.py X Y FILE …      pixels from the upper left corner of the window; files as their names in hexadecimal

Blender waits for the files once it has been told that they are let go, so the source has to be a process of its own.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Iterator
from ctypes import (
    POINTER,
    Structure,
    Union,
    byref,
    c_char_p,
    c_int,
    c_long,
    c_ubyte,
    c_uint,
    c_ulong,
    c_void_p,
)
from urllib.parse import quote

CLIENT_MESSAGE, SELECTION_REQUEST, SELECTION_NOTIFY = 33, 30, 31
VERSION = 5
WAIT_S = 10.0


class ClientMessage(Structure):
    """An event of the drag-and-drop protocol, or of any."""

    _fields_ = [
        ('type', c_int), ('serial', c_ulong), ('send_event', c_int), ('display', c_void_p), ('window', c_ulong),
        ('message_type', c_ulong), ('format', c_int), ('data', c_long * 5),
    ]  # fmt: skip


class SelectionRequest(Structure):
    """The target asks for the files."""

    _fields_ = [
        ('type', c_int), ('serial', c_ulong), ('send_event', c_int), ('display', c_void_p), ('owner', c_ulong),
        ('requestor', c_ulong), ('selection', c_ulong), ('target', c_ulong), ('property', c_ulong), ('time', c_ulong),
    ]  # fmt: skip


class SelectionNotify(Structure):
    """They were handed over."""

    _fields_ = [
        ('type', c_int), ('serial', c_ulong), ('send_event', c_int), ('display', c_void_p), ('requestor', c_ulong),
        ('selection', c_ulong), ('target', c_ulong), ('property', c_ulong), ('time', c_ulong),
    ]  # fmt: skip


class Event(Union):
    """Any event; the server's are 24 longs."""

    _fields_ = [
        ('type', c_int), ('client', ClientMessage), ('request', SelectionRequest), ('notify', SelectionNotify),
        ('pad', c_long * 24),
    ]  # fmt: skip


class Source:
    """A program out of which files are dragged."""

    def __init__(self) -> None:
        self.x11 = ctypes.CDLL('libX11.so.6')
        for name, result, arguments in (
            ('XOpenDisplay', c_void_p, [c_char_p]),
            ('XDefaultRootWindow', c_ulong, [c_void_p]),
            ('XCreateSimpleWindow', c_ulong, [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_uint, c_ulong, c_ulong]),
            ('XInternAtom', c_ulong, [c_void_p, c_char_p, c_int]),
            ('XSetSelectionOwner', c_int, [c_void_p, c_ulong, c_ulong, c_ulong]),
            ('XSendEvent', c_int, [c_void_p, c_ulong, c_int, c_long, POINTER(Event)]),
            ('XPending', c_int, [c_void_p]),
            ('XNextEvent', c_int, [c_void_p, POINTER(Event)]),
            ('XWarpPointer', c_int, [c_void_p, c_ulong, c_ulong, c_int, c_int, c_uint, c_uint, c_int, c_int]),
            ('XTranslateCoordinates', c_int, [
                c_void_p, c_ulong, c_ulong, c_int, c_int, POINTER(c_int), POINTER(c_int), POINTER(c_ulong),
            ]),
            ('XFlush', c_int, [c_void_p]),
            ('XChangeProperty', c_int, [c_void_p, c_ulong, c_ulong, c_ulong, c_int, c_int, c_char_p, c_int]),
            ('XQueryTree', c_int, [
                c_void_p, c_ulong, POINTER(c_ulong), POINTER(c_ulong), POINTER(POINTER(c_ulong)), POINTER(c_uint),
            ]),
            ('XGetWindowProperty', c_int, [
                c_void_p, c_ulong, c_ulong, c_long, c_long, c_int, c_ulong, POINTER(c_ulong), POINTER(c_int),
                POINTER(c_ulong), POINTER(c_ulong), POINTER(POINTER(c_ubyte)),
            ]),
        ):  # fmt: skip
            function = getattr(self.x11, name)
            function.restype, function.argtypes = result, arguments
        self.display = self.x11.XOpenDisplay(None)
        self.root = self.x11.XDefaultRootWindow(self.display)
        self.window = self.x11.XCreateSimpleWindow(self.display, self.root, 0, 0, 1, 1, 0, 0, 0)
        self.target = next(window for window in self._windows(self.root) if self._is_aware(window))

    def drop(self, files: bytes, x: int, y: int) -> None:
        """Drag to the pixel of the target's window and let go there. Ends when the target has the files."""
        self.x11.XWarpPointer(self.display, 0, self.target, 0, 0, 0, 0, x, y)
        on_screen, down, unused = c_int(), c_int(), c_ulong()
        self.x11.XTranslateCoordinates(
            self.display, self.target, self.root, x, y, byref(on_screen), byref(down), byref(unused)
        )
        uri_list = self.atom('text/uri-list')
        self.x11.XSetSelectionOwner(self.display, self.atom('XdndSelection'), self.window, 0)
        self._send('XdndEnter', VERSION << 24, uri_list, 0, 0)
        self._send('XdndPosition', 0, on_screen.value << 16 | down.value, 0, self.atom('XdndActionCopy'))
        self._wait_for('XdndStatus')
        self._send('XdndDrop', 0, 0, 0, 0)
        self._wait_for('XdndFinished', files)

    def atom(self, name: str) -> int:
        """The number of a name."""
        return self.x11.XInternAtom(self.display, name.encode(), 0)

    def _send(self, kind: str, *data: int) -> None:
        event = Event(type=CLIENT_MESSAGE)
        event.client.display, event.client.window, event.client.format = self.display, self.target, 32
        event.client.message_type = self.atom(kind)
        event.client.data = (c_long * 5)(self.window, *data)
        self.x11.XSendEvent(self.display, self.target, 0, 0, byref(event))
        self.x11.XFlush(self.display)

    def _wait_for(self, kind: str, files: bytes = b'') -> None:
        """Wait for this message, and hand the files over when they are asked for. Fails when it does not come."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            while self.x11.XPending(self.display):
                event = Event()
                self.x11.XNextEvent(self.display, byref(event))
                if event.type == SELECTION_REQUEST:
                    self._hand_over(event.request, files)
                elif event.type == CLIENT_MESSAGE and event.client.message_type == self.atom(kind):
                    return
            time.sleep(0.01)
        raise AssertionError(f"no {kind}")

    def _hand_over(self, request: SelectionRequest, files: bytes) -> None:
        self.x11.XChangeProperty(
            self.display, request.requestor, request.property, request.target, 8, 0, files, len(files)
        )
        event = Event(type=SELECTION_NOTIFY)
        for name in ('display', 'requestor', 'selection', 'target', 'property', 'time'):
            setattr(event.notify, name, getattr(request, name))
        self.x11.XSendEvent(self.display, request.requestor, 0, 0, byref(event))
        self.x11.XFlush(self.display)

    def _windows(self, parent: int) -> Iterator[int]:
        """All windows below one."""
        unused, children, count = c_ulong(), POINTER(c_ulong)(), c_uint()
        self.x11.XQueryTree(self.display, parent, byref(unused), byref(unused), byref(children), byref(count))
        for number in range(count.value):
            yield children[number]
            yield from self._windows(children[number])

    def _is_aware(self, window: int) -> bool:
        """Whether a window takes drops."""
        kind, bits, items, rest = c_ulong(), c_int(), c_ulong(), c_ulong()
        value = POINTER(c_ubyte)()
        self.x11.XGetWindowProperty(
            self.display, window, self.atom('XdndAware'), 0, 1, 0, 0,
            byref(kind), byref(bits), byref(items), byref(rest), byref(value),
        )  # fmt: skip
        return items.value > 0


if __name__ == '__main__':
    uris = [b'file://' + quote(bytes.fromhex(name)).encode() + b'\r\n' for name in sys.argv[3:]]
    Source().drop(b''.join(uris), int(sys.argv[1]), int(sys.argv[2]))
