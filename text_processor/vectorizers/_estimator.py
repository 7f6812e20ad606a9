"""The base classes of the vectorizers: scikit-learn's where it is installed, so that its tools know them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import wraps

import numpy as np
import scipy.sparse as sp

from text_processor.vectorizers._plain_estimator import BaseEstimator, NotFittedError, TransformerMixin

UNROUTED = ""
"""What scikit-learn's metadata routing is told of a parameter that is data, though it is not named X."""

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _Method = TypeVar("_Method", bound=Callable[..., Any])

    check_array: Any
    validate_data: Any
else:
    try:
        # Before version 1.6 there is none: an older scikit-learn is as none.
        from sklearn.utils.validation import check_array, validate_data
    except ImportError:
        pass
    else:
        from sklearn.base import BaseEstimator, TransformerMixin
        from sklearn.exceptions import NotFittedError
        from sklearn.utils.metadata_routing import UNUSED as UNROUTED

__all__ = [
    "UNROUTED",
    "BaseEstimator",
    "NotFittedError",
    "TransformerMixin",
    "aligned",
    "all_or_nothing",
    "checking_parameters",
    "configured",
    "finite",
    "not_fitted",
    "validated",
    "warn",
]

_SETTINGS = {"assume_finite": False, "skip_parameter_validation": False, "sparse_interface": "spmatrix"}
"""What scikit-learn's configuration says by default."""


def configured(name: str) -> Any:
    """A setting of scikit-learn's configuration; its default, where scikit-learn is not in use."""
    sklearn = sys.modules.get("sklearn")
    return sklearn.get_config().get(name, _SETTINGS[name]) if sklearn else _SETTINGS[name]


def aligned(matrix: Any) -> Any:
    """A sparse matrix of the class that the configuration asks for, over the same memory."""
    is_matrix = configured("sparse_interface") == "spmatrix"
    if sp.isspmatrix(matrix) == is_matrix:
        return matrix
    return getattr(sp, f"{matrix.format}_{'matrix' if is_matrix else 'array'}")(matrix)


def warn(message: str) -> None:
    """Warns, at the place in the caller's code from which this package was called."""
    level = 1
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("text_processor."):
        frame = frame.f_back
        level += 1
    warnings.warn(message, stacklevel=level)


def not_fitted(estimator: object) -> NotFittedError:
    """The error for an estimator that was not fitted."""
    return NotFittedError(
        f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
        "using this estimator."
    )


def validated(
    estimator: BaseEstimator,
    matrix: Any,
    *,
    formats: str | tuple[str, ...],
    floats: bool = False,
    copy: bool = False,
    reset: bool = True,
) -> Any:
    """A matrix as the estimator can use it: sparse, of numbers, and of as many columns as it knows.

    Args:
        estimator: Learns the number and the names of the columns, or is compared with.
        matrix: Sparse, or anything that NumPy makes an array of two dimensions of.
        formats: The sparse formats that are taken as they are; of others, the first of them is made.
        floats: Whether numbers are to be of 32 or 64 bits.
        copy: Whether memory that is not the caller's is asked for.
        reset: Whether the estimator learns.
    """
    dtype = [np.float64, np.float32] if floats else "numeric"
    if BaseEstimator.__module__.startswith("sklearn."):
        found = validate_data(estimator, matrix, accept_sparse=formats, dtype=dtype, copy=copy, reset=reset)
    else:
        found = _plainly_validated(estimator, matrix, formats, floats, copy, reset)
    return found if sp.issparse(found) else sp.csr_array(found)


def finite(matrix: Any) -> Any:
    """A matrix in rows, sparse (CSR) or dense, of any shape.

    Raises:
        ValueError: It has an entry that is infinite, not a number, or complex.
    """
    found: Any = matrix if sp.issparse(matrix) else np.atleast_2d(matrix)
    if BaseEstimator.__module__.startswith("sklearn."):
        return check_array(found, accept_sparse="csr", ensure_min_samples=0, ensure_min_features=0)
    if sp.issparse(found):
        found = found.tocsr()
    if not np.isfinite(found.data if sp.issparse(found) else found).all():
        raise ValueError("Input contains NaN or infinity.")
    return found


def _plainly_validated(
    estimator: BaseEstimator, matrix: Any, formats: str | tuple[str, ...], floats: bool, copy: bool, reset: bool
) -> Any:
    if sp.issparse(matrix):
        found = matrix if matrix.format in formats else matrix.tocsr()
    else:
        found = np.asarray(matrix)
        if found.ndim != 2:
            raise ValueError(f"Expected 2D array, got {found.ndim}D array instead")
    if floats and found.dtype not in (np.float32, np.float64):
        found = found.astype(np.float64)
    if copy and found is matrix:
        found = found.copy()
    if not np.isfinite(found.data if sp.issparse(found) else found).all():
        raise ValueError(f"Input X of {type(estimator).__name__} contains NaN or infinity.")
    if reset:
        estimator.n_features_in_ = found.shape[1]  # type: ignore[attr-defined]  # which every transformer has
    elif found.shape[1] != getattr(estimator, "n_features_in_", found.shape[1]):
        raise ValueError(
            f"X has {found.shape[1]} features, but {type(estimator).__name__} is expecting "
            f"{getattr(estimator, 'n_features_in_', None)} features as input."
        )
    return found


def checking_parameters(method: _Method) -> _Method:
    """A method that begins with a look at the estimator's parameters."""

    @wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not configured("skip_parameter_validation"):
            self._validate_params()
        return method(self, *args, **kwargs)

    return checked  # type: ignore[return-value]  # which has its signature


def all_or_nothing(method: _Method) -> _Method:
    """Makes a method change the estimator only if it succeeds: an error of any kind changes nothing.

    The method works on a twin. At the end, the attributes that it has set or removed there change in the estimator, in
    one step; what functions of the user have changed in the estimator stays. The method must replace the values of
    attributes: a change inside a value would also change the estimator.
    """

    @wraps(method)
    def changing(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        twin = object.__new__(type(self))
        vars(twin).update(before)
        for name in _slots(type(self)):
            if hasattr(self, name):
                setattr(twin, name, getattr(self, name))
        answer = method(twin, *args, **kwargs)
        after = vars(twin)
        changed = {name: value for name, value in after.items() if name not in before or before[name] is not value}
        removed = before.keys() - after.keys()
        self.__dict__ = {name: value for name, value in vars(self).items() if name not in removed} | changed
        return self if answer is twin else answer

    return changing  # type: ignore[return-value]  # which has its signature


def _slots(kind: type) -> list[str]:
    """The attributes that a class keeps outside the dict of an object."""
    given = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    names = [name for slots in given for name in ((slots,) if isinstance(slots, str) else slots)]
    return [name for name in names if name not in ("__dict__", "__weakref__")]
