"""Document-term matrices: scikit-learn's vectorizers, with counting in native code on all cores.

This needs NumPy and SciPy, but not scikit-learn. If scikit-learn is installed, the vectorizers are estimators of it.

>>> from text_processor.vectorizers import TfidfVectorizer
>>> TfidfVectorizer().fit_transform(["the cat and the dog", "a good dog"]).shape
(2, 5)
"""

try:
    import numpy as _numpy  # noqa: F401
    import scipy.sparse as _scipy_sparse  # noqa: F401
except ImportError as _error:
    raise ModuleNotFoundError(
        "text_processor.vectorizers needs NumPy and SciPy: pip install numpy scipy", name=_error.name
    ) from _error

from text_processor.vectorizers._preprocessing import strip_accents_ascii, strip_accents_unicode, strip_tags
from text_processor.vectorizers._stop_words import ENGLISH_STOP_WORDS
from text_processor.vectorizers.count import CountVectorizer
from text_processor.vectorizers.hashing import HashingVectorizer
from text_processor.vectorizers.tfidf import TfidfVectorizer
from text_processor.vectorizers.tfidf_transformer import TfidfTransformer

__all__ = [
    "ENGLISH_STOP_WORDS",
    "CountVectorizer",
    "HashingVectorizer",
    "TfidfTransformer",
    "TfidfVectorizer",
    "strip_accents_ascii",
    "strip_accents_unicode",
    "strip_tags",
]
