"""Any sequence of calls gives the same results as with scikit-learn's vectorizers."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy", reason="the vectorizers need NumPy")
sp = pytest.importorskip("scipy.sparse", reason="the vectorizers need SciPy")
theirs = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is the oracle")

from sklearn.base import clone  # noqa: E402

from text_processor import vectorizers as ours  # noqa: E402

documents = st.lists(
    st.text("aabbeo  AE12_-'.éßİΣк日\u0301\t\n", max_size=20) | st.sampled_from(["the aa bb", "the cat and the dog"]),
    min_size=1,
    max_size=4,
)
DTYPES = [np.int64, np.int32, np.float32, np.float64, np.int8, np.uint8, bool, np.float16, complex, "O", None]
READING: dict[str, list[Any]] = {
    "analyzer": ["word", "char", "char_wb", str.split],
    "ngram_range": [(1, 2), (2, 3), (2, 1)],
    "lowercase": [True, False],
    "strip_accents": [None, "unicode", "ascii"],
    "binary": [True, False],
    "stop_words": [None, "english", ["the", "aa"]],
    "token_pattern": [r"(?u)\b\w+\b", r"[^ ]+", r"(\w)\w"],
    "dtype": DTYPES,
}
LEARNING: dict[str, list[Any]] = {
    "min_df": [1, 2, 0.5, 1.0],
    "max_df": [1.0, 0.5, 2],
    "max_features": [1, 3, None],
    "vocabulary": [None, ["aa", "bb"], {"aa": 0, "the": 1}, {"aa", "bb"}, [], {"aa": 1}, ["Aa"]],
}
WEIGHTING: dict[str, list[Any]] = {
    "norm": ["l1", "l2", None],
    "use_idf": [True, False],
    "smooth_idf": [True, False],
    "sublinear_tf": [True, False],
}
KINDS: dict[str, dict[str, list[Any]]] = {
    "CountVectorizer": READING | LEARNING,
    "TfidfVectorizer": READING | LEARNING | WEIGHTING,
    "HashingVectorizer": READING
    | {"n_features": [1, 5, 1 << 20], "norm": ["l1", None], "alternate_sign": [True, False]},
}


ERRORS = (AttributeError, LookupError, OverflowError, TypeError, ValueError)
STEPS = ["fit", "fit_transform", "transform", "names", "vocabulary", "parameters", "inverse_transform"]
STEPS += ["set", "clone", "pickle"]


def parameters(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some parameters, with valid or wrong values."""
    values = {name: st.sampled_from(values) for name, values in KINDS[kind].items()}
    return st.fixed_dictionaries({}, optional=values)


def answer(estimator: Any, step: str, argument: Any) -> Any:
    """The result of a step in a form that can be compared, or the class of its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if step == "names":
                found = estimator.get_feature_names_out().tolist()
            elif step == "vocabulary":
                found = list(estimator.vocabulary_.items())
            elif step == "parameters":
                found = str(estimator)
            else:
                found = getattr(estimator, step)(argument)
        except ERRORS as error:
            # The first matching class, because NotFittedError has several base classes.
            return next(kind for kind in ERRORS if isinstance(error, kind))
    if sp.issparse(found):
        return found.shape, found.dtype, found.indptr.tolist(), found.indices.tolist(), found.data
    if step == "inverse_transform":
        return [row.tolist() for row in found]
    return None if found is estimator else found


@settings(max_examples=settings().max_examples * 3 // 2)
@given(st.data(), st.sampled_from(list(KINDS)))
def test_any_sequence_of_calls_gives_the_results_of_scikit_learn(data: st.DataObject, kind: str) -> None:
    options = data.draw(parameters(kind))
    mine, other = getattr(ours, kind)(**options), getattr(theirs, kind)(**options)
    weights_were_learned = False
    for _ in range(data.draw(st.integers(1, 6))):
        step = data.draw(st.sampled_from(STEPS))
        if step == "set":
            changed = data.draw(parameters(kind))
            if not weights_were_learned:
                # A change of this parameter after a fit is an error here, but not in scikit-learn.
                changed.pop("use_idf", None)
            mine.set_params(**changed)
            other.set_params(**changed)
            continue
        if step == "clone":
            mine, other = clone(mine), clone(other)
            continue
        if step == "pickle":
            mine, other = pickle.loads(pickle.dumps(mine)), pickle.loads(pickle.dumps(other))  # noqa: S301
            continue
        argument: Any = np.array([[0, 2, 1]]) if step == "inverse_transform" else data.draw(documents)
        found, wanted = answer(mine, step, argument), answer(other, step, argument)
        if isinstance(wanted, tuple):
            assert isinstance(found, tuple), found
            assert found[:4] == wanted[:4]
            np.testing.assert_allclose(found[4], wanted[4], rtol=1e-6 if wanted[1] == np.float32 else 1e-12)
        elif AttributeError in (found, wanted):
            # NotFittedError is an AttributeError. If a call has a second mistake, either error may be raised.
            assert isinstance(found, type), found
            assert isinstance(wanted, type), wanted
        else:
            assert found == wanted
        if step in ("fit", "fit_transform"):
            if isinstance(wanted, type):
                return  # In scikit-learn, a failed fit may change the estimator.
            weights_were_learned = bool(getattr(mine, "use_idf", True))
