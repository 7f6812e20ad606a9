"""Dispersion of all terms over the parts of a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import data
import numpy as np
from measuring import Comparison, timed
from sklearn.feature_extraction.text import CountVectorizer

from text_processor import TextAnalyzer
from workloads.keyness import Scores, parts_of
from workloads.setting import Setting


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with formulas in NumPy over the matrix of scikit-learn. Both sides tokenize the text."""
    parts = parts_of(data.lines_of(setting.text))
    ours, theirs = timed(partial(_ours, parts), _of_table), timed(partial(_theirs, parts))
    work = f"{setting.size} in {len(parts)} parts → dispersion (range, DP, DPnorm, D, KLD) of all terms"
    excuse = None if setting.text.isascii() else "outside ASCII its lower case differs from Python"
    yield Comparison(work, "scikit-learn and NumPy", ours, theirs, 10.0, excuse=excuse)


def _ours(parts: list[str]) -> object:
    analyzer = TextAnalyzer()
    analyzer.add_documents(parts)
    return analyzer.dispersion()


def _of_table(table: object) -> Scores:
    columns = [np.asarray(table[name], np.float64) for name in ("range", "dp", "dpnorm", "d", "kld")]  # type: ignore[index]
    return Scores(table["term"], *columns)  # type: ignore[index]


def _theirs(parts: list[str]) -> Scores:
    vectorizer = CountVectorizer(token_pattern=r"\S+")  # noqa: S106  # not a password
    matrix = vectorizer.fit_transform(parts)
    sizes = np.asarray(matrix.sum(axis=1), float).ravel()
    counts = matrix.toarray().astype(float)
    shares, totals = (sizes / sizes.sum())[:, None], counts.sum(axis=0)
    of_term, rates = counts / totals, counts / sizes[:, None]
    dp = np.abs(of_term - shares).sum(axis=0) / 2
    deviation = rates.std(axis=0) / rates.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        kld = np.where(counts > 0, of_term * np.log2(of_term / shares), 0).sum(axis=0)
    d = 1 - deviation / np.sqrt(len(parts) - 1)
    terms = vectorizer.get_feature_names_out().tolist()
    return Scores(terms, (counts > 0).sum(axis=0), dp, dp / (1 - shares.min()), d, kld)
