"""The command line: ``text-processor analyze``. Everything that is not the result goes to standard error."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, ClassVar, TypedDict

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from text_processor import __version__, core_info
from text_processor.analyzer import TextAnalyzer
from text_processor.exceptions import InvalidDocumentError, TextProcessorError
from text_processor.files import size
from text_processor.report import Analysis, Skipped, as_csv, as_json, as_report, harmless
from text_processor.sources import STANDARD_INPUT, Skip, found_files
from text_processor.tokenizers import tokenize
from text_processor.types import Progress

__all__ = ["analyze", "commands"]

INTERRUPTED = 128 + signal.SIGINT
UNREAD = 141
"""What a shell makes of SIGPIPE, by which other programs end when nobody reads their output any more."""

EXIT_CODES = """\b
Exit codes:
  0    all is well
  1    something was skipped, or there was nothing to analyse
  2    wrong usage
  130  stopped by Ctrl-C
  141  nobody reads the result any more
"""


class Commands(click.Group):
    """Commands whose failures are told in one line, and which end with the exit codes that their help names.

    Those in modules of their own are loaded when they are needed.
    """

    MODULES: ClassVar[dict[str, str]] = {
        "matrix": "matrix_command",
        "ngrams": "ngrams_command",
        "sentiment": "sentiment_command",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*super().list_commands(ctx), *self.MODULES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        if cmd_name not in self.MODULES:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"text_processor.{self.MODULES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # Whoever is impatient ends the cleaning up, too, without a traceback.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except TextProcessorError as error:
            raise click.ClickException(str(error)) from None


def _tell_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    click.echo(f"text-processor {__version__}")
    try:
        core = core_info()
    except TextProcessorError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"core {core['version']} (ABI {core['abi_version']}, {core['simd']}, {core['threads']} threads)")
    click.echo(core["library"])
    ctx.exit()


def known_encoding(_: click.Context, __: click.Parameter, encoding: str) -> str:
    """The encoding that an option names, if there is such a one."""
    try:
        " ".encode(encoding)
    except (LookupError, ValueError) as error:
        raise click.BadParameter(str(error)) from None
    return encoding


def _known_tokenizer(_: click.Context, __: click.Parameter, tokenizer: str) -> str:
    try:
        tokenize("", tokenizer)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return tokenizer


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_tell_version, help="Tell versions and exit."
)
def commands() -> None:
    """Counts, profiles and scores text at the speed of memory."""


@commands.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--top",
    type=click.IntRange(min=0),
    metavar="N",
    help="Show the N most frequent words; 0 shows all.  [default: 10; with --json or --csv 20]",
)
@click.option("--json", "as_object", is_flag=True, help="Write one JSON object.")
@click.option("--csv", "as_table", is_flag=True, help="Write the most frequent words as CSV, 'word,count'.")
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
@click.option(
    "--tokenizer",
    default="whitespace",
    show_default=True,
    metavar="NAME",
    callback=_known_tokenizer,
    help="What a word is: whitespace, unicode, unicode-segments, word, characters, or a regular expression.",
)
@click.option("--no-progress", is_flag=True, help="Show no progress bar. Without a terminal there is none anyway.")
@click.pass_context
def analyze(
    ctx: click.Context,
    paths: Sequence[str],
    top: int | None,
    as_object: bool,
    as_table: bool,
    lines: bool,
    encoding: str,
    errors: str,
    threads: int | None,
    tokenizer: str,
    no_progress: bool,
) -> None:
    """Counts the words of files, and tells the most frequent ones, the sentiment and the time it took.

    A PATH is a file, a folder, a pattern such as '**/*.txt', or - for standard input. Of a folder, every file below it
    is read, in sorted order, but names that begin with a dot and links to folders. What is found in a folder or by a
    pattern is read once; what is named twice is read twice.

    A word is what stands between whitespace, or what --tokenizer says, counted in lower case. The sentiment is the
    number of words good, great and excellent less the number of bad, terrible and awful, divided by the number of
    documents.
    """
    if as_object and as_table:
        raise click.UsageError("--json and --csv exclude each other")
    if STANDARD_INPUT in paths and sys.stdin is None:
        raise click.ClickException("standard input is closed")
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    if top is None:
        top = 20 if as_object or as_table else 10
    out, err = Console(), Console(stderr=True)
    skipped: list[Skipped] = []

    def skip(path: str, reason: str) -> None:
        skipped.append(Skipped(path, reason))
        err.print(Text.assemble(("skipped ", "yellow"), f"{harmless(path)}: {reason}"), soft_wrap=True)

    # A bar would run through what is typed.
    typed = STANDARD_INPUT in paths and sys.stdin.isatty()
    shown = not (no_progress or typed)
    with TextAnalyzer(threads=threads, tokenizer=tokenizer) as analyzer, _bars(err, shown=shown) as bars:
        files = list(found_files(paths, skip))
        total = sum(size(sys.stdin.buffer if path == STANDARD_INPUT else path) for path in files)
        # Both before the clock runs: drawing them takes longer than to analyse a short text.
        reading, indexing = _bar(bars, "Reading", total), _bar(bars, "Indexing", total)
        begin = time.perf_counter()
        read = read_files(analyzer, files, {"lines": lines, "encoding": encoding, "errors": errors}, skip, reading)
        analyzer.index(progress=indexing)
        statistics = analyzer.get_statistics()
        top_words = analyzer.top_words(top or None)
        sentiment = analyzer.analyze_sentiment() if statistics["document_count"] else None
        seconds = time.perf_counter() - begin
    analysis = Analysis(
        files=read,
        documents=statistics["document_count"],
        words=statistics["total_words"],
        unique_words=statistics["unique_words"],
        sentiment=sentiment,
        bytes=statistics["total_bytes"],
        seconds=seconds,
        top=top_words,
        skipped=skipped,
    )
    if as_object:
        write(ctx, as_json(analysis, indent=2 if out.is_terminal else None), "utf-8")
    elif as_table:
        write(ctx, as_csv(analysis), "utf-8")
    elif analysis.documents:
        write(ctx, as_report(analysis, out), out.encoding)
    if not analysis.documents:
        raise click.ClickException("there is nothing to analyse")
    if skipped:
        ctx.exit(1)


class _Options(TypedDict):
    lines: bool
    encoding: str
    errors: str


def read_files(analyzer: TextAnalyzer, paths: Sequence[str], options: _Options, skip: Skip, told: Progress) -> int:
    """Adds files to an analyzer, all that can be added; the number of those that were."""
    read = done = 0

    def progress(of_this_file: int, _: int | None) -> None:
        told(done + of_this_file, None)

    for path in paths:
        file = sys.stdin.buffer if path == STANDARD_INPUT else path
        before = analyzer.document_count()
        try:
            if analyzer.add_file(file, progress=progress, **options):
                read += 1
            else:
                skip(path, "there is no line with a word in it")
        except (OSError, MemoryError, UnicodeError, TextProcessorError) as error:
            kept = "; what came before it in the file is analysed" if analyzer.document_count() > before else ""
            skip(path, f"{reason(error)}{kept}")
        done += size(file)
    return read


def reason(error: Exception) -> str:
    """Why a file is skipped, in a few words."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, InvalidDocumentError):
        place = "" if error.line is None else f"line {error.line}: "
        cure = "" if error.offset is None else " (see --encoding and --errors)"
        return f"{place}{error.reason}{cure}"
    return str(error) or type(error).__name__


@contextmanager
def _bars(console: Console, *, shown: bool) -> Iterator[Bars]:
    """Progress bars, which are gone when they are through; none where there is no terminal to show them."""
    bars = Bars(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    # Not its own 'disable', with which earlier versions of rich leave an empty line behind.
    with bars if shown and console.file.isatty() else nullcontext():
        yield bars


def _bar(bars: Bars, name: str, expected: int) -> Progress:
    """Adds a bar; what moves it. A pipe has no size, and may give more than is expected."""
    task = bars.add_task(name, total=expected or None)

    def move(done: int, total: int | None) -> None:
        limit = total or expected
        bars.update(task, completed=min(done, limit) if limit else done, total=limit or None)

    return move


def write(ctx: click.Context, result: str, encoding: str) -> None:
    """Writes a result to standard output."""
    rest = memoryview(result.encode(encoding, "backslashreplace"))
    try:
        # Unbuffered, as with PYTHONUNBUFFERED, it may take a part only.
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer must not fail again when Python empties it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            ctx.exit(UNREAD)
        raise click.ClickException(f"cannot write the result: {error.strerror}") from None
