"""Measures of association: the numbers of other tools, and a score for every table."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import the_cat
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidOptionError
from text_processor.association import MEASURES, p_values, scores

np = pytest.importorskip("numpy")

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("measure", the_cat.SCORES)
def test_scores_equal_those_of_other_tools(measure: str) -> None:
    assert abs(scores(measure, *the_cat.CELLS).item() - the_cat.SCORES[measure]) < 1e-12


CELLS = st.lists(st.tuples(*[st.integers(0, 5) | st.integers(0, 400)] * 4), min_size=1, max_size=8)


def columns(tables: list[tuple[int, ...]]) -> list[Any]:
    return [list(column) for column in zip(*tables, strict=True)]


@pytest.mark.engine
@given(CELLS)
def test_chi2_g2_and_fisher_are_those_of_scipy(tables: list[tuple[int, ...]]) -> None:
    stats = pytest.importorskip("scipy.stats")
    found = {
        name: scores(name, *columns(tables)) for name in ("g2", "chi2", "chi2_yates", "fisher", "fisher_two_sided")
    }
    for row, (a, b, c, d) in enumerate(tables):
        right = stats.hypergeom.sf(a - 1, a + b + c + d, a + b, a + c) if a + b + c + d else 1.0
        assert math.isclose(found["fisher"][row], min(right, 1.0), rel_tol=1e-9, abs_tol=1e-300)
        if min(a + b, c + d, a + c, b + d) == 0:
            assert found["g2"][row] == found["chi2"][row] == found["chi2_yates"][row] == 0
            continue
        assert math.isclose(
            found["fisher_two_sided"][row], stats.fisher_exact([[a, b], [c, d]]).pvalue, rel_tol=1e-7, abs_tol=1e-300
        )
        for name, kind, correction in (("chi2", 1, False), ("g2", "log-likelihood", False)):
            expected = stats.chi2_contingency([[a, b], [c, d]], correction=correction, lambda_=kind).statistic
            assert math.isclose(found[name][row], expected, rel_tol=1e-9, abs_tol=1e-9)
        n, distance = a + b + c + d, max(0, abs(a * d - b * c) - (a + b + c + d) / 2)
        yates = n * distance**2 / ((a + b) * (c + d) * (a + c) * (b + d))
        assert math.isclose(found["chi2_yates"][row], yates, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.engine
def test_scores_are_those_of_association_measures() -> None:
    """The scores are in a file, because association-measures cannot be installed together with pandas 3."""
    recorded = json.loads((DATA / "association-measures.json").read_text())
    for name, expected in recorded["scores"].items():
        # association-measures computes mutual information with base 10.
        found = scores(name, *columns(recorded["tables"]), signed=True) * (math.log10(2) if name == "pmi" else 1)
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-9), name


def test_ratios_of_almost_equal_rates_keep_their_digits() -> None:
    # The expected number was computed by `decimal` with 50 digits.
    ratio = scores("log_ratio", 151063166, 679646346, 856187, 3852060)
    assert ratio == pytest.approx(2.67329989964711044e-08, rel=1e-12, abs=0)
    walter = scores("log_ratio_walter", 807573, 6341981, 21091417, 165633687)
    assert walter == pytest.approx(6.96540912412972290e-08, rel=1e-12, abs=0)


def test_scipy_adjusts_p_values_in_the_same_way() -> None:
    stats = pytest.importorskip("scipy.stats")
    if not hasattr(stats, "false_discovery_control"):
        pytest.skip("SciPy 1.11 has this function")
    p = np.random.default_rng(3).random(100) ** 4
    assert np.allclose(p_values("fisher", p, correction="bh"), stats.false_discovery_control(p), rtol=1e-14)
    assert np.allclose(p_values("fisher", p, correction="bonferroni"), np.minimum(1, p * 100), rtol=1e-14)


def test_p_values_equal_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    found = np.array([0.0, 0.5, 3.84, 60.0, 1000.0])
    assert np.allclose(p_values("g2", -found), stats.chi2.sf(found, 1), rtol=1e-12, atol=0)
    assert np.allclose(p_values("log_odds_z", found / 30), 2 * stats.norm.sf(found / 30), rtol=1e-12, atol=0)


def test_arguments_are_broadcast_and_results_have_their_shape() -> None:
    assert scores("z", *the_cat.CELLS).shape == ()
    found = scores("chi2", [[3, 3]], 4, 0, [[14], [7]])
    assert found.shape == (2, 2)
    assert found[0].tolist() == [7, 7]
    assert scores("g2", [], [], [], []).shape == (0,)
    found[0, 0] = 1


def test_columns_of_other_libraries_are_read() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"a": [3, 1], "b": [4, 1], "c": [0, 1], "d": [14, 1]})
    assert scores("z", frame["a"], frame["b"], frame["c"], frame["d"])[0] == 2


@given(st.lists(st.tuples(*[st.sampled_from([0, 0.5, 1, 7, 1e9])] * 4), min_size=1, max_size=5), st.booleans())
def test_every_table_has_scores(tables: list[tuple[float, ...]], signed: bool) -> None:
    for name in MEASURES:
        assert scores(name, *columns(tables), signed=signed).dtype == np.float64  # type: ignore[arg-type]


def test_statistics_may_have_a_sign() -> None:
    rare = (0, 7, 3, 11)
    for name in ("g2", "simple_ll", "chi2", "chi2_yates", "g2_rayson"):
        assert scores(name, *rare, signed=True) == -scores(name, *rare)
    assert scores("dice", *rare, signed=True) == scores("dice", *rare)


def test_measures_use_their_parameters() -> None:
    assert scores("simple_maths", 50, 9950, 20, 39980).item() == 5001 / 501
    assert scores("simple_maths", 50, 9950, 20, 39980, smoothing=100).item() == 5100 / 600
    delta = math.log((3.5 / 14.5) / (2.5 / 10.5))
    found = scores("log_odds", 3, 14, 2, 10, prior=0.5, prior_total=1).item()
    assert math.isclose(found, delta, rel_tol=1e-12)
    assert math.isclose(
        scores("log_odds_z", 3, 14, 2, 10, prior=0.01, prior_total=0.08).item(), 0.0761018898, rel_tol=1e-8
    )


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: scores("G2", 1, 1, 1, 1), "did you mean 'g2'"),
        (lambda: scores("g2", -1, 1, 1, 1), "must not be negative"),
        (lambda: scores("g2", 1, 1, 1, 1, prior=0), "prior must be greater than 0"),
        (lambda: scores("g2", 1, 1, 1, 1, smoothing=math.nan), "smoothing must be greater than 0"),
        (lambda: p_values("dice", [1.0]), "none of the measures has p-values"),
        (lambda: p_values("g2", [1.0], correction="hochberg"), "correction='hochberg' is not known"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_refused(work: Any, message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message):
        work()


def test_each_measure_has_a_value_in_the_core() -> None:
    from text_processor._native.core import default_core
    from text_processor._native.measures import CORRECTIONS, DISPERSION

    lib = default_core()._lib
    assert [getattr(lib, f"TP_MEASURE_{name.upper()}") for name in MEASURES] == list(range(len(MEASURES)))
    assert [getattr(lib, f"TP_DISPERSION_{name.upper()}") for name in DISPERSION] == list(range(len(DISPERSION)))
    assert [getattr(lib, f"TP_CORRECTION_{name.upper()}") for name in CORRECTIONS] == [1, 2, 3]
