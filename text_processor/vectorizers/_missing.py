"""The error for a missing document."""

from __future__ import annotations

from text_processor._native.missing import CURES, is_missing
from text_processor.exceptions import MissingFeaturesError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def refuse_missing(document: Any, error: Exception, row: int | None = None) -> None:
    """Raise the error for a missing document; do nothing for other documents.

    Args:
        document: The document that could not be read.
        error: The error of the step that could not read the document.
        row: The number of the document, if it is known.
    """
    if is_missing(document):
        raise _missing(document, row) from error


def missing_in(documents: Any, row: int | None) -> MissingFeaturesError:
    """The error for a missing document that the core found in a column."""
    # pandas has NaN in its strings where Arrow has a null.
    is_pandas = hasattr(type(documents), "iloc")
    return _missing(documents.iloc[row] if is_pandas else None, row)


def _missing(document: Any, row: int | None) -> MissingFeaturesError:
    name = "np.nan" if isinstance(document, float) else str(document)
    return MissingFeaturesError(
        f"{name} is an invalid document, expected byte or unicode string. {CURES['estimator']}", document=row
    )
