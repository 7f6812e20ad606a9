"""The files that commands write: their formats and their values."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import SentimentIntensityAnalyzer, TermOptions, TextAnalyzer
from text_processor.cli.table_formats import FORMATS, saved

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

TEXT = 'To be, or "not"\tto be\nthat is the question\n\nnan null NA =1+1 -2 007 \u8a00\u8449 a\u2028b\n'
AWKWARD = [
    'say "hi"',
    "a,b",
    "tab\there",
    "line\nfeed",
    "carriage\rreturn",
    "\r\n",
    " spaces ",
    "=1+1",
    "'",
    '"',
    "007",
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture(params=list(FORMATS))
def name(request: pytest.FixtureRequest) -> str:
    """The name of a file, for each format."""
    if request.param == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow writes Parquet")
    return f"out{request.param}"


def rows_of(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a file, as the usual reader of its format returns them."""
    path = Path(path)
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
        return rows
    text = path.read_bytes().decode()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.split("\n")[:-1]]
    if path.suffix == ".json":
        return list(json.loads(text))
    separator = "\t" if path.suffix == ".tsv" else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def typed(rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of a file, with numbers where CSV has text."""
    kinds: dict[str, Callable[[Any], Any]] = {
        "count": int, "line": int, "neg": float, "neu": float, "pos": float, "compound": float,
    }  # fmt: skip
    return [tuple(kinds.get(name, str)(value) for name, value in row.items()) for row in rows]


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


# ---- What the files contain ----


def test_every_format_has_all_words_with_their_counts_the_most_frequent_first(folder: Path, name: str) -> None:
    result = run("analyze", "a.txt", "-o", name)
    analyzer = TextAnalyzer()
    analyzer.add_document(TEXT)
    assert typed(rows_of(name)) == analyzer.top_words()
    assert list(rows_of(name)[0]) == ["word", "count"]
    assert (result.stdout, result.stderr) == ("", f"{name}: {analyzer.unique_words()} rows\n")
    assert left_behind(folder) == []


def test_every_format_has_all_n_grams_with_a_column_for_each_word(name: str) -> None:
    run("ngrams", "-n", "3", "a.txt", "-o", name)
    analyzer = TextAnalyzer()
    analyzer.add_document(TEXT)
    assert typed(rows_of(name)) == [(*gram, count) for gram, count in analyzer.top_ngrams(3)]
    assert list(rows_of(name)[0]) == ["word_1", "word_2", "word_3", "count"]


def test_every_format_has_the_scores_of_each_line(name: str) -> None:
    pytest.importorskip("vaderSentiment", reason="the valences come from vaderSentiment")
    Path("b.txt").write_text("A good day!\n\nNot so good :(\n", encoding="utf-8")
    run("sentiment", "b.txt", "a.txt", "-o", name)
    vader = SentimentIntensityAnalyzer()
    lines = [("b.txt", 1, "A good day!"), ("b.txt", 3, "Not so good :(")]
    lines += [("a.txt", number, line) for number, line in enumerate(TEXT.split("\n"), 1) if line]
    assert typed(rows_of(name)) == [
        (path, number, *vader.polarity_scores(line).values()) for path, number, line in lines
    ]


def test_the_option_top_limits_the_rows_of_a_file(name: str) -> None:
    for command in ("analyze", "ngrams"):
        run(command, "a.txt", "--top", "2", "-o", name)
        assert len(rows_of(name)) == 2
        run(command, "a.txt", "--top", "0", "-o", name)
        everything = rows_of(name)
        run(command, "a.txt", "-o", name)
        assert rows_of(name) == everything


def test_the_extension_of_a_file_may_be_in_upper_case() -> None:
    run("analyze", "a.txt", "-o", "OUT.CSV")
    assert Path("OUT.CSV").read_text(encoding="utf-8").startswith("word,count\n")


@pytest.mark.parametrize("command", ["analyze", "ngrams"])
@pytest.mark.parametrize("form", [[], ["--csv"], ["--json"]])
def test_a_minus_as_the_file_means_standard_output(command: str, form: list[str]) -> None:
    shown = [
        re.sub('"(seconds|megab)[^,]*', "", run(command, "a.txt", *form, *output).stdout)
        for output in ([], ["-o", "-"])
    ]
    if command == "analyze":
        # The time and the width of its column differ between two runs.
        shown = ["".join(line for line in re.sub(" +", " ", text).splitlines() if "Time" not in line) for text in shown]
    assert shown[0] == shown[1] != ""


def test_standard_output_has_the_same_csv_as_a_file() -> None:
    for command, *options in (["analyze", "--top", "0"], ["ngrams", "--top", "0"]):
        run(command, "a.txt", "-o", "out.csv")
        assert run(command, "a.txt", *options, "--csv").stdout == Path("out.csv").read_bytes().decode()


def matrix(*options: str) -> tuple[list[list[float]], list[str]]:
    """The values and the features of a matrix."""
    sparse = pytest.importorskip("scipy.sparse", reason="matrix needs SciPy")
    run("matrix", "--lines", "a.txt", *options, "-o", "m.npz")
    return sparse.load_npz("m.npz").toarray().tolist(), Path("m.terms.txt").read_text(encoding="utf-8").splitlines()


def test_a_matrix_has_the_words_of_the_options_that_all_commands_share() -> None:
    pytest.importorskip("scipy", reason="matrix needs SciPy")
    terms = TermOptions(stop_words="english", stemmer="english", min_length=2, max_length=8)
    analyzer = TextAnalyzer(tokenizer="unicode", terms=terms)
    analyzer.add_documents([line for line in TEXT.split("\n") if line])
    options = ["--tokenizer", "unicode", "--stop-words", "english", "--stemmer", "english"]
    options += ["--min-length", "2", "--max-length", "8", "--ngrams", "1,2"]
    for weight in ("count", "tfidf", "binary"):
        expected = analyzer.document_term_matrix((1, 2), weight=weight)
        values, features = matrix(*options, *([] if weight == "count" else [f"--{weight}"]))
        assert (values, features) == (expected.csr().toarray().tolist(), expected.features)
    # The default as an explicit option gives the same matrix, although other code finds the words.
    assert matrix("--tokenizer", "word") == matrix()
    assert matrix("--case", "keep") == matrix("--keep-case") != matrix()
    assert matrix("--case", "keep", "--tokenizer", r"\b\w\w+\b") == matrix("--keep-case")


# ---- Other programs read the same values ----

COLUMNS = {"word": str, "count": int, "score": float}
WORDS = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
ROWS = st.lists(
    st.tuples(WORDS.filter(bool), st.integers(0, 2**63 - 1), st.floats(-1e9, 1e9, allow_subnormal=False)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(rows=ROWS, cut=st.integers(0, 20))
def test_other_programs_read_the_values_that_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, float]], cut: int
) -> None:
    pd = pytest.importorskip("pandas", reason="reads the files")
    pl = pytest.importorskip("polars", reason="reads the files")
    parquet = pytest.importorskip("pyarrow.parquet", reason="reads the files")
    folder = tmp_path_factory.mktemp("tables")
    for ending in FORMATS:
        with saved(str(folder / f"out{ending}"), COLUMNS) as add:
            for part in (rows[:cut], rows[cut:]):
                if part:
                    add(list(zip(*part, strict=True)))
    types = {"word": pl.String, "count": pl.UInt64, "score": pl.Float64}
    read = {
        "csv": [tuple(row.values()) for row in rows_of(folder / "out.csv")],
        "tsv": [tuple(row.values()) for row in rows_of(folder / "out.tsv")],
        "json": [tuple(row.values()) for row in rows_of(folder / "out.json")],
        "jsonl": [tuple(row.values()) for row in rows_of(folder / "out.jsonl")],
        "pandas csv": pd.read_csv(folder / "out.csv", dtype={"word": str}, keep_default_na=False),
        "pandas json": pd.read_json(folder / "out.json", dtype=False, precise_float=True),
        "polars csv": pl.read_csv(folder / "out.csv", schema=types).rows(),
        "polars tsv": pl.read_csv(folder / "out.tsv", schema=types, separator="\t").rows(),
        "polars jsonl": pl.read_ndjson(folder / "out.jsonl", schema=types).rows(),
        "parquet": [tuple(row.values()) for row in parquet.read_table(folder / "out.parquet").to_pylist()],
    }
    for program, found in read.items():
        if not isinstance(found, list):
            found = list(found.itertuples(index=False, name=None))
        assert [(word, int(count), float(score)) for word, count, score in found] == rows, program


def test_a_nan_is_a_missing_value_in_every_format(name: str) -> None:
    with saved(name, {"word": str, "score": float}) as add:
        add([["a", "b", "c"], [math.nan, 0.5, -0.0]])
    assert [row["score"] for row in rows_of(name)] in ([None, 0.5, -0.0], ["", "0.5", "-0.0"])


def test_a_table_without_rows_has_its_columns(name: str) -> None:
    with saved(name, COLUMNS):
        pass
    if name.endswith(".parquet"):
        assert pytest.importorskip("pyarrow.parquet").read_table(name).column_names == list(COLUMNS)
    assert rows_of(name) == []


def test_numbers_have_the_same_types_in_parquet_as_in_the_library() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads Parquet")
    run("analyze", "a.txt", "-o", "out.parquet")
    assert [str(field.type) for field in parquet.read_schema("out.parquet")] == ["string", "uint64"]


def test_names_and_words_that_are_not_printable_are_written_unchanged(name: str) -> None:
    evil = "\x1b[31mred\x9b0m\u202e"
    run("analyze", "-", "-o", name, stdin=f"{evil} \u200dx".encode())
    assert [row["word"] for row in rows_of(name)] == [evil, "\u200dx"]
