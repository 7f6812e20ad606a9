"""Shows progress bars and skipped files on standard error while a command runs."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from text_processor._printable import harmless
from text_processor.cli.output import console, write_error
from text_processor.typing import Progress as Move

__all__ = ["Terminal"]


class Terminal:
    """Standard error: messages and, on a terminal, progress bars, which disappear at the end."""

    def __init__(self, *, shows_bars: bool) -> None:
        self._console = console(stderr=True)
        self._shows_bars = shows_bars and self._console.file.isatty()
        self._is_live = False

    def report_skipped(self, path: str, reason: str) -> None:
        """Print that a file is skipped, and why."""
        message = Text.assemble(("skipped", "yellow"), f" {harmless(path)}: {harmless(reason)}")
        if self._is_live:
            # The message appears above the bars.
            self._console.print(message, soft_wrap=True)
            return
        # Not with `self._console`: rich ends the program if the reader has closed the pipe.
        page = io.StringIO()
        styled = Console(file=page, force_terminal=self._console.is_terminal, width=80, height=25)
        styled.print(message, soft_wrap=True)
        write_error(page.getvalue())

    @contextmanager
    def bars(self, names: Sequence[str], expected: int) -> Iterator[list[Move]]:
        """Show a bar for each name. Yields the functions that move the bars.

        Args:
            names: The names of the bars.
            expected: The number of bytes. It may be too small, because a pipe has no size.
        """
        bars = Progress(
            TextColumn("{task.description:<8}"),
            BarColumn(),
            TaskProgressColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )

        def move(name: str) -> Move:
            task = bars.add_task(name, total=expected or None)

            def to(done: int, total: int | None) -> None:
                limit = total or expected
                bars.update(task, completed=min(done, limit) if limit else done, total=limit or None)

            return to

        # Not with the option 'disable': with it, earlier versions of rich leave an empty line.
        with bars if self._shows_bars else nullcontext():
            self._is_live = self._shows_bars
            try:
                yield [move(name) for name in names]
            finally:
                self._is_live = False
