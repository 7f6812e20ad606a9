"""Run commands in the process of the tests, because it takes long to start the program."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click", reason="the command line needs click and rich")
pytest.importorskip("rich", reason="the command line needs click and rich")

from click.testing import CliRunner, Result

from text_processor.cli import commands

__all__ = ["PROGRAM", "CliRunner", "Result", "analyze", "found", "needs", "run", "words", "write"]

PROGRAM = [sys.executable, "-m", "text_processor"]
"""The program, for tests of the process: its streams, its environment and signals."""


def run(*arguments: object, stdin: bytes = b"", status: int = 0) -> Result:
    """Run a command, which must end with this exit status, and return its result."""
    result = CliRunner().invoke(commands, list(map(str, arguments)), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    return result


def needs(command: str) -> None:
    """Skip the test if a command needs a package that is not installed."""
    if command.startswith("matrix"):
        pytest.importorskip("scipy", reason="matrix needs SciPy")
    if "sentiment" in command:
        pytest.importorskip("vaderSentiment", reason="the valences come from vaderSentiment")


def analyze(*arguments: object, stdin: bytes = b"") -> Result:
    """Run the command analyze, which may end with any exit status, and return its result."""
    return CliRunner().invoke(commands, ["analyze", *map(str, arguments)], input=stdin)


def found(*arguments: object, stdin: bytes = b"", exit_code: int = 0) -> dict[str, Any]:
    """The result of `analyze --json`."""
    result = analyze("--json", *arguments, stdin=stdin)
    assert result.exit_code == exit_code, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def words(answer: dict[str, Any]) -> dict[str, int]:
    """Return the words of a result of `--json`, with their counts."""
    return {entry["word"]: entry["count"] for entry in answer["top"]}


def write(path: Path, text: str | bytes) -> Path:
    """Write a file with this text, make its folder if needed, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
