"""A long document that the core receives in pieces."""

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
    """A document that the core receives in pieces, with a checkpoint before each piece."""

    __slots__ = ("_analyzer", "_core", "pointer")

    def __init__(self, core: Core, analyzer: Any, length: int) -> None:
        """Begin a document of about `length` bytes for a native analyzer."""
        self._core = core
        self._analyzer = analyzer
        self.pointer: Any = owned(core, "tp_draft", lambda out: core._lib.tp_draft_new(analyzer, length, out))

    def append(self, piece: bytes | memoryview) -> None:
        """Append a piece in UTF-8. A character may begin in one piece and end in the next."""
        checkpoint()
        with ffi.from_buffer("char[]", piece) as data:
            self._core._check(self._core._lib.tp_draft_append(self.pointer, data, len(data)))

    def read(self, readinto: Callable[[Any], int | None], length: int) -> int:
        """Let a file write at most `length` bytes into the memory of the draft; returns the number of bytes."""
        checkpoint()
        core, lib, room = self._core, self._core._lib, ffi.new("char **")
        core._check(lib.tp_draft_room(self.pointer, length, room))
        number = readinto(ffi.buffer(room[0], length)) or 0
        if not 0 <= operator.index(number) <= length:
            raise OSError(f"readinto() of the file returned {number} bytes, but the buffer has {length}")
        core._check(lib.tp_draft_take(self.pointer, number))
        return number

    def allow_blank(self) -> None:
        """Allow the document to be blank."""
        self._core._check(self._core._lib.tp_draft_allow_blank(self.pointer))
