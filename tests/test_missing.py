"""Missing and blank texts: the option `missing` raises an error, skips them, or keeps them, in every function."""

from __future__ import annotations

import asyncio
import copy
import io
import math
import pickle
import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optional_packages import HAS_VADER, needs_vader, pa, pd

from text_processor import (
    AsyncTextAnalyzer,
    InvalidDocumentError,
    InvalidOptionError,
    MissingDocumentError,
    TermOptions,
    TextAnalyzer,
)
from text_processor.matrix import Vectorizer
from text_processor.typing import Missing

pytestmark = pytest.mark.usefixtures("scorer_of_the_module")
SCORER: Any = None

POLICIES: tuple[Missing, ...] = ("raise", "skip", "keep")


# ---- Missing and blank values ----


def missing_values() -> list[Any]:
    found: list[Any] = [None, math.nan, np.float64("nan"), np.float32("nan"), np.float16("nan"), np.ma.masked]
    found.append(np.datetime64("NaT", "s"))
    if pd is not None:
        found += [pd.NA, pd.NaT]
    if pa is not None:
        found += [pa.scalar(None, pa.string()), pa.scalar(None)]
    return found


@pytest.mark.parametrize("value", missing_values(), ids=lambda value: type(value).__name__)
def test_the_error_for_any_kind_of_missing_value_names_its_row(value: Any) -> None:
    for texts in (["a", value], iter(["a", value]), [b"a", value]):
        with pytest.raises(MissingDocumentError, match="missing value at row 1") as caught:
            TextAnalyzer().add_documents(texts)
        assert caught.value.document == 1
    if HAS_VADER:
        with pytest.raises(MissingDocumentError, match="missing value at row 1"):
            SCORER.scores(["a", value])
        assert np.isnan(SCORER.scores(["a", value], missing="keep")["compound"]).tolist() == [False, True]


WORDS = st.sampled_from(["good day", "a", "b\0c", "Zoë", "x y z", "光", "word " * 40])
BLANKS = st.sampled_from(["", " ", "\n\t", "\u3000"])
ROWS = st.lists(
    st.one_of(
        st.sampled_from(missing_values()).map(lambda value: (value, None)),
        st.one_of(WORDS, BLANKS).map(lambda text: (text, text)),
        st.one_of(WORDS, BLANKS).map(lambda text: (text.encode(), text)),
        st.one_of(WORDS, BLANKS).map(lambda text: (bytearray(text.encode()), text)),
    ),
    max_size=30,
)
CONTAINERS: dict[str, Callable[[list[Any]], Iterable[Any]]] = {"list": list, "iterator": iter, "tuple": tuple}
if pd is not None:
    CONTAINERS["Series"] = lambda values: pd.Series(values, dtype=object, index=range(len(values), 0, -1))


def expected_of(rows: list[tuple[Any, str | None]], missing: Missing) -> tuple[list[str], int | None]:
    """The documents, and the refused row."""
    documents = []
    for place, (_, text) in enumerate(rows):
        if text is not None and text.strip():
            documents.append(text)
        elif missing == "raise":
            return documents, place
        elif missing == "keep":
            documents.append(text or "")
    return documents, None


@given(
    rows=ROWS,
    missing=st.sampled_from(POLICIES),
    container=st.sampled_from(sorted(CONTAINERS)),
    told=st.booleans(),
    keeps_text=st.booleans(),
)
def test_missing_and_blank_rows_follow_the_option(
    rows: list[tuple[Any, str | None]], missing: Missing, container: str, told: bool, keeps_text: bool
) -> None:
    expected, refused = expected_of(rows, missing)
    analyzer = TextAnalyzer(store_text=keeps_text)
    events: list[str] = []
    if told:
        analyzer.set_callback(lambda event: events.append(event["text"]))
    values = CONTAINERS[container]([value for value, _ in rows])
    if refused is None:
        assert analyzer.add_documents(values, missing=missing) == len(expected)
    else:
        with pytest.raises(InvalidDocumentError) as caught:
            analyzer.add_documents(values, missing=missing)
        assert caught.value.document == refused
        if rows[refused][1] is None:
            assert isinstance(caught.value, MissingDocumentError)
            assert str(caught.value).startswith(f"missing value at row {refused}: ")
    assert events == (expected if told else [])
    assert len(analyzer) == len(expected)
    assert analyzer.total_words() == sum(len(text.split()) for text in expected)
    assert analyzer.word_frequency() == Counter(word for text in expected for word in text.lower().split())
    statistics = analyzer.get_statistics()
    assert (statistics["document_count"], statistics["total_bytes"]) == (
        len(expected),
        sum(len(text.encode()) for text in expected),
    )
    if keeps_text:
        assert analyzer.get_documents() == list(analyzer) == expected
        assert ("" in analyzer) == ("" in expected)
        sentiments = [text.split().count("good") for text in expected]
        assert analyzer.document_sentiments().tolist() == sentiments
        for other in (pickle.loads(pickle.dumps(analyzer)), copy.copy(analyzer)):  # noqa: S301
            assert other.get_documents() == expected
            assert other.get_statistics() == statistics


