"""Document-term matrices, compared with scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import data
import numpy as np
from measuring import Comparison, timed
from sklearn.feature_extraction import text as sklearn

from text_processor import vectorizers
from workloads.setting import Setting

PEER = "scikit-learn"


class Fitted:
    """A matrix and its vectorizer, which can be compared with those of the other side."""

    def __init__(self, vectorizer: Any, matrix: Any) -> None:
        self.vectorizer = vectorizer
        self.matrix = matrix

    def __eq__(self, other: object) -> bool:
        """Return whether features, places and counts are equal, and weights are equal to twelve digits."""
        if not isinstance(other, Fitted):
            return NotImplemented
        ours, theirs = self.matrix, other.matrix
        return (
            ours.shape == theirs.shape
            and np.array_equal(ours.indptr, theirs.indptr)
            and np.array_equal(ours.indices, theirs.indices)
            and np.allclose(ours.data, theirs.data, rtol=1e-12, atol=0)
            and getattr(self.vectorizer, "vocabulary_", None) == getattr(other.vectorizer, "vocabulary_", None)
        )

    __hash__ = None  # type: ignore[assignment]  # never used as a key


def fitted(library: Any, kind: str, options: dict[str, Any], documents: Any) -> Fitted:
    """Return the vectorizer and the matrix of some documents."""
    vectorizer = getattr(library, kind)(**options)
    return Fitted(vectorizer, vectorizer.fit_transform(documents))


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare `fit_transform`, with one document per line."""
    lines = data.lines_of(setting.text)
    many = f"{len(lines):,} lines → "
    yield _comparison(many, "CountVectorizer", {}, lines, 45.0)
    yield _comparison(many, "CountVectorizer", {"ngram_range": (1, 2)}, lines, 15.0)
    yield _comparison(many, "TfidfVectorizer", {}, lines, 40.0)
    yield _comparison(many, "HashingVectorizer", {}, lines, 30.0)
    yield _comparison(many, "CountVectorizer", {"analyzer": "char_wb", "ngram_range": (3, 3)}, lines, 25.0)
    rich = data.lines_of(data.zipf_text(setting.seed, setting.length, data.RICH_EXPONENT))
    distinct = len({word for line in rich for word in line.lower().split()})
    yield _comparison(f"{len(rich):,} lines with {distinct:,} distinct words → ", "CountVectorizer", {}, rich, 25.0)


def _comparison(what: str, kind: str, options: dict[str, Any], lines: list[str], bound: float) -> Comparison:
    given = ", ".join(f"{name}={value!r}" for name, value in options.items())
    ours, theirs = (timed(partial(fitted, library, kind, options, lines)) for library in (vectorizers, sklearn))
    return Comparison(f"{what}{kind}({given}).fit_transform()", PEER, ours, theirs, bound)
