"""The program ``text-processor``: its commands, and their errors and exit codes. Each command has its own module."""

from __future__ import annotations

import importlib
import io
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import click

from text_processor import __version__, core_info
from text_processor.cli.options import INTERRUPTED, WithHelp, terminal_encoding
from text_processor.cli.output import escaped_lines, write, write_message
from text_processor.exceptions import TextProcessorError

__all__ = ["commands"]


class Commands(WithHelp, click.Group):
    """Loads each command at its first use. Prints each error in one line, and exits with a code."""

    MODULES: ClassVar[list[str]] = [
        "analyze",
        "collocates",
        "collocations",
        "dispersion",
        "keyness",
        "kwic",
        "matrix",
        "ngrams",
        "sentiment",
    ]

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of all commands."""
        return self.MODULES

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None if there is no such command."""
        if cmd_name not in self.MODULES:
            return None
        module = importlib.import_module(f"text_processor.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def main(self, args: Sequence[str] | None = None, *names: Any, standalone_mode: bool = True, **options: Any) -> Any:
        """Run a command, and exit."""
        run: Callable[[], Any] = partial(super().main, args, *names, standalone_mode=False, **options)
        if not standalone_mode:
            return run()
        try:
            code = run()
        except click.ClickException as error:
            # Escaped before click prints it: click removes escape sequences, which changes the names of files.
            shown = escaped_lines(error.format_message())
            error.format_message = lambda: shown  # type: ignore[method-assign]
            message = io.StringIO()
            error.show(message)
            write_message(message.getvalue().removesuffix("\n"))
            code = error.exit_code
        except click.Abort:
            write_message("interrupted")
            code = INTERRUPTED
        except (TextProcessorError, OSError, MemoryError) as error:
            write_message(f"Error: {_message(error)}")
            code = 1
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Ctrl-C ends it with one line."""
        try:
            with _signals_end_in_order():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            # A second Ctrl-C also stops the clean-up, without a traceback.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            write_message("interrupted")
            ctx.exit(INTERRUPTED)


@contextmanager
def _signals_end_in_order() -> Iterator[None]:
    """Make signals that end a program raise SystemExit, so that a command removes a file that is not complete."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Other handlers stay: nohup, for example, ignores SIGHUP.
    changed = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in changed:
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    return str(error) or "there is not enough memory"


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    core = core_info()
    abilities = f"ABI {core['abi_version']}, {core['simd']}, {core['threads']} threads"
    lines = [f"text-processor {__version__}", f"core {core['version']} ({abilities})", core["library"]]
    write("".join(f"{line}\n" for line in lines), terminal_encoding())
    ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show versions and exit.",
)
def commands() -> None:
    """Count, find and compare words, build matrices and score sentiment, fast."""
