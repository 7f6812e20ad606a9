"""The command line in a pipe, and its errors."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click", reason="the command line needs click and rich")
pytest.importorskip("rich", reason="the command line needs click and rich")

from click.testing import CliRunner, Result
from rich.cells import cell_len

import text_processor
from text_processor.__main__ import main
from text_processor.cli import commands

PROGRAM = [sys.executable, "-m", "text_processor"]

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]


def analyze(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(commands, ["analyze", *map(str, arguments)], input=stdin)


def found(*arguments: object, stdin: bytes = b"", exit_code: int = 0) -> dict[str, Any]:
    """The result of --json."""
    result = analyze("--json", *arguments, stdin=stdin)
    assert result.exit_code == exit_code, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def words(answer: dict[str, Any]) -> dict[str, int]:
    return {entry["word"]: entry["count"] for entry in answer["top"]}


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# ---- Files to read ----


def test_files_folders_patterns_and_standard_input_are_analysed_together(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "one")
    write(tmp_path / "folder/b.txt", "two")
    write(tmp_path / "c1.md", "three")
    write(tmp_path / "c2.md", "three")
    answer = found(tmp_path / "a.txt", tmp_path / "folder", tmp_path / "*.md", "-", stdin=b"four five")
    assert words(answer) == {"three": 2, "one": 1, "two": 1, "four": 1, "five": 1}
    assert (answer["files"], answer["documents"], answer["skipped"]) == (5, 5, [])


def test_a_folder_gives_all_files_below_it_in_sorted_order_except_names_that_begin_with_a_dot(tmp_path: Path) -> None:
    for name in ("b", "a", "sub/d", "sub/c", ".hidden", ".git/config"):
        write(tmp_path / name, name.rpartition("/")[2])
    # Words with equal counts are in the order in which they were read.
    assert list(words(found(tmp_path))) == ["a", "b", "c", "d"]


def test_a_hidden_folder_is_read_if_it_is_named(tmp_path: Path) -> None:
    write(tmp_path / ".notes/a", "dear diary")
    assert found(tmp_path / ".notes")["words"] == 2


def test_a_pattern_with_two_stars_matches_files_in_folders(tmp_path: Path) -> None:
    for name in ("a.txt", "x/b.txt", "x/y/c.txt", "x/y/d.md"):
        write(tmp_path / name, Path(name).name)
    assert set(words(found(tmp_path / "**/*.txt"))) == {"a.txt", "b.txt", "c.txt"}


def test_a_file_whose_name_looks_like_a_pattern_is_read(tmp_path: Path) -> None:
    write(tmp_path / "[draft]*.txt", "itself")
    write(tmp_path / "d.txt", "another")
    assert words(found(tmp_path / "[draft]*.txt")) == {"itself": 1}


def test_a_file_that_is_named_twice_is_read_twice(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "echo")
    assert words(found(file, file)) == {"echo": 2}


def test_a_file_that_is_found_several_times_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "echo")
    (tmp_path / "link.txt").symlink_to(file)
    for paths in ([tmp_path, tmp_path], [tmp_path, file], [file, tmp_path], [tmp_path / "*.txt", tmp_path]):
        assert words(found(*paths)) == {"echo": 1}, paths


def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere/a.txt", "linked")
    folder = tmp_path / "folder"
    write(folder / "b.txt", "own")
    (folder / "file").symlink_to(tmp_path / "elsewhere/a.txt")
    (folder / "loop").symlink_to(folder)
    assert words(found(folder)) == {"own": 1, "linked": 1}


def test_pipes_in_a_folder_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path / "a.txt", "word")
    assert found(tmp_path)["files"] == 1


def test_a_line_can_be_a_document(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "a good day\n\n  \na great one\r\nbad\n")
    answer = found("--lines", file)
    assert (answer["documents"], answer["files"], answer["skipped"]) == (3, 1, [])


def test_files_in_another_encoding_can_be_read(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "Füße".encode("latin-1"))
    assert words(found("--encoding", "latin-1", file)) == {"füße": 1}


def test_wrong_bytes_can_be_replaced(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", b"good \xff bytes")
    assert words(found("--errors", "replace", file)) == {"good": 1, "\ufffd": 1, "bytes": 1}


def test_the_number_of_threads_changes_no_result(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "to be or not to be\n" * 1000)
    one, two = (found("--lines", "--threads", n, file) for n in (1, 2))
    for answer in (one, two):
        del answer["seconds"], answer["megabytes_per_second"]
    assert one == two


# ---- Files to skip ----


def missing(folder: Path) -> Path:
    return folder / "missing.txt"


def empty(folder: Path) -> Path:
    return write(folder / "empty.txt", "")


def blank(folder: Path) -> Path:
    return write(folder / "blank.txt", " \n\t\n")


def invalid(folder: Path) -> Path:
    return write(folder / "invalid.txt", b"caf\xe9")


def unreadable(folder: Path) -> Path:
    # No user can read this file, not even root.
    path = folder / "loop.txt"
    path.symlink_to(path)
    return path


def empty_folder(folder: Path) -> Path:
    path = folder / "nothing"
    path.mkdir()
    write(path / ".hidden", "does not count")
    return path


def unmatched(folder: Path) -> Path:
    return folder / "*.nope"


SKIPPED = [
    (missing, "No such file or directory"),
    (invalid, "not valid UTF-8"),
    (unreadable, "symbolic links"),
    (empty_folder, "no file in this folder"),
    (unmatched, "no file matches"),
]


@pytest.mark.parametrize("options", [[], ["--lines"]], ids=["whole", "lines"])
@pytest.mark.parametrize(("make", "reason"), SKIPPED, ids=[make.__name__ for make, _ in SKIPPED])
def test_unreadable_paths_are_named_and_the_others_are_analysed(
    tmp_path: Path, make: Callable[[Path], Path], reason: str, options: list[str]
) -> None:
    path = make(tmp_path)
    before, after = write(tmp_path / "1/a", "before"), write(tmp_path / "2/b", "after")
    result = analyze("--json", *options, before, path, after)
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert words(answer) == {"before": 1, "after": 1}
    assert answer["files"] == 2
    assert [entry["path"] for entry in answer["skipped"]] == [str(path)]
    assert reason in answer["skipped"][0]["reason"]
    assert result.stderr == f"skipped {path}: {answer['skipped'][0]['reason']}\n"


def test_unreadable_paths_in_a_folder_are_named(tmp_path: Path) -> None:
    for make in (invalid, unreadable):
        make(tmp_path)
    write(tmp_path / "a.txt", "word")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    answer = found(tmp_path, exit_code=1)
    assert answer["words"] == 1
    names = [Path(entry["path"]).name for entry in answer["skipped"]]
    assert names == ["broken.txt", "invalid.txt", "loop.txt"]


@pytest.fixture
def folder_of_a_user() -> Iterator[Path]:
    """A folder whose owner may not read everything. The test runs as this owner, also if root runs the tests."""
    with tempfile.TemporaryDirectory() as folder:
        # The modules that the command imports may be in a folder that only root can read.
        assert CliRunner().invoke(commands, ["analyze", "--json", "-"], input="word").exit_code == 0
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def test_files_and_folders_without_permission_are_named(folder_of_a_user: Path) -> None:
    write(folder_of_a_user / "a.txt", "word")
    file, folder = write(folder_of_a_user / "secret.txt", "secret"), folder_of_a_user / "folder"
    folder.mkdir()
    file.chmod(0)
    folder.chmod(0)
    try:
        answer = found(folder_of_a_user, exit_code=1)
    finally:
        folder.chmod(0o700)
    assert answer["words"] == 1
    assert {entry["path"] for entry in answer["skipped"]} == {str(file), str(folder)}
    assert {entry["reason"] for entry in answer["skipped"]} == {"Permission denied"}


def test_an_invalid_line_is_named_and_the_lines_before_it_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", b"first\n\nthird \xff line\nfourth\n")
    result = analyze("--lines", "--json", file)
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert words(answer) == {"first": 1}
    assert f"skipped {file}: line 3: the text is not valid UTF-8" in result.stderr
    assert "the text before it is counted" in result.stderr


def test_an_encoding_error_of_any_kind_skips_the_file(tmp_path: Path) -> None:
    # Python raises one of two exceptions for this error.
    file = write(tmp_path / "a.txt", b"no byte order mark")
    answer = found("--encoding", "utf-16", "--lines", file, exit_code=1)
    assert answer["documents"] == 0
    assert [entry["path"] for entry in answer["skipped"]] == [str(file)]


def test_a_name_that_is_not_text_is_shown_with_escapes(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    try:
        Path(name).write_bytes(b"\xff")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    result = analyze("--json", tmp_path)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["skipped"][0]["path"].endswith(r"caf\udce9.txt")
    assert r"caf\udce9.txt" in result.stderr


def test_an_error_says_that_nothing_could_be_analysed(tmp_path: Path) -> None:
    result = analyze(empty(tmp_path))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "there is nothing to analyse" in result.stderr


def test_json_and_csv_are_valid_if_nothing_could_be_analysed(tmp_path: Path) -> None:
    answer = found(empty(tmp_path), exit_code=1)
    assert (answer["documents"], answer["words"], answer["sentiment"], answer["top"]) == (0, 0, None, [])
    assert analyze("--csv", tmp_path / "empty.txt").stdout == "word,count\n"


# ---- Results ----


def test_the_report_shows_figures_and_the_most_frequent_words(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "good " * 1200 + "day " * 600 + "sun")
    lines = analyze(file).stdout.splitlines()
    figures = dict(line.split(maxsplit=1) for line in lines[:3])
    assert figures == {"Files": "1", "Documents": "1", "Words": "1,801"}
    assert lines[3].split() == ["Unique", "words", "3"]
    assert re.fullmatch(r"Time +[0-9.]+ m?s  for 8.4 kB", lines[4])
    assert lines[5:7] == ["", "Most frequent words"]
    rows = [line.split() for line in lines[7:]]
    assert [row[:3] for row in rows] == [["good", "1,200", "66.6%"], ["day", "600", "33.3%"], ["sun", "1", "0.1%"]]
    assert len(rows[0][3]) == pytest.approx(2 * len(rows[1][3]), abs=2)


def test_the_report_shows_ten_words_and_json_and_csv_twenty_by_default(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", " ".join(map(str, range(1000, 1100))))
    for options, count in (([], 10), (["--top", "3"], 3), (["--top", "0"], 100)):
        assert len(analyze(*options, file).stdout.splitlines()) - 7 == count
    for options, count in (([], 20), (["--top", "3"], 3), (["--top", "0"], 100), (["--top", "9" * 30], 100)):
        assert len(found(*options, file)["top"]) == count
        assert len(analyze("--csv", *options, file).stdout.splitlines()) - 1 == count


@pytest.mark.parametrize(("program", "method"), [("analyze", "top_words"), ("ngrams", "top_ngrams")])
def test_the_help_says_that_the_limit_0_is_another_one_than_in_python(program: str, method: str) -> None:
    shown = " ".join(CliRunner().invoke(commands, [program, "--help"]).stdout.split())
    assert "0 shows all (in Python, limit=0 returns none)" in shown
    assert "0 returns none (`--limit 0` of the command line shows all)" in " ".join(
        (getattr(text_processor.TextAnalyzer, method).__doc__ or "").split()
    )
    analyzer = text_processor.TextAnalyzer()
    analyzer.add_document("to be or not")
    arguments = {"n": 2} if program == "ngrams" else {}
    everything = getattr(analyzer, method)(**arguments)
    assert getattr(analyzer, method)(**arguments, limit=0) == []
    result = CliRunner().invoke(commands, [program, "--csv", "--limit", "0", "-"], input="to be or not")
    assert len(result.stdout.splitlines()) == 1 + len(everything)


def test_json_is_one_object(tmp_path: Path) -> None:
    answer = found(write(tmp_path / "a.txt", "Слово слово 言葉 good"))
    seconds, speed = answer.pop("seconds"), answer.pop("megabytes_per_second")
    assert answer == {
        "document_count": 1,
        "documents": 1,
        "total_words": 4,
        "words": 4,
        "distinct_types": 4,
        "average_words": 4.0,
        "total_bytes": 33,
        "unique_words": 3,
        "sentiment": None,
        "bytes": 33,
        "top": [{"word": "слово", "count": 2}, {"word": "言葉", "count": 1}, {"word": "good", "count": 1}],
        "files": 1,
        "skipped": [],
    }
    assert 0 < seconds < 60
    assert speed is None


def test_a_rate_is_shown_for_ten_megabytes_of_text_or_more(tmp_path: Path) -> None:
    for size, shown in ((9_999_999, False), (10_000_000, True), (25_000_000, True)):
        file = write(tmp_path / "a.txt", b"a good day " * (size // 11) + b"x" * (size % 11))
        answer = found(file)
        assert answer["bytes"] == size
        if shown:
            assert answer["megabytes_per_second"] == pytest.approx(size / 1e6 / answer["seconds"], rel=0.01)
        else:
            assert answer["megabytes_per_second"] is None
        (line,) = (line for line in analyze(file).stdout.splitlines() if line.startswith("Time "))
        assert ("MB/s" in line) is shown


def test_csv_contains_only_the_words(tmp_path: Path) -> None:
    awkward = ['say,"hi"', "'quoted'", "semi;colon", "言葉", "=1+1"]
    file = write(tmp_path / "a.txt", " ".join(awkward))
    result = analyze("--csv", file)
    assert result.stderr == ""
    assert result.stdout_bytes.startswith(b'word,count\n"say,""hi""",1\n')
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows == [["word", "count"], *([word, "1"] for word in awkward)]


