"""``text-processor matrix``: files in, a document-term matrix out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import click

from text_processor.cli import EXIT_CODES, reason
from text_processor.exceptions import InvalidDocumentError
from text_processor.matrix import Matrix, Vectorizer, weigh
from text_processor.sources import STANDARD_INPUT, found_files

__all__ = ["matrix"]

SUFFIXES = (".npz", ".mtx")


def _range(_: click.Context, __: click.Parameter, value: str) -> tuple[int, int]:
    try:
        least, *most = map(int, value.split(","))
        if len(most) < 2 and 1 <= least <= (most or [least])[0]:
            return least, (most or [least])[0]
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} is not a number or two from 1 on, such as 2 or 1,2")


def _output(_: click.Context, __: click.Parameter, value: str) -> str:
    if not value.endswith(SUFFIXES):
        raise click.BadParameter(f"the name of a matrix ends in {' or '.join(SUFFIXES)}")
    return value


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "-o", "--output", required=True, metavar="FILE", callback=_output, help="What to write: FILE.npz or FILE.mtx."
)
@click.option("--lines", is_flag=True, help="Take each line for a document, not each file.")
@click.option(
    "--analyzer",
    type=click.Choice(["word", "char", "char_wb"]),
    default="word",
    show_default=True,
    help="What features are made of, as in scikit-learn.",
)
@click.option(
    "--ngrams",
    default="1",
    show_default=True,
    metavar="MIN[,MAX]",
    callback=_range,
    help="The least and the greatest number of terms in a feature.",
)
@click.option("--keep-case", is_flag=True, help="Do not bring text into lower case.")
@click.option("--strip-accents", type=click.Choice(["unicode", "ascii"]), help="Take accents off, as in scikit-learn.")
@click.option(
    "--min-df",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Only features that are in N documents or more.",
)
@click.option("--binary", is_flag=True, help="Whether a feature is there, not how often.")
@click.option("--tfidf", is_flag=True, help="Weights in place of counts: smooth tf-idf, rows of length one.")
@click.option(
    "--hash", "columns", type=click.IntRange(1, 2**31 - 1), metavar="N", help="N columns by hashes, no vocabulary."
)
@click.option(
    "--threads", type=click.IntRange(1, 65535), metavar="N", help="Use N threads.  [default: one a processor]"
)
@click.pass_context
def matrix(
    ctx: click.Context,
    paths: Sequence[str],
    output: str,
    lines: bool,
    analyzer: Literal["word", "char", "char_wb"],
    ngrams: tuple[int, int],
    keep_case: bool,
    strip_accents: Literal["unicode", "ascii"] | None,
    min_df: int,
    binary: bool,
    tfidf: bool,
    columns: int | None,
    threads: int | None,
) -> None:
    """Counts the words of files, each of which becomes a row of a matrix; a column for each word.

    A PATH is what it is for analyze. The matrix is written for scipy.sparse.load_npz, or as Matrix Market has it;
    beside it FILE.terms.txt, which has the feature of each column in a line of its own (backslashes and ends of lines
    as escapes), and FILE.rows.txt, which has the file of each row, and behind a colon the line.

    Needs SciPy: pip install numpy scipy.
    """
    if columns and (tfidf or min_df > 1):
        raise click.UsageError("--hash excludes --tfidf and --min-df")
    try:
        from scipy import io, sparse
    except ModuleNotFoundError:
        raise click.ClickException("SciPy is needed for it: pip install numpy scipy") from None
    skipped = 0

    def skip(path: str, why: str) -> None:
        nonlocal skipped
        skipped += 1
        click.echo(f"skipped {path}: {why}", err=True)

    rows: list[str] = []

    def documents() -> Iterator[bytes]:
        for path in found_files(paths, skip):
            try:
                text = _read(path)
                text.decode()
            except (OSError, UnicodeDecodeError) as error:
                skip(path, reason(error))
                continue
            if not lines:
                rows.append(path)
                yield text
                continue
            for number, line in enumerate(text.removesuffix(b"\n").split(b"\n") if text else [], 1):
                rows.append(f"{path}:{number}")
                yield line

    vectorizer = Vectorizer(
        analyzer=analyzer, ngram_range=ngrams, lowercase=not keep_case, strip_accents=strip_accents, threads=threads
    )
    try:
        counted = vectorizer.hash(documents(), columns) if columns else vectorizer.count(documents(), grow=True)
    except InvalidDocumentError as error:
        raise click.ClickException(str(error)) from None
    if not rows:
        raise click.ClickException("there is nothing to count")
    arrays, terms = _weighed(counted, min_df, binary, tfidf) if not columns else (_hashed(counted, binary), None)
    made: Any = sparse.csr_matrix((arrays[2], arrays[1], arrays[0]), shape=counted.shape)
    made.sort_indices()
    try:
        if output.endswith(".npz"):
            sparse.save_npz(output, made)
        else:
            io.mmwrite(output, made)
        _write_lines(f"{output[:-4]}.rows.txt", rows)
        if terms is not None:
            _write_lines(f"{output[:-4]}.terms.txt", terms)
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror}") from None
    click.echo(f"{output}: {made.shape[0]} x {made.shape[1]}, {made.nnz} entries", err=True)
    if skipped:
        ctx.exit(1)


def _read(path: str) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


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


def _hashed(counted: Matrix, binary: bool) -> tuple[Any, Any, Any]:
    return counted.arrays("int64", binary=binary)


def _write_lines(path: str, lines: Sequence[str]) -> None:
    escapes = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.writelines(f"{os.fspath(line).translate(escapes)}\n" for line in lines)
