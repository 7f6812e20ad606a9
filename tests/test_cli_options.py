"""A wrong value of any option gives a short error and no traceback."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("click", reason="the command line needs click and rich")

import click
from command_line import CliRunner, Result, needs

from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

COMMANDS = ["analyze", "collocates", "collocations", "dispersion", "keyness", "kwic", "matrix", "ngrams", "sentiment"]
NEEDED: dict[str, list[str]] = {name: [] for name in COMMANDS}
NEEDED |= {"matrix": ["-o", "out.npz"], "keyness": ["--reference", "a.txt"], "kwic": ["day*"], "collocates": ["day*"]}
SHOWN = {"analyze": "Time", "kwic": "day.", "ngrams": "a", "sentiment": "compound", "matrix": "entries"}
SHOWN |= {"collocates": "term", "collocations": "term_1", "dispersion": "term", "keyness": "term"}
"""A word that is in the result of each command."""
HOSTILE = [
    "", "-", "0", "-1", "1.5", "nan", "²", "٣", "1_0", "65536", "70000", "5000000000", "99999999999",
    "9" * 30, "9" * 5000,
    "1,99999999999", f"1,{9**50}", "2,1", ",", "1,2,3", "1,", "\udcff", "\x1b[31mred", "\x9b0m", "a\nb", "a\0b",
    "/", "folder", "missing/file", "missing/out.npz", "folder.npz", "folder/../out.mtx", "\udcff.npz", "\x1b[31m.mtx",
    "/dev/null", "/dev/full", "utf-7", "utf-8-sig", "utf-16", "idna", "punycode", "rot13", "base64", "hex", "undefined",
    "unicode_escape", "mbcs", "hz", "klingon", "../encodings", "(", "(?P<", "a{1000}{1000}{1000}", "[z-a]", "\\",
    "out.csv", "missing/out.csv", "folder/out.csv", "\udcff.csv", "\x1b[31m.json", "a\0b.csv", "x" * 300 + ".csv",
    "english", "xx", "%s", "[/red]", "x" * 5000,
]  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("A good day.\nA bad day.\n", encoding="utf-8")
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "folder").mkdir()
    return tmp_path


def options() -> list[tuple[str, str]]:
    """Each command with each of its options that take a value."""
    context = click.Context(commands)
    found = []
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        # The value of --reference is a path, which may name a folder with all files of the system.
        taken = [option for option in command.params if option.name != "references"]
        found += [(name, option.opts[-1]) for option in taken if not getattr(option, "is_flag", True)]
    return found


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(commands, arguments, input=b"typed words")
    assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, result.exc_info)
    return result


def assert_sound(result: Result, arguments: object) -> None:
    assert result.exit_code in (0, 1, 2), arguments
    for text in (result.stdout, result.stderr):
        assert "Traceback" not in text, arguments
        assert all(c.isprintable() or c == "\n" for c in text), (arguments, text)
    assert result.exit_code == 0 or result.stderr, arguments
    if result.exit_code == 2:
        assert result.stderr.startswith("Usage: "), arguments
        assert result.stdout == "", arguments


READING = ["--lines", "--column", "--format", "--encoding", "--errors", "--missing", "--max-size", "--no-progress"]
WORDS = [
    "--tokenizer", "--case", "--normal-form", "--strip-accents", "--stop-words", "--min-length", "--max-length",
    "--stemmer",
]  # fmt: skip
SHARED = ["PATH...", *WORDS, *READING, "--threads", "--top", "--json", "--csv", "--output"]
"""The options that several commands have."""

MATRIX = "a matrix has file formats of its own"
NOT_OFFERED = {
    **dict.fromkeys([("sentiment", option) for option in WORDS], "VADER finds words by rules of its own"),
    ("sentiment", "--lines"): "it always scores lines",
    ("sentiment", "--top"): "it has a row for each line, and no order of rows",
    ("matrix", "--top"): "it has a column for each word",
    ("matrix", "--json"): MATRIX,
    ("matrix", "--csv"): MATRIX,
}
"""The shared options that a command does not have, and the reason."""

OWN_HELP = {
    "--top": "it names the things that the command counts",
    "--json": "it shows the form of the result",
    "--csv": "it shows the form of the result",
    ("matrix", "--output"): MATRIX,
}
"""The shared options whose help differs, and the reason."""


def test_all_commands_have_the_same_options_with_the_same_help() -> None:
    context = click.Context(commands)
    helps: dict[str, dict[str, object]] = {option: {} for option in SHARED}
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        for option in command.params:
            shown = option.metavar if isinstance(option, click.Argument) else max(option.opts, key=len)
            if "--top" in option.opts:
                shown = "--top"
            if shown in helps:
                text = getattr(option, "help", None)
                helps[shown][name] = text, str(option.type), option.metavar
    for shared, found in helps.items():
        left_out = {name for name in COMMANDS if (name, shared) in NOT_OFFERED}
        assert found.keys() == set(COMMANDS) - left_out, shared
        same = {name for name in found if shared not in OWN_HELP and (name, shared) not in OWN_HELP}
        assert len({found[name] for name in same}) <= 1, shared


def test_the_commands_list_the_shared_options_in_the_same_order() -> None:
    context = click.Context(commands)
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        found = [max(option.opts, key=len) for option in command.params if isinstance(option, click.Option)]
        shared = [option for option in WORDS + READING if option in found]
        assert [option for option in found if option in shared] == shared, name


@pytest.mark.parametrize(("command", "option"), options(), ids=lambda value: value.lstrip("-"))
def test_a_wrong_value_of_an_option_gives_no_traceback(command: str, option: str) -> None:
    needs(command)
    for value in HOSTILE:
        arguments = [command, *NEEDED[command], option, value, "a.txt"]
        assert_sound(run(*arguments), arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_path_gives_no_traceback(command: str) -> None:
    needs(command)
    for value in HOSTILE:
        # A command would read all files of the system, and also devices that have no end.
        if value == "/":
            continue
        arguments = [command, *NEEDED[command], "--", value, "a.txt"]
        assert_sound(run(*arguments), arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        "ngrams --skip 5000000000 a.txt",
        "ngrams --skip 4000000 a.txt",
        "ngrams -n 1001 a.txt",
        "ngrams -n 1000 --skip 10 a.txt",
        "ngrams --min-length 99999999999 a.txt",
        "ngrams --stop-words klingon a.txt",
        "ngrams --stemmer klingon a.txt",
        "ngrams --stemmer \udcff a.txt",
        "analyze --tokenizer \udcff a.txt",
        "analyze --encoding undefined a.txt",
        "analyze --encoding idna --errors replace a.txt",
        "matrix -o out.npz --ngrams 0 a.txt",
        "matrix -o out.npz --ngrams 2,1 a.txt",
        f"matrix -o out.npz --ngrams 1,{9**50} a.txt",
        "matrix -o out.npz --hash 2147483648 a.txt",
        "matrix -o out.npz --hash 8 --tfidf a.txt",
        "matrix -o out.csv a.txt",
        "matrix -o out.npz --hash 8 --stop-words english a.txt",
        "matrix -o out.npz --analyzer char --tokenizer unicode a.txt",
        "matrix -o out.npz --min-length 3 --max-length 2 a.txt",
        "analyze --min-length 3 --max-length 2 a.txt",
        "sentiment --threads 70000 a.txt",
    ],
)
def test_an_impossible_value_is_wrong_usage(arguments: str, folder: Path) -> None:
    program, *rest = arguments.split(" ")
    needs(program)
    result = run(program, *rest)
    assert_sound(result, arguments)
    assert result.exit_code == 2
    assert not (folder / "out.npz").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("sentiment --lexicon folder a.txt", "cannot read folder: Is a directory"),
        ("sentiment --emoji missing a.txt", "cannot read missing: No such file or directory"),
        ("matrix -o missing/out.npz a.txt", "cannot write missing/out.npz: there is no such folder"),
        ("matrix -o folder.npz a.txt", "cannot write folder.npz: it is a folder"),
    ],
)
def test_an_option_with_an_unusable_file_is_an_error(arguments: str, message: str) -> None:
    program, *rest = arguments.split(" ")
    needs(program)
    result = run(program, *rest)
    assert (result.exit_code, result.stderr) == (1, f"Error: {message}\n")


def test_the_name_of_a_matrix_may_have_bytes_that_are_not_text(folder: Path) -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="matrix needs SciPy")
    for suffix in ("npz", "mtx"):
        name = os.fsdecode(b"caf\xe9." + suffix.encode())
        result = run("matrix", "-o", name, "a.txt")
        assert result.exit_code == 0, result.stderr
        assert result.stderr == rf"caf\udce9.{suffix}: 1 x 3, 3 entries" + "\n"
        assert (folder / name).exists()
    assert sparse.load_npz(os.fsencode(folder) + b"/caf\xe9.npz").shape == (1, 3)


def test_a_lack_of_memory_gives_an_error_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from text_processor import TextAnalyzer

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(TextAnalyzer, "top_words", fail)
    result = run("analyze", "a.txt")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Error: there is not enough memory\n")
    monkeypatch.setattr(TextAnalyzer, "add_file", fail)
    result = run("analyze", "a.txt")
    assert result.exit_code == 1
    assert result.stderr.startswith("skipped a.txt: there is not enough memory for this file\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_error_names_a_wrong_number_of_threads_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    needs(command)
    monkeypatch.setenv("TEXT_PROCESSOR_NUM_THREADS", "many")
    options = ["--stemmer", "english"] if command == "ngrams" else []
    result = run(command, *NEEDED[command], *options, "a.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "TEXT_PROCESSOR_NUM_THREADS" in result.stderr


# ---- The width ----


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("width", ["", "0", "1", "5", "-3", "garbage", "²", "1000000", "9" * 30])
def test_results_and_help_are_shown_at_any_width(monkeypatch: pytest.MonkeyPatch, command: str, width: str) -> None:
    needs(command)
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("LINES", width)
    result = run(command, *NEEDED[command], "a.txt")
    assert result.exit_code == 0
    shown = result.stdout.split() + result.stderr.split()
    assert SHOWN[command] in shown
    for arguments in ([command, "--help"], ["--help"]):
        text = run(*arguments).stdout
        assert text.startswith("Usage:")
        assert "--help" in text


# ---- Streams that are closed or full ----


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        ("analyze - <&-", 1, "Error: standard input is closed"),
        ("ngrams - <&-", 1, "Error: standard input is closed"),
        ("sentiment - <&-", 1, "Error: standard input is closed"),
        ("matrix -o out.npz - <&-", 1, "Error: standard input is closed"),
        ("analyze - </dev/null", 1, "Error: there is nothing to analyse"),
        ("analyze a.txt >&-", 1, "Error: standard output is closed"),
        ("ngrams a.txt >&-", 1, "Error: standard output is closed"),
        ("sentiment a.txt >&-", 1, "Error: standard output is closed"),
        ("matrix -o out.npz a.txt >&-", 0, "out.npz: 1 x 3, 3 entries"),
        ("--help >&-", 1, "Error: standard output is closed"),
        ("analyze --help >&-", 1, "Error: standard output is closed"),
        ("--version >&-", 1, "Error: standard output is closed"),
        ("analyze a.txt >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("ngrams a.txt >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("sentiment a.txt >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("sentiment --csv a.txt >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("--help >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("matrix --help >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("--version >/dev/full", 1, "Error: cannot write the result: No space left on device"),
        ("analyze a.txt 1<a.txt", 1, "Error: cannot write the result: Bad file descriptor"),
        ("analyze - 0>/dev/null", 1, "skipped -: Bad file descriptor\nError: there is nothing to analyse"),
        ("analyze a.txt missing 2>&-", 1, ""),
        ("analyze a.txt missing 2>/dev/full", 1, ""),
        ("analyze a.txt 2>/dev/full", 0, ""),
        ("analyze --top x a.txt 2>/dev/full", 2, ""),
        ("analyze - <&- >&- 2>&-", 1, ""),
    ],
)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_closed_or_full_stream_gives_an_error_in_one_line(line: str, status: int, message: str) -> None:
    needs(line.split()[0])
    program = f"{shlex.quote(sys.executable)} -m text_processor {line}"
    result = subprocess.run(["/bin/sh", "-c", program], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (status, message and f"{message}\n")
    if "missing" in line:
        # The command shows its result before the error.
        assert result.stdout.startswith("Files")


def test_results_are_written_if_standard_error_is_closed() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = [sys.executable, "-m", "text_processor", "analyze", "--csv", "missing", "a.txt"]
    result = subprocess.run(program, stdout=subprocess.PIPE, stderr=writing, check=False)
    os.close(writing)
    assert result.returncode == 1
    assert result.stdout.startswith(b"word,count\n")


def test_a_command_waits_for_non_blocking_input() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    program = [sys.executable, "-m", "text_processor", "analyze", "--csv", "-"]
    with subprocess.Popen(program, stdin=reading, stdout=subprocess.PIPE) as process:
        os.close(reading)
        for _ in range(3):
            os.write(writing, b"word ")
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.4)
        os.close(writing)
        assert process.communicate(timeout=60)[0] == b"word,count\nword,3\n"
    assert process.returncode == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_deleted_working_folder_gives_no_traceback(tmp_path: Path, command: str) -> None:
    needs(command)
    gone = tmp_path / "gone"
    gone.mkdir()
    needed = {"matrix": ["-o", str(tmp_path / "out.npz")], "keyness": ["--reference", str(tmp_path / "a.txt")]}
    output = needed.get(command, NEEDED[command])
    program = shlex.join([sys.executable, "-m", "text_processor", command, *output])
    paths = [("a.txt", 1), (str(tmp_path / "a.txt"), 0)]
    if command == "analyze":
        # One command tries more paths, because all commands find their files with the same code.
        paths += [(".", 1), ("*.txt", 1), ("folder/../a.txt", 1)]
    for path, status in paths:
        gone.mkdir(exist_ok=True)
        line = f"rmdir {shlex.quote(str(gone))} && {program} {shlex.quote(path)}"
        result = subprocess.run(["/bin/sh", "-c", line], cwd=gone, capture_output=True, text=True, check=False)
        assert "Traceback" not in result.stderr
        assert result.returncode == status, result.stderr
        assert status == 0 or result.stderr.startswith(f"skipped {path}: ")
