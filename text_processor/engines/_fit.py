"""Fits a vectorizer to parts of the documents."""

from __future__ import annotations

from collections.abc import Iterable

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.vectorizers import CountVectorizer
    from text_processor.vectorizers._tally import Tally


class Fit:
    """Counts the features of each part of the documents, and fits a vectorizer with the sums.

    `min_df`, `max_df` and `max_features` apply to the sums. So the vectorizer is the same as after `fit` with all
    documents, bit for bit.

    Args:
        vectorizer: A `CountVectorizer` or `TfidfVectorizer`. `finish` fits it.
        text: The name of the column with the text, if a part is a table; None if a part is a column or a list of texts.

    Raises:
        TypeError: The vectorizer does not learn features.
        ValueError: A parameter of the vectorizer has an invalid value.

    >>> from text_processor.engines import Fit
    >>> from text_processor.vectorizers import CountVectorizer
    >>> work = Fit(CountVectorizer(min_df=2))
    >>> results = [work(part) for part in (["to be", "or not"], ["to be"])]
    >>> work.finish(work.merge(results)).get_feature_names_out().tolist()
    ['be', 'to']
    """

    def __init__(self, vectorizer: CountVectorizer, text: str | None = None) -> None:
        from text_processor.vectorizers import CountVectorizer

        if not isinstance(vectorizer, CountVectorizer):
            raise TypeError(
                f"Fit takes a CountVectorizer or a TfidfVectorizer, not {type(vectorizer).__name__}: the others learn "
                "no features"
            )
        self._vectorizer = vectorizer
        self._unfitted = vectorizer._unfitted()
        self._text = text

    def __getstate__(self) -> tuple[CountVectorizer, str | None]:
        return self._unfitted, self._text

    def __setstate__(self, state: tuple[CountVectorizer, str | None]) -> None:
        self._unfitted, self._text = state
        self._vectorizer = self._unfitted

    def __call__(self, documents: Any) -> Tally:
        """Count one part of the documents."""
        return self._unfitted._tallied(documents if self._text is None else documents[self._text], threads=1)

    def merge(self, results: Iterable[Tally]) -> Tally:
        """The counts of consecutive parts. The results do not change, so an engine may repeat this step."""
        unfitted = self._unfitted
        return unfitted._added(list(results) or [unfitted._tallied([], threads=1)], threads=1)

    def finish(self, result: Tally) -> CountVectorizer:
        """The vectorizer, fitted to all documents.

        Raises:
            ValueError: There are no features.
        """
        return self._vectorizer._fit_tally(result, self._unfitted)
