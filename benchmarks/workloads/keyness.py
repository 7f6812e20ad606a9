"""Keyness: the terms of one half of a text compared with the terms of the other half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import data
import numpy as np
from measuring import Comparison, timed
from scipy import special

from text_processor import TextAnalyzer
from workloads.groups import GROUPS
from workloads.setting import Setting

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]


COLUMNS = (
    "target_count",
    "reference_count",
    "target_per_million",
    "reference_per_million",
    "target_documents",
    "reference_documents",
    "g2",
    "log_ratio",
    "p",
)


class Scores:
    """Terms with their scores and p-values, which can be compared with those of the other side."""

    def __init__(self, terms: list[str], *columns: Numbers) -> None:
        order = sorted(range(len(terms)), key=terms.__getitem__)
        self.terms = [terms[place] for place in order]
        self.columns = [column[order] for column in columns]

    def __eq__(self, other: object) -> bool:
        """Return whether the terms are equal, and the numbers to six digits, because SciPy's sums lose digits."""
        if not isinstance(other, Scores):
            return NotImplemented
        pairs = zip(self.columns, other.columns, strict=True)
        return self.terms == other.terms and all(np.allclose(*pair, rtol=1e-6, atol=1e-6) for pair in pairs)

    __hash__ = None  # type: ignore[assignment]  # never used as a key


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with Counter and formulas over arrays of SciPy. Both sides tokenize the text."""
    parts = parts_of(data.lines_of(setting.text))
    ours, theirs = timed(partial(_ours, parts), _of_table), timed(partial(_theirs, parts))
    work = f"{setting.size} in {len(parts)} parts → keyness (G², log ratio, p) of one half against the other"
    excuse = None if setting.text.isascii() else "outside ASCII its lower case differs from Python"
    yield Comparison(work, "Counter and SciPy", ours, theirs, 10.0, excuse=excuse)


def parts_of(lines: list[str]) -> list[str]:
    """Return the text in parts: each has the same number of lines, or one line more."""
    ends = [len(lines) * part // GROUPS for part in range(GROUPS + 1)]
    return ["\n".join(lines[start:end]) for start, end in pairwise(ends)]


def _ours(parts: list[str]) -> object:
    analyzer = TextAnalyzer()
    analyzer.add_documents(parts)
    return analyzer.keyness(np.arange(len(parts)) < len(parts) // 2)


def _of_table(table: object) -> Scores:
    columns = [np.asarray(table[name], np.float64) for name in COLUMNS]  # type: ignore[index]
    return Scores(table["term"], *columns)  # type: ignore[index]


def _theirs(parts: list[str]) -> Scores:
    half = len(parts) // 2
    tokens, documents = zip(*map(_counts, (parts[:half], parts[half:])), strict=True)
    terms = list(tokens[0] | tokens[1])
    a, b = (np.array([side[term] for term in terms], float) for side in tokens)
    n1, n2 = a.sum(), b.sum()
    n, of_term = n1 + n2, a + b
    cells = ((a, n1, of_term), (b, n2, of_term), (n1 - a, n1, n - of_term), (n2 - b, n2, n - of_term))
    g2 = 2 * sum(special.xlogy(cell, cell / (row * column / n)) for cell, row, column in cells)
    signed = np.where(a < n1 * of_term / n, -g2, g2)
    ratio = np.log2((np.where(a == 0, 0.5, a) / n1) / (np.where(b == 0, 0.5, b) / n2))
    of_documents = (np.array([side[term] for term in terms], float) for side in documents)
    p = special.erfc(np.sqrt(np.maximum(g2, 0) / 2))
    return Scores(terms, a, b, 1e6 * a / n1, 1e6 * b / n2, *of_documents, signed, ratio, p)


def _counts(parts: list[str]) -> tuple[Counter[str], Counter[str]]:
    tokens: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for part in parts:
        words = part.lower().split()
        tokens.update(words)
        documents.update(set(words))
    return tokens, documents