@pytest.mark.parametrize("tokenizer", ["whitespace", "unicode", "unicode-segments", "word", "characters", r"[a-z]+"])
def test_blank_documents_are_documents_with_every_tokenizer(tokenizer: str) -> None:
    rows = random.Random(0).choices([None, "", " ", "\n", "to be", "x" * 70, "or not"], k=3000)  # noqa: S311
    analyzer, plain = TextAnalyzer(tokenizer=tokenizer, threads=2), TextAnalyzer(tokenizer=tokenizer)
    assert analyzer.add_documents(rows, missing="keep") == 3000
    plain.add_documents(rows, missing="skip")
    assert len(plain) == sum(bool(row and row.strip()) for row in rows)
    blanks = tokenizer in ("unicode-segments", "characters")
    assert (analyzer.total_words() > plain.total_words()) == blanks
    if not blanks:
        assert analyzer.word_frequency() == plain.word_frequency()
        assert analyzer.ngram_frequency(2) == plain.ngram_frequency(2)
    assert analyzer.sentence_count() == plain.sentence_count()
    assert len(analyzer.document_sentiments()) == 3000
    analyzer.set_terms(TermOptions(min_length=3))
    assert "to" not in analyzer.word_frequency()


def test_progress_counts_missing_rows_too() -> None:
    seen: list[tuple[int, int | None]] = []
    TextAnalyzer().add_documents(["a", None, " "], missing="skip", progress=lambda *step: seen.append(step))
    assert seen == [(3, 3)]


def test_every_error_about_one_of_many_texts_names_its_row() -> None:
    for wrong in (5, ["a"], object(), b"\xff", "\ud800", " ", None):
        for texts in (["a"] * 5000 + [wrong], iter(["a"] * 5000 + [wrong]), [b"a"] * 5000 + [wrong]):
            with pytest.raises(InvalidDocumentError) as caught:
                TextAnalyzer().add_documents(texts)  # type: ignore[arg-type]
            assert caught.value.document == 5000
        if wrong != " ":
            with pytest.raises(InvalidDocumentError) as caught:
                Vectorizer().count(["a"] * 5000 + [wrong])
            assert caught.value.document == 5000
        if SCORER is not None and wrong not in (" ", "\ud800"):
            with pytest.raises(InvalidDocumentError) as caught:
                SCORER.scores(["a"] * 5000 + [wrong])
            assert caught.value.document == 5000


def test_an_error_about_a_wrong_type_is_a_type_error() -> None:
    for wrong in (5, None):
        with pytest.raises(TypeError) as caught:
            TextAnalyzer().add_documents([wrong])
        again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
        assert (type(again), str(again), again.document) == (type(caught.value), str(caught.value), 0)
    assert str(caught.value) == (
        "missing value at row 0: None is not a text; pass missing='skip' to leave such rows out, or missing='keep' "
        "to keep them as documents without words"
    )


def test_the_option_has_three_values() -> None:
    for wrong in ("drop", None, True, ["keep"]):
        with pytest.raises(InvalidOptionError, match="must be 'raise', 'skip' or 'keep'"):
            TextAnalyzer().add_documents([], missing=wrong)  # type: ignore[arg-type]
        if wrong is not None:
            with pytest.raises(InvalidOptionError, match="must be 'raise', 'skip' or 'keep'"):
                TextAnalyzer().add_files([], missing=wrong)  # type: ignore[arg-type]


def test_a_callback_may_raise_for_a_blank_document() -> None:
    def refuse(event: Any) -> None:
        if not event["word_count"]:
            raise InvalidDocumentError("not blank ones", document=77)

    analyzer = TextAnalyzer()
    analyzer.set_callback(refuse)
    with pytest.raises(InvalidDocumentError, match="not blank ones") as caught:
        analyzer.add_documents(["a", None, "b"], missing="keep")
    assert caught.value.document == 77
    assert analyzer.get_documents() == ["a", ""]


