"""Missing values in every function that takes texts: for each kind of missing value, and each value of `missing`."""

from __future__ import annotations

import asyncio
import math
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from missing_values import GONE, KINDS, TEXTS, rows_of
from optional_packages import HAS_VADER, pa, vectorizers

from text_processor import (
    AsyncTextAnalyzer,
    InvalidOptionError,
    MissingDocumentError,
    SentimentIntensityAnalyzer,
    TextAnalyzer,
)
from text_processor.matrix import Vectorizer
from text_processor.typing import Missing

pytestmark = pytest.mark.once


def entries() -> Iterator[tuple[str, Callable[[Any, Missing], list[Any]]]]:
    """Functions from texts to a list with an item for each text. The item for a text without words is "blank"."""

    def marked(rows: list[Any], blank: object) -> list[Any]:
        return ["blank" if row == blank else row for row in rows]

    def added(texts: Any, missing: Missing) -> list[Any]:
        # The option also applies to blank documents, so this function adds a word instead.
        analyzer = TextAnalyzer()
        analyzer.add_documents(texts, missing=missing)
        return [text if text.strip() else "blank" for text in analyzer]

    async def awaited(texts: Any, missing: Missing) -> list[Any]:
        analyzer = AsyncTextAnalyzer()
        await analyzer.add_documents(texts, missing=missing)
        return [text if text.strip() else "blank" for text in await analyzer.get_documents()]

    def rows(matrix: Any) -> list[Any]:
        return marked(found := rows_of(matrix), [0.0] * len(found[0]))

    def fit_transformed(made: Callable[..., Any], texts: Any, missing: Missing) -> list[Any]:
        return rows(made(missing=missing).fit_transform(texts))

    def transformed(made: Callable[..., Any], texts: Any, missing: Missing) -> list[Any]:
        return rows(made(missing=missing).fit(["good day a"]).transform(texts))

    def learned(made: Callable[..., Any], texts: Any, missing: Missing) -> list[Any]:
        return sorted(made(missing=missing).partial_fit(["x y zz"]).partial_fit(texts).vocabulary_)

    yield "add_documents", added
    yield "async add_documents", lambda texts, missing: asyncio.run(awaited(texts, missing))
    yield "count", lambda texts, missing: rows(Vectorizer().count(texts, grow=True, missing=missing))
    yield (
        "count, decode",
        lambda texts, missing: rows(Vectorizer().count(texts, grow=True, missing=missing, decode=lambda text: text)),
    )
    yield "hash", lambda texts, missing: rows(Vectorizer().hash(texts, 64, missing=missing))
    if HAS_VADER:
        yield (
            "scores",
            lambda texts, missing: np.asarray(
                SentimentIntensityAnalyzer().scores(texts, missing=missing)["compound"]
            ).tolist(),
        )
    if vectorizers is None:
        return
    for name, options in (("", {}), (", in Python", {"tokenizer": str.split, "token_pattern": None})):
        for kind in (vectorizers.CountVectorizer, vectorizers.TfidfVectorizer):
            made, title = partial(kind, **options), f"{kind.__name__}{name}"
            yield f"{title}.fit_transform", partial(fit_transformed, made)
            yield f"{title}.transform", partial(transformed, made)
            yield f"{title}.partial_fit", partial(learned, made)
        hashing = partial(vectorizers.HashingVectorizer, n_features=64, **options)
        yield f"HashingVectorizer{name}.fit_transform", partial(fit_transformed, hashing)


ENTRIES = dict(entries())
BLANKS_TOO = ("add_documents", "async add_documents")
"""Entries whose option also applies to blank texts."""


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_missing_value_follows_the_option(entry: str, kind: str) -> None:
    call = ENTRIES[entry]
    missing: Missing
    for missing in ("skip", "keep"):
        texts = KINDS[kind]()
        if "partial_fit" in entry:
            assert call(texts, missing) == call(["good day", "a day"], missing)
            continue
        if missing == "keep":
            expected = call([text or "" for text in TEXTS], missing)
            expected[GONE] = math.nan if entry == "scores" else expected[GONE]
        else:
            expected = call([text for text in TEXTS if text and (text.strip() or entry not in BLANKS_TOO)], missing)
            assert "Tfidf" in entry or len(expected) == len(TEXTS) - 1 - (entry in BLANKS_TOO)
        np.testing.assert_equal(call(texts, missing), expected)
    with pytest.raises(MissingDocumentError) as caught:
        call(KINDS[kind](), "raise")
    error = caught.value
    assert error.document == GONE
    assert str(error).startswith(f"missing value at row {GONE}: ")
    assert str(error).endswith(("as documents without words", "as empty rows", "to get NaN for them"))
    assert isinstance(error, TypeError)
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), again.document) == (type(error), str(error), GONE)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_blank_text_is_not_missing(entry: str) -> None:
    if entry not in BLANKS_TOO and "partial_fit" not in entry:
        found = ENTRIES[entry](["good day", "", " \n"], "raise")
        assert found[1:] == ([0.0, 0.0] if entry == "scores" else ["blank", "blank"])


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_option_of_each_entry_has_three_values(entry: str) -> None:
    for wrong in ("drop", None, True):
        with pytest.raises(InvalidOptionError, match=r"'?missing'? .*'raise'.*Got|missing must be 'raise'"):
            ENTRIES[entry](["a b"], wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", ENTRIES)
def test_rows_are_counted_over_all_batches(entry: str) -> None:
    row = (1 << 16) + 5
    texts: list[Any] = ["good day"] * (row + 3)
    texts[row] = None
    columns: list[Any] = [texts, iter(texts)]
    if pa is not None:
        columns.append(pa.chunked_array([texts[:7], texts[7:]]))
    for column in columns:
        with pytest.raises(MissingDocumentError, match=f"at row {row}: ") as caught:
            ENTRIES[entry](column, "raise")
        assert caught.value.document == row
