"""The public API: names, signatures, help, exceptions and reprs, and the cost of the import."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pkgutil
import pydoc
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

import text_processor
from text_processor import (
    AsyncTextAnalyzer,
    Lexicon,
    SentimentIntensityAnalyzer,
    TextAnalyzer,
    TextProcessorError,
    _renamed,
    exceptions,
    load_core,
)

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent


def modules(*, private: bool = False) -> Iterator[ModuleType]:
    """The modules of the package, without the command line, because it is a program."""
    yield text_processor
    for found in pkgutil.walk_packages(text_processor.__path__, "text_processor."):
        parts = found.name.split(".")[1:]
        if parts[0].startswith("lib"):
            # This is the native core, not a module.
            continue
        if (private or not any(part.startswith("_") for part in parts)) and parts[0] != "cli":
            if parts[0] == "vectorizers":
                pytest.importorskip("scipy")
            yield importlib.import_module(found.name)


def test_dir_of_a_public_module_shows_only_its_public_names() -> None:
    seen = 0
    for module in modules():
        if module.__name__ != "text_processor.__main__":
            assert dir(module) == sorted(module.__all__), module.__name__
            assert all(hasattr(module, name) for name in dir(module))
            seen += 1
    assert seen > 15


def test_the_package_can_be_imported_with_a_star() -> None:
    names: dict[str, Any] = {}
    exec("from text_processor import *", names)  # noqa: S102
    assert names.keys() - {"__builtins__"} == set(text_processor.__all__) == set(dir(text_processor))


def test_the_help_of_the_package_fits_a_few_screens_and_has_every_public_name() -> None:
    shown = pydoc.plain(pydoc.render_doc(text_processor))
    assert len(shown.splitlines()) <= 120
    for name in set(text_processor.__all__) - {"__version__"}:
        assert re.search(rf"\b{name}\b", shown), name


# ---- The analyzer for asyncio ----


def public(kind: type) -> dict[str, Any]:
    return {name: inspect.getattr_static(kind, name) for name in dir(kind) if not name.startswith("_")}


def test_the_async_analyzer_has_everything_that_the_analyzer_has() -> None:
    ours, awaited = public(TextAnalyzer), public(AsyncTextAnalyzer)
    assert ours.keys() == awaited.keys() - {"analyzer"}
    for name, member in ours.items():
        other = awaited[name]
        if isinstance(member, property):
            assert isinstance(other, property)
            assert inspect.signature(member.fget) == inspect.signature(other.fget)  # type: ignore[arg-type]
            continue
        if isinstance(member, classmethod):
            assert isinstance(other, classmethod)
            member, other = member.__func__, other.__func__
        signature = inspect.signature(member)
        if str(signature.return_annotation).startswith("Iterator["):
            assert not inspect.iscoroutinefunction(other), name
            signature = signature.replace(return_annotation=f"Async{signature.return_annotation}")
        else:
            assert inspect.iscoroutinefunction(other), name
        assert inspect.signature(other) == signature, name


@pytest.mark.parametrize("command", [["-c", "help('text_processor')"], ["-m", "pydoc", "text_processor"]])
def test_pydoc_and_help_show_the_help_of_the_package_on_a_few_screens(command: list[str]) -> None:
    run = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True, cwd=ROOT)
    assert 40 < len(run.stdout.splitlines()) <= 120


def test_reprs_name_the_subclass() -> None:
    class Mine(Lexicon):
        pass

    assert repr(Mine({"good": 1})) == "Mine(words=1)"

    class Quiet(TextAnalyzer):
        def __repr__(self) -> str:
            return "<quiet>"

    assert repr(AsyncTextAnalyzer(Quiet())) == "AsyncTextAnalyzer(documents=0, words=0)"


# ---- Exceptions ----


def test_every_exception_is_defined_in_one_module_and_has_one_base_class() -> None:
    for module in modules(private=True):
        for name, thing in vars(module).items():
            if isinstance(thing, type) and issubclass(thing, Exception) and thing.__module__ == module.__name__:
                # scikit-learn needs the first (see the module of exceptions). The second never reaches a caller.
                elsewhere = name in ("NotFittedError", "NotNativeError")
                assert module is exceptions or elsewhere, f"{module.__name__}.{name}"
    for name in exceptions.__all__:
        assert issubclass(getattr(exceptions, name), TextProcessorError)
        assert getattr(text_processor, name) is getattr(exceptions, name)
    assert "NotFittedError" in (exceptions.__doc__ or "")


@pytest.mark.parametrize("name", exceptions.__all__)
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_copies_of_exceptions_keep_notes_and_attributes(name: str, copied: Callable[[Any], Any]) -> None:
    error = getattr(exceptions, name)("wrong")
    # From Python 3.11 on, `add_note` sets this attribute.
    error.__notes__ = ["in the second run"]
    error.run = 2
    again = copied(error)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.__notes__ == ["in the second run"]


# ---- Messages about arguments ----


def test_messages_about_wrong_arguments_of_a_method_name_the_public_class() -> None:
    methods = {name: method for name, method in public(TextAnalyzer).items() if isinstance(method, FunctionType)}
    assert len(methods) > 20
    for name, method in methods.items():
        with pytest.raises(TypeError, match=rf"^TextAnalyzer.{name}\(\) "):
            inspect.unwrap(method)(*range(20), nothing=None)
        # Functions are pickled by their names.
        assert pickle.loads(pickle.dumps(method)) is method  # noqa: S301
    with pytest.raises(TypeError, match=r"^top_words\(\) got limit= and its earlier name n="):
        TextAnalyzer().top_words(1, n=2)  # type: ignore[call-overload]


# ---- Statistics ----


def test_statistics_have_the_same_names_in_python_and_c(header: str) -> None:
    (members,) = re.findall(r"typedef struct tp_statistics \{(.*?)\} tp_statistics;", header, re.DOTALL)
    names = re.findall(r"^  \w+ (\w+);", members, re.MULTILINE)
    assert names[0] == "struct_size"
    assert set(names[1:]) == TextAnalyzer().get_statistics().keys()


# ---- Reprs ----


def test_all_reprs_have_one_style() -> None:
    pytest.importorskip("numpy")
    from text_processor.matrix import Vectorizer

    core = load_core()
    analyzer = TextAnalyzer()
    analyzer.add_documents(["to be or not", "to be"])
    assert repr(analyzer) == "TextAnalyzer(documents=2, words=6)"
    assert repr(AsyncTextAnalyzer(analyzer)) == "AsyncTextAnalyzer(documents=2, words=6)"
    assert repr(analyzer.word_counts()) == "WordCounts(words=4)"
    assert repr(analyzer.ngram_counts(2)) == "NgramCounts(n=2, ngrams=3)"
    assert repr(Lexicon({"good": 1})) == "Lexicon(words=1)"
    assert repr(core) == f"Core(path={core.path!r})"
    matrix = Vectorizer().count(["to be", "or not"], grow=True)
    assert repr(matrix) == "Matrix(rows=2, columns=4)"
    assert repr(matrix.vectorizer()) == "Vectorizer(features=4)"
    analyzer.close()
    assert repr(analyzer) == "TextAnalyzer(closed=True)"
    assert repr(AsyncTextAnalyzer(analyzer)) == "AsyncTextAnalyzer(closed=True)"


def test_the_repr_of_the_scorer_has_the_same_style() -> None:
    pytest.importorskip("vaderSentiment")
    scorer = SentimentIntensityAnalyzer()
    assert repr(scorer) == f"SentimentIntensityAnalyzer(core={load_core()!r})"


# ---- Earlier names of arguments ----


@pytest.mark.parametrize(
    ("former", "now"),
    [
        (lambda analyzer: analyzer.top_words(n=1), lambda analyzer: analyzer.top_words(limit=1)),
        (lambda analyzer: analyzer.top_ngrams(2, k=1), lambda analyzer: analyzer.top_ngrams(2, limit=1)),
        (lambda analyzer: analyzer.top_ngrams(n=2, k=None), lambda analyzer: analyzer.top_ngrams(n=2)),
    ],
)
def test_earlier_names_of_limit_still_work_and_warn(
    former: Callable[[TextAnalyzer], object], now: Callable[[TextAnalyzer], object]
) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("to be or not to be")
    with pytest.warns(DeprecationWarning, match="limit=") as caught:
        assert former(analyzer) == now(analyzer)
    assert caught[0].filename == __file__


def test_limit_and_its_earlier_name_exclude_each_other() -> None:
    with pytest.raises(TypeError, match="limit"):
        TextAnalyzer().top_words(limit=1, n=1)  # type: ignore[call-overload]


# ---- Imports ----


def test_importing_the_package_loads_few_modules() -> None:
    code = "import sys; before = set(sys.modules); import text_processor; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    later = {"typing", "typing_extensions", "asyncio", "importlib.util", "re", "numpy", "dataclasses"}
    later |= {"text_processor.aio", "text_processor.typing", "text_processor.sentiment", "text_processor.ngrams"}
    later |= {"text_processor.terms", "text_processor.vectorizers", "text_processor.cli"}
    already = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], check=True, capture_output=True, text=True
    ).stdout.split()
    assert later & (set(loaded) - set(already)) == set()
    stand_ins = {f"text_processor.{name}" for name in _renamed.MODULES}
    assert len([name for name in loaded if name.startswith("text_processor") and name not in stand_ins]) <= 54
