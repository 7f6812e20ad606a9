"""Dask gives the same answers as one machine, with the same numbers in the same order."""

from __future__ import annotations

import os
import pickle
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from text_processor import TermOptions, TextAnalyzer

dask: Any = pytest.importorskip("dask", reason="Dask is not installed")
bags: Any = pytest.importorskip("dask.bag")
distributed = pytest.importorskip("distributed", reason="Dask's scheduler for processes is not installed")

from text_processor.engines.dask import count_words, fit  # noqa: E402

pytestmark = pytest.mark.once

DATA = Path(__file__).parent / "data"
LINES = [line for name in ("reviews.txt", "proverbs.txt") for line in (DATA / name).read_text("utf-8").splitlines()]
TEXTS = [line for line in LINES if line.strip()]


def analyzer_of(texts: list[str], **options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(texts)
    return analyzer


def check_same_counts(found: TextAnalyzer, wanted: TextAnalyzer) -> None:
    assert list(found.word_frequency().items()) == list(wanted.word_frequency().items())
    assert found.get_statistics() == wanted.get_statistics()


def test_two_processes_give_the_answers_of_one(tmp_path: Path) -> None:
    """This is one test for all functions, because a cluster takes seconds to start."""
    pandas, dataframe = pytest.importorskip("pandas"), pytest.importorskip("dask.dataframe")
    pytest.importorskip("pyarrow.parquet")
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")
    table = pandas.DataFrame(
        {"id": range(len(TEXTS)), "stars": [place % 5 for place in range(len(TEXTS))], "text": TEXTS}
    )
    for part in range(8):
        first, last = (len(table) * place // 8 for place in (part, part + 1))
        table[first:last].to_parquet(tmp_path / f"part-{part}.parquet", index=False)
    # The scheduler also writes files, so the argument `local_directory` is not enough.
    folder = dask.config.set({"temporary-directory": str(tmp_path / "dask")})
    start = partial(distributed.LocalCluster, n_workers=2, threads_per_worker=1, dashboard_address=None)
    with folder, start() as cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(2)
        assert os.getpid() not in client.run(os.getpid).values()
        frame = dataframe.read_parquet(sorted(map(str, tmp_path.glob("*.parquet"))))
        check_same_counts(count_words(frame["text"], split_every=3), analyzer_of(TEXTS))

        found = count_words(frame, text="text", id="id", variables=["stars"], store_text=True, split_every=3)
        wanted = TextAnalyzer()
        wanted.add_table(table, text="text", id="id", variables=["stars"])
        assert found.documents() == wanted.documents()
        assert found.word_counts(by="stars") == wanted.word_counts(by="stars")
        assert found.ngram_counts(2) == wanted.ngram_counts(2)

        vectorizer = fit(vectorizers.TfidfVectorizer(min_df=2, max_features=50), frame["text"], split_every=3)
        assert pickle.dumps(vectorizer) == pickle.dumps(
            vectorizers.TfidfVectorizer(min_df=2, max_features=50).fit(TEXTS)
        )
        bag = bags.from_sequence(TEXTS, npartitions=5)
        terms = TermOptions(stop_words="english", stemmer="english")
        found = count_words(bag, tokenizer="unicode", terms=terms)
        check_same_counts(found, analyzer_of(TEXTS, tokenizer="unicode", terms=terms))
        with pytest.raises(ValueError, match="missing"):
            count_words(bags.from_sequence(["a", None], npartitions=2))


@pytest.fixture
def in_this_thread() -> Any:
    with dask.config.set(scheduler="sync"):
        yield


@pytest.mark.usefixtures("in_this_thread")
@pytest.mark.parametrize("npartitions", [1, 2, 3, 7])
@pytest.mark.parametrize("split_every", [2, 3, 8])
def test_results_and_their_order_do_not_depend_on_the_number_of_parts(npartitions: int, split_every: int) -> None:
    bag = bags.from_sequence(TEXTS, npartitions=npartitions)
    check_same_counts(count_words(bag, split_every=split_every), analyzer_of(TEXTS))
    found = count_words(bag.map(str.upper), split_every=split_every)
    check_same_counts(found, analyzer_of([text.upper() for text in TEXTS]))


@pytest.mark.usefixtures("in_this_thread")
def test_values_that_are_not_dask_collections_of_texts_are_refused() -> None:
    dataframe, pandas = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    frame = dataframe.from_pandas(pandas.DataFrame({"text": ["a"], "stars": [1]}), npartitions=1)
    with pytest.raises(TypeError, match="not list"):
        count_words(["a", "b"])
    bag, array = bags.from_sequence(["a", "b"]), pytest.importorskip("dask.array").ones((2, 2))
    for other, name in [(bag.count(), "Item"), (frame["stars"].sum(), "Scalar"), (array, "Array"), (array[0], "Array")]:
        with pytest.raises(TypeError, match=f"must be a column of a dask.dataframe.*not {name}"):
            count_words(other)
    with pytest.raises(TypeError, match=r"text=, one of \['text', 'stars'\]"):
        count_words(frame)
    with pytest.raises(TypeError, match="text='text' names a column"):
        count_words(frame["text"], text="text")
    with pytest.raises(KeyError, match="no column 'review'"):
        count_words(frame, text="review")
    with pytest.raises(ValueError, match="split_every must be from 2"):
        count_words(frame["text"], split_every=1)


@pytest.mark.usefixtures("in_this_thread")
def test_an_error_changes_no_vectorizer() -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")
    vectorizer = vectorizers.CountVectorizer().fit(["to be"])
    before = pickle.dumps(vectorizer)
    for texts, message in [(["", ""], "empty vocabulary"), (["a", None], "missing")]:
        with pytest.raises(ValueError, match=message):
            fit(vectorizer, bags.from_sequence(texts, npartitions=2))
        assert pickle.dumps(vectorizer) == before


def test_without_dask_the_error_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.base", None)
    with pytest.raises(ModuleNotFoundError, match="pip install dask distributed"):
        count_words(None)
