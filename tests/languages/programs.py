"""The example programs print the same in every language. Their READMEs say how to build and run them.

Run by `make test-languages`, with the library installed below TEXT_PROCESSOR_PREFIX; LANGUAGES="c go" chooses some.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pages
import pytest

ROOT = pages.ROOT
EXAMPLES = ROOT / "examples"
BUILT = ROOT / "build" / "languages"
SAMPLE = "../data/genesis.txt"
"""The file that the last command of each README reads."""

DEBIAN = {
    "python": (),
    "c": ("cc=gcc", "pkg-config=pkgconf"),
    "cpp": ("c++=g++", "pkg-config=pkgconf"),
    "go": ("gcc", "pkg-config=pkgconf"),
    "java": ("javac=openjdk-17-jdk-headless", "mvn=maven"),
    "node": (),
}
"""The packages of Debian that each language needs, as arguments of tools/need-debian."""

ELSEWHERE = {
    "go": {"go": "Go 1.24 or later, https://go.dev/dl"},
    "node": {"node": "Node.js 20 or later, https://nodejs.org", "npm": "npm, which comes with Node.js"},
}
"""Programs that are too old in Debian, and where they come from."""

LANGUAGES = os.environ.get("LANGUAGES", "").split() or list(DEBIAN)
ALL = pytest.mark.parametrize("program", LANGUAGES, indirect=True)
OTHERS = pytest.mark.parametrize("program", [language for language in LANGUAGES if language != "python"], indirect=True)


@cache
def environment() -> dict[str, str]:
    """Return the environment of a user who has installed the library below a prefix, in the C locale."""
    prefix = os.environ.get("TEXT_PROCESSOR_PREFIX")
    if prefix is None:
        pytest.fail("this needs an installed library: run 'make test-languages'", pytrace=False)
    library = Path(prefix, "lib")
    installed = (*Path(prefix, "include").iterdir(), *(library / "pkgconfig").iterdir())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(installed))).hexdigest()
    return {
        **os.environ,
        "LC_ALL": "C",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PKG_CONFIG_PATH": str(library / "pkgconfig"),
        "LD_LIBRARY_PATH": str(library),
        "TEXT_PROCESSOR_LIBRARY": str(library / "libtext_processor.so"),
        # The cache of Go ignores changes of C libraries. A new library changes this option, so that Go builds again.
        "CGO_CPPFLAGS": f"-DTEXT_PROCESSOR_INSTALLED={digest}",
    }


def shell(folder: Path, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = ["sh", "-euc", script, "sh", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False, timeout=600)


def succeed(folder: Path, script: str) -> None:
    result = shell(folder, script)
    output = (result.stdout + result.stderr).decode(errors="replace")
    assert result.returncode == 0, f"this failed in {folder}:\n{script}\n{output}"


@dataclass(frozen=True)
class Program:
    """A program that was built, and the command that runs it on the sample."""

    folder: Path
    command: str

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run the program with other arguments."""
        return shell(self.folder, self.command.removesuffix(SAMPLE) + '"$@"', *arguments)

    def output(self, *arguments: str | Path) -> bytes:
        """Return the output of the program, which must succeed."""
        result = self.run(*arguments)
        assert result.returncode == 0, result.stderr.decode(errors="replace")
        return result.stdout


def commands(language: str) -> list[str]:
    """Return the commands in the README of a language."""
    readme = f"examples/{language}/README.md"
    found = [block.commands for block in pages.shell_blocks(pages.LANGUAGES) if block.page == readme]
    assert len(found) == 1, f"{readme} must have one block of commands"
    assert found[0][-1].endswith(f" {SAMPLE}"), f"the last command of {readme} must run the program on {SAMPLE}"
    return found[0]


def check_tools(language: str) -> None:
    """Install the missing programs, or fail and say how to install them."""
    assert language in DEBIAN, f"there is no example in {language}, but in {', '.join(DEBIAN)}"
    succeed(ROOT, " ".join(["tools/need-debian", *DEBIAN[language]]))
    missing = [how for name, how in ELSEWHERE.get(language, {}).items() if shutil.which(name) is None]
    assert not missing, f"{language} needs {', '.join(missing)}; LANGUAGES=... leaves it out"


