"""The command line on a terminal: progress bars, the width of the report, and Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import PROGRAM, needs
from rich.cells import cell_len

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

# If a shell starts the tests in the background, the tests and their children ignore SIGINT.
PROGRAM_THAT_HEEDS_CTRL_C = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from text_processor.__main__ import main; main()",
]


class Terminal:
    """A program whose standard error is a terminal."""

    def __init__(
        self,
        program: Sequence[str],
        folder: Path,
        *,
        stdin: int | None = subprocess.DEVNULL,
        report: bool,
        columns: int = 80,
    ) -> None:
        """Start a program. If `stdin` is None, the terminal is also its standard input."""
        self._terminal, program_side = pty.openpty()
        fcntl.ioctl(program_side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        stdout = program_side if report else subprocess.PIPE
        # A copy of os.environ, because readline, which pytest loads, adds COLUMNS to the real environment.
        environment = dict(os.environ)
        self.process = subprocess.Popen(
            program,
            cwd=folder,
            env=environment,
            stdin=program_side if stdin is None else stdin,
            stdout=stdout,
            stderr=program_side,
        )
        os.close(program_side)
        self.shown = ""

    def type(self, text: str) -> None:
        """Send text to the program as if a user typed it; "\\x04" is Ctrl-D."""
        os.write(self._terminal, text.encode())

    def read(self) -> bool:
        """Wait for output and read it; return whether there was output."""
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:
            # On Linux, this error means that the other side is closed.
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    def wait_for(self, text: str) -> None:
        while text not in self.shown:
            assert self.read(), f"it ended before it showed {text!r}: {self.shown!r}"

    def finish(self) -> int:
        while self.read():
            pass
        os.close(self._terminal)
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self.process.wait(60)


def test_a_terminal_shows_progress_and_then_only_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("to be or not to be", encoding="utf-8")
    terminal = Terminal([*PROGRAM, "analyze", "a.txt", "missing.txt"], tmp_path, report=True)
    assert terminal.finish() == 1
    assert "Reading" in terminal.shown
    assert "Indexing" in terminal.shown
    bars, shown_again, rest = terminal.shown.rpartition("\x1b[?25h")
    assert "\x1b[?25l" in bars
    assert shown_again
    # The bars are erased before the report.
    erasure, _, report = rest.partition("Files")
    assert "\x1b[2K" in erasure
    assert "Reading" not in report
    assert "\x1b[36m" in report
    assert "skipped" in bars


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_the_report_fits_the_terminal(tmp_path: Path, columns: int) -> None:
    (tmp_path / "a.txt").write_text("to be or not to be " + "言葉" * 50, encoding="utf-8")
    terminal = Terminal([*PROGRAM, "analyze", "--no-progress", "a.txt"], tmp_path, report=True, columns=columns)
    assert terminal.finish() == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", terminal.shown).splitlines()
    assert max(map(cell_len, lines)) <= min(columns, 100)


def test_the_option_no_progress_hides_the_progress_bar(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word", encoding="utf-8")
    terminal = Terminal([*PROGRAM, "analyze", "--no-progress", "--csv", "a.txt"], tmp_path, report=True)
    assert terminal.finish() == 0
    assert terminal.shown == "word,count\r\nword,1\r\n"


def test_there_is_no_progress_bar_in_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word", encoding="utf-8")
    result = subprocess.run([*PROGRAM, "analyze", "a.txt"], cwd=tmp_path, capture_output=True, check=True)
    assert result.stderr == b""


def test_a_progress_bar_does_not_mix_with_a_result_in_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word", encoding="utf-8")
    terminal = Terminal([*PROGRAM, "analyze", "--csv", "a.txt"], tmp_path, report=False)
    assert terminal.process.stdout is not None
    assert terminal.process.stdout.read() == b"word,count\nword,1\n"
    assert terminal.finish() == 0
    assert "Reading" in terminal.shown


@pytest.mark.parametrize("columns", [1, 2, 3, 5, 10, 20])
def test_a_terminal_that_is_too_narrow_shows_the_report(tmp_path: Path, columns: int) -> None:
    (tmp_path / "a.txt").write_text("to be or not to be " + "言葉" * 50, encoding="utf-8")
    terminal = Terminal([*PROGRAM, "analyze", "a.txt", "missing.txt"], tmp_path, report=True, columns=columns)
    assert terminal.finish() == 1
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\s", "", terminal.shown)
    for part in ("Documents1", "Words7", "Mostfrequentwords"):
        assert part in text


@pytest.mark.parametrize("width", ["0", "1", "garbage", "9" * 30])
def test_the_report_is_shown_with_any_size_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("LINES", width)
    (tmp_path / "a.txt").write_text("to be or not to be", encoding="utf-8")
    terminal = Terminal([*PROGRAM, "analyze", "a.txt"], tmp_path, report=True)
    assert terminal.finish() == 0
    assert "Documents" in terminal.shown
    # A terminal that is one column wide has no bars.
    assert ("Reading" in terminal.shown) == (width != "1")


# ---- Ctrl-D ----

COMMANDS = {
    "analyze": ["--csv"],
    "ngrams": ["--csv"],
    "sentiment": ["--csv"],
    "matrix": ["-o", "out.npz"],
}


# The commands analyze and ngrams share the code that reads, and so do the other commands.
@pytest.mark.parametrize(
    ("command", "options"),
    [
        *(("analyze", options) for options in ([], ["--lines"], ["--encoding", "latin-1"])),
        ("ngrams", []),
        ("sentiment", []),
        ("sentiment", ["--encoding", "latin-1"]),
        ("matrix", ["--lines"]),
    ],
)
def test_one_ctrl_d_ends_typed_input(tmp_path: Path, command: str, options: list[str]) -> None:
    needs(command)
    program = [*PROGRAM, command, *COMMANDS[command], *options, "-"]
    terminal = Terminal(program, tmp_path, stdin=None, report=True)
    terminal.type("good day\n")
    terminal.wait_for("good day\r\n")
    terminal.type("\x04")
    # The user types nothing more.
    assert terminal.finish() == 0
    result = {"analyze": "day,1", "ngrams": "good,day,1", "sentiment": "-,1,0.0", "matrix": "1 x 2, 2 entries"}
    assert result[command] in terminal.shown
    # A bar would overwrite the typed text.
    assert "Reading" not in terminal.shown


# ---- Control characters in texts and names ----


@pytest.mark.parametrize("command", COMMANDS)
def test_texts_and_names_cannot_control_the_terminal(tmp_path: Path, command: str) -> None:
    needs(command)
    evil = "\x1b]0;title\x07\x1b[31mred\x9b7m\u202e"
    (tmp_path / f"{evil}.txt").write_text(f"{evil} {evil} good\n", encoding="utf-8")
    (tmp_path / f"{evil}.bin").write_bytes(b"\xff")
    output = [f"{evil}.npz"] if command == "matrix" else []
    ways: list[list[str]] = [["--json"], ["--csv"], []] if command != "matrix" else [["-o"]]
    for way in ways:
        names = [f"{evil}.txt", f"{evil}.bin", f"{evil}.missing", f"{evil}*"]
        terminal = Terminal([*PROGRAM, command, *way, *output, *names], tmp_path, report=True)
        assert terminal.finish() == 1
        assert_harmless(terminal.shown)
    wrong_options = [["-o", f"{evil}/x.npz", "a"]]
    if command == "analyze":
        # Only one command tries these options, because the same code checks them for all commands.
        wrong_options += [[f"--{evil}"], ["--threads", evil, "a"], ["--encoding", evil, "a"]]
    for wrong in wrong_options:
        terminal = Terminal([*PROGRAM, command, *wrong], tmp_path, report=True)
        assert terminal.finish() in (1, 2)
        assert_harmless(terminal.shown)


def assert_harmless(shown: str) -> None:
    """Assert that the output has only the escape sequences of the bars and of the report."""
    own = re.sub(r"\x1b\[(?:[0-9;]*[mAK]|\?25[lh])", "", shown)
    assert "\x1b" not in own
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", own), own
    # The bars and the report use no red, so this sequence would come from a text.
    assert "\x1b[31mred" not in shown


# ---- Ctrl-C ----


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C until the program ends.

    Python misses a signal that arrives just before Python waits for input. Then a second signal is needed.
    """
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
        return
    pytest.fail("Ctrl-C does not end it")


