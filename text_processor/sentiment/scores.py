"""The scores of many texts, as a table."""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, Sequence, ValuesView
from typing import TYPE_CHECKING, Any

from text_processor._native.core import Core
from text_processor._native.table import NativeTable
from text_processor.table import Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Self

__all__ = ["ScoreColumns"]


def __dir__() -> list[str]:
    return __all__


class ScoreColumns(Table):
    """The scores of many texts by VADER: a row for each text, with the columns `neg`, `neu`, `pos` and `compound`.

    ``scores["compound"]`` is an array of float64. You may change the array, because it is a copy; the table never
    changes. `keys`, `values`, `items` and `get` work as in a dict of these arrays, and so do ``dict(scores)`` and
    ``{**scores}``.

    >>> from text_processor import SentimentIntensityAnalyzer
    >>> scores = SentimentIntensityAnalyzer().scores(["a good day", "nothing"])
    >>> print(scores)
    neg    neu    pos  compound
    0.0  0.408  0.592    0.4404
    0.0    1.0    0.0       0.0
    >>> scores["compound"].max().item()
    0.4404
    >>> scores[0].compound
    0.4404
    """

    @classmethod
    def _scored(cls, core: Core, streams: Sequence[Any], missing: Sequence[int]) -> Self:
        """The scores of native streams, with NaN in the rows of missing texts."""
        native = NativeTable.of(core, streams)
        if missing:
            import numpy as np

            start, rows = 0, np.array(missing, np.intp)
            # Nothing else has read this memory yet.
            for batch in native.batches(0, native.rows):
                end = start + batch[0].length
                here = rows[(rows >= start) & (rows < end)] - start
                for column in batch:
                    column.numpy("float64", writable=True)[here] = np.nan
                start = end
        return cls._over(native)

    def _column(self, name: str) -> npt.NDArray[np.float64]:
        if name not in self._read:
            self._read[name] = super()._column(name).copy()
        column: npt.NDArray[np.float64] = self._read[name]
        return column

    def _arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        return {name: self._column(name) for name in self._native.names}

    def __contains__(self, item: object) -> bool:
        """Whether a column has this name, or whether a row is equal."""
        return item in self._native.names if isinstance(item, str) else item in self.rows()

    def keys(self) -> KeysView[str]:
        """Return the names of the columns."""
        return dict.fromkeys(self._native.names).keys()

    def values(self) -> ValuesView[npt.NDArray[np.float64]]:
        """Return the arrays."""
        return self._arrays().values()

    def items(self) -> ItemsView[str, npt.NDArray[np.float64]]:
        """Return pairs of a name and an array."""
        return self._arrays().items()

    def get(self, name: str, default: Any = None) -> Any:
        """Return the array with this name, or `default` if no column has this name."""
        return self._column(name) if name in self._native.names else default

    # ---- Copies: with the arrays that were changed ----

    def __copy__(self) -> Self:
        copied = self[:]
        copied._read.update(self._read)
        return copied

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        copied = self[:]
        copied._read.update({name: array.copy() for name, array in self._read.items()})
        return copied

    def __reduce__(self) -> tuple[object, ...]:
        table = self[:]
        changed = {name: array for name, array in self._read.items() if array.tobytes() != table[name].tobytes()}
        return *super().__reduce__(), changed or None

    def __setstate__(self, changed: dict[str, npt.NDArray[np.float64]]) -> None:
        self._read.update(changed)
