"""The columns of tables in the commands that analyze a corpus: ids, variables and groups."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from command_line import run, write

from text_processor import TextAnalyzer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

VERSES = Path(__file__).parents[1] / "examples" / "data" / "verses.csv"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = ["v1,Old,7,a b a b c", "v2,New,-8,a c c d", "v3,New,,c d"]
    write(tmp_path / "texts.csv", "\n".join(["ref,part,year,text", *rows]) + "\n")
    records = [(1, "Old", 7, "a b a b c"), (2, "New", -8, "a c c d"), (3, "New", None, "c d")]
    lines = [json.dumps({"ref": ref, "part": part, "year": year, "text": text}) for ref, part, year, text in records]
    write(tmp_path / "texts.jsonl", "\n".join(lines))
    return tmp_path


def rows(*arguments: object) -> list[dict[str, object]]:
    """The rows of `--json`."""
    return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]


@pytest.mark.parametrize("file", ["texts.csv", "texts.jsonl"])
def test_the_groups_of_keyness_are_the_values_of_a_column(file: str) -> None:
    found = rows("keyness", "--by", "part", file, "--top", "1")
    assert [(row["part"], row["term"]) for row in found] == [("Old", "b"), ("New", "d")]


def test_a_target_can_be_chosen_by_the_value_of_a_column() -> None:
    found = rows("keyness", "--target", "part=New", "texts.csv")
    analyzer = TextAnalyzer()
    analyzer.add_file("texts.csv", variables=["part"])
    expected = analyzer.keyness({"part": "New"})
    assert [row["term"] for row in found] == expected["term"]
    assert [row["g2"] for row in found] == expected["g2"].tolist()
    # These targets have two values of one column, and values of two columns.
    assert (
        "has no words" in run("keyness", "--target", "part=New", "--target", "part=Old", "texts.csv", status=1).stderr
    )
    both = rows("keyness", "--target", "part=New", "--target", "year=-8", "texts.jsonl")
    assert {row["term"]: row["target_count"] for row in both} == {"a": 1, "b": 0, "c": 2, "d": 1}


def test_a_wrong_target_gives_a_message() -> None:
    assert "'New' must be COLUMN=VALUE" in run("keyness", "--target", "New", "texts.csv", status=2).stderr
    wrong = run("keyness", "--target", "part=Middle", "texts.csv", status=1).stderr
    assert "no row has the value 'Middle' in the column 'part'" in wrong
    assert "has no column 'testament'" in run("keyness", "--target", "testament=Old", "texts.csv", status=1).stderr
    run("keyness", "--target", "part=New", "--by", "part", "texts.csv", status=2)


def test_the_parts_of_dispersion_are_the_values_of_a_column() -> None:
    found = rows("dispersion", "--by", "part", "texts.csv", "-w", "a", "-m", "range")
    assert found == [{"term": "a", "count": 3, "parts": 2, "empty_parts": 0, "range": 2}]


def test_collocations_and_collocates_have_groups() -> None:
    found = rows("collocations", "--by", "part", "texts.csv", "--min-count", "1", "--top", "1", "-m", "pmi")
    assert [row["part"] for row in found] == ["Old", "New"]
    found = rows("collocates", "a", "--by", "part", "texts.csv", "--window", "1", "-m", "pmi", "--top", "1")
    assert [(row["part"], row["count"]) for row in found] == [("Old", 2), ("New", 1)]


def test_concordances_have_ids_and_variables() -> None:
    shown = run("kwic", "c", "texts.csv", "--id", "ref", "--window", "1", "--top", "2").stdout
    assert shown == "v1  b  c\nv2  a  c  c\n"
    options = ["--id", "ref", "--variable", "year", "--variable", "part", "--sort", "part 1R", "--window", "1"]
    with_csv = run("kwic", "c", "texts.csv", *options, "--csv").stdout.splitlines()
    assert with_csv[0] == "file,document,id,from,to,start,end,left,match,right,year,part"
    assert [line.split(",")[2] for line in with_csv[1:]] == ["v2", "v2", "v3", "v1"]
    assert [(row["id"], row["year"]) for row in rows("kwic", "c", "texts.jsonl", *options)] == [
        (2, -8),
        (2, -8),
        (3, None),
        (1, 7),
    ]


def test_matches_are_counted_in_groups() -> None:
    shown = run("kwic", "c", "--count", "--by", "part", "texts.csv").stdout
    assert [line.split() for line in shown.splitlines()] == [
        ["part", "pattern", "count", "documents"],
        ["Old", "c", "1", "1"],
        ["New", "c", "3", "2"],
    ]
    by_file = rows("kwic", "c", "--count", "--by", "file", "texts.csv", "texts.jsonl")
    assert [(row["file"], row["count"]) for row in by_file] == [("texts.csv", 4), ("texts.jsonl", 4)]
    assert "--by needs --count" in run("kwic", "c", "--by", "part", "texts.csv", status=2).stderr


def test_tables_show_missing_and_negative_values_of_variables() -> None:
    options = ["keyness", "--by", "year", "texts.jsonl", "--top", "1"]
    assert [row["year"] for row in rows(*options)] == [7, -8, None]
    run(*options, "-o", "out.csv")
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["year"] for row in csv.DictReader(file)] == ["7", "-8", ""]
    pyarrow = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    run(*options, "-o", "out.parquet")
    assert pyarrow.read_table("out.parquet")["year"].to_pylist() == [7, -8, None]


def test_tables_show_dates_as_text() -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    from datetime import date

    from pyarrow import parquet

    columns = {"text": ["a b", "c"], "day": [date(2020, 1, 2), None], "new": [True, False], "size": [0.5, None]}
    parquet.write_table(pyarrow.table(columns), "days.parquet")
    options = ["--variable", "day", "--variable", "new", "--variable", "size"]
    found = rows("kwic", "*", "days.parquet", *options)
    assert [(row["day"], row["new"], row["size"]) for row in found] == [
        ("2020-01-02", "True", 0.5),
        ("2020-01-02", "True", 0.5),
        (None, "False", None),
    ]


def test_a_file_without_the_column_is_skipped() -> None:
    write(Path("other.csv"), "text\na b\n")
    write(Path("plain.txt"), "a b\n")
    result = run("keyness", "--by", "part", "texts.csv", "other.csv", "plain.txt", status=1)
    assert "other.csv: the file has no column 'part': its columns are 'text'" in result.stderr
    assert "plain.txt: the format of the file is text, which has no column 'part'" in result.stderr
    assert "--format csv" in result.stderr
    assert "Old" in result.stdout


def test_the_verses_of_the_examples_are_compared_as_in_python() -> None:
    if not VERSES.exists():
        pytest.skip("the examples are part of the source tree, which is not here")
    analyzer = TextAnalyzer(tokenizer="unicode")
    analyzer.add_file(VERSES, variables=["testament"])
    expected = analyzer.keyness({"testament": "New"}, limit=20)
    found = rows("keyness", "--tokenizer", "unicode", "--target", "testament=New", VERSES)
    assert [row["term"] for row in found] == expected["term"]
