"""Runs work on Dask: on all processes of a cluster, or on the threads of this process.

These functions need Dask. They compute the answer before they return, with the scheduler that is set: that of the
current `dask.distributed.Client`, or of ``dask.config.set(scheduler=...)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from text_processor import _options
from text_processor.engines._count_words import CountWords
from text_processor.engines._fit import Fit

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from text_processor.analyzer import TextAnalyzer
    from text_processor.terms import TermOptions
    from text_processor.typing import Missing, Tokenizer
    from text_processor.vectorizers import CountVectorizer

    _Vectorizer = TypeVar("_Vectorizer", bound=CountVectorizer)

__all__ = ["count_words", "fit"]


def __dir__() -> list[str]:
    return __all__


def count_words(
    documents: Any,
    *,
    text: str | None = None,
    id: str | None = None,  # noqa: A002
    variables: Sequence[str] = (),
    missing: Missing = "raise",
    store_text: bool = False,
    tokenizer: Tokenizer = "whitespace",
    terms: TermOptions | None = None,
    split_every: int = 8,
) -> TextAnalyzer:
    """Return an analyzer of all documents of a collection of Dask.

    Its answers are equal to those of an analyzer to which one machine has added the documents, in every number and in
    the order of words.

    Args:
        documents: A column of a `dask.dataframe`, a `dask.bag` of texts, or a `dask.dataframe` if `text` is given.
        text: The name of the column with the text, if `documents` is a dataframe.
        id: The name of the column with the ids of the documents.
        variables: The names of the columns with variables of the documents.
        missing: How to treat missing documents, as in `TextAnalyzer.add_documents`.
        store_text: Whether the analyzer stores the texts, which then must fit into the memory of this process. Ids and
            variables need the texts.
        tokenizer: As in `TextAnalyzer`.
        terms: As in `TextAnalyzer`.
        split_every: The number of neighboring results that one task merges.

    Raises:
        TypeError: `documents` is not such a collection.
        ModuleNotFoundError: Dask is not installed.
    """
    work = CountWords(
        text=text, id=id, variables=variables, missing=missing, store_text=store_text, tokenizer=tokenizer, terms=terms
    )
    answer: TextAnalyzer = _run(work, documents, text, split_every)
    return answer


def fit(vectorizer: _Vectorizer, documents: Any, *, text: str | None = None, split_every: int = 8) -> _Vectorizer:
    """Fit a vectorizer to all documents of a collection of Dask, and return it.

    The vectorizer is the same as after its method `fit` with all documents, bit for bit. `min_df`, `max_df` and
    `max_features` apply to all documents.

    Args:
        vectorizer: A `CountVectorizer` or `TfidfVectorizer`. If there is an error, it does not change.
        documents: A column of a `dask.dataframe`, a `dask.bag` of texts, or a `dask.dataframe` if `text` is given.
        text: The name of the column with the text, if `documents` is a dataframe.
        split_every: The number of neighboring results that one task merges.

    Raises:
        TypeError: `documents` is not such a collection, or the vectorizer learns no features.
        ValueError: There are no features.
        ModuleNotFoundError: Dask is not installed.
    """
    _run(Fit(vectorizer, text), documents, text, split_every)
    return vectorizer


def _run(work: CountWords | Fit, documents: Any, text: str | None, split_every: int) -> Any:
    split_every = _options.whole("split_every", split_every, 2)
    parts = _parts(documents, text)
    from dask.delayed import delayed

    # One object for all tasks: the graph has it once.
    count, merge = delayed(work), delayed(work.merge)
    results = [count(part) for part in parts]
    while len(results) > 1:
        results = [merge(results[first : first + split_every]) for first in range(0, len(results), split_every)]
    return work.finish(results[0].compute())


def _parts(documents: Any, text: str | None) -> list[Any]:
    """The partitions of a collection, in order."""
    try:
        from dask.base import is_dask_collection
    except ImportError as error:
        raise ModuleNotFoundError(
            "text_processor.engines.dask needs Dask: pip install dask distributed", name=error.name
        ) from None
    # A dataframe and its columns have divisions, and a bag has partitions. A sum or a count of a bag has no partitions.
    dimensions = getattr(documents, "ndim", 1)
    has_parts = hasattr(documents, "divisions" if hasattr(documents, "ndim") else "npartitions")
    if not is_dask_collection(documents) or not has_parts or dimensions not in (1, 2):
        raise TypeError(
            "the documents must be a column of a dask.dataframe, a dask.bag or a dask.dataframe, "
            f"not {type(documents).__name__}"
        )
    columns = list(documents.columns) if dimensions == 2 else None
    if columns is None and text is not None:
        raise TypeError(f"text={text!r} names a column, but the documents are a {type(documents).__name__}")
    if columns is not None and text is None:
        raise TypeError(f"the documents are a table: pass the name of a column as text=, one of {columns}")
    if columns is not None and text not in columns:
        raise KeyError(f"there is no column {text!r}: the columns are {columns}")
    found = documents.to_delayed()
    return found if isinstance(found, list) else found.ravel().tolist()
