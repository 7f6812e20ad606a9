"""The command ``text-processor keyness``: shows the words that are typical of some files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from text_processor.association import MEASURES
from text_processor.cli.corpus import by_file, measure, min_count, new_analyzer, read_files, refuse_nothing, rows, top
from text_processor.cli.options import Command, Inputs, Words, inputs, output, threads, words
from text_processor.cli.reading import Run
from text_processor.cli.result_tables import write_table
from text_processor.cli.results import Output
from text_processor.exceptions import InvalidOptionError

if TYPE_CHECKING:
    from text_processor.typing import Correction

__all__ = ["keyness"]


@click.command(cls=Command)
@click.option(
    "-r",
    "--reference",
    "references",
    multiple=True,
    metavar="PATH",
    help="A PATH of the reference; you can repeat this option.",
)
@by_file("Compare each file with all other files.")
@measure(MEASURES, "g2, log_ratio", sorts=True)
@min_count(1, "Leave out words that occur fewer than N times in target and reference together.")
@click.option("--unsigned", is_flag=True, help="Show statistics such as g2 without a minus sign.")
@click.option(
    "--correction", type=click.Choice(["bonferroni", "holm", "bh"]), help="Adjust p-values for the number of tests."
)
@top("Show the N most typical words of each target")
@output("Write a JSON object for each word.", "Write CSV, 'term,target_count,reference_count,...'.")
@words
@inputs()
@threads
def keyness(
    references: Sequence[str],
    by: str | None,
    measures: Sequence[str],
    min_count: int,
    unsigned: bool,
    correction: Correction | None,
    top: int | None,
    output: Output,
    words: Words,
    inputs: Inputs,
    threads: int | None,
) -> None:
    """Show the words that are more frequent in some files than in others, most typical first.

    With --reference, the files of PATH are the target, and the files of --reference are the reference. With --by file,
    each file is compared with all other files. A PATH is a file, a folder, a pattern, a URL, or - for standard input,
    as with 'analyze'. All text stays in memory.
    """
    if bool(references) == bool(by):
        raise click.UsageError("pass --reference PATH or --by file, but not both")
    how: dict[str, Any] = {
        "measures": measures or ("g2", "log_ratio"),
        "min_count": min_count,
        "signed": not unsigned,
        "correction": correction,
        "limit": rows(top, output) or None,
    }
    with new_analyzer(words, threads) as analyzer:
        try:
            # Without documents, this only checks the options.
            analyzer.keyness_by([], **how)
        except InvalidOptionError as error:
            raise click.UsageError(str(error)) from None
        run = Run(inputs)
        paths = read_files(run, analyzer, inputs)
        runs = [run]
        if references:
            targets = len(paths)
            runs.append(other := Run(replace(inputs, paths=references)))
            count = targets + len(read_files(other, analyzer, inputs))
        refuse_nothing(analyzer)
        try:
            if by is not None:
                found = analyzer.keyness_by(paths, **how)
            else:
                found = analyzer.keyness([place < targets for place in range(count)], **how)
        except InvalidOptionError as error:
            raise click.ClickException(str(error)) from None
        write_table(found, output)
    for one in runs:
        one.end()