def left_there(folder: str, names: list[str]) -> set[str]:
    """Return the built files in the folder of an example, which must not be copied."""
    left = {"words", "target", "node_modules", "__pycache__"} if Path(folder).parent == EXAMPLES else set()
    return left.intersection(names)


@cache
def built(language: str) -> Program | str:
    """Build the program by the commands of its README, in a copy of its folder; return it, or why it failed."""
    folder = BUILT / language
    try:
        check_tools(language)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(EXAMPLES / language, folder, ignore=left_there)
        shutil.copytree(EXAMPLES / "data", BUILT / "data", dirs_exist_ok=True)
        *setup, run = commands(language)
        succeed(folder, "\n".join(setup))
    except AssertionError as failure:
        return str(failure)
    return Program(folder, run)


def ready(language: str) -> Program:
    found = built(language)
    if isinstance(found, str):
        pytest.fail(found, pytrace=False)
    return found


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Program:
    return ready(request.param)


@pytest.fixture(scope="session")
def expected() -> Callable[..., bytes]:
    """The output of the program in Python."""
    return cache(ready("python").output)


# ---- Input ----

BAD = b"""\
a good line
\xff at the beginning
in the mid\xc3dle
cut off at the end \xe2\x82
half a pair \xed\xa0\x80 in UTF-8
an overlong \xc0\xaf slash
beyond \xf4\x90\x80\x80 Unicode

 \t\r
\xe3\x80\x80\xe2\x80\xa8\x1c
zero \0 and zero\0inside, zero
\0
a line of Windows\r
bad, bad and TERRIBLE
the last line is cut off \xf0\x9f\x98"""

INPUTS: dict[str, Path | bytes] = {
    "ascii": EXAMPLES / "data" / "genesis.txt",
    "scripts": EXAMPLES / "data" / "scripts.txt",
    "bad": BAD,
    "empty": b"",
    "blank": b"\n \n\n",
    "unended": b"the first line\nthe last line",
    "rounded": b"good\n" + b"neither\n" * 127,
    "long": b"x" * (1 << 20) + b"\n" + "длинная строка ".encode() * 100_000 + b"\xd0\n" + "末 ".encode() * 100_000,
}

FLAGS = [
    *((name, flags) for name in INPUTS for flags in ("", "--poll")),
    *(
        (name, f"{poll}--fail-at {number}")
        for name, number in (("ascii", 7), ("scripts", 1), ("bad", 2), ("unended", 2), ("unended", 3))
        for poll in ("", "--poll ")
    ),
]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """A function that returns the path of an input."""

    def path(name: str) -> Path:
        found = INPUTS[name]
        if isinstance(found, bytes):
            (tmp_path / name).write_bytes(found)
            return tmp_path / name
        return found

    return path


# ---- Output ----


@pytest.mark.parametrize(("name", "flags"), FLAGS)
@OTHERS
def test_each_program_prints_the_same_as_in_python(
    program: Program, expected: Callable[..., bytes], file: Callable[[str], Path], name: str, flags: str
) -> None:
    assert program.output(*flags.split(), file(name)) == expected(*flags.split(), file(name))


