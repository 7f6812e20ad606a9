"""The command line: ``text-processor sentiment``."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import click

from text_processor.cli import EXIT_CODES, known_encoding, reason, write
from text_processor.report import harmless
from text_processor.sources import STANDARD_INPUT, found_files
from text_processor.vader import EMOJI, LEXICON, SentimentIntensityAnalyzer

__all__ = ["sentiment"]

POSITIVE = 0.05
"""The `compound` from which on VADER's authors call a text positive; negative at the same distance below zero."""


@dataclass(frozen=True)
class Line:
    """A line of a file, and what VADER says of it."""

    path: str
    line: int
    neg: float
    neu: float
    pos: float
    compound: float


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--json", "as_objects", is_flag=True, help="Write a JSON object for each line.")
@click.option("--csv", "as_table", is_flag=True, help="Write CSV, 'path,line,neg,neu,pos,compound'.")
@click.option(
    "--lexicon", default=LEXICON, metavar="FILE", help="Valences of words.  [default: those of vaderSentiment]"
)
@click.option("--emoji", default=EMOJI, metavar="FILE", help="Descriptions of emoji.  [default: as above]")
@click.option("--long-emoji", is_flag=True, help="Describe emoji of several code points too, beyond VADER.")
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
@click.pass_context
def sentiment(
    ctx: click.Context,
    paths: Sequence[str],
    as_objects: bool,
    as_table: bool,
    lexicon: str,
    emoji: str,
    long_emoji: bool,
    encoding: str,
    errors: str,
    threads: int | None,
) -> None:
    """Scores each line of files by the rules of VADER, and tells how many are positive and negative.

    A PATH is a file, a folder, a pattern, or - for standard input, as with analyze. Blank lines are passed over. The
    numbers are those of vaderSentiment 3.3.2. A line is positive where its compound is at least 0.05, and negative
    where it is at most -0.05.
    """
    if as_objects and as_table:
        raise click.UsageError("--json and --csv exclude each other")
    if STANDARD_INPUT in paths and sys.stdin is None:
        raise click.ClickException("standard input is closed")
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    try:
        analyzer = SentimentIntensityAnalyzer(lexicon, emoji, long_emoji=long_emoji, threads=threads)
    except (ModuleNotFoundError, OSError) as error:
        raise click.ClickException(str(error)) from None
    skipped: list[str] = []

    def skip(path: str, why: str) -> None:
        skipped.append(path)
        click.echo(f"skipped {harmless(path)}: {why}", err=True)

    lines: list[Line] = []
    for path in list(found_files(paths, skip)):
        try:
            lines.extend(_scored(analyzer, path, encoding, errors))
        except (OSError, MemoryError, UnicodeError) as error:
            skip(path, reason(error))
        except ModuleNotFoundError as error:
            raise click.ClickException(f"{error}: pip install numpy") from None
    if as_objects:
        write(ctx, "".join(f"{json.dumps(asdict(line))}\n" for line in lines), "utf-8")
    elif as_table:
        write(ctx, _as_csv(lines), "utf-8")
    elif lines:
        write(ctx, _as_report(lines), sys.stdout.encoding or "utf-8")
    if not lines:
        raise click.ClickException("there is no line to score")
    if skipped:
        ctx.exit(1)


def _scored(analyzer: SentimentIntensityAnalyzer, path: str, encoding: str, errors: str) -> Iterator[Line]:
    if path == STANDARD_INPUT:
        text = sys.stdin.buffer.read().decode(encoding, errors)
    else:
        with open(path, "rb") as file:
            text = file.read().decode(encoding, errors)
    scores = analyzer.line_scores(text)
    columns = (scores["neg"].tolist(), scores["neu"].tolist(), scores["pos"].tolist(), scores["compound"].tolist())
    for number, (line, *numbers) in enumerate(zip(text.split("\n"), *columns, strict=False), 1):
        if line and not line.isspace():
            yield Line(path, number, *numbers)


def _as_csv(lines: Sequence[Line]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("path", "line", "neg", "neu", "pos", "compound"))
    writer.writerows((line.path, line.line, line.neg, line.neu, line.pos, line.compound) for line in lines)
    return table.getvalue()


def _as_report(lines: Sequence[Line]) -> str:
    positive = sum(line.compound >= POSITIVE for line in lines)
    negative = sum(line.compound <= -POSITIVE for line in lines)
    kinds = {"positive": positive, "neutral": len(lines) - positive - negative, "negative": negative}
    report = [f"{'lines':<10}{len(lines):>12,}\n"]
    report += [f"{kind:<10}{count:>12,} {count / len(lines):>7.1%}\n" for kind, count in kinds.items()]
    report.append(f"{'compound':<10}{sum(line.compound for line in lines) / len(lines):>12.4f}\n")
    return "".join(report)