def assert_stopped(terminal: Terminal) -> None:
    interrupt(terminal.process)
    assert terminal.finish() == 130
    assert "Traceback" not in terminal.shown
    # At the end, the program has erased the bars, and shows the cursor again.
    assert terminal.shown.rindex("\x1b[2K") > terminal.shown.rindex("Reading")
    assert terminal.shown.rindex("\x1b[?25h") > terminal.shown.rindex("\x1b[?25l")
    assert terminal.shown.endswith("interrupted\r\n")


def test_ctrl_c_stops_reading_without_a_traceback(tmp_path: Path) -> None:
    program = [*PROGRAM_THAT_HEEDS_CTRL_C, "analyze", "--json", "-"]
    # This input never ends.
    terminal = Terminal(program, tmp_path, stdin=subprocess.PIPE, report=True)
    terminal.wait_for("Reading")
    assert_stopped(terminal)


def test_ctrl_c_stops_indexing_without_a_traceback(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_text(" ".join(map(str, range(4_000_000))), encoding="utf-8")
    program = [*PROGRAM_THAT_HEEDS_CTRL_C, "ngrams", "--threads", "1", "--json", "big.txt"]
    terminal = Terminal(program, tmp_path, report=True)
    terminal.wait_for("100%")
    # The file has been read. Indexing takes much longer than the wait for the text above.
    assert_stopped(terminal)
    # pytest keeps the folders of some runs, so this large file would stay on the disk.
    big.unlink()


def test_ctrl_c_without_a_terminal_prints_only_interrupted(tmp_path: Path) -> None:
    program = [*PROGRAM_THAT_HEEDS_CTRL_C, "analyze", "--lines", "missing.txt", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        # After this line, the program reads its input.
        assert process.stderr.readline().startswith(b"skipped missing.txt")
        interrupt(process)
        assert process.returncode == 130
        assert process.stderr.read() == b"interrupted\n"
        assert process.stdout.read() == b""
