"""Patterns of words in the core."""

from __future__ import annotations

from collections.abc import Sequence

from text_processor._native.core import Core, ffi
from text_processor._native.owned import owned
from text_processor._native.strings import string_arrays

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TERMS: int = ffi.integer_const("TP_PATTERN_BASE_TERMS")
TOKENS: int = ffi.integer_const("TP_PATTERN_BASE_TOKENS")
"""The values of tp_pattern_base."""

GLOB: int = ffi.integer_const("TP_WORD_GLOB")
LITERAL: int = ffi.integer_const("TP_WORD_LITERAL")
REGEX: int = ffi.integer_const("TP_WORD_REGEX")
PYTHON_REGEX: int = ffi.integer_const("TP_WORD_PYTHON_REGEX")
"""The values of tp_word_kind."""


class NativePatterns:
    """The owner of native patterns, to which only the code that makes them adds."""

    __slots__ = ("core", "pointer")

    def __init__(self, core: Core, base: int) -> None:
        self.core: Core = core
        self.pointer: Any = owned(core, "tp_patterns", lambda out: core._lib.tp_patterns_new(base, out))

    def add(self, label: bytes) -> None:
        """Add a pattern without slots."""
        self.core._check(self.core._lib.tp_patterns_add(self.pointer, label, len(label)))

    def add_phrase(self, label: bytes, phrase: bytes) -> None:
        """Add a pattern of the globs between whitespace."""
        add = self.core._lib.tp_patterns_add_phrase
        self.core._check(add(self.pointer, label, len(label), phrase, len(phrase)))

    def add_slot(self, words: Sequence[tuple[int, bytes]]) -> None:
        """Add a slot to the last pattern.

        Args:
            words: The kind and the text of each word; empty for a slot that every token matches.
        """
        kept: list[Any] = []
        kinds = ffi.new("tp_word_kind[]", [kind for kind, _ in words])
        arrays = string_arrays([text for _, text in words], kept)
        self.core._check(self.core._lib.tp_patterns_add_slot(self.pointer, kinds, *arrays, len(words)))
