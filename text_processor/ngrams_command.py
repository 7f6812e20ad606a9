"""The command line: ``text-processor ngrams``."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from text_processor.analyzer import TextAnalyzer
from text_processor.cli import EXIT_CODES, _bar, _bars, known_encoding, read_files, write
from text_processor.files import size
from text_processor.report import harmless
from text_processor.sources import STANDARD_INPUT, found_files
from text_processor.terms import TermOptions

__all__ = ["ngrams"]

_CASES = {"lower": "lower", "casefold": "casefold", "keep": None}


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("-n", "length", type=click.IntRange(1, 1000), default=2, show_default=True, help="Words of an n-gram.")
@click.option(
    "--skip", type=click.IntRange(min=0), default=0, metavar="K", help="Leave out up to K words between them."
)
@click.option(
    "--top", type=click.IntRange(min=0), default=20, show_default=True, metavar="N", help="Show N of them; 0 shows all."
)
@click.option("--json", "as_object", is_flag=True, help='Write JSON: [[["to", "be"], 2], ...].')
@click.option("--csv", "as_table", is_flag=True, help="Write CSV: 'word_1,word_2,count'.")
@click.option(
    "--case", type=click.Choice(list(_CASES)), default="lower", show_default=True, help="Upper and lower case."
)
@click.option("--normal-form", type=click.Choice(["NFC", "NFKC"]), help="Unicode's normal form.")
@click.option("--strip-accents", type=click.Choice(["unicode", "ascii"]), help="As scikit-learn does.")
@click.option(
    "--stop-words",
    metavar="NAME",
    help="Drop the words of a list: 'english', or 'iso-' and the code of a language.",
)
@click.option(
    "--min-length", type=click.IntRange(min=0), default=0, metavar="N", help="Drop words of fewer characters."
)
@click.option("--stemmer", metavar="LANGUAGE", help="Count stems: 'english', or the code of a language.")
@click.option("--lines", is_flag=True, help="Take each line for a document; blank ones are passed over.")
@click.option(
    "--encoding", default="utf-8", show_default=True, metavar="NAME", callback=known_encoding, help="As in open()."
)
@click.option(
    "--errors",
    type=click.Choice(["strict", "replace", "ignore", "backslashreplace"]),
    default="strict",
    show_default=True,
    help="What to do with bytes that do not follow the encoding, as in open(); 'strict' skips the file.",
)
@click.option(
    "--threads", type=click.IntRange(1, 65535), metavar="N", help="Use N threads.  [default: one a processor]"
)
@click.option("--no-progress", is_flag=True, help="Show no progress bar. Without a terminal there is none anyway.")
@click.pass_context
def ngrams(
    ctx: click.Context,
    paths: Sequence[str],
    length: int,
    skip: int,
    top: int,
    as_object: bool,
    as_table: bool,
    case: str,
    normal_form: str | None,
    strip_accents: str | None,
    stop_words: str | None,
    min_length: int,
    stemmer: str | None,
    lines: bool,
    encoding: str,
    errors: str,
    threads: int | None,
    no_progress: bool,
) -> None:
    """Tells which words follow each other most often in a document.

    A PATH is a file, a folder, a pattern such as '**/*.txt', or - for standard input, as with 'analyze'. Words that are
    dropped are as if they were not there.
    """
    if as_object and as_table:
        raise click.UsageError("--json and --csv exclude each other")
    if STANDARD_INPUT in paths and sys.stdin is None:
        raise click.ClickException("standard input is closed")
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    out, err = Console(), Console(stderr=True)
    skipped = 0

    def tell_skipped(path: str, reason: str) -> None:
        nonlocal skipped
        skipped += 1
        err.print(Text.assemble(("skipped ", "yellow"), f"{harmless(path)}: {reason}"), soft_wrap=True)

    terms = TermOptions(
        normal_form=normal_form,  # type: ignore[arg-type]  # click has checked it
        case=_CASES[case],  # type: ignore[arg-type]
        strip_accents=strip_accents,  # type: ignore[arg-type]
        stop_words=stop_words,
        min_length=min_length,
        stemmer=stemmer,
    )
    # A bar would run through what is typed.
    typed = STANDARD_INPUT in paths and sys.stdin.isatty()
    with (
        TextAnalyzer(threads=threads, terms=terms) as analyzer,
        _bars(err, shown=not (no_progress or typed)) as bars,
    ):
        files = list(found_files(paths, tell_skipped))
        total = sum(size(sys.stdin.buffer if path == STANDARD_INPUT else path) for path in files)
        reading, indexing = _bar(bars, "Reading", total), _bar(bars, "Indexing", total)
        options = {"lines": lines, "encoding": encoding, "errors": errors}
        read_files(analyzer, files, options, tell_skipped, reading)  # type: ignore[arg-type]
        analyzer.index(progress=indexing)
        documents = analyzer.document_count()
        found = analyzer.top_ngrams(length, top or None, skip=skip)
    if as_object:
        write(ctx, json.dumps(found, ensure_ascii=False) + "\n", "utf-8")
    elif as_table:
        write(ctx, _as_csv(found, length), "utf-8")
    elif found:
        width = len(f"{found[0][1]:,}")
        write(ctx, "".join(f"{count:>{width},}  {harmless(' '.join(gram))}\n" for gram, count in found), out.encoding)
    if not documents:
        raise click.ClickException("there is nothing to analyse")
    if skipped:
        ctx.exit(1)


def _as_csv(found: Sequence[tuple[tuple[str, ...], int]], length: int) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*(f"word_{place + 1}" for place in range(length)), "count"])
    writer.writerows([*gram, count] for gram, count in found)
    return table.getvalue()
