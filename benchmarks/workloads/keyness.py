"""Keyness: the terms of one half of the lines against those of the other half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import data
import numpy as np
from measuring import Comparison, timed
from scipy import special

from text_processor import TextAnalyzer
from workloads.setting import Setting

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]


class Scores:
    """Terms with their scores and p-values, to compare with others."""

    def __init__(self, terms: list[str], *columns: Numbers) -> None:
        order = sorted(range(len(terms)), key=terms.__getitem__)
        self.terms = [terms[place] for place in order]
        self.columns = [column[order] for column in columns]

    def __eq__(self, other: object) -> bool:
        """Return whether the terms are equal, and the numbers to six digits: SciPy's sums lose digits."""
        if not isinstance(other, Scores):
            return NotImplemented
        pairs = zip(self.columns, other.columns, strict=True)
        return self.terms == other.terms and all(np.allclose(*pair, rtol=1e-6, atol=1e-6) for pair in pairs)

    __hash__ = None  # type: ignore[assignment]  # never used as a key


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with Counter and formulas over arrays of SciPy; both tokenize the text."""
    lines = data.lines_of(setting.text)
    half = len(lines) // 2
    ours = timed(partial(_ours, lines, half), _of_table)
    theirs = timed(partial(_theirs, lines, half))
    work = f"{len(lines):,} lines → keyness (G², log ratio, p) of one half against the other"
    excuse = None if setting.text.isascii() else "outside ASCII its lower case differs from Python"
    yield Comparison(work, "Counter and SciPy", ours, theirs, 10.0, excuse=excuse)


def _ours(lines: list[str], half: int) -> object:
    analyzer = TextAnalyzer()
    analyzer.add_documents(lines, missing="keep")
    return analyzer.keyness(np.arange(len(lines)) < half)


def _of_table(table: object) -> Scores:
    return Scores(table["term"], table["g2"], table["log_ratio"], table["p"])  # type: ignore[index]


def _theirs(lines: list[str], half: int) -> Scores:
    sides = [Counter(" ".join(part).lower().split()) for part in (lines[:half], lines[half:])]
    terms = list(sides[0] | sides[1])
    a, b = (np.array([side[term] for term in terms], float) for side in sides)
    rows, columns = np.array([a.sum(), b.sum()]), a + b
    n = rows.sum()
    cells = (
        (a, rows[0], columns),
        (b, rows[1], columns),
        (rows[0] - a, rows[0], n - columns),
        (rows[1] - b, rows[1], n - columns),
    )
    g2 = 2 * sum(special.xlogy(cell, cell / (row * column / n)) for cell, row, column in cells)
    signed = np.where(a < rows[0] * columns / n, -g2, g2)
    ratio = np.log2((np.where(a == 0, 0.5, a) / rows[0]) / (np.where(b == 0, 0.5, b) / rows[1]))
    return Scores(terms, signed, ratio, special.erfc(np.sqrt(np.maximum(g2, 0) / 2)))