def test_json_and_csv_are_utf_8_in_every_terminal(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "слово")
    for option in ("--json", "--csv"):
        program = [*PROGRAM, "analyze", option, str(file)]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        output = subprocess.run(program, env=environment, cwd=tmp_path, capture_output=True, check=True).stdout
        assert "слово".encode() in output


def test_the_report_needs_no_unicode(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "слово слово word")
    program = [*PROGRAM, "analyze", str(file)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    output = subprocess.run(program, env=environment, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert output.isascii()
    assert "#######" in output


def test_words_cannot_control_the_terminal(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "\x1b[31mred \x07bell \u202egnol \x9b0m")
    report = analyze(file).stdout
    assert all(c.isprintable() or c == "\n" for c in report)
    for shown in (r"\x1b[31mred", r"\x07bell", r"\u202egnol", r"\x9b0m"):
        assert shown in report


def test_words_that_look_like_markup_are_shown_unchanged(tmp_path: Path) -> None:
    report = analyze(write(tmp_path / "a.txt", "[bold] [/nothing] :smile: [link=x]y[/]")).stdout
    for word in ("[bold]", "[/nothing]", ":smile:", "[link=x]y[/]"):
        assert f"\n{word} " in report


def test_columns_stay_aligned_with_wide_characters_and_long_words(tmp_path: Path) -> None:
    text = "言葉 言葉 слово 한국어 e\u0301te\u0301 plain " + "長" * 100 + " " + "x" * 100
    lines = analyze(write(tmp_path / "a.txt", text)).stdout.splitlines()[7:]
    assert len(lines) == 7
    assert len({cell_len(line[: line.index("%")]) for line in lines}) == 1
    assert all(cell_len(line) <= 80 for line in lines)


def test_a_pipe_gets_plain_text_of_eighty_columns(tmp_path: Path) -> None:
    report = analyze(write(tmp_path / "a.txt", "to be or not to be")).stdout
    assert "\x1b" not in report
    for line in report.splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()


# ---- Wrong usage ----


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["--json", "--csv", "a.txt"], "use only one of"),
        (["--top", "-1", "a.txt"], "-1"),
        (["--top", "many", "a.txt"], "many"),
        (["--threads", "0", "a.txt"], "0"),
        (["--encoding", "klingon", "a.txt"], "klingon"),
        (["--encoding", "base64", "a.txt"], "not a text encoding"),
        (["--errors", "laugh", "a.txt"], "laugh"),
        (["--colour", "a.txt"], "--colour"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_gives_a_message_and_exit_code_2(arguments: list[str], message: str) -> None:
    result = analyze(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_the_help_lists_every_exit_code() -> None:
    text = analyze("--help").stdout
    for code in ("0  ", "1  ", "2  ", "130", "141", "143"):
        assert f"\n    {code}  " in text


# ---- The program ----


def test_the_versions_of_the_package_and_of_the_core_are_shown() -> None:
    core = text_processor.core_info()
    result = CliRunner().invoke(commands, ["--version"])
    assert result.exit_code == 0
    for part in (text_processor.__version__, core["version"], core["abi_version"], core["simd"], core["library"]):
        assert part in result.stdout


def test_a_core_that_cannot_be_loaded_gives_no_traceback(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "word")
    environment = {**os.environ, "TEXT_PROCESSOR_LIBRARY": str(tmp_path / "nowhere.so")}
    for arguments in (["analyze", str(file)], ["--version"]):
        program = [*PROGRAM, *arguments]
        result = subprocess.run(program, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert str(tmp_path / "nowhere.so") in result.stderr


def test_the_script_and_the_module_are_the_same_program(tmp_path: Path) -> None:
    (script,) = entry_points(group="console_scripts", name="text-processor")
    assert script.load() is main
    program = [*PROGRAM, "analyze", "--csv", "-"]
    result = subprocess.run(program, cwd=tmp_path, input=b"word", capture_output=True, check=True)
    assert (result.stdout, result.stderr) == (b"word,count\nword,1\n", b"")


def test_the_package_does_not_import_the_libraries_of_the_command_line(tmp_path: Path) -> None:
    code = "import sys, text_processor; sys.exit(bool({'click', 'rich'} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


@pytest.mark.parametrize("name", [".", "__main__.py"])
def test_the_folder_of_the_package_is_a_program(tmp_path: Path, name: str) -> None:
    package = Path(text_processor.__file__).parent
    link = tmp_path / "link"
    link.symlink_to(package)
    for path in (str(package / name), os.path.relpath(package / name, tmp_path), str(link / name)):
        command = [sys.executable, path, "analyze", "--csv", "-"]
        run = subprocess.run(command, cwd=tmp_path, input=b"to be", capture_output=True, check=False)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"word,count\nto,1\nbe,1\n", b"")
    run = subprocess.run([sys.executable, name, "--version"], cwd=package, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("library", ["click", "rich"])
def test_an_error_says_how_to_install_missing_libraries(tmp_path: Path, library: str) -> None:
    code = f"import sys; sys.modules[{library!r}] = None; from text_processor.__main__ import main; main()"
    program = [sys.executable, "-c", code]
    result = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "pip install click rich" in result.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_reader_that_closes_the_pipe_gets_no_traceback(tmp_path: Path, unbuffered: str) -> None:
    file = write(tmp_path / "a.txt", " ".join(map(str, range(100_000))))
    program = [*PROGRAM, "analyze", "--csv", "--top", "0", str(file)]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    pipe = subprocess.PIPE
    with subprocess.Popen(program, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"word,count\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"]], ids=["report", "json", "csv"])
def test_a_full_disk_gives_no_traceback(tmp_path: Path, options: list[str]) -> None:
    program = [*PROGRAM, "analyze", *options, "-"]
    with open("/dev/full", "wb") as full:
        result = subprocess.run(program, cwd=tmp_path, input=b"word", stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 1
    assert result.stderr == b"Error: cannot write the result: No space left on device\n"
