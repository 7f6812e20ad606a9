"""The command ``text-processor matrix``: writes a document-term matrix of files."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import click

from text_processor._files.content import NOT_UTF8
from text_processor._native.encoding import encoded
from text_processor._printable import named
from text_processor.cli.atomic import check_target, replaced, writing
from text_processor.cli.checks import check_library, check_name, limited
from text_processor.cli.options import Command, Inputs, Words, inputs, threads, words
from text_processor.cli.output import write_message
from text_processor.cli.reading import Part, Run, no_text, parts
from text_processor.exceptions import InvalidDocumentError
from text_processor.matrix import Matrix, Vectorizer, weigh

if TYPE_CHECKING:
    from text_processor.terms import TermOptions
    from text_processor.typing import Progress

__all__ = ["matrix"]

SUFFIXES = (".npz", ".mtx")


def _range(_: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    try:
        least, *most = map(int, value.split(","))
        if len(most) < 2:
            ngrams = least, (most or [least])[0]
            # An explicit number of threads: a wrong number in the environment would raise another error.
            Vectorizer(ngram_range=ngrams, threads=1)
            return ngrams
    except (ValueError, OverflowError):
        pass
    raise click.BadParameter(f"{value!r} must be one or two numbers of at least 1, such as 2 or 1,2", param=option)


def _output(_: click.Context, option: click.Parameter, value: str) -> str:
    return check_name(value, SUFFIXES, option)


@click.command(cls=Command)
@click.option(
    "-o", "--output", required=True, metavar="FILE", callback=_output, help="The file to write: FILE.npz or FILE.mtx."
)
@click.option(
    "--analyzer",
    type=click.Choice(["word", "char", "char_wb"]),
    default="word",
    show_default=True,
    help="The kind of features, as in scikit-learn.",
)
@click.option(
    "--ngrams",
    default="1",
    show_default=True,
    metavar="MIN[,MAX]",
    callback=_range,
    help="The least and the greatest number of words or characters in a feature.",
)
@click.option("--keep-case", is_flag=True, help="The same as --case keep.")
@click.option(
    "--min-df",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    callback=limited,
    help="Keep only the features of at least N documents.",
)
@click.option("--binary", is_flag=True, help="Write 1 for each feature that occurs, not its count.")
@click.option("--tfidf", is_flag=True, help="Write weights, not counts: smooth tf-idf, rows of length one.")
@click.option(
    "--hash",
    "columns",
    type=click.IntRange(1, 2**31 - 1),
    metavar="N",
    help="Hash features into N columns.",
)
@words
@inputs()
@threads
def matrix(
    output: str,
    analyzer: Literal["word", "char", "char_wb"],
    ngrams: tuple[int, int],
    keep_case: bool,
    min_df: int,
    binary: bool,
    tfidf: bool,
    columns: int | None,
    words: Words,
    inputs: Inputs,
    threads: int | None,
) -> None:
    """Count the words of files, and write a matrix with a row for each file and a column for each word.

    A PATH is a file, a folder, a pattern, a URL, or - for standard input, as with 'analyze'. The format is that of
    scipy.sparse.load_npz, or Matrix Market. The command also writes FILE.terms.txt, with the feature of each column on
    its own line (backslashes and line ends are escaped), and FILE.rows.txt, with the file of each row; for a line or
    the row of a table also a colon and its number.

    Memory grows with the matrix, and without --lines also with the largest file. With --tokenizer, or an option for
    words other than --case keep and --strip-accents, all text stays in memory until it is counted.

    This command needs SciPy: pip install numpy scipy.
    """
    if columns and (tfidf or min_df > 1):
        raise click.UsageError("--hash does not work with --tfidf or --min-df")
    for library in ("numpy", "scipy.io", "scipy.sparse"):
        check_library(library)
    from scipy import io, sparse

    names = [output, *(f"{output[:-4]}.{kind}.txt" for kind in (["rows"] if columns else ["rows", "terms"]))]
    for name in names:
        check_target(name)
    if keep_case:
        words = Words(words.tokenizer, {**words.changes, "case": None})
    is_indexed = words.tokenizer is not None or not _is_of_vectorizer(words.changes)
    if is_indexed and (columns or analyzer != "word"):
        which = "--hash" if columns else f"--analyzer {analyzer}"
        raise click.UsageError(
            f"{which} does not work with --tokenizer, or options for words other than --case keep and --strip-accents"
        )
    terms = words.terms()
    run = Run(inputs)
    rows = _Rows()
    with run.terminal.bars(["Counting"], run.size) as (counting,):
        documents = _documents(run, rows, counting, inputs)
        if is_indexed:
            counted = _indexed(documents, ngrams, words.tokenizer or "word", terms, threads)
        else:
            vectorizer = Vectorizer(
                analyzer=analyzer,
                ngram_range=ngrams,
                lowercase="case" not in words.changes,
                strip_accents=words.changes.get("strip_accents"),
                threads=threads,
            )
            counted = vectorizer.hash(documents, columns) if columns else vectorizer.count(documents, grow=True)
    if not len(rows):
        raise click.ClickException("there is nothing to count")
    arrays, features = (
        (counted.arrays("int64", binary=binary), None) if columns else _weighed(counted, min_df, binary, tfidf)
    )
    made: Any = sparse.csr_matrix((arrays[2], arrays[1], arrays[0]), shape=counted.shape)
    made.sort_indices()
    with writing(output), ExitStack() as stack:
        # All have their names only after the last one is complete.
        files = [stack.enter_context(replaced(name)) for name in names]
        if output.lower().endswith(".npz"):
            sparse.save_npz(files[0], made)
        else:
            io.mmwrite(files[0], made)
        rows.write(files[1])
        if features is not None:
            files[2].writelines(f"{feature.translate(ESCAPES)}\n".encode() for feature in features)
    write_message(f"{named(output)}: {made.shape[0]} x {made.shape[1]}, {made.nnz} entries")
    run.end()


def _is_of_vectorizer(changes: dict[str, Any]) -> bool:
    """Whether a vectorizer has all these options for words."""
    return changes.keys() <= {"case", "strip_accents"} and changes.get("case") is None


def _indexed(
    documents: Iterator[bytes],
    lengths: tuple[int, int],
    tokenizer: str,
    terms: TermOptions | None,
    threads: int | None,
) -> Matrix:
    from text_processor.analyzer import TextAnalyzer

    with TextAnalyzer(threads=threads, tokenizer=tokenizer, terms=terms) as analyzer:
        # Every document is a row, also one without words.
        analyzer.add_documents(documents, missing="keep")
        handle = analyzer._indexed()
        return Matrix(handle.core, handle.document_term_matrix(*lengths), threads or 0)


ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})
"""Escapes of characters that would end a line in the files of rows and terms."""


class _Rows:
    """The file and the line of each row. It stores one number for each row."""

    def __init__(self) -> None:
        self._files: list[tuple[str, array[int] | None]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add_file(self, path: str) -> None:
        """Add a file as a row."""
        self._files.append((path, None))
        self._count += 1

    def lines_of(self, path: str) -> Callable[[int], None]:
        """Begin a file whose lines are rows; returns a function that adds a line by its number."""
        numbers = array("Q")
        self._files.append((path, numbers))

        def add(number: int) -> None:
            numbers.append(number)
            self._count += 1

        return add

    def write(self, file: BinaryIO) -> None:
        """Write a line for each row."""
        for path, numbers in self._files:
            name = named(path.translate(ESCAPES))
            file.writelines(f"{name}{place}\n".encode() for place in _places(numbers))


def _places(numbers: array[int] | None) -> Iterator[str]:
    return iter([""]) if numbers is None else (f":{number}" for number in numbers)


def _documents(run: Run, rows: _Rows, counting: Progress, inputs: Inputs) -> Iterator[bytes]:
    for path in run.files:
        with run.reading(path, counting, rows.__len__) as (file, progress):
            name, add = None, None
            for part in parts(file, inputs, progress):
                if isinstance(part.content, bytes) and part.first is None:
                    # A blank file is a row, too.
                    rows.add_file(part.name)
                    yield part.content
                    continue
                if add is None or part.name != name:
                    name, add = part.name, rows.lines_of(part.name)
                texts = (
                    part.content.removesuffix(b"\n").split(b"\n") if isinstance(part.content, bytes) else part.content
                )
                for place, text in enumerate(texts):
                    document = _utf8(part, place, text)
                    if inputs.missing != "keep" and _is_blank(document):
                        if inputs.missing == "raise":
                            raise part.fail(place, no_text(part, place))
                        continue
                    add((part.first or 0) + place)
                    yield document


def _utf8(part: Part, place: int, text: str | bytes | None) -> bytes:
    """A line or row in UTF-8; empty for a missing value."""
    if isinstance(part.content, bytes) or text is None:
        # The lines of a file are valid.
        return text or b""  # type: ignore[return-value]
    try:
        if isinstance(text, str):
            return encoded(text)
        text.decode()
        return text
    except InvalidDocumentError as error:
        raise part.fail(place, error) from None
    except UnicodeDecodeError as error:
        # Only a text that is not valid UTF-8 is in bytes.
        raise part.fail(place, InvalidDocumentError(NOT_UTF8.format(error.start), error.start)) from None


def _is_blank(line: bytes) -> bool:
    # A quick answer for lines that begin with a visible character of ASCII, as most do.
    return not (b" " < line[:1] < b"\x7f") and not line.decode().strip()


def _weighed(counted: Matrix, min_df: int, binary: bool, tfidf: bool) -> tuple[tuple[Any, Any, Any], list[str]]:
    import numpy as np

    counted.sort()
    documents = counted.document_frequencies()
    if min_df > 1:
        counted.keep(documents >= min_df)
        documents = documents[documents >= min_df]
    terms = counted.vectorizer().terms()
    arrays = counted.arrays("float64" if tfidf else "int64", binary=binary)
    if tfidf:
        idf = np.log((1 + counted.shape[0]) / (1 + documents)) + 1
        weigh(*arrays, idf=idf, norm="l2")
    return arrays, terms
