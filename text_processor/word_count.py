"""The number of words of a text, without an analyzer."""

from __future__ import annotations

from collections.abc import Iterator

from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, chosen_core, ffi
from text_processor._native.encoding import utf8
from text_processor._native.long_calls import status_for
from text_processor.exceptions import InvalidDocumentError
from text_processor.tokenizers import NAMES, Tokenization, finder, spans

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import Document, Tokenizer

__all__ = ["count_words"]


def __dir__() -> list[str]:
    return __all__


PIECE_BYTES = 64 << 20
"""The number of bytes that are counted between two checks for signals."""


def count_words(text: Document, *, tokenizer: Tokenizer = "whitespace", core: Core | None = None) -> int:
    """Return the number of words in a text, ``len(text.split())``, in native code.

    Args:
        text: A `str`, or UTF-8 in anything with the buffer protocol. Does not copy `bytes`.
        tokenizer: How to find words, as in `TextAnalyzer`, with the same default. With another tokenizer, the result is
            ``len(tokenize(text, tokenizer))``.
        core: The native core to use; by default the current one, see `load_core`.

    Raises:
        InvalidDocumentError: The text is not valid UTF-8, or has a lone surrogate. A text without words is valid.
        InvalidPatternError: As in `tokenize`.
        InvalidOptionError: As in `tokenize`.
        TypeError: The text has another type.

    >>> count_words("To be, or not to be")
    6
    >>> count_words("To be - or not", tokenizer="unicode")
    4
    """
    core = chosen_core(core)
    data = utf8(text)
    if tokenizer != "whitespace" and Tokenization(tokenizer).number != NAMES["whitespace"]:
        return spans(core, data, finder(core, tokenizer))[0].length
    words, total = ffi.new("uint64_t *"), 0
    for start, end in _pieces(data):
        checkpoint()
        with ffi.from_buffer("char[]", memoryview(data)[start:end]) as piece:
            try:
                core._check(status_for(end - start, core, core._lib.tp_count_words, piece, end - start, words))
            except InvalidDocumentError as error:
                raise InvalidDocumentError(error.reason, offset=start + (error.offset or 0)) from None
        total += int(words[0])
    return total


def _pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """The starts and ends of pieces of a text; no cut is inside a word."""
    start = 0
    while start < len(data):
        end = data.find(b" ", start + PIECE_BYTES)
        end = len(data) if end < 0 else end
        yield start, end
        start = end
