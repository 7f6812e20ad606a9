"""Functions that a caller passes. A function that a call only starts, such as a coroutine function, is refused."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from text_processor import (
    TermOptions,
    TextAnalyzer,
)

pytestmark = pytest.mark.once


async def awaited(*_: object) -> None:
    """A function whose code does not run when it is called."""


async def generated(*_: object) -> AsyncIterator[int]:
    yield 1


def yielding(*_: object) -> Iterator[int]:
    yield 1


class Caller:
    async def __call__(self, *_: object) -> None: ...

    async def method(self, *_: object) -> None: ...

    @classmethod
    async def of_class(cls, *_: object) -> None: ...

    @staticmethod
    async def static(*_: object) -> None: ...


NEVER_RUN: dict[str, Any] = {
    "async def": awaited,
    "async generator": generated,
    "generator": yielding,
    "partial": functools.partial(awaited, 1),
    "partial of a partial": functools.partial(functools.partial(awaited, 1), 2),
    "partial of a method": functools.partial(Caller().method, 1),
    "object": Caller(),
    "partial of an object": functools.partial(Caller(), 1),
    "method": Caller().method,
    "method of a class": Caller.of_class,
    "static method": Caller.static,
    "lambda": lambda *_: (yield),
}


@pytest.mark.parametrize("kind", NEVER_RUN)
def test_coroutine_functions_and_generator_functions_are_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("to be", encoding="utf-8")
    function = NEVER_RUN[kind]
    with TextAnalyzer() as analyzer:
        for use in (
            lambda: analyzer.set_callback(function),
            lambda: analyzer.set_terms(function=function),
            lambda: TermOptions(function=function),
            lambda: analyzer.add_documents(["a"], progress=function),
            lambda: analyzer.add_file(path, progress=function),
            lambda: analyzer.add_files([path], lines=True, progress=function),
            lambda: analyzer.index(progress=function),
        ):
            with pytest.raises(TypeError, match="runs when it is called"):
                use()
        assert len(analyzer) == 0


def test_a_function_is_refused_when_it_returns_a_coroutine() -> None:
    with TextAnalyzer() as analyzer:
        analyzer.set_callback(lambda event: awaited(event))
        with pytest.raises(TypeError, match="returned a coroutine"):
            analyzer.add_document("a b")
        analyzer.clear_callback()
        analyzer.set_terms(function=lambda word: awaited(word))
        with pytest.raises(TypeError, match="returned a coroutine"):
            analyzer.word_frequency()


def test_other_callables_are_accepted() -> None:
    class Heard:
        def __init__(self) -> None:
            self.words = 0

        def __call__(self, event: Any) -> None:
            self.words += event["word_count"]

    heard, several = Heard(), list[Any]()
    with TextAnalyzer() as analyzer:
        for callback in (heard, several.append, functools.partial(several.insert, 0), heard.__call__, dict):
            analyzer.set_callback(callback)
            analyzer.add_document("to be")
        analyzer.set_terms(function=str)
        with contextlib.suppress(StopIteration):
            analyzer.index(progress=lambda *_: next(itertools.count()))
    assert (heard.words, len(several)) == (4, 2)


class AnswersAll:
    """An object with an attribute for every name, such as a proxy of an object in another process."""

    def __getattr__(self, name: str) -> AnswersAll:
        return self

    def __call__(self, *arguments: Any) -> None:
        pass


def test_a_callable_with_every_attribute_is_a_function() -> None:
    analyzer = TextAnalyzer()
    analyzer.set_callback(AnswersAll())
    analyzer.add_document("a word")


def test_a_callback_that_returns_a_generator_is_refused() -> None:
    def numbers() -> Any:
        yield 1

    async def later() -> Any:
        yield 1

    for made, kind in ((numbers, "a generator"), (later, "an asynchronous generator")):
        analyzer = TextAnalyzer()
        analyzer.set_callback(lambda _, made=made: made())  # type: ignore[misc]
        with pytest.raises(TypeError, match=kind):
            analyzer.add_document("a word")
