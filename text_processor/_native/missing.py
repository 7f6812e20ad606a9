"""Missing values: what counts as missing, the option `missing`, and what an error about one advises."""

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

_SKIP = "missing='skip' to leave such rows out"
CURES = {
    "documents": f"pass {_SKIP}, or missing='keep' to keep them as documents without words",
    "scores": f"pass {_SKIP}, or missing='keep' to get NaN for them",
    "matrix": f"pass {_SKIP}, or missing='keep' to keep them as empty rows",
    "estimator": f"Set {_SKIP}, or missing='keep' to keep them as empty rows",
    "lexicon": f"pass {_SKIP}",
}
"""The advice of an error message about a missing value, for each kind of result."""


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


def without_rows(batch: Sequence[Any], places: Sequence[int]) -> tuple[Sequence[Any], list[int]]:
    """A batch without the rows at some indices, and the indices of the rows that remain."""
    gone = set(places)
    remain = [place for place in range(len(batch)) if place not in gone]
    return [batch[place] for place in remain], remain


def is_blank(text: Any) -> bool:
    """Whether `missing="skip"` skips this text, because it is missing or blank. An object of another type is not."""
    if not isinstance(text, str):
        if is_missing(text):
            return True
        try:
            text = bytes(memoryview(text)).decode()
        except (TypeError, UnicodeDecodeError):
            return False
    return not text or text.isspace()


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
