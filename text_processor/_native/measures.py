"""Measures of association and of dispersion: their names, and the options of the core for them."""

from __future__ import annotations

from collections.abc import Iterable

from text_processor._native.core import Core, ffi
from text_processor._options import hint, real, shown
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ASSOCIATION = (
    "pmi",
    "pmi2",
    "mi3",
    "npmi",
    "mi_log_f",
    "t",
    "z",
    "g2",
    "simple_ll",
    "chi2",
    "chi2_yates",
    "dice",
    "log_dice",
    "jaccard",
    "ms",
    "delta_p21",
    "delta_p12",
    "liddell",
    "odds_ratio_disc",
    "log_ratio_walter",
    "fisher",
    "poisson_stirling",
    "lambda",
    "lambda_z",
    "g2_rayson",
    "log_ratio",
    "percent_diff",
    "bic",
    "ell",
    "relative_risk",
    "odds_ratio",
    "simple_maths",
    "log_odds",
    "log_odds_z",
    "fisher_two_sided",
    "mikolov",
)
"""The names of the measures of association. The core has a value TP_MEASURE_ for each."""

DISPERSION = ("range", "dp", "dpnorm", "d", "d2", "s", "d3", "dc", "da", "kld", "kldnorm", "arf", "ald", "awt")
"""The names of the measures of dispersion. The core has a value TP_DISPERSION_ for each."""

CORRECTIONS = ("bonferroni", "holm", "bh")
"""The names of the corrections of p-values. The core has a value TP_CORRECTION_ for each."""


def chosen(name: str, measures: Any, known: tuple[str, ...]) -> list[str]:
    """The names of measures that the caller has passed: one name, or several.

    Raises:
        InvalidOptionError: There is no such measure, or it is there twice.
        TypeError: This is not a str, and not an iterable of str.
    """
    if isinstance(measures, str):
        measures = [measures]
    if not isinstance(measures, Iterable):
        raise TypeError(f"{name} must be a name or a list of names, not {type(measures).__name__}")
    names = list(measures)
    for one in names:
        if one not in known:
            raise InvalidOptionError(f"{name}={shown(one)} is not known: {hint(one, known)}")
        if names.count(one) > 1:
            raise InvalidOptionError(f"{name} has {one!r} more than once")
    return names


def codes_of(core: Core, prefix: str, names: list[str]) -> Any:
    """The values of the core for some measures, as an array of size_t."""
    return ffi.new("size_t[]", [getattr(core._lib, f"{prefix}{name.upper()}") for name in names])


def correction_of(core: Core, correction: Any) -> int:
    """The value of the core for a correction; None for no correction.

    Raises:
        InvalidOptionError: There is no such correction.
    """
    if correction is None:
        return int(core._lib.TP_CORRECTION_NONE)
    if not isinstance(correction, str) or correction not in CORRECTIONS:
        raise InvalidOptionError(f"correction={shown(correction)} is not known: {hint(correction, CORRECTIONS)}")
    return int(getattr(core._lib, f"TP_CORRECTION_{correction.upper()}"))


def positive(name: str, value: Any) -> Any:
    """A pointer to a number that must be greater than 0.

    Raises:
        InvalidOptionError: The number is not greater than 0, or not finite.
    """
    number = real(name, value)
    if not 0 < number < float("inf"):
        raise InvalidOptionError(f"{name} must be greater than 0 and finite, not {number}")
    return ffi.new("double *", number)
