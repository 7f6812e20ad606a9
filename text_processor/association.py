"""Measures of association for tables of two rows and two columns, for your own counts."""

from __future__ import annotations

from text_processor._native.arrow import filled
from text_processor._native.core import Core, chosen_core, ffi
from text_processor._native.measures import ASSOCIATION, chosen, codes_of, correction_of, positive
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    import numpy.typing as npt

    from text_processor.typing import Correction

__all__ = ["MEASURES", "p_values", "scores"]

MEASURES: tuple[str, ...] = ASSOCIATION
"""The names of all measures; `docs/collocations.md` and `docs/keyness.md` have their formulas and sources."""


def __dir__() -> list[str]:
    return __all__


def scores(
    measure: str,
    o11: npt.ArrayLike,
    o12: npt.ArrayLike,
    o21: npt.ArrayLike,
    o22: npt.ArrayLike,
    *,
    signed: bool = False,
    smoothing: float = 1.0,
    prior: float = 0.01,
    prior_total: float | None = None,
    core: Core | None = None,
) -> npt.NDArray[np.float64]:
    """Return the score of each table by a measure.

    For words that occur together, row 1 is the first word and column 1 is the second word: `o11` counts both words
    together, and `o12` the first word without the second one. For keyness, row 1 is the target, row 2 is the reference,
    and column 1 is the term. A count of 0 does not raise an error: zero divided by zero gives NaN, and a positive
    number divided by zero gives infinity.

    Args:
        measure: One of `MEASURES`.
        o11: The counts in row 1 and column 1: numbers, lists, or arrays of any library that NumPy reads. The four
            arguments are broadcast to one shape.
        o12: The counts in row 1 and column 2.
        o21: The counts in row 2 and column 1.
        o22: The counts in row 2 and column 2.
        signed: Whether a statistic that is never negative, such as ``"g2"`` or ``"chi2"``, gets the sign of O11 - E11.
        smoothing: The number that ``"simple_maths"`` adds to both rates.
        prior: The prior count of each term, for ``"log_odds"`` and ``"log_odds_z"``.
        prior_total: The sum of the prior counts of all terms; by default `prior` times the number of tables.
        core: The native core to use; by default the current one, see `load_core`.

    Returns:
        A writable array of float64; its memory belongs to the core.

    Raises:
        InvalidOptionError: There is no such measure, a count is negative, or an option is not greater than 0.
        ValueError: The four arguments cannot be broadcast to one shape.
        OutOfMemoryError: There is no memory for the result.
        ModuleNotFoundError: NumPy is not installed.

    >>> scores("pmi", 3, 4, 0, 14).item()
    1.584962500721156
    >>> scores("g2", [3, 10], [4, 0], [0, 3], [14, 31764]).round(3).tolist()
    [7.664, 167.23]
    """
    import numpy as np

    core = chosen_core(core)
    (name,) = chosen("measure", [measure], ASSOCIATION)
    cells = np.broadcast_arrays(*(np.asarray(cell, np.float64) for cell in (o11, o12, o21, o22)))
    if any((cell < 0).any() for cell in cells):
        raise InvalidOptionError("counts must not be negative")
    flat = [np.ascontiguousarray(cell).reshape(-1) for cell in cells]
    a, b, c, d = (ffi.from_buffer("double[]", cell) for cell in flat)
    total = ffi.NULL if prior_total is None else positive("prior_total", prior_total)
    kept = positive("smoothing", smoothing), positive("prior", prior), total
    size = ffi.sizeof("tp_association_options")
    options = ffi.new("tp_association_options *", [size, bool(signed), *kept])
    code = codes_of(core, "TP_MEASURE_", [name])[0]
    ask = core._lib.tp_association
    column = filled(core, lambda out: ask(code, a, b, c, d, flat[0].size, options, out))
    return column.numpy("float64", writable=True).reshape(cells[0].shape)


def p_values(
    measure: str, scores: npt.ArrayLike, *, correction: Correction | None = None, core: Core | None = None
) -> npt.NDArray[np.float64]:
    """Return the p-value of each score.

    Scores of ``"g2"``, ``"g2_rayson"``, ``"chi2"`` and ``"chi2_yates"`` have the p-values of χ² with one degree of
    freedom; scores of ``"z"``, ``"lambda_z"`` and ``"log_odds_z"`` have those of the normal distribution (two-sided).
    The p-values are computed from complementary distribution functions, so small p-values are accurate and not 0.

    Args:
        measure: The measure of the scores. Scores of ``"fisher"`` and ``"fisher_two_sided"`` are p-values already: pass
            one of these names to adjust your own p-values with `correction`.
        scores: The scores, with or without a sign.
        correction: How p-values are adjusted for the number of tests: ``"bonferroni"``, ``"holm"``, or ``"bh"``
            (Benjamini & Hochberg). A score of NaN gives NaN, and does not count as a test.
        core: The native core to use; by default the current one, see `load_core`.

    Returns:
        A writable array of float64 with the shape of `scores`.

    Raises:
        InvalidOptionError: There is no such measure or correction, or the measure has no p-values.
        OutOfMemoryError: There is no memory for the result.
        ModuleNotFoundError: NumPy is not installed.

    >>> p_values("g2", [3.841458820694124, 1000.0])
    array([5.00000000e-002, 1.79583278e-219])
    >>> p_values("fisher", [0.01, 0.02, 0.5], correction="holm").tolist()
    [0.03, 0.04, 0.5]
    """
    import numpy as np

    core = chosen_core(core)
    (name,) = chosen("measure", [measure], ASSOCIATION)
    given = np.asarray(scores, np.float64)
    flat: Any = np.ascontiguousarray(given).reshape(-1)
    code, how = codes_of(core, "TP_MEASURE_", [name])[0], correction_of(core, correction)
    with ffi.from_buffer("double[]", flat) as pointer:
        ask = core._lib.tp_association_p_values
        column = filled(core, lambda out: ask(code, pointer, flat.size, how, out))
    return column.numpy("float64", writable=True).reshape(given.shape)
