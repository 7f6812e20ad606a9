"""Checks of the values of options, and of what a command needs."""

from __future__ import annotations

import codecs
import importlib
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from text_processor.cli.table_formats import ending

__all__ = [
    "check_encoding",
    "check_errors",
    "check_library",
    "check_name",
    "check_tokenizer",
    "checked",
    "limited",
    "size",
    "term_option",
]


def checked(check: Callable[[Any], object]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback of click that checks the value of an option by a function of the library."""

    def callback(_: click.Context, option: click.Parameter, value: Any) -> Any:
        if value is None:
            return None
        try:
            if isinstance(value, str):
                _check_text(value)
            check(value)
        except (ValueError, LookupError, OverflowError) as error:
            raise click.BadParameter(str(error), param=option) from None
        return value

    return callback


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{value!r} is not text in UTF-8") from None
    if "\0" in value:
        raise ValueError(f"{value!r} contains a NUL character")


def size(_: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """The value of --max-size as a number of bytes."""
    if value is None:
        return None
    found = re.fullmatch("([0-9]{1,15})([kMG]?)B?", value)
    if found is None:
        raise click.BadParameter(f"{value!r} must be a number of bytes, such as 80000, 500k, 20M or 2G", param=option)
    return int(found[1]) * {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}[found[2]]


def check_encoding(name: str) -> None:
    """Raise an error if Python has no encoding of text with this name."""
    # As in open(): a codec that does not encode text raises LookupError.
    " ".encode(name)
    codecs.getincrementaldecoder(name)()


def check_errors(encoding: str, errors: str) -> None:
    """Raise a usage error if the encoding does not support this value of --errors."""
    try:
        codecs.getincrementaldecoder(encoding)(errors).decode(b"a")
    except UnicodeError as error:
        raise click.UsageError(f"--errors {errors} does not work with --encoding {encoding}: {error}") from None


def check_library(module: str) -> None:
    """Raise an error if a module of another package cannot be imported."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        raise click.ClickException(f"this command needs {module}: pip install {module.partition('.')[0]}") from None
    except ImportError as error:
        *_, cause = str(error).strip().splitlines() or [type(error).__name__]
        raise click.ClickException(f"{module} cannot be loaded: {cause}") from None


def limited(_: click.Context, __: click.Parameter, number: int | None) -> int | None:
    """The number, or the greatest possible one if that is less: nothing has more items, so the result is the same."""
    return None if number is None else min(number, sys.maxsize)


def term_option(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback of click that checks the value of an option for words."""

    def check(value: str) -> None:
        from text_processor.analyzer import TextAnalyzer
        from text_processor.terms import TermOptions

        # An explicit number of threads: a wrong number in the environment would raise another error.
        TextAnalyzer(threads=1, terms=TermOptions(**{name: value})).close()  # type: ignore[arg-type]

    return checked(check)


def check_tokenizer(name: str) -> None:
    """Raise an error if there is no such tokenizer."""
    from text_processor.tokenizers import tokenize

    tokenize("", name)


def check_name(path: str, endings: Sequence[str], option: click.Parameter) -> str:
    """The name of an output file, or a usage error if it does not have one of these ends."""
    if ending(path) not in endings:
        known = f"{', '.join(endings[:-1])} or {endings[-1]}"
        raise click.BadParameter(f"the file name must end in {known}", param=option)
    if "\0" in path:
        raise click.BadParameter("a file name contains no NUL character", param=option)
    return path
