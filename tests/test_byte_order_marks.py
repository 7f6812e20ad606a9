"""Byte-order marks at the beginning of files."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reading_files import Slow, documents, error_of

from text_processor import Lexicon, TextAnalyzer, _files

pytestmark = pytest.mark.once

WITHOUT_OWN_MARK = ["utf-8", "UTF8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7", "gb18030"]
WITH_OWN_MARK = ["utf-8-sig", "utf-16", "utf-32"]


@pytest.mark.parametrize("errors", ["strict", "replace", "ignore"])
@pytest.mark.parametrize("encoding", WITHOUT_OWN_MARK + WITH_OWN_MARK)
def test_a_byte_order_mark_is_not_part_of_the_first_word(tmp_path: Path, encoding: str, errors: str) -> None:
    text = "good\nmörning"
    data = text.encode(encoding) if encoding in WITH_OWN_MARK else ("\ufeff" + text).encode(encoding)
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    for lines, expected in ((False, [text]), (True, ["good", "mörning"])):
        with path.open("rb") as buffered, path.open("rb", buffering=0) as raw:
            for file in (path, str(path), io.BytesIO(data), Slow(data), buffered, raw):
                assert documents(file, encoding=encoding, errors=errors, lines=lines) == expected
    assert _files.text_of(path, encoding=encoding, errors=errors) == text.encode()


def test_each_file_may_begin_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(codecs.BOM_UTF8 + b"good")
    (tmp_path / "b.txt").write_bytes(codecs.BOM_UTF8 + b"bad bad")
    analyzer = TextAnalyzer()
    assert analyzer.add_files([tmp_path / "a.txt", tmp_path / "b.txt"]) == 2
    assert analyzer.word_frequency() == {"good": 1, "bad": 2}
    assert analyzer.analyze_sentiment() == -0.5


@pytest.mark.parametrize("file", [io.BytesIO, Slow])
@pytest.mark.parametrize("encoding", WITHOUT_OWN_MARK + WITH_OWN_MARK)
def test_only_one_mark_is_dropped_and_only_at_the_beginning(file: Any, encoding: str) -> None:
    text = "\ufeffgood\ufeff \ufeff\n\ufeffbad"
    data = text.encode(encoding) if encoding in WITH_OWN_MARK else ("\ufeff" + text).encode(encoding)
    assert documents(file(data), encoding=encoding) == [text]
    assert documents(file(data), encoding=encoding, lines=True) == text.split("\n")


def test_text_that_does_not_come_from_a_file_keeps_its_mark() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("\ufeffgood")
    analyzer.add_document(codecs.BOM_UTF8 + b"good")
    assert analyzer.word_frequency() == {"\ufeffgood": 2}


@pytest.mark.parametrize("encoding", WITHOUT_OWN_MARK + WITH_OWN_MARK)
@pytest.mark.parametrize("file", [io.BytesIO, Slow])
def test_a_file_that_has_only_a_mark_is_blank(file: Any, encoding: str) -> None:
    data = ("" if encoding in WITH_OWN_MARK else "\ufeff").encode(encoding)
    assert documents(file(data), encoding=encoding, lines=True) == []
    assert "holds no word" in error_of(file(data), encoding=encoding).reason


def test_a_part_of_a_mark_is_refused() -> None:
    for data in (b"\xef", b"\xef\xbb", b"\xef\xbbgood"):
        for file in (io.BytesIO(data), Slow(data)):
            assert error_of(file).offset == 0


def test_offsets_in_errors_count_from_the_start_of_the_file(tmp_path: Path) -> None:
    data = codecs.BOM_UTF8 + b"ab\xffcd\nef\xff"
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    for file in (path, io.BytesIO(data), Slow(data)):
        error = error_of(file)
        assert (error.offset, error.line) == (5, None)
        assert error.reason.endswith("at offset 5")
    for encoding in ("utf-8", "utf-8-sig"):
        error = error_of(path, lines=True, encoding=encoding)
        assert (error.line, "at offset 5" in error.reason) == (1, True)
    assert error_of(io.BytesIO(codecs.BOM_UTF8 + b"ab\ncd\xff"), lines=True).offset == 2


def test_progress_counts_the_bytes_of_the_mark() -> None:
    for lines in (False, True):
        seen: list[tuple[int, int | None]] = []
        file = io.BytesIO(codecs.BOM_UTF8 + b"good\nbad")
        TextAnalyzer().add_file(file, lines=lines, progress=lambda *done: seen.append(done))  # noqa: B023
        assert seen[-1] == (11, None)


@given(
    st.text(st.sampled_from("aé\ufeff\n \r\U0001f600"), max_size=8),
    st.sampled_from(WITHOUT_OWN_MARK + WITH_OWN_MARK),
    st.integers(1, 5),
)
@example("\ufeff\ufeff", "utf-8", 1)
def test_the_text_of_a_file_is_its_decoded_text_without_one_mark(text: str, encoding: str, step: int) -> None:
    data = text.encode(encoding)
    expected = data.decode(encoding)
    if encoding not in WITH_OWN_MARK:
        expected = expected.removeprefix("\ufeff")
    slow = Slow(data)
    slow.step = step
    assert _files.text_of(slow, encoding=encoding) == expected.encode()
    assert _files.text_of(io.BytesIO(data), encoding=encoding) == expected.encode()
    lines = [line.rstrip("\n") for line in io.StringIO(expected, newline=None) if line.strip()]
    assert documents(io.BytesIO(data), encoding=encoding, lines=True) == lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "utf-8-sig"])
def test_a_lexicon_may_begin_with_a_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "words.tsv"
    words = "good\t1\nbad\t-1\n"
    path.write_bytes(words.encode(encoding) if encoding in WITH_OWN_MARK else ("\ufeff" + words).encode(encoding))
    assert dict(Lexicon.from_file(path, encoding=encoding)) == {"good": 1, "bad": -1}


def test_the_files_of_vader_may_begin_with_a_mark(tmp_path: Path) -> None:
    from text_processor import SentimentIntensityAnalyzer

    for name, text in {"words.txt": "fine\t2.5\n", "emoji.txt": "\U0001f600\tfine face\n"}.items():
        (tmp_path / name).write_bytes(text.encode())
        (tmp_path / f"marked-{name}").write_bytes(codecs.BOM_UTF8 + text.encode())
    plain = SentimentIntensityAnalyzer(tmp_path / "words.txt", tmp_path / "emoji.txt")
    marked = SentimentIntensityAnalyzer(tmp_path / "marked-words.txt", tmp_path / "marked-emoji.txt")
    assert marked.lexicon == plain.lexicon == {"fine": 2.5}
    assert marked.emojis == plain.emojis == {"\U0001f600": "fine face"}
    for text in ("fine", "\U0001f600"):
        assert marked.polarity_scores(text) == plain.polarity_scores(text)
        assert marked.polarity_scores(text)["compound"] > 0


def test_vectorizers_keep_the_mark_as_scikit_learn_does(tmp_path: Path) -> None:
    theirs = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is not installed")
    from text_processor import vectorizers as ours

    path = tmp_path / "a.txt"
    path.write_bytes(codecs.BOM_UTF8 + b"ab")

    def terms(package: Any, **options: str) -> list[str]:
        with path.open("rb") as file:
            vectorizer = package.CountVectorizer(**options)
            return sorted(vectorizer.fit([path if options["input"] == "filename" else file]).vocabulary_)

    for given_as in ("filename", "file"):
        for options, expected in (
            ({}, ["ab"]),
            ({"analyzer": "char"}, ["a", "b", "\ufeff"]),
            ({"analyzer": "char", "encoding": "utf-8-sig"}, ["a", "b"]),
        ):
            assert terms(ours, input=given_as, **options) == terms(theirs, input=given_as, **options) == expected
