"""Forks inside an iterator of documents."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from text_processor import ForkedAnalyzerError
from text_processor._native.background import BackgroundThread

vectorizers: Any
try:
    vectorizers = importlib.import_module("text_processor.vectorizers")
except ModuleNotFoundError:
    vectorizers = None

needs_vectorizers = pytest.mark.skipif(vectorizers is None, reason="SciPy is not installed")


@needs_vectorizers
@pytest.mark.once
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_error_names_a_fork_inside_the_iterator_of_documents() -> None:
    text = "words of a document " * 20
    kinds: list[Callable[[], Any]] = [
        lambda: vectorizers.CountVectorizer(),
        lambda: vectorizers.TfidfVectorizer(),
        lambda: vectorizers.HashingVectorizer(),
    ]
    for make in kinds:
        for number in (0, 1, 40_000, 70_000):
            reader, writer = os.pipe()
            parent = os.getpid()

            def documents(number: int = number) -> Iterator[str]:
                for document in range(80_000):
                    if document == number:
                        os.fork()
                    yield text

            try:
                shape = make().fit_transform(documents()).shape
                said = str(shape[0])
            except ForkedAnalyzerError as error:
                said = f"forked: {error}"
            except BaseException as error:
                said = repr(error)
            if os.getpid() != parent:
                os.write(writer, said.encode())
                os._exit(0)
            os.wait()
            os.close(writer)
            with open(reader) as child:
                heard = child.read()
            assert said == "80000"
            assert heard == "80000" or heard.startswith("forked: "), heard
            assert number < 10_000 or heard != "MemoryError()"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_error_says_that_the_child_lost_the_counts_of_another_thread() -> None:
    go_on, done = threading.Event(), []
    reader, writer = os.pipe()
    with BackgroundThread() as background:
        background.run(lambda: done.append(go_on.wait(60)))
        child = os.fork()
        if child == 0:
            try:
                background.wait()
            except ForkedAnalyzerError as error:
                os.write(writer, str(error).encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        go_on.set()
    os.close(writer)
    with open(reader) as said:
        assert said.read().startswith("this process was forked while another thread counted documents")
    assert done == [True]
