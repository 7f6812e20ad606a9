"""Where the table of a command goes: to a file, or to standard output as CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from text_processor._printable import named
from text_processor.cli.atomic import check_target
from text_processor.cli.output import check_output, write, write_message
from text_processor.cli.table_formats import Add, Batch, Columns, Csv, JsonLines, saved

__all__ = ["Output"]


@dataclass(frozen=True)
class Output:
    """The values of --output, --json and --csv."""

    path: str | None
    """The file for the table; None for standard output."""
    form: Literal["json", "csv"] | None
    """The format of standard output; None for text for people."""

    def check(self) -> None:
        """Raise an error if the result cannot be written, before the command does the work for it."""
        if self.path is None:
            check_output()
        else:
            check_target(self.path)

    @contextmanager
    def table(self, columns: Columns) -> Iterator[Add]:
        """Write a table to the file, or as CSV or lines of JSON. Yields the function that writes some rows."""
        if self.path is None:
            written = (JsonLines if self.form == "json" else Csv)(columns)
            write(written.head())
            yield lambda batch: write(written.rows(batch))
            return
        count = 0
        with saved(self.path, columns) as add:

            def counted(batch: Batch) -> None:
                nonlocal count
                add(batch)
                count += len(batch[0])

            yield counted
        write_message(f"{named(self.path)}: {count:,} {'row' if count == 1 else 'rows'}")
