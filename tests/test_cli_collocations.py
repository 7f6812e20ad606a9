"""The commands ``text-processor collocations`` and ``text-processor collocates``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import run, write

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.txt", "the cat sat on the mat the cat ran\na dog sat on the log\n")
    write(tmp_path / "b.txt", "the dog and the cat ran to the log\n")
    return tmp_path


def rows(*arguments: object) -> list[dict[str, object]]:
    """The rows of `--json`."""
    return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]


def test_collocations_are_shown_with_their_scores() -> None:
    shown = run("collocations", "a.txt", "b.txt", "--lines", "-m", "lambda", "--min-count", "2", "--top", "2").stdout
    assert [line.split() for line in shown.splitlines()] == [
        ["term_1", "term_2", "count", "documents", "lambda"],
        ["sat", "on", "2", "2", "5.273"],
        ["cat", "ran", "2", "2", "4.122"],
    ]


def test_options_of_collocations_give_the_results_of_python() -> None:
    assert run("collocations", "a.txt").stdout.splitlines() == ["term_1  term_2  count  documents  g2  pmi  log_dice"]
    found = rows("collocations", "-n", "3", "--min-count", "2", "--min-documents", "2", "a.txt", "b.txt", "--lines")
    assert {(row["term_1"], row["term_2"], row["term_3"]) for row in found} == {
        ("the", "cat", "ran"),
        ("sat", "on", "the"),
    }
    by_file = rows("collocations", "--min-count", "1", "--by", "file", "--limit", "1", "a.txt", "b.txt")
    assert [row["file"] for row in by_file] == ["a.txt", "b.txt"]
    closed = ["--stop-words", "english", "--close-gaps", "--min-count", "1", "--within-sentence"]
    assert {"sat", "mat"} <= {row["term_1"] for row in rows("collocations", "a.txt", *closed)}
    quanteda = rows("collocations", "a.txt", "--convention", "quanteda", "--min-count", "1")
    assert list(quanteda[0])[-2:] == ["lambda_z", "lambda"]


def test_collocates_are_shown_with_their_scores() -> None:
    shown = run("collocates", "cat", "a.txt", "b.txt", "--lines", "--window", "2", "-m", "g2", "--top", "1").stdout
    assert shown.splitlines() == [
        "term  count  frequency  documents     g2",
        "ran       2          2          2  3.201",
    ]


def test_options_of_collocates_give_the_results_of_python() -> None:
    assert {row["term"] for row in rows("collocates", "?at", "a.txt", "--window", "0,1")} == {"on", "the", "ran"}
    right = rows("collocates", "cat", "a.txt", "--window", "0,9", "--barriers", "on", "--lines", "--min-count", "1")
    assert {row["term"] for row in right} == {"sat", "on", "ran"}
    pairs = rows("collocates", "cat", "a.txt", "--convention", "nltk", "--window", "1", "--exact")
    assert {row["side"] for row in pairs} == {"left", "right"}
    by_file = rows("collocates", "cat", "a.txt", "b.txt", "--by", "file", "--limit", "1", "--within-sentence")
    assert [row["file"] for row in by_file] == ["a.txt", "b.txt"]
    write(Path("c.csv"), "text\nthe cat\n")
    assert run("collocates", "cat", "c.csv", "--column", "text", "-o", "near.csv", "--close-gaps").stderr.endswith(
        "1 row\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["collocations", "-n", "5", "--convention", "nltk"], "2 to 4 words"),
        (["collocations", "-n", "3", "-m", "fisher"], "the measure fisher is for two words"),
        (["collocates", " ", "--window", "1"], "has no word"),
        (["collocates", "cat", "--window", "1,2,3"], "one or two numbers"),
        (["collocates", "cat", "--window", "x"], "one or two numbers"),
    ],
)
def test_wrong_options_are_wrong_usage(arguments: list[str], message: str) -> None:
    assert message in " ".join(run(*arguments, "a.txt", status=2).stderr.split())


def test_files_without_words_are_an_error() -> None:
    write(Path("empty.txt"), " \n")
    assert "nothing to analyse" in run("collocations", "empty.txt", status=1).stderr
    assert "nothing to analyse" in run("collocates", "cat", "empty.txt", status=1).stderr
