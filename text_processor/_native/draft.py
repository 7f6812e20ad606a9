"""A document that is given piece by piece."""

from __future__ import annotations

import operator
from collections.abc import Callable

from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, ffi
from text_processor._native.owned import owned

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Draft:
    """A document that is given piece by piece, between which signals are handled, and is added when it is whole."""

    __slots__ = ("_analyzer", "_core", "pointer")

    def __init__(self, core: Core, analyzer: Any, length: int) -> None:
        """Begins a document of about so many bytes for a native analyzer."""
        self._core = core
        self._analyzer = analyzer
        self.pointer: Any = owned(core, "tp_draft", lambda out: core._lib.tp_draft_new(analyzer, length, out))

    def append(self, piece: bytes | memoryview) -> None:
        """Appends UTF-8; characters may lie across pieces."""
        checkpoint()
        with ffi.from_buffer("char[]", piece) as data:
            self._core._check(self._core._lib.tp_draft_append(self.pointer, data, len(data)))

    def read(self, readinto: Callable[[Any], int | None], length: int) -> int:
        """Appends what a file gives, at most so many bytes, which it writes where they stay; the number of them."""
        checkpoint()
        core, lib, room = self._core, self._core._lib, ffi.new("char **")
        core._check(lib.tp_draft_room(self.pointer, length, room))
        number = readinto(ffi.buffer(room[0], length)) or 0
        if not 0 <= operator.index(number) <= length:
            raise OSError(f"the file says that it wrote {number} bytes, where there is room for {length}")
        core._check(lib.tp_draft_take(self.pointer, number))
        return number

    def allow_blank(self) -> None:
        """Allows the document to be blank."""
        self._core._check(self._core._lib.tp_draft_allow_blank(self.pointer))
