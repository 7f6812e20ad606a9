"""Tokenizers, and the tokens of a text without an analyzer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from text_processor._native.arrow import Column, filled_columns
from text_processor._native.core import Core, chosen_core, default_core, ffi
from text_processor._native.encoding import utf8
from text_processor._native.long_calls import status_for
from text_processor._options import hint
from text_processor.exceptions import InvalidOptionError, InvalidPatternError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any

    from text_processor.typing import Document, Tokenizer

__all__ = ["tokenize"]


def __dir__() -> list[str]:
    return __all__


NAMES = {
    name: ffi.integer_const(f"TP_TOKENIZER_{name.upper().replace('-', '_')}")
    for name in ("whitespace", "unicode", "unicode-segments", "word", "characters")
}
"""The names of tokenizers, with their numbers in the C ABI."""

PATTERN = ffi.integer_const("TP_TOKENIZER_PATTERN")
PYTHON_PATTERN = ffi.integer_const("TP_TOKENIZER_PYTHON_PATTERN")
"""The numbers of regular expressions; the second is for Python's patterns that need Python's rules."""


class Tokenization:
    """A tokenizer: as the caller passed it, and in the form that the core takes."""

    __slots__ = ("_pattern", "_translated", "given", "number")

    def __init__(self, tokenizer: Tokenizer) -> None:
        if issubclass(type(tokenizer), str):
            # Ignores the methods of a subclass.
            tokenizer = str.__str__(tokenizer)
        self.given: Tokenizer = tokenizer
        self._pattern: str = ""
        """The regular expression of the caller."""
        self._translated: str | None = None
        """A compiled pattern of Python, translated into the language of the core."""
        self.number: int = PATTERN
        if not isinstance(tokenizer, str):
            self._pattern = _checked(tokenizer).pattern
            self._translated, of_python = _translated(tokenizer)
            self.number = PYTHON_PATTERN if of_python else PATTERN
        elif (name := _as_name(tokenizer)) is None:
            self._pattern = tokenizer
        elif name in NAMES:
            self.number = NAMES[name]
        else:
            raise InvalidOptionError(_unknown(tokenizer))

    def pattern(self) -> bytes:
        """The regular expression in UTF-8; empty if the tokenizer has a name."""
        try:
            return (self._pattern if self._translated is None else self._translated).encode()
        except UnicodeEncodeError as error:
            message = f"the pattern has a lone surrogate at index {error.start}"
            raise InvalidPatternError(message, self._pattern, error.start) from None

    def located(self, error: InvalidPatternError) -> InvalidPatternError:
        """The error of the core for this pattern, with the place in the pattern of the caller."""
        if self._translated is not None:
            # The caller does not know the translation, and so cannot use a place in it.
            return InvalidPatternError(error.reason.partition("\n")[0], self._pattern)
        return InvalidPatternError(error.reason, self._pattern, _index(self.pattern(), error.offset))


def _index(pattern: bytes, offset: int | None) -> int | None:
    """The index of the character at an offset in bytes."""
    return None if offset is None else len(pattern[:offset].decode("utf-8", "ignore"))


def _checked(pattern: re.Pattern[str]) -> re.Pattern[str]:
    import re

    if not isinstance(pattern, re.Pattern):
        raise TypeError(f"a tokenizer must be a name or a regular expression, not {type(pattern).__name__}")
    if not isinstance(pattern.pattern, str):
        raise TypeError("the regular expression of a tokenizer must be for str, not for bytes")
    return pattern


def _translated(pattern: re.Pattern[str]) -> tuple[str, bool]:
    from text_processor._pattern_translation import translated

    try:
        return translated(pattern)
    except InvalidPatternError as error:
        raise _shown(pattern) or error from None


def _shown(pattern: re.Pattern[str]) -> InvalidPatternError | None:
    """The error of the core for a pattern with look-around or a reference to a group, which shows the place."""
    import re

    letters = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}
    flags = "".join(letter for flag, letter in letters.items() if pattern.flags & flag)
    before = f"(?{flags})" if flags else ""
    given = (before + str.__str__(pattern.pattern)).encode("utf-8", "replace")
    core = default_core()
    try:
        filled_columns(core, lambda out: core._lib.tp_tokenize(ffi.NULL, 0, PATTERN, given, len(given), out))
    except InvalidPatternError as error:
        if error.offset is not None and ("look-around" in error.reason or "backreference" in error.reason):
            index = _index(given, error.offset) or 0
            return InvalidPatternError(error.reason, pattern.pattern, max(0, index - len(before)))
    return None


def _as_name(text: str) -> str | None:
    """The name of a tokenizer, if a text has only letters, digits, whitespace, hyphens and underscores."""
    name = "-".join(text.replace("_", " ").casefold().split())
    return name if not name or name.replace("-", "").isalnum() or not name.strip("-") else None


def is_whitespace(tokenizer: Tokenizer) -> bool:
    """Whether this is the default tokenizer, whose words the core counts when it adds a document."""
    return isinstance(tokenizer, str) and _as_name(tokenizer) == "whitespace"


def _unknown(name: str) -> str:
    # Works in Python and on the command line: a name has no character that is special in a regular expression.
    cure = f"To use it as a regular expression, put it in parentheses: {f'({name})'!r}"
    said = hint(name, NAMES)
    return f"there is no tokenizer {name!r}: {said}{'' if said.endswith('?') else '.'} {cure}"


def tokenize(text: Document, tokenizer: Tokenizer = "whitespace", *, core: Core | None = None) -> list[str]:
    r"""Return the tokens of a text, as they are written.

    For many texts, an analyzer is faster: each call of this function compiles a regular expression again.

    Args:
        text: A `str`, or UTF-8 in anything with the buffer protocol.
        tokenizer: How to find tokens, as in `TextAnalyzer`, with the same default.
        core: The native core to use; by default the current one, see `load_core`.

    Raises:
        InvalidDocumentError: The text is not valid UTF-8, or has a lone surrogate.
        InvalidPatternError: The core cannot use the regular expression; the message shows the place.
        InvalidOptionError: There is no tokenizer with that name.

    >>> tokenize("Can't pay $3.50 at example.com, can you?")
    ["Can't", 'pay', '$3.50', 'at', 'example.com,', 'can', 'you?']
    >>> tokenize("Can't pay $3.50 at example.com, can you?", "unicode")
    ["Can't", 'pay', '3.50', 'at', 'example.com', 'can', 'you']
    >>> tokenize("To be (or not)", "unicode-segments")
    ['To', ' ', 'be', ' ', '(', 'or', ' ', 'not', ')']
    >>> tokenize("a #tag and #another", r"#(\w+)")
    ['tag', 'another']
    """
    core = chosen_core(core)
    return list(parts(core, text, finder(core, tokenizer)))


def finder(core: Core, tokenizer: Tokenizer) -> Callable[[Any, int, Any], int]:
    """A function that finds tokens with a core, and returns the status."""
    tokenization = Tokenization(tokenizer)
    pattern = tokenization.pattern()

    def find(data: Any, length: int, out: Any) -> int:
        tokenize, number = core._lib.tp_tokenize, tokenization.number
        status = status_for(length, core, tokenize, data, length, number, pattern, len(pattern), out)
        if status == core._lib.TP_ERROR_INVALID_PATTERN:
            try:
                core._fail(status)
            except InvalidPatternError as error:
                raise tokenization.located(error) from None
        return status

    return find


def parts(core: Core, text: Document, find: Any) -> Iterator[str]:
    """The parts of a text that a function of the core finds."""
    data = utf8(text)
    starts, ends = spans(core, data, find)
    pairs = zip(starts.integers(), ends.integers(), strict=True)
    if data.isascii():
        characters = data.decode("ascii")
        return (characters[start:end] for start, end in pairs)
    return (data[start:end].decode() for start, end in pairs)


def spans(core: Core, data: bytes, find: Any) -> list[Column]:
    """The offsets in bytes where the parts begin, and where they end."""
    with ffi.from_buffer("char[]", data) as pointer:
        return filled_columns(core, lambda out: find(pointer, len(pointer), out))
