"""The sentences of a text, without an analyzer."""

from __future__ import annotations

from text_processor._native.core import Core, chosen_core
from text_processor._native.encoding import readable, utf8
from text_processor._native.long_calls import status_for
from text_processor.tokenizers import parts, spans

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from text_processor.typing import Document

__all__ = ["sentence_spans", "sentences"]


def __dir__() -> list[str]:
    return __all__


def sentences(text: Document, *, unwrap: bool = False, core: Core | None = None) -> list[str]:
    r"""Return the sentences of a text, each with the whitespace after it.

    A sentence is the text between two sentence boundaries of UAX #29, Unicode's rules for all languages. Skips blank
    parts, such as empty lines between paragraphs. A line end ends a sentence, unless `unwrap` is true. The rules do not
    know abbreviations, but a full stop does not end a sentence if a lower case letter follows.

    Args:
        text: A `str`, or UTF-8 in anything with the buffer protocol.
        unwrap: True for text whose lines are wrapped, such as e-mail and many books: a line end (LF, CR or CRLF)
            between two lines with text counts as a space. A blank line still ends a sentence.
        core: The native core to use; by default the current one, see `load_core`.

    Raises:
        InvalidDocumentError: The text is not valid UTF-8, or has a lone surrogate.

    >>> sentences("It was 3.30 p.m. on Monday. Really? Yes!\n\nThe end")
    ['It was 3.30 p.m. on Monday. ', 'Really? ', 'Yes!\n', 'The end']

    In wrapped text, a line is not a sentence:

    >>> text = "It was the best\nof times.\n\nIt was the worst."
    >>> sentences(text)
    ['It was the best\n', 'of times.\n', 'It was the worst.']
    >>> sentences(text, unwrap=True)
    ['It was the best\nof times.\n', 'It was the worst.']
    """
    core = chosen_core(core)
    return list(parts(core, text, _finder(core, unwrap)))


def sentence_spans(text: Document, *, unwrap: bool = False, core: Core | None = None) -> list[tuple[int, int]]:
    """Return the start and the end of each sentence of `sentences`: indices for a `str`, otherwise offsets in bytes.

    Args:
        text: As in `sentences`.
        unwrap: As in `sentences`.
        core: As in `sentences`.

    >>> text = "Où ? Là."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Où ? ', 'Là.']
    """
    core = chosen_core(core)
    text = readable(text)
    data = utf8(text)
    starts, ends = spans(core, data, _finder(core, unwrap))
    pairs = list(zip(starts.integers(), ends.integers(), strict=True))
    if not isinstance(text, str) or data.isascii():
        return pairs
    found, at, index = [], 0, 0
    for start, end in pairs:
        first = index + len(data[at:start].decode())
        at, index = end, first + len(data[start:end].decode())
        found.append((first, index))
    return found


def _finder(core: Core, unwrap: bool) -> Callable[[Any, int, Any], int]:
    """The native function that finds sentences."""
    find = core._lib.tp_sentences
    return lambda data, length, out: status_for(length, core, find, data, length, bool(unwrap), out)
