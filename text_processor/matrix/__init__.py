"""Document-term matrices in native memory, with scikit-learn's features and counts.

A `Vectorizer` says how documents become features; a `Matrix` has the counts. This module does not need scikit-learn or
SciPy, and needs NumPy only for arrays.
"""

from text_processor.matrix._counting import Matrix, Vectorizer
from text_processor.matrix._document_term_matrix import DocumentTermMatrix
from text_processor.matrix._weights import weigh

__all__ = ["DocumentTermMatrix", "Matrix", "Vectorizer", "weigh"]


def __dir__() -> list[str]:
    return __all__


for _public in (DocumentTermMatrix, Matrix, Vectorizer, weigh):
    # Messages and documentation show the public module.
    _public.__module__ = __name__
