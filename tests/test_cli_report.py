"""The results of the command analyze: a report for people, JSON and CSV."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from pathlib import Path

import pytest
from command_line import PROGRAM, CliRunner, analyze, found, write
from rich.cells import cell_len

import text_processor
from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]


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


def test_by_default_the_report_shows_ten_words_and_json_and_csv_have_twenty(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", " ".join(map(str, range(1000, 1100))))
    for options, count in (([], 10), (["--top", "3"], 3), (["--top", "0"], 100)):
        assert len(analyze(*options, file).stdout.splitlines()) - 7 == count
    for options, count in (([], 20), (["--top", "3"], 3), (["--top", "0"], 100), (["--top", "9" * 30], 100)):
        assert len(found(*options, file)["top"]) == count
        assert len(analyze("--csv", *options, file).stdout.splitlines()) - 1 == count


@pytest.mark.parametrize(("program", "method"), [("analyze", "top_words"), ("ngrams", "top_ngrams")])
def test_the_help_says_that_limit_0_has_another_meaning_than_in_python(program: str, method: str) -> None:
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


def test_the_report_shows_a_rate_for_ten_megabytes_of_text_or_more(tmp_path: Path) -> None:
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


def test_the_report_works_in_a_terminal_without_unicode(tmp_path: Path) -> None:
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


def test_the_report_in_a_pipe_is_plain_text_of_eighty_columns(tmp_path: Path) -> None:
    report = analyze(write(tmp_path / "a.txt", "to be or not to be")).stdout
    assert "\x1b" not in report
    for line in report.splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()
