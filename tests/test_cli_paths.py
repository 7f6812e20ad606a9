"""The paths that commands read, and those that they skip."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import CliRunner, analyze, found, words, write

from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]


# ---- Files to read ----


def test_files_folders_patterns_and_standard_input_are_analysed_together(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "one")
    write(tmp_path / "folder/b.txt", "two")
    write(tmp_path / "c1.md", "three")
    write(tmp_path / "c2.md", "three")
    answer = found(tmp_path / "a.txt", tmp_path / "folder", tmp_path / "*.md", "-", stdin=b"four five")
    assert words(answer) == {"three": 2, "one": 1, "two": 1, "four": 1, "five": 1}
    assert (answer["files"], answer["documents"], answer["skipped"]) == (5, 5, [])


def test_all_files_in_a_folder_are_read_in_sorted_order_except_hidden_ones(tmp_path: Path) -> None:
    for name in ("b", "a", "sub/d", "sub/c", ".hidden", ".git/config"):
        write(tmp_path / name, name.rpartition("/")[2])
    # The order of words with equal counts shows the order of the files.
    assert list(words(found(tmp_path))) == ["a", "b", "c", "d"]


def test_a_hidden_folder_is_read_if_it_is_named(tmp_path: Path) -> None:
    write(tmp_path / ".notes/a", "dear diary")
    assert found(tmp_path / ".notes")["words"] == 2


def test_a_pattern_with_two_stars_matches_files_in_all_folders_below(tmp_path: Path) -> None:
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


def test_links_to_files_are_followed_but_links_to_folders_are_not(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere/a.txt", "linked")
    folder = tmp_path / "folder"
    write(folder / "b.txt", "own")
    (folder / "file").symlink_to(tmp_path / "elsewhere/a.txt")
    (folder / "loop").symlink_to(folder)
    assert words(found(folder)) == {"own": 1, "linked": 1}


def test_pipes_in_a_folder_are_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path / "a.txt", "word")
    assert found(tmp_path)["files"] == 1


def test_each_line_can_be_a_document(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "a good day\n\n  \na great one\r\nbad\n")
    answer = found("--lines", file)
    assert (answer["documents"], answer["files"], answer["skipped"]) == (3, 1, [])


def test_files_in_another_encoding_can_be_read(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "Füße".encode("latin-1"))
    assert words(found("--encoding", "latin-1", file)) == {"füße": 1}


def test_the_option_errors_can_replace_wrong_bytes(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", b"good \xff bytes")
    assert words(found("--errors", "replace", file)) == {"good": 1, "\ufffd": 1, "bytes": 1}


def test_results_do_not_depend_on_the_number_of_threads(tmp_path: Path) -> None:
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
def test_messages_name_unreadable_paths_and_the_other_paths_are_analysed(
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


def test_messages_name_unreadable_paths_in_a_folder(tmp_path: Path) -> None:
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
    """A folder whose owner may not read everything. The test runs as this owner, even if root starts the tests."""
    with tempfile.TemporaryDirectory() as folder:
        # This call imports all modules now, because they may be in a folder that only root can read.
        assert CliRunner().invoke(commands, ["analyze", "--json", "-", "missing.txt"], input="word").exit_code == 1
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def test_messages_name_files_and_folders_without_permission(folder_of_a_user: Path) -> None:
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


def test_a_message_names_an_invalid_line_and_the_lines_before_it_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", b"first\n\nthird \xff line\nfourth\n")
    result = analyze("--lines", "--json", file)
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert words(answer) == {"first": 1}
    assert f"skipped {file}: line 3: the text is not valid UTF-8" in result.stderr
    assert "the text before it is counted" in result.stderr


def test_an_encoding_error_of_any_kind_skips_the_file(tmp_path: Path) -> None:
    # Python raises UnicodeDecodeError or UnicodeError for wrong bytes, depending on the encoding.
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
