"""Checks of the values of options: one for each kind of value. Errors name the option."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterable
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType

from text_processor.exceptions import InvalidOptionError, UnknownEncodingError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_THREADS = 65535
MOST = (1 << 32) - 1
"""The largest number of most options."""


def hint(name: object, known: Iterable[object]) -> str:
    """The end of a message about an unknown name: a similar known name, or all known names."""
    names = list(known)
    near = similar(name, names)
    return f"there are {', '.join(map(repr, names))}" if near is None else f"did you mean {near!r}?"


def similar(name: object, known: Iterable[object]) -> str | None:
    """The known name that is similar to an unknown one; None if no name is similar."""
    import difflib

    folded = {one.casefold(): one for one in known if isinstance(one, str)}
    near = difflib.get_close_matches(name.casefold(), folded, 1) if isinstance(name, str) else []
    return folded[near[0]] if near else None


def one_of(name: str, value: object, known: Iterable[Any]) -> Any:
    """The value of an option that allows a few values only.

    >>> one_of("case", "Lower", ["lower", None])
    Traceback (most recent call last):
    text_processor.exceptions.InvalidOptionError: case='Lower' is not known: did you mean 'lower'?
    """
    for one in known:
        if value is one or (isinstance(value, str) and isinstance(one, str) and value == one):
            return one
    raise InvalidOptionError(f"{name}={shown(value)} is not known: {hint(value, known)}")


def whole(name: str, value: object, least: int = 0, most: int = MOST) -> int:
    """The whole number that is the value of an option; it may be a NumPy integer.

    >>> whole("skip", -1)
    Traceback (most recent call last):
    text_processor.exceptions.InvalidOptionError: skip must be from 0 to 4294967295, not -1
    """
    number = _index(name, value)
    if not least <= number <= most:
        raise InvalidOptionError(f"{name} must be from {least} to {most}, not {shown(number)}")
    return number


def window(value: Any) -> tuple[int, int]:
    """The sizes of a window: a number for both sides, or a number for each."""
    sizes = value if isinstance(value, tuple | list) else (value, value)
    if len(sizes) != 2:
        raise InvalidOptionError(f"window must be a number, or the sizes before and after, not {len(sizes)} numbers")
    left, right = (whole("window", size) for size in sizes)
    return left, right


def limit(name: str, value: object) -> int | None:
    """A number of rows: None means any number, and a negative number means 0."""
    return None if value is None else min(max(0, _index(name, value)), sys.maxsize)


def threads(value: object) -> int | None:
    """A number of threads; None is the default."""
    return None if value is None else whole("threads", value, 1, MOST_THREADS)


def real(name: str, value: Any) -> float:
    """The number that is the value of an option, as a float; it may be infinite or NaN."""
    try:
        if isinstance(value, str | bytes):
            raise TypeError
        return float(value)
    except TypeError:
        raise TypeError(f"{name} must be a number, not {type(value).__name__}") from None
    except (OverflowError, ValueError) as error:
        raise InvalidOptionError(f"{name} must be a number that fits into a float, not {shown(value)}") from error


def plain_text(name: str, value: object) -> str:
    """The str that is the value of an option, without lone surrogates."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    try:
        str.encode(value)
    except UnicodeEncodeError as error:
        raise InvalidOptionError(f"{name} has a lone surrogate at index {error.start}: {shown(value)}") from None
    return value


def codec(encoding: object, errors: object) -> None:
    """Raise an error for names that `open()` would reject, before the package reads anything."""
    import codecs

    try:
        " ".encode(plain_text("encoding", encoding))
    except (LookupError, ValueError) as error:
        from encodings.aliases import aliases

        near = similar(encoding, [*aliases, *(name.replace("_", "-") for name in aliases.values())])
        raise UnknownEncodingError(f"{error}{'' if near is None else f': did you mean {near!r}?'}") from None
    try:
        handle = codecs.lookup_error(plain_text("errors", errors))
    except (LookupError, ValueError):
        raise InvalidOptionError(f"errors={shown(errors)} is not known: {hint(errors, _HANDLERS)}") from None
    try:
        handle(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "an example"))
    except UnicodeError:
        pass
    except TypeError:
        known = ", ".join(map(repr, _HANDLERS))
        raise InvalidOptionError(
            f"errors={shown(errors)} works only for writing; for reading there are {known}"
        ) from None


_HANDLERS = ("strict", "replace", "ignore", "backslashreplace", "surrogateescape", "surrogatepass")


def shown(value: object) -> str:
    """A shortened value for a message."""
    try:
        written = repr(value)
    except ValueError:
        # Python does not print an integer with thousands of digits.
        return "a number with very many digits"
    return written if len(written) <= 60 else f"{written[:40]}…"


def canonical(value: Any) -> Any:
    """A str, or a list, tuple or dict of str, in which equal str are one object, because a pickle records that.

    Returns all other objects unchanged, also those of subclasses.
    """
    try:
        return _canonical(value)
    except RecursionError:
        # The value contains itself.
        return value


def _canonical(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return sys.intern(value)
    if kind is list or kind is tuple:
        return kind(map(_canonical, value))
    if kind is dict:
        return {_canonical(key): _canonical(one) for key, one in value.items()}
    return value


def _index(name: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}") from None


def runnable(name: str, value: Any) -> None:
    """Raise TypeError unless the value is a function that a call runs: not an async or generator function."""
    if not callable(value):
        raise TypeError(f"{name} takes a function, not {type(value).__name__}")
    if kind := _never_run(value):
        raise TypeError(f"{name} takes a function that runs when it is called, not {kind}. {_CURE}")


def refuse_coroutine(name: str, answer: object) -> None:
    """Raise TypeError if a function has returned a coroutine or a generator, because nothing runs it."""
    if (kind := _RETURNED.get(type(answer))) is not None:
        if isinstance(answer, CoroutineType):
            answer.close()
        raise TypeError(f"{name} takes a function that runs when it is called, but this one returned {kind}. {_CURE}")


_CURE = "To use an async function, start it as a task of its event loop in an ordinary function"

_RETURNED: dict[type, str] = {
    CoroutineType: "a coroutine",
    GeneratorType: "a generator",
    AsyncGeneratorType: "an asynchronous generator",
}

_KINDS = {0x80: "an async function", 0x200: "an asynchronous generator", 0x20: "a generator"}
"""The flags of code objects (`inspect.CO_COROUTINE` and others) of functions that a call does not run."""


def _never_run(function: Any) -> str | None:
    from functools import partial

    while True:
        while isinstance(function, partial):
            function = function.func
        function = getattr(function, "__func__", function)
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            return next((kind for flag, kind in _KINDS.items() if code.co_flags & flag), None)
        # A call looks for `__call__` on the class.
        call = type(function).__call__
        # A callable that is not written in Python has no code to look at.
        if isinstance(function, type) or not isinstance(getattr(call, "__code__", None), CodeType):
            return None
        function = call
