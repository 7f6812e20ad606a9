"""The result of `TextAnalyzer.document_term_matrix`."""

from __future__ import annotations

from functools import cached_property

from text_processor._options import canonical, one_of
from text_processor.matrix._counting import Matrix
from text_processor.matrix._weights import weigh

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt

    from text_processor.table import Table

    _Dtype = Literal["int64", "float64"]

_WEIGHTS: dict[str, _Dtype] = {"count": "int64", "tfidf": "float64", "binary": "int64"}
_ORDERS = ("name", "appearance")


class DocumentTermMatrix:
    """The result of `TextAnalyzer.document_term_matrix`: a row for each document, and a column for each feature.

    It does not change if the analyzer changes. The three arrays are those of a CSR matrix: native memory, and writable.

    >>> from text_processor import TextAnalyzer
    >>> analyzer = TextAnalyzer()
    >>> analyzer.add_documents(["the cat", "the dog and the cat"])
    2
    >>> matrix = analyzer.document_term_matrix()
    >>> matrix
    DocumentTermMatrix(rows=2, columns=4, entries=6)
    >>> matrix.features
    ['and', 'cat', 'dog', 'the']
    >>> matrix.csr().toarray().tolist()
    [[0, 1, 0, 1], [1, 1, 1, 2]]
    """

    def __init__(
        self,
        matrix: Matrix,
        weight: Literal["count", "tfidf", "binary"],
        order: Literal["name", "appearance"],
        groups: Table | None = None,
    ) -> None:
        import numpy as np

        if one_of("order", order, _ORDERS) == "name":
            matrix.sort()
        self.shape: tuple[int, int] = matrix.shape
        """The numbers of documents and features; with `by`, of groups and features."""
        self.groups: Table | None = groups
        """The values of the group of each row; None without `by`."""
        dtype, idf = _WEIGHTS[one_of("weight", weight, _WEIGHTS)], None
        if weight == "tfidf":
            # The same steps and precision as in scikit-learn, so that the last digits are the same too.
            idf = np.full(self.shape[1], self.shape[0] + 1, np.float64)
            idf /= matrix.document_frequencies().astype(np.float64) + 1
            np.log(idf, out=idf)
            idf += 1
        self.indptr: npt.NDArray[Any]
        """The index of the first entry of each document in `indices` and `data`, and the number of entries."""
        self.indices: npt.NDArray[Any]
        """The column of each entry."""
        self.data: npt.NDArray[Any]
        """The value of each entry."""
        self._vectorizer = matrix.vectorizer()
        self.indptr, self.indices, self.data = matrix.arrays(dtype, binary=weight == "binary")
        if idf is not None:
            weigh(self.indptr, self.indices, self.data, idf=idf, norm="l2", core=matrix._core)

    @cached_property
    def features(self) -> list[str]:
        """The names of the columns: terms, or n-grams as terms with a space between them."""
        return self._vectorizer.terms()

    def csr(self) -> Any:
        """Return the matrix as a SciPy `csr_matrix` over the same memory.

        Raises:
            ModuleNotFoundError: SciPy is not installed.
        """
        from scipy.sparse import csr_matrix

        return csr_matrix((self.data, self.indices, self.indptr), shape=self.shape)

    def __reduce__(self) -> tuple[object, ...]:
        state = self.shape, self.groups, self.indptr, self.indices, self.data, canonical(self.features)
        return _rebuilt, (type(self), *state)

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"{type(self).__name__}(rows={rows}, columns={columns}, entries={self.data.size})"


def _rebuilt(
    kind: type[DocumentTermMatrix],
    shape: tuple[int, int],
    groups: Table | None,
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    data: npt.NDArray[Any],
    features: list[str],
) -> DocumentTermMatrix:
    matrix = kind.__new__(kind)
    matrix.shape, matrix.groups = shape, groups
    matrix.indptr, matrix.indices, matrix.data = indptr, indices, data
    # A cached property.
    vars(matrix)["features"] = features
    return matrix