def test_the_program_in_python_prints_the_expected_lines(
    expected: Callable[..., bytes], file: Callable[[str], Path]
) -> None:
    wrong_byte = "the text is not valid UTF-8: wrong byte at offset"
    no_word = "the document holds no word: it is empty or all whitespace"
    assert expected("--fail-at", "2", file("bad")).decode().split("\n") == [
        "document 1: 3 words, 11 bytes",
        f"line 2: TP_ERROR_INVALID_UTF8 at byte 0: {wrong_byte} 0",
        f"line 3: TP_ERROR_INVALID_UTF8 at byte 10: {wrong_byte} 10",
        f"line 4: TP_ERROR_INVALID_UTF8 at byte 19: {wrong_byte} 19",
        f"line 5: TP_ERROR_INVALID_UTF8 at byte 12: {wrong_byte} 12",
        f"line 6: TP_ERROR_INVALID_UTF8 at byte 12: {wrong_byte} 12",
        f"line 7: TP_ERROR_INVALID_UTF8 at byte 7: {wrong_byte} 7",
        f"line 8: TP_ERROR_NO_WORDS: {no_word}",
        f"line 9: TP_ERROR_NO_WORDS: {no_word}",
        f"line 10: TP_ERROR_NO_WORDS: {no_word}",
        "line 11: the callback failed at document 2",
        "document 3: 1 words, 1 bytes",
        "document 4: 4 words, 18 bytes",
        "document 5: 4 words, 21 bytes",
        f"line 15: TP_ERROR_INVALID_UTF8 at byte 25: {wrong_byte} 25",
        "documents: 5",
        "words: 17",
        "distinct words: 12",
        "sentiment: -0.200000",
        *("2\ta", "2\tline", "2\tzero", "2\t\0", "2\tand", "1\tgood", "1\tzero\0inside,", "1\tof"),
        *("1\twindows", "1\tbad,", "1\tbad", "1\tterrible", ""),
    ]


@ALL
def test_options_may_come_after_the_file(program: Program, file: Callable[[str], Path]) -> None:
    path = file("unended")
    assert program.output(path, "--fail-at", "1", "--poll") == program.output("--poll", "--fail-at", "1", path)


# ---- Errors ----


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--poll"],
        [SAMPLE, SAMPLE],
        ["--unknown", SAMPLE],
        [SAMPLE, "--fail-at"],
        ["--fail-at", "many", SAMPLE],
        ["--fail-at", "0", SAMPLE],
        ["--fail-at", "-1", SAMPLE],
    ],
    ids=" ".join,
)
@ALL
def test_wrong_usage_prints_the_right_usage(program: Program, arguments: list[str]) -> None:
    result = program.run(*arguments)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"usage: words" in result.stderr


@pytest.mark.parametrize("path", ["missing.txt", "."])
@ALL
def test_an_error_names_a_file_that_cannot_be_read(program: Program, path: str) -> None:
    result = program.run(path)
    assert (result.returncode, result.stdout) == (1, b"")
    assert path.encode() in result.stderr


# ---- The tests of the wrappers ----


def needs(language: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(language not in LANGUAGES, reason=f"{language} is not among LANGUAGES")


@needs("go")
@pytest.mark.parametrize("program", ["go"], indirect=True)
@pytest.mark.parametrize("check", ["test -z $(gofmt -l .)", "go vet ./...", "go test -race -timeout 300s ./..."])
def test_the_checks_of_the_go_wrapper_pass(program: Program, check: str) -> None:
    succeed(program.folder, check)


@needs("node")
@pytest.mark.parametrize("program", ["node"], indirect=True)
def test_the_tests_of_the_node_wrapper_pass(program: Program) -> None:
    succeed(program.folder, "npm test")


@pytest.mark.parametrize(
    ("program", "compiler", "source"),
    [
        pytest.param("c", "cc -std=c11", "words.c", marks=needs("c")),
        pytest.param("cpp", "c++ -std=c++17", "words.cpp", marks=needs("cpp")),
        pytest.param("cpp", "c++ -std=c++17", "test_wrapper.cpp", marks=needs("cpp")),
    ],
    indirect=["program"],
)
def test_programs_have_no_warnings_no_leaks_and_no_undefined_behavior(
    program: Program, compiler: str, source: str, file: Callable[[str], Path]
) -> None:
    warnings = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
    checks = "-g -fsanitize=address,undefined -fno-sanitize-recover=all"
    flags = "$(pkg-config --cflags --libs text_processor)"
    succeed(program.folder, f"{compiler} {warnings} {checks} -o checked {source} {flags}")
    checked = Program(program.folder, f"./checked {SAMPLE}")
    for poll in ([], ["--poll"]):
        checked.output(*poll, "--fail-at", "2", file("bad"))
