"""Texts with each kind of missing value, for the tests of functions that take texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from optional_packages import pa, pd, pl

from text_processor.matrix import Matrix

TEXTS = ["good day", None, " ", "a day"]
"""One text is missing, and one is blank."""
GONE = 1


def kinds() -> Iterator[tuple[str, Callable[[], Any]]]:
    """One function for each kind of missing value, which returns `TEXTS` with this value."""

    def listed(value: Any) -> Callable[[], Any]:
        return lambda: [value if text is None else text for text in TEXTS]

    scalars = {
        "None": None,
        "nan": math.nan,
        "float64": np.float64("nan"),
        "float32": np.float32("nan"),
        "float16": np.float16("nan"),
        "masked": np.ma.masked,
        "datetime64": np.datetime64("NaT", "s"),
    }
    if pd is not None:
        scalars |= {"pandas.NA": pd.NA, "pandas.NaT": pd.NaT}
    if pa is not None:
        scalars |= {"null of pyarrow": pa.scalar(None), "string of pyarrow": pa.scalar(None, pa.string())}
    for name, value in scalars.items():
        yield f"list, {name}", listed(value)
    yield "iterator", lambda: iter(TEXTS)
    yield "tuple", lambda: tuple(TEXTS)
    yield "bytes", lambda: [text if text is None else text.encode() for text in TEXTS]
    yield "object array", lambda: np.array(TEXTS, dtype=object)
    yield "object array, nan", lambda: np.array(listed(math.nan)(), dtype=object)
    yield "masked array", lambda: np.ma.array([text or "x" for text in TEXTS], mask=[text is None for text in TEXTS])
    if hasattr(np.dtypes, "StringDType"):
        for gone in (None, math.nan):
            strings: Any = np.dtypes.StringDType(na_object=gone)
            yield f"StringDType, {gone}", partial(np.array, listed(gone)(), dtype=strings)
    if pd is not None:
        for dtype in ("object", "str", "string", "category"):
            yield f"pandas, {dtype}", partial(pd.Series, TEXTS, dtype=dtype, index=range(len(TEXTS), 0, -1))
        yield "pandas.Index", lambda: pd.Index(TEXTS)
    if pl is not None:
        for kind in ("String", "Categorical"):
            yield f"polars, {kind}", partial(pl.Series, TEXTS, dtype=getattr(pl, kind))
    if pa is not None:
        yield "pyarrow", lambda: pa.array(TEXTS)
        yield "pyarrow, dictionary", lambda: pa.array(TEXTS).dictionary_encode()
        yield "pyarrow, chunks", lambda: pa.chunked_array([TEXTS[:1], TEXTS[1:2], TEXTS[2:]], pa.large_string())


KINDS = dict(kinds())


def rows_of(matrix: Any) -> list[list[float]]:
    """The rows of a matrix, in the order of the names of their features."""
    if isinstance(matrix, Matrix):
        matrix.sort()
        columns = matrix.shape[1]
        ends, indices, data = matrix.arrays()
        found = np.zeros((len(ends) - 1, columns))
        for row, (start, end) in enumerate(pairwise(ends)):
            np.add.at(found[row], indices[start:end], data[start:end])
        return found.tolist()
    dense: list[list[float]] = matrix.toarray().tolist()
    return dense
