"""Commands read tables, compressed files and archives by path, in folders, and from standard input."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import math
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CliRunner, Result, needs

from text_processor import SentimentIntensityAnalyzer, TextAnalyzer
from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

COMMANDS = ["analyze", "analyze --sentiment", "ngrams", "sentiment", "matrix"]
REVIEWS = b'id,review\n1,A good day\n2,\n3,"Not so good,\nreally"\n'
JSON_LINES = b'{"review": "A good day"}\n{"review": null}\n{"review": "Not so good,\\nreally"}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reviews.csv").write_bytes(REVIEWS)
    (tmp_path / "reviews.jsonl").write_bytes(JSON_LINES)
    return tmp_path


def run(command: str, *arguments: object, stdin: bytes = b"", status: int = 0) -> Result:
    program, *options = command.split()
    needs(command)
    if program == "matrix":
        options += ["-o", "out.npz"]
    result = CliRunner().invoke(commands, [program, *options, *map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    return result


def documents(command: str, *arguments: object, stdin: bytes = b"", status: int = 0) -> int:
    """The number of documents that a command reads."""
    program = command.split()[0]
    result = run(
        f"{command} --json" if program in {"analyze", "sentiment"} else command, *arguments, stdin=stdin, status=status
    )
    if program == "analyze":
        return int(json.loads(result.stdout)["documents"])
    if program == "sentiment":
        return result.stdout.count("\n")
    if program == "matrix":
        return Path("out.rows.txt").read_text(encoding="utf-8").count("\n")
    # Each review has one n-gram "so good," or "a good".
    return sum(int(line.split()[0]) for line in result.stdout.splitlines() if "good" in line.split()[2])


# ---- Tables ----


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["reviews.csv", "reviews.jsonl"])
def test_the_rows_of_a_column_are_documents_and_missing_ones_are_skipped(command: str, name: str) -> None:
    assert documents(command, "--column", "review", name) == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_parquet_file_is_read(command: str) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow reads Parquet")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads Parquet")
    parquet.write_table(pa.table({"text": ["a good day", None, " ", "so good"], "id": [1, 2, 3, 4]}), "a.parquet")
    assert documents(command, "a.parquet") == 2
    assert documents(command, "-", stdin=Path("a.parquet").read_bytes()) == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_standard_input_can_have_each_format(command: str) -> None:
    assert documents(command, "--format", "csv", "--column", "review", "-", stdin=REVIEWS) == 2
    assert documents(command, "--format", "csv", "--column", "review", "-", stdin=gzip.compress(REVIEWS)) == 2
    assert documents(command, "--format", "jsonl", "--column", "review", "-", stdin=JSON_LINES) == 2
    tabs = b"id\treview\n1\ta good day\n2\tso good\n"
    assert documents(command, "--format", "tsv", "--column", "review", "-", stdin=tabs) == 2


def test_the_option_format_takes_precedence_over_the_name(folder: Path) -> None:
    assert documents("analyze --lines", "--format", "text", "reviews.csv") == 5
    (folder / "table.data").write_bytes(REVIEWS)
    assert documents("analyze", "--format", "csv", "--column", "review", "table.data") == 2


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("missing", "expected"), [("skip", 2), ("keep", 3)])
def test_missing_rows_are_skipped_or_kept(command: str, missing: str, expected: int) -> None:
    if command == "ngrams":
        expected = 2
    for name in ("reviews.csv", "reviews.jsonl"):
        assert documents(command, "--missing", missing, "--column", "review", name) == expected


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("name", "reason"), [("reviews.csv", "no word"), ("reviews.jsonl", "missing value")])
def test_the_error_names_a_missing_row_and_the_rows_before_it_are_counted(command: str, name: str, reason: str) -> None:
    result = run(command, "--missing", "raise", "--column", "review", name, status=1)
    assert result.stderr.startswith(f"skipped {name}: row 1: ")
    assert reason in result.stderr
    assert "; the text before it is counted\n" in result.stderr
    assert documents(command, "--missing", "raise", "--column", "review", name, status=1) == 1


@pytest.mark.parametrize(
    "command", ["analyze --lines", "analyze --lines --sentiment", "ngrams --lines", "sentiment", "matrix --lines"]
)
def test_blank_lines_are_skipped_or_kept_or_an_error(folder: Path, command: str) -> None:
    (folder / "a.txt").write_text("a good day\n\n  \nso good\n", encoding="utf-8")
    kept = 2 if command.startswith("ngrams") else 4
    for missing, expected in (("skip", 2), ("keep", kept)):
        assert documents(command, "--missing", missing, "a.txt") == expected
    result = run(command, "--missing", "raise", "a.txt", status=1)
    assert result.stderr.startswith("skipped a.txt: line 2: ")
    assert documents(command, "--missing", "raise", "a.txt", status=1) == 1


def test_scores_have_row_numbers_from_0_and_no_values_for_kept_missing_rows() -> None:
    rows = list(csv.reader(io.StringIO(run("sentiment --csv", "--column", "review", "reviews.csv").stdout)))
    assert rows[0] == ["path", "row", "neg", "neu", "pos", "compound"]
    assert [row[1] for row in rows[1:]] == ["0", "2"]
    options = ["--column", "review", "--missing", "keep"]
    for name in ("reviews.csv", "reviews.jsonl"):
        kept = list(csv.reader(io.StringIO(run("sentiment --csv", *options, name).stdout)))
        assert [row[1] for row in kept[1:]] == ["0", "1", "2"]
        assert kept[2][2:] == [""] * 4
        assert kept[1][2:] == rows[1][2:]
        assert [row[1:] for row in (kept[1], kept[3])] == [row[1:] for row in rows[1:]]
        lines = [json.loads(line) for line in run("sentiment --json", *options, name).stdout.splitlines()]
        assert [line["compound"] is None for line in lines] == [False, True, False]
        # The report counts only rows that have text.
        assert run("sentiment", *options, name).stdout.split()[:2] == ["lines", "2"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_message_about_a_wrong_column_names_the_columns(command: str) -> None:
    result = run(command, "--column", "text", "reviews.csv", status=1)
    assert "'id', 'review'" in result.stderr.splitlines()[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_column_of_a_text_file_is_an_error_that_names_the_options(folder: Path, command: str) -> None:
    (folder / "a.txt").write_text("a good day", encoding="utf-8")
    result = run(command, "--column", "review", "a.txt", status=1)
    assert "leave out --column" in result.stderr
    assert ", or pass the format of a table, such as --format csv\n" in result.stderr


def test_lines_of_a_table_are_an_error_that_names_the_options() -> None:
    result = run("analyze", "--lines", "--column", "review", "reviews.csv", status=1)
    assert "leave out --lines, or pass --format text" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_the_error_names_a_row_that_is_not_text(folder: Path, command: str) -> None:
    (folder / "a.csv").write_bytes(b"review\na good day\nso \xff\nlater\n")
    result = run(command, "--column", "review", "a.csv", status=1)
    assert result.stderr.startswith("skipped a.csv: row 1: the text is not valid UTF-8: wrong byte at offset 3")
    assert documents(command, "--column", "review", "a.csv", status=1) == 1


# ---- Compressed files and archives ----

COMPRESSED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("command", COMMANDS)
def test_compressed_files_are_read(folder: Path, command: str) -> None:
    for end, compress in COMPRESSED.items():
        (folder / f"reviews.csv.{end}").write_bytes(compress(REVIEWS))
        assert documents(command, "--column", "review", f"reviews.csv.{end}") == 2
        (folder / f"a.txt.{end}").write_bytes(compress(b"a good day"))
        assert documents(command, f"a.txt.{end}") == 1
        assert documents(command, "-", stdin=compress(b"a good day")) == 1


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["all.zip", "all.tar", "all.tar.gz"])
def test_each_member_of_an_archive_is_read_like_a_file(folder: Path, command: str, name: str) -> None:
    pack(folder / name, {"reviews.csv": REVIEWS, "folder/a.csv.gz": gzip.compress(b"review\nso good\n")})
    assert documents(command, "--column", "review", name) == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_the_error_names_the_member_of_an_archive(folder: Path, command: str) -> None:
    pack(folder / "all.zip", {"a.txt": b"a good day", "b/\x1b.txt": b"so \xff"})
    result = run(command, "all.zip", status=1)
    assert result.stderr.startswith("skipped all.zip:b/\\x1b.txt: ")
    assert "; the text before it is counted; the members after it are not read\n" in result.stderr
    assert "not valid UTF-8" in result.stderr
    assert documents(command, "all.zip", status=1) == 1


def test_results_name_the_member_of_an_archive(folder: Path) -> None:
    pack(folder / "all.zip", {"a.txt": b"a good day", "reviews.csv": b"text\nso good\n"})
    rows = list(csv.reader(io.StringIO(run("sentiment --csv", "all.zip").stdout)))
    assert [row[:2] for row in rows[1:]] == [["all.zip:a.txt", "1"], ["all.zip:reviews.csv", "0"]]
    run("matrix", "all.zip")
    assert (folder / "out.rows.txt").read_text(encoding="utf-8") == "all.zip:a.txt\nall.zip:reviews.csv:0\n"


def pack(path: Path, members: dict[str, bytes]) -> None:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_decompresses_to_more_than_the_limit_is_skipped(folder: Path, command: str) -> None:
    (folder / "bomb.txt.gz").write_bytes(gzip.compress(b"good day\n" * 1_000_000))
    result = run(command, "--max-size", "2M", "bomb.txt.gz", status=1)
    assert "--max-size 2000000" in result.stderr
    assert "pass a larger --max-size" in result.stderr
    assert run(command, "--max-size", "9M", "bomb.txt.gz").exit_code == 0


@pytest.mark.parametrize("command", [*COMMANDS, "analyze --lines"])
def test_a_truncated_file_is_never_a_success(folder: Path, command: str) -> None:
    whole = gzip.compress(b"good day\n" * 100)
    (folder / "a.txt.gz").write_bytes(whole[:-9])
    pack(folder / "a.zip", {"a.txt": b"good day"})
    (folder / "b.zip").write_bytes((folder / "a.zip").read_bytes()[:-9])
    (folder / "not.gz").write_bytes(b"good day")
    for name in ("a.txt.gz", "b.zip", "not.gz"):
        result = run(command, name, status=1)
        assert result.stderr.startswith(f"skipped {name}: ")
    assert run(command, "-", stdin=whole[:-9], status=1).stderr.startswith("skipped -: ")


@pytest.mark.parametrize("size", ["", "-1", "many", "1.5G", "2T", "\u0663", "9" * 5000, "M"])
def test_a_wrong_limit_is_wrong_usage(size: str) -> None:
    assert "must be a number of bytes" in run("analyze", "--max-size", size, "reviews.csv", status=2).stderr


def test_a_folder_is_read_with_its_tables_and_compressed_files(folder: Path) -> None:
    texts = folder / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("a good day", encoding="utf-8")
    (texts / "b.txt.gz").write_bytes(gzip.compress(b"so good"))
    (texts / "c.csv").write_bytes(b"text\ngood\nbetter\n")
    pack(texts / "d.zip", {"d.txt": b"good"})
    assert documents("analyze", "texts") == 5
    # Only tables have columns, so the other files are skipped, and messages name them.
    result = run("analyze", "--column", "text", "texts", status=1)
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "skipped texts/a.txt", "skipped texts/b.txt.gz", "skipped texts/d.zip"
    ]  # fmt: skip


def test_an_error_names_a_url_that_looks_like_a_pattern() -> None:
    result = run("analyze", "nowhere://a/*.txt", status=1)
    assert result.stderr.startswith("skipped nowhere://a/*.txt: ")


def test_a_url_that_cannot_be_opened_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    result = run("analyze", "memory://corpus/none.txt", "s3://a/b.txt", status=1)
    assert result.stderr.splitlines()[:2] == [
        "skipped memory://corpus/none.txt: No such file or directory",
        "skipped s3://a/b.txt: fsspec needs another package for s3://a/b.txt: Install s3fs to access S3",
    ]


# ---- All commands together ----


def test_counts_scores_and_a_matrix_of_a_parquet_file_match_its_rows(folder: Path) -> None:
    pd = pytest.importorskip("pandas", reason="the user works with it")
    pl = pytest.importorskip("polars", reason="the user works with it")
    pytest.importorskip("pyarrow", reason="pyarrow writes Parquet")
    texts = ["A good day", None, "Not so good, really", " ", "It was awful!", "Good food, good day"]
    reviews = pl.DataFrame({"review": texts, "stars": [5, 3, 2, 3, 1, 5]})
    reviews.write_parquet("reviews.parquet")
    options = ["--column", "review", "reviews.parquet"]

    run("analyze --tokenizer unicode", *options, "-o", "counts.parquet")
    analyzer = TextAnalyzer(tokenizer="unicode")
    analyzer.add_documents([text for text in texts if text and text.strip()])
    counts = pl.read_parquet("counts.parquet")
    assert counts.rows() == analyzer.top_words()
    assert pd.read_parquet("counts.parquet").equals(counts.to_pandas())

    run("sentiment --missing keep", *options, "-o", "scores.parquet")
    vader = SentimentIntensityAnalyzer()
    expected = [vader.polarity_scores(text)["compound"] if text and text.strip() else None for text in texts]
    both = reviews.hstack(pl.read_parquet("scores.parquet"))
    assert both["compound"].to_list() == expected
    assert both["row"].to_list() == [0, 1, 2, 3, 4, 5]
    # Without the option, missing rows are skipped. The column of row numbers shows which rows have scores.
    run("sentiment", *options, "-o", "scores.parquet")
    frame = pd.read_parquet("reviews.parquet").join(pd.read_parquet("scores.parquet").set_index("row"))
    assert [None if math.isnan(value) else value for value in frame["compound"]] == expected

    sparse = pytest.importorskip("scipy.sparse", reason="matrix needs SciPy")
    run("matrix --missing keep", *options)
    assert sparse.load_npz(folder / "out.npz").shape[0] == len(reviews)
