"""The number of words of a text, without an analyzer."""

from __future__ import annotations

from collections.abc import Iterator

from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, chosen_core, ffi
from text_processor._native.encoding import utf8
from text_processor.exceptions import InvalidDocumentError
from text_processor.tokenizers import NAMES, Tokenization, finder, spans

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import Document, Tokenizer

__all__ = ["count_words"]

PIECE = 64 << 20
"""Bytes that are counted between two looks at signals."""


def count_words(text: Document, *, tokenizer: Tokenizer = "whitespace", core: Core | None = None) -> int:
    """The number of words in a text, ``len(text.split())``, at the speed of memory.

    Args:
        text: A `str`, or UTF-8 in anything with the buffer protocol. `bytes` are counted where they lie.
        tokenizer: What a word is, as in `TextAnalyzer`, with the same default. With another one, the answer is
            ``len(tokenize(text, tokenizer))``.
        core: The native core to use.

    Raises:
        InvalidDocumentError: It is not text. No words are none, and no error.
        InvalidPatternError: As in `tokenize`.
        InvalidOptionError: As in `tokenize`.
        TypeError: It is of another type.

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
                core._check(core._lib.tp_count_words(piece, end - start, words))
            except InvalidDocumentError as error:
                raise InvalidDocumentError(error.reason, offset=start + (error.offset or 0)) from None
        total += int(words[0])
    return total


def _pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """Where a text can be cut without cutting a word."""
    start = 0
    while start < len(data):
        end = data.find(b" ", start + PIECE)
        end = len(data) if end < 0 else end
        yield start, end
        start = end
