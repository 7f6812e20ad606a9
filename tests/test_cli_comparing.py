"""The commands `keyness` and `dispersion`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from command_line import CliRunner, Result

from text_processor import TextAnalyzer
from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

TEXTS = {"a.txt": "a a a b b c c c c c c d e f g h h", "b.txt": "a a b c c d d d d e f h", "c.txt": "a\nb a\n\nc"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def test_files_are_compared_with_a_reference() -> None:
    result = run("keyness", "a.txt", "--reference", "b.txt", "--top", "2")
    assert result.exit_code == 0
    names, first, second = result.stdout.splitlines()
    assert names.split()[:3] == ["term", "target_count", "reference_count"]
    assert first.split()[:3] == ["c", "6", "2"]
    assert second.split()[0] == "g"
    assert "1.274" in first


def test_tables_have_scores_with_all_digits() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents([TEXTS["a.txt"], TEXTS["b.txt"]])
    expected = analyzer.keyness([0], measures=["chi2", "percent_diff"], correction="bh")
    options = ["-m", "chi2", "-m", "percent_diff", "--correction", "bh"]
    result = run("keyness", "a.txt", "-r", "b.txt", *options, "--top", "0", "--csv")
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [row["term"] for row in rows] == expected["term"]
    assert [float(row["percent_diff"]) for row in rows] == expected["percent_diff"].tolist()
    assert [float(row["p"]) for row in rows] == expected["p"].tolist()
    assert run("keyness", "a.txt", "-r", "b.txt", *options, "-o", "out.json").exit_code == 0
    found = json.loads(Path("out.json").read_text(encoding="utf-8"))
    # A term that is not in the reference has an infinite difference, which JSON shows as null.
    assert [row["percent_diff"] for row in found if row["term"] == "g"] == [None]
    assert len(found) == len(expected)


def test_each_file_is_compared_with_all_others() -> None:
    result = run("keyness", "--by", "file", "a.txt", "b.txt", "--top", "1", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["file"], row["term"]) for row in rows] == [("a.txt", "c"), ("b.txt", "d")]


def test_a_wrong_comparison_gives_a_message() -> None:
    assert "one of --reference PATH, --target COLUMN=VALUE and --by" in run("keyness", "a.txt").stderr
    assert run("keyness", "a.txt", "-r", "b.txt", "--by", "file").exit_code == 2
    assert "has no words" in run("keyness", "--by", "file", "a.txt").stderr
    corrected = run("keyness", "a.txt", "-r", "b.txt", "-m", "log_ratio", "--correction", "holm")
    assert (corrected.exit_code, "none of the measures has p-values" in corrected.stderr) == (2, True)
    assert run("keyness", "a.txt", "-r", "b.txt", "-m", "g2", "-m", "g2").exit_code == 2
    assert run("dispersion", "a.txt", "-m", "d", "-m", "d").exit_code == 2
    missing = run("keyness", "a.txt", "-r", "missing.txt", "-r", "b.txt")
    assert (missing.exit_code, "missing.txt" in missing.stderr, missing.stdout != "") == (1, True, True)


@pytest.mark.parametrize(("by", "parts"), [("documents", 5), ("file", 3), ("4", 4)])
def test_dispersion_has_the_parts_that_the_option_by_names(by: str, parts: int) -> None:
    result = run("dispersion", "--lines", "--by", by, *TEXTS, "-w", "c", "-m", "range", "-m", "dp", "--json")
    (row,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (row["term"], row["count"], row["parts"]) == ("c", 9, parts)


def test_dispersion_shows_the_most_frequent_words() -> None:
    result = run("dispersion", *TEXTS, "--top", "2", "--min-count", "3")
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["term", "c", "a"]
    assert run("dispersion", "a.txt", "--by", "0").exit_code == 2
    assert "which has no column 'chapter'" in run("dispersion", "a.txt", "--by", "chapter").stderr
