"""The command ``text-processor kwic``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from command_line import run, write

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.txt", "The cat sat on the mat. The cat ran.")
    write(tmp_path / "b.txt", "A dog,\nand a cat")
    return tmp_path


def test_lines_are_shown_with_the_matches_in_one_column() -> None:
    expected = "a.txt       The  cat  sat on\na.txt  mat. The  cat  ran.\nb.txt     and a  cat\n"
    assert run("kwic", "cat", "a.txt", "b.txt", "--window", "2").stdout == expected
    assert (
        run("kwic", "CAT", "a.txt", "--window", "2,1", "--sort", "1R", "--limit", "1").stdout
        == "a.txt  mat. The  cat  ran.\n"
    )
    assert run("kwic", "CAT", "a.txt", "--exact").stdout == ""
    assert run("kwic", "the *", "-", "--top", "1", stdin=b"one the two").stdout == "-  one  the two\n"


def test_twenty_lines_are_shown_by_default() -> None:
    write(Path("many.txt"), "word " * 30)
    assert run("kwic", "word", "many.txt").stdout.count("\n") == 20
    assert run("kwic", "word", "many.txt", "--top", "0").stdout.count("\n") == 30
    assert run("kwic", "word", "many.txt", "--csv").stdout.count("\n") == 31
    sampled = run("kwic", "word", "many.txt", "--sample", "3", "--seed", "1", "--offset", "1", "--csv").stdout
    assert sampled.count("\n") == 3


def test_tables_have_all_columns() -> None:
    result = run("kwic", "cat", "a.txt", "b.txt", "--lines", "--window", "1", "-o", "lines.csv")
    assert result.stderr == "lines.csv: 3 rows\n"
    with Path("lines.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "document", "from", "to", "start", "end", "left", "match", "right"]
    assert rows[3] == ["b.txt", "2", "2", "3", "6", "9", "a", "cat", ""]
    shown = run("kwic", "cat", "a.txt", "--json", "--limit", "1", "--unit", "characters").stdout
    expected = {"file": "a.txt", "document": 0, "from": 1, "to": 2, "start": 4, "end": 7}
    assert json.loads(shown) == {**expected, "left": "The", "match": "cat", "right": "sat"}


def test_matches_are_counted() -> None:
    assert run("kwic", "cat", "a.txt", "b.txt", "--count").stdout == "3 matches in 2 documents\n"
    assert run("kwic", "dog", "b.txt", "--count", "--tokenizer", "unicode").stdout == "1 match in 1 document\n"
    assert run("kwic", "cat", "a.txt", "--count", "--csv").stdout == "pattern,count,documents\ncat,2,1\n"
    counted = run("kwic", "mat. the", "a.txt", "--count", "--within-sentence", "--csv").stdout
    assert counted == "pattern,count,documents\nmat. the,0,0\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["", "a.txt"], "a pattern is empty"),
        (["a", "a.txt", "--window", "1,2,3"], "one or two numbers"),
        (["a", "a.txt", "--window", "-1"], "one or two numbers"),
        (["a", "a.txt", "--sort", "R1"], "sort='R1' is not known"),
        (["a"], "Missing argument"),
    ],
)
def test_wrong_usage_gives_a_message(arguments: list[str], message: str) -> None:
    assert message in run("kwic", *arguments, status=2).stderr


def test_files_without_words_are_an_error() -> None:
    write(Path("empty.txt"), "")
    assert "there is nothing to analyse" in run("kwic", "a", "empty.txt", status=1).stderr
