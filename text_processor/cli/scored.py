"""The options that the commands `collocations` and `collocates` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from text_processor.association import MEASURES
from text_processor.cli.corpus import Corpus, by_column, corpus, groups, measure, min_count, rows, top
from text_processor.cli.destination import Output
from text_processor.cli.options import output
from text_processor.cli.table_writer import write_table
from text_processor.table import Table

__all__ = ["Scored", "scored"]


@dataclass(frozen=True)
class Scored:
    """The values of the options."""

    corpus: Corpus
    by: str | None
    output: Output
    options: dict[str, Any]
    """The arguments of the method."""

    def write(self, found: Callable[..., Table]) -> None:
        """Write the table that a method returns for an analyzer and the arguments `by` and `options`."""
        read = self.corpus.read(lambda analyzer: found(analyzer, **self.options), self.by)
        with read as (analyzer, paths, _):
            by = None if self.by is None else groups(self.by, paths)
            write_table(found(analyzer, **self.options, by=by), self.output)


def scored(least: int, csv: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options. The command receives their values as `scored`.

    Args:
        least: The default of --min-count.
        csv: The columns, for the help of --csv.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def gathered(
            *,
            measures: Sequence[str],
            min_count: int,
            close_gaps: bool,
            within_sentence: bool,
            by: str | None,
            top: int | None,
            output: Output,
            corpus: Corpus,
            **options: Any,
        ) -> Any:
            shared = {
                "measures": measures or None,
                "min_count": min_count,
                "gaps": "close" if close_gaps else "keep",
                "within": "sentence" if within_sentence else "document",
                "limit": rows(top, output) or None,
            }
            return command(scored=Scored(corpus, by, output, shared), **options)

        added = [
            measure(MEASURES, "g2, pmi, log_dice", sorts=True),
            min_count(least),
            click.option("--close-gaps", is_flag=True, help="Count as if the text did not have the dropped words."),
            click.option("--within-sentence", is_flag=True, help="Do not count across the end of a sentence."),
            by_column("Count each group of documents separately."),
            top("Show the first N rows"),
            output("Write a JSON object for each row.", f"Write CSV, '{csv},...'."),
            corpus,
        ]
        decorated: Callable[..., Any] = gathered
        for option in reversed(added):
            decorated = option(decorated)
        return decorated

    return decorate
