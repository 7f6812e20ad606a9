"""The Markdown pages of the project, and the file that runs each of their blocks. As a program, it runs Python blocks.

    python pages.py README.md docs/terms.md

The language of a block says whether the block is Python, commands for a shell, or text that cannot run.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"build", "dist", "node_modules", "target"}
"""Folders with built or installed files."""
SANDBOX, CI, WHEEL, INSTALL, LANGUAGES = (
    "tests/test_docs.py",
    ".ci/run",
    "tests/packaging/wheel.py",
    "tests/test_install.py",
    "tests/languages/programs.py",
)
"""The files that run blocks."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    """The number of the first line of code, from 1."""
    language: str
    code: str

    @property
    def commands(self) -> list[str]:
        """The lines of a block for a shell, without comments."""
        lines = (re.sub(r"(^|\s+)#.*", "", line) for line in self.code.splitlines())
        return [line for line in lines if line]

    @property
    def runner(self) -> str:
        """The file that runs the block: `SANDBOX`, unless the block needs another file.

        So `SANDBOX` also runs each new block, and fails if the block cannot run.
        """
        if self.language != "sh":
            return SANDBOX
        if self.page.startswith("examples/"):
            return LANGUAGES
        if any(command.startswith("pip install ") for command in self.commands):
            return WHEEL
        if any(command.startswith(("make install ", "cc ")) for command in self.commands):
            return INSTALL
        if all(command.startswith("make ") for command in self.commands):
            return CI
        return SANDBOX

    def __str__(self) -> str:
        """The page and the line of the block."""
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """The path of every page, relative to the source tree; empty if only the tests are installed."""
    found: list[str] = []
    if not (ROOT / "README.md").exists():
        return found
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and not name.startswith(".") and not Path(folder, name, "pyvenv.cfg").exists()
        ]
        found += [Path(folder, name).relative_to(ROOT).as_posix() for name in files if name.endswith(".md")]
    return sorted(found)


def text(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page.

    Raises:
        ValueError: A fence is not closed.
    """
    found, fence, language, begin = [], "", "", 0
    lines = text(page).splitlines()
    for number, line in enumerate(lines):
        if fence:
            if line.strip() == fence:
                code = "".join(f"{inner}\n" for inner in lines[begin:number])
                found.append(Block(page, begin + 1, language, code))
                fence = ""
        elif match := re.fullmatch(r"\s*(`{3,}|~{3,})\s*(.*?)\s*", line):
            (fence, language), begin = match.groups(), number + 1
    if fence:
        raise ValueError(f"{page}:{begin}: this block does not end")
    return found


def prose(page: str) -> list[str]:
    """The lines of a page, with an empty line for each line of a block."""
    lines = text(page).splitlines()
    for block in blocks(page):
        end = block.line + block.code.count("\n")
        lines[block.line - 2 : end] = [""] * (end - block.line + 2)
    return lines


def spans(page: str) -> Iterator[str]:
    """The code within the sentences of a page."""
    for paragraph in re.split(r"\n\s*\n", "\n".join(prose(page))):
        for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", paragraph):
            yield " ".join(span.split())


def shell_blocks(runner: str) -> list[Block]:
    """The blocks of commands that a file runs."""
    return [block for page in pages() for block in blocks(page) if block.language == "sh" and block.runner == runner]


# ---- The Python of a page ----


NEEDS = re.compile(r'# needs: pip install (?:"\.\[(\w+)\]"|(\w+))$', re.MULTILINE)


def run_python(page: str, extra: str | None = None) -> list[str]:
    """Run the blocks of a page one after the other, as one session; return the errors.

    If you pass an extra (or an empty string for no extra), this skips blocks that need another extra, and blocks that
    need a package that is not installed.

    A line ``print(…)  # …`` must print the text after its ``#``, and nothing else may be printed. A comment with a
    value after another line is an error, because nothing compares this value. Sessions with ``>>>`` run as in doctest.
    """
    session: dict[str, Any] = {"__name__": "__main__"}
    wrong: list[str] = []
    for block in blocks(page):
        needs = NEEDS.search(block.code)
        is_skipped = extra is not None and needs is not None and not _is_installed(needs, extra)
        if block.language == "python" and not is_skipped:
            run = _run_session if block.code.startswith(">>> ") else _run_program
            wrong += run(block, session)
    return wrong


def _is_installed(needs: re.Match[str], extra: str) -> bool:
    """Return whether the extra or the package that a block needs is installed."""
    return find_spec(needs[2]) is not None if needs[2] else needs[1] == extra


def _run_session(block: Block, session: dict[str, Any]) -> list[str]:
    test = doctest.DocTestParser().get_doctest(block.code, session, str(block), block.page, block.line - 1)
    told = io.StringIO()
    doctest.DocTestRunner(verbose=False).run(test, out=told.write, clear_globs=False)
    session.update(test.globs)
    return [told.getvalue()] if told.getvalue() else []


def _run_program(block: Block, session: dict[str, Any]) -> list[str]:
    # The empty lines before the code make a traceback name the line of the page.
    code = compile("\n" * (block.line - 1) + block.code, block.page, "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, session)  # noqa: S102
    compared = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)
    others = [line for line in block.code.splitlines() if not compared.match(line)]
    values = [line for line in others if _is_value(line.partition("  # ")[2])]
    if values:
        return [f"{block}: nothing compares these values, print them:\n{values}"]
    expected = compared.findall(block.code)
    if printed.getvalue().splitlines() == expected:
        return []
    return [f"{block}: the page shows:\n{expected}\nand this was printed:\n{printed.getvalue()}"]


def _is_value(comment: str) -> bool:
    try:
        ast.literal_eval(comment)
    except (SyntaxError, ValueError):
        return False
    return True


if __name__ == "__main__":
    options = [argument for argument in sys.argv[1:] if argument.startswith("--extra=")]
    only = options[0].removeprefix("--extra=") if options else None
    named = [argument for argument in sys.argv[1:] if argument not in options]
    sys.exit("\n".join(problem for page in named for problem in run_python(page, only)) or None)