def test_long_blank_documents_are_kept() -> None:
    for blank in (" " * (9 << 20), b" " * (9 << 20), bytearray(9 << 20).replace(b"\0", b" ")):
        for keeps_text in (True, False):
            analyzer = TextAnalyzer(store_text=keeps_text)
            assert analyzer.add_documents(["a", blank, None, "b"], missing="keep") == 4
            assert analyzer.add_documents(["a", blank, None, "b"], missing="skip") == 2
            assert analyzer.get_statistics()["total_bytes"] == 4 + (9 << 20)
            with pytest.raises(InvalidDocumentError) as caught:
                analyzer.add_documents(["a", blank])
            assert caught.value.document == 1


# ---- Files ----


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_blank_lines_of_files_follow_the_option(tmp_path: Path, end: str) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("one\n\n \ntwo" + end, newline="")
    for missing, expected in ((None, ["one", "two"]), ("skip", ["one", "two"]), ("keep", ["one", "", " ", "two"])):
        analyzer = TextAnalyzer()
        assert analyzer.add_file(path, lines=True, missing=missing) == len(expected)  # type: ignore[arg-type]
        assert analyzer.get_documents() == expected
        awaited = AsyncTextAnalyzer()
        assert asyncio.run(awaited.add_file(path, lines=True, missing=missing)) == len(expected)  # type: ignore[arg-type]
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_files([path], lines=True, missing="raise")
    assert (caught.value.path, caught.value.line, caught.value.document) == (str(path), 2, None)
    assert analyzer.get_documents() == ["one"]


def test_each_of_many_blank_lines_is_a_document() -> None:
    lines = random.Random(1).choices(["", " ", "word", "two words"], k=2_000_000)  # noqa: S311
    analyzer = TextAnalyzer()
    assert analyzer.add_file(io.BytesIO("\n".join([*lines, ""]).encode()), lines=True, missing="keep") == len(lines)
    assert analyzer.get_documents() == lines


def test_a_blank_file_follows_the_option(tmp_path: Path) -> None:
    (tmp_path / "blank").write_text(" \n")
    (tmp_path / "empty").write_text("")
    (tmp_path / "words").write_text("some words")
    paths = [tmp_path / name for name in ("words", "blank", "empty", "words")]
    for keeps_text in (True, False):
        with pytest.raises(InvalidDocumentError):
            TextAnalyzer(store_text=keeps_text).add_files(paths)
        analyzer = TextAnalyzer(store_text=keeps_text)
        assert analyzer.add_files(paths, missing="skip") == len(analyzer) == 2
        assert analyzer.add_files(paths, missing="keep") == 4
        assert (len(analyzer), analyzer.total_words()) == (6, 8)
        assert analyzer.add_files([io.BytesIO(b"")], missing="keep") == 1
        assert analyzer.add_file(io.BytesIO(b"\xff\xfe \0"), encoding="utf-16", missing="keep") == 1


# ---- Scores ----


@needs_vader
@given(rows=ROWS, missing=st.sampled_from(POLICIES), container=st.sampled_from(sorted(CONTAINERS)))
def test_scores_of_missing_rows_follow_the_option(
    rows: list[tuple[Any, str | None]], missing: Missing, container: str
) -> None:
    values = CONTAINERS[container]([value for value, _ in rows])
    gone = [place for place, (_, text) in enumerate(rows) if text is None]
    if gone and missing == "raise":
        with pytest.raises(MissingDocumentError) as caught:
            SCORER.scores(values, missing=missing)
        assert caught.value.document == gone[0]
        return
    expected = [math.nan if text is None else SCORER.polarity_scores(text)["compound"] for _, text in rows]
    if missing == "skip":
        expected = [value for value in expected if not math.isnan(value)]
    found = SCORER.scores(values, missing=missing)
    for name in ("neg", "neu", "pos", "compound"):
        assert len(found[name]) == len(expected)
    assert np.array_equal(np.asarray(found["compound"]), np.array(expected), equal_nan=True)
    if container == "Series":
        labels = [len(rows) - place for place in range(len(rows)) if missing == "keep" or place not in gone]
        assert found.index.tolist() == labels
