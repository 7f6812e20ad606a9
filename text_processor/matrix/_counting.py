"""Counts the features of documents: the classes `Vectorizer` and `Matrix`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate

from text_processor._native.arrow import Column, filled, filled_together
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, chosen_core, ffi
from text_processor._native.encoding import encoded
from text_processor._native.long_calls import MILLISECONDS_PER_STEP, status_of
from text_processor._native.matrix_rows import Rows
from text_processor._native.missing import checked_missing
from text_processor._native.owned import owned
from text_processor._native.refused_tables import refuse_table
from text_processor._native.strings import string_arrays
from text_processor._native.texts import column
from text_processor._options import one_of, shown, whole
from text_processor._options import threads as checked_threads
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy as np
    import numpy.typing as npt

    from text_processor.typing import Document, Missing

    _Dtype = Literal["int32", "int64", "float32", "float64"]


_ANALYZERS = {"word": "WORDS", "char": "CHARACTERS", "char_wb": "CHARACTERS_IN_WORDS"}
_ACCENTS = {None: "KEEP", "unicode": "UNICODE", "ascii": "ASCII"}
_DTYPES = ("int32", "int64", "float32", "float64")


class Vectorizer:
    r"""How documents become features, and the known features. It does not change; any thread may use it.

    Args:
        analyzer: The parts of a feature: "word" (the matches of ``(?u)\b\w\w+\b``), "char" (characters), or "char_wb"
            (characters inside words).
        ngram_range: The smallest and the largest number of parts of a feature.
        lowercase: Whether to change the text to lower case first, as `str.lower` does.
        strip_accents: None, "unicode" or "ascii", as in scikit-learn.
        stop_words: The words to skip.
        single_letters: Whether one character can be a word: ``(?u)\b\w+\b``.
        vocabulary: The known features, in the order of their columns.
        threads: The number of threads for counting, from 1; by default one for each processor.
        core: The native core to use; by default the current one, see `load_core`.

    >>> matrix = Vectorizer().count(["the cat", "the dog and the cat"], grow=True)
    >>> matrix.shape
    (2, 4)
    >>> matrix.vectorizer().terms()
    ['the', 'cat', 'dog', 'and']
    """

    __slots__ = ("_pointer", "_threads", "core")

    def __init__(
        self,
        *,
        analyzer: Literal["word", "char", "char_wb"] = "word",
        ngram_range: tuple[int, int] = (1, 1),
        lowercase: bool = True,
        strip_accents: Literal["unicode", "ascii"] | None = None,
        stop_words: Collection[str] = (),
        single_letters: bool = False,
        vocabulary: Iterable[str] | None = None,
        threads: int | None = None,
        core: Core | None = None,
    ) -> None:
        self.core: Core = chosen_core(core)
        lib = self.core._lib
        least, most = lengths_of(ngram_range)
        refuse_table(stop_words, "Vectorizer", mappings=True, option="stop_words")
        stops = _encodable(stop_words)
        options = ffi.new("tp_vectorizer_options *")
        options.struct_size = ffi.sizeof("tp_vectorizer_options")
        options.threads = self._threads = checked_threads(threads) or 0
        kind = _ANALYZERS[one_of("analyzer", analyzer, _ANALYZERS)]
        options.features = getattr(lib, f"TP_FEATURES_{'ALL_WORDS' if single_letters and kind == 'WORDS' else kind}")
        options.ngrams_from, options.ngrams_to = least, most
        options.keeps_case = not lowercase
        options.accents = getattr(lib, f"TP_ACCENTS_{_ACCENTS[one_of('strip_accents', strip_accents, _ACCENTS)]}")
        kept: list[Any] = []
        options.stop_words, options.stop_word_lengths = string_arrays(stops, kept)
        options.stop_word_count = len(stops)
        self._pointer = owned(self.core, "tp_vectorizer", lambda out: lib.tp_vectorizer_new(options, out))
        if vocabulary is not None:
            self._pointer = self._with(vocabulary)

    @classmethod
    def _of(cls, core: Core, pointer: Any, threads: int) -> Vectorizer:
        made = cls.__new__(cls)
        made.core, made._pointer, made._threads = core, pointer, threads
        return made

    def _with(self, vocabulary: Iterable[str]) -> Any:
        refuse_table(vocabulary, "Vectorizer", mappings=True, option="vocabulary")
        terms = [encoded(term) for term in _each("vocabulary", vocabulary)]
        # In one piece of memory: a pointer of CFFI for each term would take most of the time.
        lengths = [len(term) for term in terms]
        joined = ffi.from_buffer("char[]", b"".join(terms))
        first = int(ffi.cast("uintptr_t", joined))
        places = ffi.new("uintptr_t[]", list(accumulate(lengths, initial=first)))
        pointers, sizes = ffi.cast("char **", places), ffi.new("size_t[]", lengths)
        make = self.core._lib.tp_vectorizer_with_terms
        return owned(self.core, "tp_vectorizer", lambda out: make(self._pointer, pointers, sizes, len(terms), out))

    def __len__(self) -> int:
        """The number of known features."""
        count = ffi.new("uint64_t *")
        self.core._check(self.core._lib.tp_vectorizer_term_count(self._pointer, count))
        return int(count[0])

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError(
            "cannot copy or pickle a Vectorizer, which is native memory and does not change: pickle its terms(), or a "
            "vectorizer of text_processor.vectorizers"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(features={len(self)})"

    def __contains__(self, term: str) -> bool:
        """Whether a feature is known."""
        return self.find(term) is not None

    def find(self, term: str) -> int | None:
        """Return the column of a feature; None if the feature is not known."""
        try:
            name = encoded(term)
        except InvalidDocumentError:
            return None
        found = ffi.new("int64_t *")
        self.core._check(self.core._lib.tp_vectorizer_find(self._pointer, name, len(name), found))
        return int(found[0]) if found[0] >= 0 else None

    def terms(self) -> list[str]:
        """Return the names of the features, in the order of their columns."""
        return self._column(self.core._lib.tp_vectorizer_terms).strings("large_utf8")

    def first_seen(self) -> npt.NDArray[np.int64]:
        """Return the columns in the order in which their features first appeared."""
        return self._column(self.core._lib.tp_vectorizer_first_seen_order).numpy("int64")

    def _column(self, query: Callable[[Any, Any], int]) -> Column:
        return filled(self.core, lambda out: _after_checkpoint(self.core, query, self._pointer, out))

    def merge(self, *others: Vectorizer) -> tuple[Vectorizer, list[npt.NDArray[np.int64]]]:
        """Return a vectorizer that knows the features of this one and of others, sorted by their names.

        It has the options of this vectorizer. In `first_seen`, the features of each vectorizer precede the new features
        of the next one.

        Returns:
            The vectorizer, and for each of the merged vectorizers the new column of each feature.

        Raises:
            TextProcessorError: `analyzer` or `single_letters` differ.
            ValueError: The vectorizers belong to different cores.

        >>> merged, columns = Vectorizer(vocabulary=["cat", "the"]).merge(Vectorizer(vocabulary=["dog", "cat"]))
        >>> merged.terms(), [new.tolist() for new in columns]
        (['cat', 'dog', 'the'], [[0, 2], [1, 0]])
        """
        import numpy as np

        core = self.core
        if any(other.core is not core for other in others):
            raise ValueError("vectorizers of different cores cannot be merged")
        made: list[Any] = []
        pointers = ffi.new("tp_vectorizer *[]", [one._pointer for one in (self, *others)])

        def fill(columns: Any) -> int:
            call = partial(_after_checkpoint, core, core._lib.tp_vectorizer_merge, pointers, 1 + len(others))
            made.append(owned(core, "tp_vectorizer", lambda out: call(out, columns)))
            return 0

        columns = filled(core, fill).numpy("int64", writable=True)
        ends = np.cumsum([len(one) for one in (self, *others)])
        return self._of(core, made[0], self._threads), np.split(columns, ends[:-1])

    def count(
        self,
        documents: Iterable[Any],
        *,
        grow: bool = False,
        decode: Callable[[Any], Document] | None = None,
        missing: Missing = "raise",
    ) -> Matrix:
        """Count the features of documents. Each document becomes a row; the row of a blank document is empty.

        Args:
            documents: An iterable of `str`, or of UTF-8 in anything with the buffer protocol: a list, a NumPy array, an
                iterator; or a column of pandas, polars, pyarrow or another library that speaks Arrow.
            grow: Whether unknown features get new columns after the others. By default, unknown features are skipped.
            decode: A function that returns the text of a document that is not a str. With it, documents may be of any
                type.
            missing: How to treat missing values (None, NaN, `pandas.NA`): ``"raise"`` raises an error (`decode`
                gets the value first, except a null of an Arrow column), ``"skip"`` leaves them out (`Matrix.documents`
                returns which documents have a row), ``"keep"`` keeps an empty row for each.

        Raises:
            InvalidDocumentError: A document is not text; the attribute `document` of the error is its number.
            InvalidDocumentTypeError: A document has a wrong type.
            MissingDocumentError: A document is missing.
            TypeError: `documents` is a single text, a table, or a mapping.
            OutOfMemoryError: There is not enough memory for the matrix.

        >>> Vectorizer().count(["the cat", None, "the dog"], grow=True, missing="skip").documents().tolist()
        [0, 2]
        """
        make = self.core._lib.tp_matrix_new
        pointer = owned(self.core, "tp_matrix", lambda out: make(self._pointer, bool(grow), out))
        return self._filled(pointer, documents, decode, missing, "count")

    def hash(
        self,
        documents: Iterable[Any],
        n_features: int,
        *,
        alternate_sign: bool = True,
        decode: Callable[[Any], Document] | None = None,
        missing: Missing = "raise",
    ) -> Matrix:
        """Count features without a vocabulary: the hash of a feature is its column.

        Args:
            documents: As in `count`.
            n_features: The number of columns.
            alternate_sign: Whether half of the features count negative, so that features that share a column tend to
                cancel each other out.
            decode: As in `count`.
            missing: As in `count`.
        """
        n_features = whole("n_features", n_features, 1, 2**31 - 1)
        make = self.core._lib.tp_matrix_new_hashed
        pointer = owned(self.core, "tp_matrix", lambda out: make(self._pointer, n_features, bool(alternate_sign), out))
        return self._filled(pointer, documents, decode, missing, "hash")

    def _filled(
        self,
        pointer: Any,
        documents: Iterable[Any],
        decode: Callable[[Any], Document] | None,
        missing: Missing,
        entry: str,
    ) -> Matrix:
        rows = Rows(self.core, pointer, checked_missing(missing), decode)
        rows.add(documents, self._threads or self.core._lib.tp_default_threads(), entry)
        return Matrix(self.core, pointer, self._threads, rows.skipped)


def _after_checkpoint(core: Core, function: Callable[..., int], *arguments: Any) -> int:
    """Call a function that may take long, after a checkpoint: two steps without one between them would be too long."""
    checkpoint()
    return status_of(core, function, *arguments)


def lengths_of(ngram_range: Any) -> tuple[int, int]:
    """The smallest and the largest length of an n-gram."""
    try:
        first, second = ngram_range
    except (TypeError, ValueError):
        raise TypeError(f"ngram_range must be two whole numbers, not {shown(ngram_range)}") from None
    least = whole("the first number of ngram_range", first, 1)
    return least, whole("the second number of ngram_range", second, least)


def _each(name: str, words: Iterable[Any]) -> Iterator[str]:
    """The words of an option; a single str is an error."""
    if isinstance(words, str):
        raise TypeError(f"{name} must be words, not a single str: put it in a list, or see text_processor.stop_words()")
    for word in column(words):
        if not isinstance(word, str):
            raise TypeError(f"each of {name} must be a str, not {type(word).__name__}")
        yield word


def _encodable(words: Collection[str]) -> list[bytes]:
    """The words that a text can contain, in UTF-8."""
    ready = []
    for word in _each("stop_words", words):
        try:
            ready.append(encoded(word))
        except InvalidDocumentError:
            continue
    return ready


class Matrix:
    """The count of each feature in each document, until `arrays` takes the counts. One thread at a time may use it."""

    __slots__ = ("_core", "_pointer", "_skipped", "_threads")

    def __init__(self, core: Core, pointer: Any, threads: int, skipped: Sequence[int] = ()) -> None:
        self._core = core
        self._pointer = pointer
        self._threads = threads
        self._skipped = skipped
        done, total = ffi.new("uint64_t *"), ffi.new("uint64_t *", 1)
        while done[0] < total[0]:
            checkpoint()
            core._check(core._lib.tp_matrix_update(pointer, MILLISECONDS_PER_STEP, done, total))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("cannot copy or pickle a Matrix, which is native memory: pickle the result of arrays()")

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"{type(self).__name__}(rows={rows}, columns={columns})"

    def _shape(self, *, entries: bool) -> list[int]:
        sizes = ffi.new("uint64_t[3]")
        shape = self._core._lib.tp_matrix_shape
        entries_out = sizes + 2 if entries else ffi.NULL
        self._core._check(status_of(self._core, shape, self._pointer, sizes, sizes + 1, entries_out))
        return [int(size) for size in sizes[0:3]]

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        rows, columns, _ = self._shape(entries=False)
        return rows, columns

    @property
    def nnz(self) -> int:
        """The number of stored entries."""
        return self._shape(entries=True)[2]

    def documents(self) -> npt.NDArray[np.int64]:
        """Return for each row the number of its document, from 0: without gaps, except after ``missing="skip"``."""
        import numpy as np

        return np.delete(np.arange(self.shape[0] + len(self._skipped), dtype=np.int64), self._skipped)

    def sort(self) -> None:
        """Sort the columns by the names of their features."""
        self._core._check(_after_checkpoint(self._core, self._core._lib.tp_matrix_sort, self._pointer))

    def totals(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return for each column the number of documents that have it, and the sum of its counts."""
        query = self._core._lib.tp_matrix_totals
        documents, counts = filled_together(
            self._core, 2, lambda *out: _after_checkpoint(self._core, query, self._pointer, *out)
        )
        return documents.numpy("int64", writable=True), counts.numpy("int64", writable=True)

    def document_frequencies(self) -> npt.NDArray[np.int64]:
        """Return for each column the number of documents that have it."""
        return self.totals()[0]

    def sums(self, *, binary: bool = False) -> npt.NDArray[np.int64]:
        """Return for each column the sum of its counts; with `binary`, the number of documents that have it."""
        documents, counts = self.totals()
        return documents if binary else counts

    def keep(self, mask: npt.NDArray[np.bool_]) -> None:
        """Keep the columns for which the mask is true. They get new numbers in the same order."""
        import numpy as np

        kept = np.ascontiguousarray(mask, dtype=np.bool_)
        with ffi.from_buffer("uint8_t[]", kept.view(np.uint8)) as pointer:
            self._core._check(self._core._lib.tp_matrix_keep(self._pointer, pointer, kept.size))

    def group_rows(self, codes: Any, groups: int) -> None:
        """Replace the rows by one row for each group: the sums of the rows of its documents.

        Args:
            codes: The group of each row, as a buffer of uint32: a number below `groups`, or 2**32 - 1 to leave the row
                out.
            groups: The number of groups.

        >>> from array import array
        >>> matrix = Vectorizer().count(["the cat", "the dog", "a cat"], grow=True)
        >>> matrix.group_rows(array("I", [1, 0, 1]), 2)
        >>> matrix.arrays()[2].tolist()
        [1, 1, 1, 2]
        """
        groups = whole("groups", groups, 0, 2**32 - 1)
        with ffi.from_buffer("uint32_t[]", codes) as given:
            sum_groups = self._core._lib.tp_matrix_sum_groups
            self._core._check(_after_checkpoint(self._core, sum_groups, self._pointer, given, len(given), groups))
        self._skipped = ()

    def vectorizer(self) -> Vectorizer:
        """Return a vectorizer with the same options that knows the current columns."""
        make = self._core._lib.tp_matrix_vectorizer
        made = owned(self._core, "tp_vectorizer", lambda out: _after_checkpoint(self._core, make, self._pointer, out))
        return Vectorizer._of(self._core, made, self._threads)

    def arrays(
        self, dtype: _Dtype = "int64", *, binary: bool = False
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        """Take the entries as the three arrays of a CSR matrix: offsets of rows, columns, and values.

        The arrays are native memory, and are writable. Offsets and columns are int32, or int64 if there are 2**31
        entries or more. The entries of a row are in the order in which their features became known, as in the matrices
        of scikit-learn. After this call the matrix has no entries.

        Args:
            dtype: The type of the values.
            binary: Whether each value is 1.

        >>> matrix = Vectorizer().count(["the cat", "the dog and the cat"], grow=True)
        >>> matrix.sort()
        >>> [array.tolist() for array in matrix.arrays()]
        [[0, 2, 6], [3, 1, 3, 1, 2, 0], [1, 1, 2, 1, 1, 1]]
        """
        dtype = one_of("dtype", dtype, _DTYPES)
        size = ffi.new("size_t *")
        take, kind = self._core._lib.tp_matrix_arrays, getattr(self._core._lib, f"TP_VALUE_{dtype.upper()}")
        ends, indices, values = filled_together(
            self._core,
            3,
            lambda *out: _after_checkpoint(self._core, take, self._pointer, kind, bool(binary), size, *out),
        )
        places: Literal["int32", "int64"] = "int32" if size[0] == 4 else "int64"
        return (
            ends.numpy(places, writable=True),
            indices.numpy(places, writable=True),
            values.numpy(dtype, writable=True),
        )
