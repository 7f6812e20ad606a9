"""Shows progress bars and skipped files on standard error while a command runs."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from text_processor._printable import harmless
from text_processor.cli.output import console, write_error

if TYPE_CHECKING:
    from rich.console import Console

    from text_processor.typing import Progress as Move

__all__ = ["Terminal"]


class Terminal:
    """Standard error: messages and, on a terminal, progress bars, which disappear at the end."""

    def __init__(self, *, shows_bars: bool) -> None:
        self._shows_bars = shows_bars and sys.stderr is not None and sys.stderr.isatty()
        self._is_live = False

    @cached_property
    def _console(self) -> Console:
        return console(stderr=True)

    def report_skipped(self, path: str, reason: str) -> None:
        """Print that a file is skipped, and why."""
        from rich.console import Console
        from rich.text import Text

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
        if not self._shows_bars:
            yield [_ignore] * len(names)
            return

        from rich import progress

        bars = progress.Progress(
            progress.TextColumn("{task.description:<8}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.DownloadColumn(),
            progress.TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )

        def move(name: str) -> Move:
            task = bars.add_task(name, total=expected or None)

            def to(done: int, total: int | None) -> None:
                limit = total or expected
                bars.update(task, completed=min(done, limit) if limit else done, total=limit or None)

            return to

        with bars:
            self._is_live = True
            try:
                yield [move(name) for name in names]
            finally:
                self._is_live = False


def _ignore(done: int, total: int | None) -> None:
    pass
