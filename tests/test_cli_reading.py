"""All commands read lines, files that are not text, and files without words in the same way."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import PROGRAM, CliRunner, Result, needs, write
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor._files import decoding, stream
from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

COMMANDS = ["analyze", "analyze --sentiment", "ngrams", "sentiment", "matrix"]


def run(command: str, *arguments: object, folder: Path, stdin: bytes = b"") -> Result:
    program, *options = command.split()
    needs(" ".join([command, *map(str, arguments)]))
    if program == "matrix":
        options += ["-o", str(folder / "out.npz")]
    result = CliRunner().invoke(commands, [program, *options, *map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


# ---- Lines ----


def analyzed(file: Path, folder: Path, *options: str) -> object:
    """The number of lines, and the counts of their words."""
    answer = json.loads(run("analyze", "--lines", "--json", *options, "--top", 0, file, folder=folder).stdout)
    assert answer["files"] == 1
    return answer["documents"], {entry["word"]: entry["count"] for entry in answer["top"]}


def scored(file: Path, folder: Path, *options: str) -> object:
    """The numbers of the lines."""
    # A small lexicon, because the patched length of a piece also applies to the lexicon.
    lexicon = write(folder / "words", "good\t1.9\n")
    options += ("--lexicon", str(lexicon), "--emoji", str(lexicon))
    rows = list(csv.reader(io.StringIO(run("sentiment", "--csv", *options, file, folder=folder).stdout)))
    return [int(row[1]) for row in rows[1:]]


def matrix_rows(file: Path, folder: Path, *options: str) -> object:
    """The numbers of the lines, from the rows of a matrix."""
    run("matrix", "--lines", *options, file, folder=folder)
    rows = folder / "out.rows.txt"
    found = rows.read_text(encoding="utf-8").splitlines() if rows.exists() else []
    rows.unlink(missing_ok=True)
    return [int(row.rpartition(":")[2]) for row in found]


# Texts with each kind of line end, blank lines, and characters that end a line in str.splitlines() but not in a file.
TEXTS = st.lists(
    st.sampled_from(["\n", "\r", "\r\n", " ", "\t", "a b", "é", *"\u2028\u2029\u3000\x0b\x0c\x1c\x85"]), max_size=14
).map("".join)


@pytest.mark.parametrize("command", [analyzed, scored, matrix_rows])
@settings(max_examples=settings().max_examples // 3)
@given(text=TEXTS, piece=st.integers(1, 7), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_all_commands_find_and_skip_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory,
    command: Callable[..., object],
    text: str,
    piece: int,
    encoding: str,
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    file = folder / "a.txt"
    file.write_bytes(text.encode(encoding))
    # The expected lines are those of a file that Python opens as text.
    lines = list(io.StringIO(text, newline=None))
    expected = [number for number, line in enumerate(lines, 1) if line.strip()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "PIECE_BYTES", piece)
        patch.setattr(stream, "HEAD_BYTES", piece)
        found = command(file, folder, "--encoding", encoding)
    if command is analyzed:
        words = " ".join(lines).lower().split()
        assert found == (len(expected), {word: words.count(word) for word in words})
        if expected:
            assert command(file, folder, "--encoding", encoding, "--sentiment") == found
    else:
        assert found == expected


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_all_commands_count_the_lines_before_a_line_that_is_not_text(tmp_path: Path, command: str, end: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(end.join([b"good day", b"", b"bad day", b"not \xff", b"later"]))
    lines = () if command == "sentiment" else ("--lines",)
    result = run(command, *lines, file, folder=tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(
        f"skipped {file}: line 4: the text is not valid UTF-8: wrong byte at offset 4 (see --encoding and --errors)"
        "; the text before it is counted\n"
    )
    shown = result.stdout + result.stderr
    expected = {
        "analyze": "Documents 2",
        "ngrams": "1 good day 1 bad day",
        "sentiment": "lines 2",
        "matrix": ": 2 x 3,",
    }
    assert expected[command.split()[0]] in " ".join(shown.split())


# ---- Files that are not text ----


@pytest.mark.parametrize("command", [*COMMANDS, "analyze --lines", "ngrams --lines", "matrix --lines"])
@pytest.mark.parametrize("errors", ["strict", "replace", "ignore", "backslashreplace"])
@pytest.mark.parametrize("is_typed", [False, True], ids=["file", "stdin"])
def test_the_message_about_a_file_that_is_not_text_names_its_format(
    tmp_path: Path, command: str, errors: str, is_typed: bool
) -> None:
    for data, why in (
        (b"\x04\x22\x4d\x18" + bytes(20), "compressed (lz4)"),
        (b"%PDF-1.4\n", "a PDF document"),
        (b"good\0day\n", "a NUL character"),
        ("good day\n".encode("utf-16"), "--encoding utf-16"),
    ):
        file = tmp_path / "x"
        file.write_bytes(data)
        result = run(command, "--errors", errors, "-" if is_typed else file, folder=tmp_path, stdin=data)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"skipped {'-' if is_typed else file}: ")
        assert why in result.stderr.splitlines()[0]
        assert result.stdout == ""
        assert not (tmp_path / "out.npz").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path, command: str) -> None:
    file = tmp_path / "a.txt"
    shown = []
    for data, options in ((b"good day", []), (b"\xef\xbb\xbfgood day", []), ("good day".encode("utf-16"), ["utf-16"])):
        file.write_bytes(data)
        result = run(command, *(["--encoding", *options] if options else []), file, folder=tmp_path)
        assert result.exit_code == 0
        # The time and the width of its column differ between two runs.
        lines = [line.split() for line in result.stdout.splitlines() if not line.startswith("Time")]
        shown.append((lines, result.stderr))
    assert shown[0] == shown[1] == shown[2]


# ---- Files without words ----


@pytest.mark.parametrize("command", [*COMMANDS, "analyze --lines", "ngrams --lines", "matrix --lines"])
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", "\u3000\n".encode()], ids=["empty", "blank", "ideographic"])
def test_a_file_without_words_is_not_an_error(tmp_path: Path, command: str, content: bytes) -> None:
    (tmp_path / "none.txt").write_bytes(content)
    (tmp_path / "some.txt").write_bytes(b"good day")
    result = run(command, tmp_path / "none.txt", tmp_path / "some.txt", folder=tmp_path)
    assert result.exit_code == 0
    assert "skipped" not in result.stderr
    if command.startswith("analyze"):
        files_line = result.stdout.splitlines()[0]
        assert files_line.split() == ["Files", "2", "1", "without", "words"]


def test_json_includes_files_without_words_in_the_number_of_files(tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_bytes(b"")
    (tmp_path / "some.txt").write_bytes(b"good day")
    answer = json.loads(run("analyze", "--json", tmp_path, folder=tmp_path).stdout)
    assert (answer["files"], answer["documents"], answer["skipped"]) == (2, 1, [])


# ---- Names ----


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"caf\xe9.txt", r"caf\udce9.txt"),
        (b"caf\xc3\xa9.txt", "café.txt"),
        (b"\x1b[31mred.txt", r"\x1b[31mred.txt"),
        (b"a\nb\\c\x9b\x07", r"a\nb\c\udc9b\x07"),
    ],
)
def test_all_output_shows_a_name_in_the_same_way(tmp_path: Path, name: bytes, shown: str) -> None:
    folder = os.fsencode(tmp_path)
    try:
        for path, content in ((name, b"good \xff"), (b"fine-" + name, b"good day")):
            with open(folder + b"/" + path, "wb") as file:
                file.write(content)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    good, bad = (os.fsdecode(folder + b"/" + path) for path in (b"fine-" + name, name))
    as_text = os.fsdecode(name).encode("utf-8", "backslashreplace").decode()
    result = run("analyze", "--json", good, bad, folder=tmp_path)
    assert result.stderr.startswith(f"skipped {tmp_path}/{shown}: ")
    # JSON and CSV escape only the bytes of a name that are not characters.
    assert json.loads(result.stdout)["skipped"][0]["path"] == f"{tmp_path}/{as_text}"
    assert all(c.isprintable() or c == "\n" for c in result.stdout)
    rows = list(csv.reader(io.StringIO(run("sentiment", "--csv", good, folder=tmp_path).stdout)))
    assert rows[1][0] == f"{tmp_path}/fine-{as_text}"
    line = run("sentiment", "--json", good, folder=tmp_path).stdout
    assert json.loads(line)["path"] == f"{tmp_path}/fine-{as_text}"
    result = run("matrix", good, bad, folder=tmp_path)
    assert result.stderr.startswith(f"skipped {tmp_path}/{shown}: ")
    in_a_line = (
        os.fsdecode(name).replace("\\", "\\\\").replace("\n", "\\n").encode("utf-8", "backslashreplace").decode()
    )
    assert (tmp_path / "out.rows.txt").read_text(encoding="utf-8") == f"{tmp_path}/fine-{in_a_line}\n"


# ---- Standard input ----


@pytest.mark.parametrize("lines", [[], ["--lines"]])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_standard_input_may_begin_with_a_byte_order_mark(tmp_path: Path, encoding: str, lines: list[str]) -> None:
    data = ("good" if encoding == "utf-16" else "\ufeffgood").encode(encoding)
    result = run("analyze", "--csv", "--encoding", encoding, *lines, "-", folder=tmp_path, stdin=data)
    assert (result.stdout, result.stderr, result.exit_code) == ("word,count\ngood,1\n", "", 0)


def test_compressed_standard_input_is_decompressed() -> None:
    program = [*PROGRAM, "analyze", "--csv", "-"]
    result = subprocess.run(program, input=gzip.compress(b"good"), capture_output=True, timeout=60, check=False)
    assert (result.stdout, result.stderr, result.returncode) == (b"word,count\ngood,1\n", b"", 0)
