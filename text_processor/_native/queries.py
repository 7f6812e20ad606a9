"""Queries of an analyzer of the native core, and the function for terms that they may need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from text_processor._native.arrow import Column, filled, record_batches, stream
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, ffi
from text_processor._native.fork import Lock
from text_processor._native.long_calls import status_of
from text_processor._native.order import Order
from text_processor._native.strings import string_arrays
from text_processor._native.table import NativeTable
from text_processor._options import plain_text, refuse_coroutine
from text_processor.exceptions import TermsPendingError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WORDS_PER_STEP = 1 << 10
"""The calls of a function for terms between two checkpoints."""


class Queries:
    """An analyzer that answers queries."""

    __slots__ = ("_function", "_has_callback", "_lib", "_setting", "core", "order", "pointer")

    def _own(self, core: Core, pointer: Any) -> None:
        self.core: Core = core
        self._lib = core._lib
        self._has_callback = False
        self._function: Callable[[str], str | None] | None = None
        # Pending words and the function for their terms must be read together. A signal handler may set terms too.
        self._setting = Lock()
        self.order: Order = Order()
        self.pointer: Any = pointer

    def set_terms(self, options: Any, function: Callable[[str], str | None] | None) -> None:
        """Change how words are normalized into terms.

        Args:
            options: A tp_term_options.
            function: Returns the term of a word, if the options have the member `given` set.
        """
        with self._setting.intact():
            before, self._function = self._function, function
            try:
                self.core._check(self._lib.tp_analyzer_set_terms(self.pointer, options))
            except BaseException:
                self._function = before
                raise

    def _current_function(self) -> Callable[[str], str | None] | None:
        with self._setting.intact():
            return self._function

    def _ask(self, query: Callable[..., int], *arguments: Any, is_long: bool = False) -> int:
        """Query the core, after the function for terms has returned the terms of all words."""

        def ask() -> int:
            return status_of(self.core, query, self.pointer, *arguments) if is_long else query(self.pointer, *arguments)

        while (status := ask()) == self._lib.TP_ERROR_TERMS_PENDING:
            self._give_terms()
        self.core._check(status)
        return status

    def _give_terms(self) -> None:
        """Call the function for some words. Its exception ends this call; the terms that it returned before stay."""
        checkpoint()
        begin = ffi.new("uint64_t *")
        with self._setting.intact():
            function = self._function
            ask = self._lib.tp_analyzer_pending_terms
            pending = filled(self.core, lambda array: ask(self.pointer, WORDS_PER_STEP, begin, array))
            words = pending.strings("large_utf8")
        if function is None:
            if words:
                raise TermsPendingError(
                    f"the word {words[0]!r} has no term: the analyzer was saved with a function for terms, and loaded "
                    "without it; set the terms again, with the function"
                )
            return
        terms: list[bytes | None] = []
        try:
            for word in words:
                term = function(word)
                refuse_coroutine("function=", term)
                if not isinstance(term, str | None):
                    raise TypeError(f"the term of {word!r} must be a str or None, not {type(term).__name__}")
                terms.append(None if term is None else str.encode(plain_text(f"the term of {word!r}", term)))
        finally:
            kept: list[Any] = []
            give = self._lib.tp_analyzer_give_terms
            self.core._check(give(self.pointer, begin[0], *string_arrays(terms, kept), len(terms)))

    def _number(self, query: Callable[..., int]) -> int:
        answer = ffi.new("uint64_t *")
        self._ask(query, answer)
        return int(answer[0])

    def _table(self, names: Sequence[str], query: Callable[..., int], *arguments: Any) -> NativeTable:
        return NativeTable.of(self.core, [self._stream(query, *arguments)], names)

    def _batches(self, query: Callable[..., int], *arguments: int) -> Iterator[list[Column]]:
        return record_batches(self.core, self._stream(query, *arguments))

    def _stream(self, query: Callable[..., int], *arguments: Any) -> Any:
        return stream(self.core, lambda out: self._ask(query, *arguments, out, is_long=True))
