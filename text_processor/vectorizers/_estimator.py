"""The base classes of the vectorizers: those of scikit-learn if it is installed, so that its tools accept them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import wraps

import numpy as np
import scipy.sparse as sp

from text_processor.vectorizers._plain_estimator import BaseEstimator, NotFittedError, TransformerMixin

UNROUTED = ""
"""The mark for scikit-learn's metadata routing of a parameter that is data, although its name is not X."""

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _Method = TypeVar("_Method", bound=Callable[..., Any])

    check_array: Any
    validate_data: Any
else:
    try:
        # Versions before 1.6 lack `validate_data`: they count as not installed.
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
"""The defaults of scikit-learn's configuration."""


def configured(name: str) -> Any:
    """A setting of scikit-learn's configuration; the default if scikit-learn was not imported."""
    sklearn = sys.modules.get("sklearn")
    return sklearn.get_config().get(name, _SETTINGS[name]) if sklearn else _SETTINGS[name]


def aligned(matrix: Any) -> Any:
    """A sparse matrix over the same memory, of the class that the configuration names."""
    is_matrix = configured("sparse_interface") == "spmatrix"
    if sp.isspmatrix(matrix) == is_matrix:
        return matrix
    return getattr(sp, f"{matrix.format}_{'matrix' if is_matrix else 'array'}")(matrix)


def warn(message: str) -> None:
    """Warn. The warning names the line of the caller's code that called this package."""
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
    """A matrix that the estimator can use: sparse, of numbers, with the number of columns that it has learned.

    Args:
        estimator: Learns the number and the names of the columns, or has learned them before.
        matrix: A sparse matrix, or an object that NumPy converts to an array of two dimensions.
        formats: The sparse formats that stay as they are. Other matrices are converted to the first of them.
        floats: Whether to convert numbers other than float32 and float64 to float64.
        copy: Whether the result must not share memory with `matrix`.
        reset: Whether the estimator learns the columns. Otherwise the matrix must have the columns learned before.
    """
    dtype = [np.float64, np.float32] if floats else "numeric"
    if BaseEstimator.__module__.startswith("sklearn."):
        found = validate_data(estimator, matrix, accept_sparse=formats, dtype=dtype, copy=copy, reset=reset)
    else:
        found = _plainly_validated(estimator, matrix, formats, floats, copy, reset)
    return found if sp.issparse(found) else sp.csr_array(found)


def finite(matrix: Any) -> Any:
    """A matrix of any shape, either sparse (CSR) or dense.

    Raises:
        ValueError: An entry is infinite, not a number, or complex.
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
        estimator.n_features_in_ = found.shape[1]  # type: ignore[attr-defined]  # each transformer has it
    elif found.shape[1] != getattr(estimator, "n_features_in_", found.shape[1]):
        raise ValueError(
            f"X has {found.shape[1]} features, but {type(estimator).__name__} is expecting "
            f"{getattr(estimator, 'n_features_in_', None)} features as input."
        )
    return found


def checking_parameters(method: _Method) -> _Method:
    """Make a method check the parameters of the estimator first."""

    @wraps(method)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not configured("skip_parameter_validation"):
            self._validate_params()
        return method(self, *args, **kwargs)

    return checked  # type: ignore[return-value]  # the same signature


def all_or_nothing(method: _Method) -> _Method:
    """Make a method change the estimator only if it succeeds: an error of any kind changes nothing.

    The method works on a copy of the estimator. At the end, the attributes that it has set or removed in the copy
    change in the estimator, in one step. Changes that functions of the user made in the estimator stay. The method must
    replace the values of attributes: a change inside a value would also change the estimator.
    """

    @wraps(method)
    def changing(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        copy = object.__new__(type(self))
        vars(copy).update(before)
        for name in _slots(type(self)):
            if hasattr(self, name):
                setattr(copy, name, getattr(self, name))
        answer = method(copy, *args, **kwargs)
        after = vars(copy)
        changed = {name: value for name, value in after.items() if name not in before or before[name] is not value}
        removed = before.keys() - after.keys()
        self.__dict__ = {name: value for name, value in vars(self).items() if name not in removed} | changed
        return self if answer is copy else answer

    return changing  # type: ignore[return-value]  # the same signature


def _slots(kind: type) -> list[str]:
    """The attributes of a class that are stored outside the dict of an object."""
    given = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    names = [name for slots in given for name in ((slots,) if isinstance(slots, str) else slots)]
    return [name for name in names if name not in ("__dict__", "__weakref__")]
