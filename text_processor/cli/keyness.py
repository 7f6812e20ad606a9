"""The command ``text-processor keyness``: shows the words that are typical of some files or rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from text_processor.association import MEASURES
from text_processor.cli.corpus import Corpus, by_column, corpus, groups, measure, min_count, rows, top
from text_processor.cli.destination import Output
from text_processor.cli.options import Command, output
from text_processor.cli.table_writer import write_table
from text_processor.exceptions import InvalidOptionError

if TYPE_CHECKING:
    from text_processor.analyzer import TextAnalyzer
    from text_processor.typing import Correction

__all__ = ["keyness"]


def _pairs(_: click.Context, option: click.Parameter, values: Sequence[str]) -> list[tuple[str, str]]:
    """The column and the value of each ``--target``."""
    pairs = []
    for value in values:
        column, equals, wanted = value.partition("=")
        if not (column and equals):
            raise click.BadParameter(f"{value!r} must be COLUMN=VALUE, such as testament=Old", param=option)
        pairs.append((column, wanted))
    return pairs


@click.command(cls=Command)
@click.option(
    "-r",
    "--reference",
    "references",
    multiple=True,
    metavar="PATH",
    help="A PATH of the reference; you can repeat this option.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="COLUMN=VALUE",
    callback=_pairs,
    help="Compare the rows of a table that have this value with all other rows; you can repeat this option for more "
    "values or more columns.",
)
@by_column("Compare each group of documents with all other documents.")
@measure(MEASURES, "g2, log_ratio", sorts=True)
@min_count(1, "Leave out words that occur fewer than N times in target and reference together.")
@click.option("--unsigned", is_flag=True, help="Show statistics such as g2 without a minus sign.")
@click.option(
    "--correction", type=click.Choice(["bonferroni", "holm", "bh"]), help="Adjust p-values for the number of tests."
)
@top("Show the N most typical words of each target")
@output("Write a JSON object for each word.", "Write CSV, 'term,target_count,reference_count,...'.")
@corpus
def keyness(
    references: Sequence[str],
    targets: Sequence[tuple[str, str]],
    by: str | None,
    measures: Sequence[str],
    min_count: int,
    unsigned: bool,
    correction: Correction | None,
    top: int | None,
    output: Output,
    corpus: Corpus,
) -> None:
    """Show the words that are more frequent in some documents than in others, most typical first.

    With --reference, the files of PATH are the target, and the files of --reference are the reference. With --target,
    the rows of a table that have a value are the target, and all other rows are the reference. With --by, each group of
    documents is compared with all other documents. A PATH is a file, a folder, a pattern, a URL, or - for standard
    input, as with 'analyze'. All text stays in memory.
    """
    if (bool(references), bool(targets), by is not None).count(True) != 1:
        raise click.UsageError("pass one of --reference PATH, --target COLUMN=VALUE and --by COLUMN")
    how: dict[str, Any] = {
        "measures": measures or ("g2", "log_ratio"),
        "min_count": min_count,
        "signed": not unsigned,
        "correction": correction,
        "limit": rows(top, output) or None,
    }
    columns = [by, *(column for column, _ in targets)]
    read = corpus.read(lambda analyzer: analyzer.keyness_by([], **how), *columns, others=references)
    with read as (analyzer, paths, count):
        try:
            if by is not None:
                found = analyzer.keyness_by(groups(by, paths), **how)
            elif targets:
                found = analyzer.keyness(_with_values(analyzer, targets), **how)
            else:
                found = analyzer.keyness([place < count for place in range(len(paths))], **how)
        except InvalidOptionError as error:
            raise click.ClickException(str(error)) from None
        write_table(found, output)


def _with_values(analyzer: TextAnalyzer, targets: Sequence[tuple[str, str]]) -> list[bool]:
    """Whether each document has one of the values of each column."""
    documents = analyzer.documents()
    chosen = [True] * len(documents)
    for column in dict(targets):
        values = [value if value is None else str(value) for value in documents[column]]
        wanted = {value for name, value in targets if name == column}
        for value in sorted(wanted - {value for value in values if value is not None}):
            raise click.ClickException(f"no row has the value {value!r} in the column {column!r}")
        chosen = [was and value in wanted for was, value in zip(chosen, values, strict=True)]
    return chosen
