"""Missing documents: what counts as missing, and the values of the option `missing`."""

from __future__ import annotations

from collections.abc import Sequence

from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Missing

MISSING = ("raise", "skip", "keep")
"""The values of `missing`."""


def checked_missing(missing: object) -> Missing:
    """The value of the option `missing`, checked."""
    if missing not in MISSING:
        raise InvalidOptionError(f"missing must be 'raise', 'skip' or 'keep', not {missing!r}")
    return missing  # type: ignore[return-value]  # as was checked


def without_missing(batch: Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
    """A batch with an empty text in place of each missing value, and the indices of the missing values."""
    places = [place for place, text in enumerate(batch) if text is None or (type(text) is not str and is_missing(text))]
    if not places:
        return batch, places
    filled = list(batch)
    # The empty text has the type of the others, so that they can be joined.
    gone = set(places)
    first = next((text for place, text in enumerate(batch) if place not in gone), "")
    empty = b"" if type(first) is bytes else ""
    for place in places:
        filled[place] = empty
    return filled, places


def is_missing(value: Any) -> bool:
    """Whether a value stands for a missing document: None, NaN, or the null of a library."""
    if value is None:
        return True
    kind = type(value)
    if issubclass(kind, float):
        return float.__ne__(value, value)  # NaN
    library = str(kind.__module__).partition(".")[0]
    if library == "pandas":
        return kind.__name__ in ("NAType", "NaTType")
    if library == "numpy":
        return kind.__name__ == "MaskedConstant" or (kind.__name__ in _NUMPY and bool(value != value))
    return library == "pyarrow" and getattr(value, "is_valid", True) is False


_NUMPY = ("float16", "float32", "longdouble", "float128", "datetime64", "timedelta64")
"""Types of NumPy scalars that may be NaN or NaT, and are not subclasses of float."""
