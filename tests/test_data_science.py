"""Data science with real reviews in polars and pandas: plain Python gives the expected numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from text_processor import SentimentIntensityAnalyzer, TextAnalyzer

pytestmark = pytest.mark.once

pd = pytest.importorskip("pandas", reason="pandas is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pytest.importorskip("vaderSentiment", reason="its lexicon is not installed")
linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")

TEXTS = Path(__file__).with_name("data").joinpath("reviews.txt").read_text(encoding="utf-8").splitlines()
MISSING = set(range(5, len(TEXTS), 17))
ROWS = [None if row in MISSING else text for row, text in enumerate(TEXTS)]
PRODUCTS = [product for product, _ in zip(cycle(["camera", "phone", "camera", "player"]), ROWS, strict=False)]


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.parquet"
    # Several row groups, so that the column has several chunks.
    pl.DataFrame({"product": PRODUCTS, "text": ROWS}).write_parquet(path, row_group_size=100)
    return path


def frame_of_polars(path: Path) -> Any:
    return pl.read_parquet(path)


def frame_of_pandas(path: Path) -> Any:
    return pd.read_parquet(path)


LIBRARIES = pytest.mark.parametrize("read", [frame_of_polars, frame_of_pandas])


def expected_scores(rows: list[str | None]) -> Iterator[float | None]:
    one = SentimentIntensityAnalyzer()
    return (None if text is None else one.polarity_scores(text)["compound"] for text in rows)


def listed(column: Any) -> list[float | None]:
    return [None if value != value else value for value in column]


@LIBRARIES
def test_counts_of_a_column_equal_those_of_a_counter(read: Any, parquet: Path) -> None:
    analyzer = TextAnalyzer()
    assert analyzer.add_documents(read(parquet)["text"], missing="keep") == len(ROWS)
    expected = Counter(word.lower() for text in ROWS if text is not None for word in text.split())
    assert analyzer.word_frequency() == expected
    for frame in (pl.DataFrame(analyzer.word_counts()), analyzer.word_counts().to_pandas()):
        assert list(zip(frame["word"], frame["count"], strict=True)) == list(expected.items())
    assert [document.word_count for document in analyzer.documents()] == [len((text or "").split()) for text in ROWS]


def test_scores_match_the_rows_of_a_filtered_frame_of_polars(parquet: Path) -> None:
    cameras = pl.read_parquet(parquet).filter(pl.col("product") == "camera")
    scores = SentimentIntensityAnalyzer().scores(cameras["text"], missing="keep")
    scored = cameras.hstack(pl.DataFrame(scores))
    assert listed(scored["compound"]) == list(expected_scores(scored["text"].to_list()))


def test_a_filter_of_polars_drops_the_rows_without_text_if_their_scores_are_null(parquet: Path) -> None:
    reviews = pl.read_parquet(parquet)
    scores = SentimentIntensityAnalyzer().scores(reviews["text"], missing="keep")
    scored = reviews.with_columns(sentiment=pl.Series(scores["compound"]).fill_nan(None))
    kept = scored.filter(pl.col("sentiment") > 0)
    expected = [text for text, score in zip(ROWS, expected_scores(ROWS), strict=True) if (score or 0) > 0]
    assert kept["text"].to_list() == expected


def test_scores_match_the_rows_of_a_filtered_frame_of_pandas(parquet: Path) -> None:
    frame = pd.read_parquet(parquet)
    cameras = frame[frame["product"] == "camera"]
    scored = cameras.join(SentimentIntensityAnalyzer().scores(cameras["text"], missing="keep"))
    assert scored.index.equals(cameras.index)
    texts = [ROWS[row] for row in scored.index]
    assert listed(scored["compound"]) == list(expected_scores(texts))


@LIBRARIES
def test_a_model_of_scikit_learn_learns_from_the_document_term_matrix(read: Any, parquet: Path) -> None:
    frame = read(parquet)
    analyzer = TextAnalyzer(tokenizer="word")
    analyzer.add_documents(frame["text"], missing="keep")
    matrix = analyzer.document_term_matrix()
    assert matrix.csr().shape[0] == len(frame)
    column = matrix.csr()[:, matrix.features.index("good")].toarray().ravel()
    assert column.tolist() == [len(re.findall(r"(?u)\bgood\b", (text or "").lower())) for text in ROWS]
    model = linear_model.LogisticRegression(C=100, max_iter=1000).fit(matrix.csr(), column > 0)
    assert matrix.features[model.coef_[0].argmax()] == "good"


def test_tables_are_unchanged_after_parquet(parquet: Path) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(pl.read_parquet(parquet)["text"], missing="keep")
    for name, table in {
        "words": analyzer.word_counts(),
        "bigrams": analyzer.ngram_counts(2),
        "documents": analyzer.documents(),
    }.items():
        path = parquet.with_name(f"{name}.parquet")
        table.to_polars().write_parquet(path)
        assert pl.read_parquet(path).equals(table.to_polars())
        table.to_pandas().to_parquet(path)
        assert pd.read_parquet(path).equals(table.to_pandas())


def test_a_file_gives_the_counts_of_its_table(parquet: Path) -> None:
    from_file, from_table = TextAnalyzer(), TextAnalyzer()
    from_file.add_file(parquet, column="text", missing="skip")
    from_table.add_table(pl.read_parquet(parquet), missing="skip")
    assert from_file.word_counts() == from_table.word_counts()
