"""Numbers of all types, and infinite numbers and NaN: the same results, errors and warnings as in scikit-learn."""

from __future__ import annotations

import copy
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy", reason="the vectorizers need NumPy")
sp = pytest.importorskip("scipy.sparse", reason="the vectorizers need SciPy")
theirs = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is the oracle")

from text_processor import vectorizers as ours  # noqa: E402

DOCUMENTS = ["the cat and the dog the the", "a good dog", "x" * 300, "na " * 200]
TYPES = [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
]
TYPES += [
    "longdouble",
    "complex64",
    "complex128",
    "object",
    "S3",
    "U3",
    "M8[s]",
    "m8[s]",
    ">f8",
    ">i8",
    "V4",
    "none-such",
]


def outcome(work: Callable[[], Any]) -> tuple[Any, list[tuple[type, str]]]:
    """The result of a call, or its error, and its warnings."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            found = work()
        except Exception as error:
            found = type(error), str(error)
    return found, [(warning.category, str(warning.message)) for warning in warned]


def check_same(found: tuple[Any, Any], wanted: tuple[Any, Any]) -> None:
    """Check that two calls gave the same result or error, and the same warnings."""
    assert found[1] == wanted[1]
    mine, other = found[0], wanted[0]
    if isinstance(other, tuple):
        assert mine == other
    elif sp.issparse(other):
        assert sp.issparse(mine), mine
        assert (type(mine), mine.shape, mine.dtype) == (type(other), other.shape, other.dtype)
        assert (mine.indptr.dtype, mine.indices.dtype) == (other.indptr.dtype, other.indices.dtype)
        assert (mine.indptr.tolist(), mine.indices.tolist()) == (other.indptr.tolist(), other.indices.tolist())
        check_close(mine.data, other.data)
    elif isinstance(other, np.ndarray):
        check_close(mine, other)


def check_both(mine: Any, other: Any, method: str, *args: Any, **kwargs: Any) -> None:
    """Check that a method gives the same result for both estimators."""
    found, wanted = (
        outcome(partial(getattr(estimator, method), *copy.deepcopy(args), **kwargs)) for estimator in (mine, other)
    )
    check_same(found, wanted)


def check_close(mine: Any, other: Any) -> None:
    """Check that numbers are equal, and that weights are equal to the documented precision."""
    assert mine.dtype == other.dtype
    np.testing.assert_allclose(mine, other, rtol=1e-6 if other.dtype == np.float32 else 1e-12)


# ---- Types of numbers ----


@pytest.mark.parametrize("dtype", [*TYPES, None, bool, int, float, str])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("CountVectorizer", {}),
        ("CountVectorizer", {"binary": True}),
        ("CountVectorizer", {"max_features": 2}),
        ("CountVectorizer", {"min_df": 2}),
        ("CountVectorizer", {"vocabulary": ["cat", "the"]}),
        ("HashingVectorizer", {"n_features": 4, "norm": None}),
        ("HashingVectorizer", {"n_features": 4, "norm": None, "alternate_sign": False}),
        ("HashingVectorizer", {"n_features": 4, "norm": None, "binary": True}),
        ("HashingVectorizer", {"norm": None}),
        ("HashingVectorizer", {"n_features": 4}),
        ("TfidfVectorizer", {}),
    ],
)
def test_every_type_gives_the_result_of_scikit_learn(kind: str, options: dict[str, Any], dtype: Any) -> None:
    mine, other = (
        outcome(lambda library=library: getattr(library, kind)(dtype=dtype, **options).fit_transform(DOCUMENTS))  # type: ignore[misc]
        for library in (ours, theirs)
    )
    check_same(mine, other)


# ---- Numbers that are not finite ----

special = st.sampled_from([0.0, -0.0, 1.0, 2.0, 3.0, -1.0, float("nan"), float("inf"), -float("inf"), 1e-320])


@st.composite
def matrices(draw: st.DrawFn, columns: int) -> Any:
    """Matrices of counts, some with explicit zeros, unsorted or duplicate entries, or numbers that are not finite."""
    numbers = draw(st.sampled_from([st.integers(0, 3), st.integers(0, 3), special]))
    rows = draw(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=1, max_size=4))
    dense = np.array(rows)
    types = ["f8", "f4", "f2"] if dense.dtype.kind == "f" else ["i8", "i4", "u1", "?", "f8", "f4", "f2", "F"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dense = dense.astype(draw(st.sampled_from(types)))
    kind = draw(st.sampled_from(["csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "csc_array", "dense"]))
    if kind == "dense" or dense.dtype == np.float16:
        return dense
    matrix = getattr(sp, kind)(dense)
    if matrix.format == "csr" and matrix.nnz:
        change = draw(st.sampled_from(["zero", "long", "again", "none"]))
        if change == "zero":
            matrix.data[draw(st.integers(0, matrix.nnz - 1))] = 0
        elif change == "long":
            matrix.indptr, matrix.indices = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        elif change == "again":
            row = np.concatenate([matrix.indices[::-1], matrix.indices])
            data = np.concatenate([matrix.data, matrix.data])
            matrix = type(matrix)((data, row, np.array([0, len(row)])), shape=(1, columns))
    return matrix


options = st.fixed_dictionaries(
    {
        "norm": st.sampled_from(["l1", "l2", None]),
        "use_idf": st.booleans(),
        "smooth_idf": st.booleans(),
        "sublinear_tf": st.booleans(),
    }
)


@settings(max_examples=settings().max_examples * 3)
@given(st.data(), options, st.booleans())
def test_counts_of_all_kinds_are_weighed_as_in_scikit_learn(
    data: st.DataObject, how: dict[str, Any], is_copied: bool
) -> None:
    columns = data.draw(st.integers(1, 4))
    first, second = data.draw(matrices(columns)), data.draw(matrices(columns))
    mine, other = ours.TfidfTransformer(**how), theirs.TfidfTransformer(**how)
    wanted = outcome(lambda: getattr(other.fit(first), "idf_", None))
    check_same(outcome(lambda: getattr(mine.fit(first), "idf_", None)), wanted)
    if isinstance(wanted[0], tuple):
        return
    for matrix in (first, second):
        check_both(mine, other, "transform", matrix, copy=is_copied)
    check_both(ours.TfidfTransformer(**how), theirs.TfidfTransformer(**how), "fit_transform", second)
    if how["use_idf"]:
        weights = np.array(data.draw(st.lists(special, min_size=columns, max_size=columns)))
        mine.idf_, other.idf_ = weights, weights
        check_both(mine, other, "transform", second)


@pytest.mark.parametrize("norm", ["l1", "l2", None])
def test_the_weight_of_a_term_in_no_document_is_infinite_without_smoothing(norm: Any) -> None:
    documents = ["cat dog cat", "cat mouse"]
    for method in ("fit_transform", "fit"):
        mine, other = (
            library.TfidfVectorizer(vocabulary=["cat", "dog", "bird"], smooth_idf=False, norm=norm)
            for library in (ours, theirs)
        )
        check_both(mine, other, method, documents)
        for asked in (documents, ["a bird"], ["nothing"]):
            check_both(mine, other, "transform", asked)
    if norm:
        with pytest.raises(ValueError, match="infinity"):
            mine.transform(["a bird"])


@pytest.mark.parametrize("weight", [np.inf, -np.inf, np.nan, 1e308, 0.0])
@pytest.mark.parametrize("how", [{}, {"norm": None}, {"sublinear_tf": True}])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_weights_of_the_caller_give_the_result_of_scikit_learn(weight: float, how: dict[str, Any], dtype: Any) -> None:
    mine, other = (library.TfidfVectorizer(**how, dtype=dtype).fit(["cat dog"]) for library in (ours, theirs))
    mine.idf_ = other.idf_ = np.array([weight, 1.0])
    for documents in (["cat cat"], ["dog"], ["dog cat", ""]):
        check_both(mine, other, "transform", documents)


def test_inverse_transform_of_unusual_entries_is_that_of_scikit_learn() -> None:
    mine, other = (library.CountVectorizer().fit(["cat dog"]) for library in (ours, theirs))
    for entry in (np.nan, np.inf, 1j):
        for matrix in (np.array([[entry, 1]]), sp.csr_matrix([[entry, 1]]), sp.csc_array([[entry, 1]])):
            check_both(mine, other, "inverse_transform", matrix)
    for dtype in ("f2", "?", "O"):
        assert [row.tolist() for row in mine.inverse_transform(np.array([[0, 1]], dtype))] == [["dog"]]


def test_the_configuration_can_assume_finite_numbers() -> None:
    sklearn = pytest.importorskip("sklearn")
    with sklearn.config_context(assume_finite=True):
        mine, other = (library.TfidfTransformer().fit([[1, 2], [3, 4]]) for library in (ours, theirs))
        check_both(mine, other, "transform", [[np.nan, 1.0], [1, 1]])


def test_numbers_that_are_not_finite_are_refused_without_scikit_learn() -> None:
    program = """
        import sys, warnings
        sys.modules["sklearn"] = None
        warnings.simplefilter("ignore")
        from text_processor.vectorizers import CountVectorizer, TfidfTransformer, TfidfVectorizer
        vectorizer = TfidfVectorizer(vocabulary=["cat", "bird"], smooth_idf=False).fit(["a cat"])
        counter = CountVectorizer().fit(["cat dog"])
        for work in (
            lambda: vectorizer.transform(["a bird"]),
            lambda: TfidfTransformer(sublinear_tf=True).fit_transform([[1, -1]]),
            lambda: counter.inverse_transform([[float("nan"), 1]]),
        ):
            try:
                work()
            except ValueError as error:
                print(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "Input contains infinity or a value too large for dtype('float64').",
        "Input contains NaN.",
        "Input contains NaN or infinity.",
    ]
