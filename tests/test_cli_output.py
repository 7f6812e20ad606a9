"""The files that commands write: their formats, and what happens to the file that has the name already."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click", reason="the command line needs click and rich")
pytest.importorskip("rich", reason="the command line needs click and rich")

from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import SentimentIntensityAnalyzer, TermOptions, TextAnalyzer
from text_processor.cli import commands
from text_processor.cli.tables import FORMATS, saved

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

PROGRAM = [sys.executable, "-m", "text_processor"]
# A shell may start the tests in the background, and `nohup` starts them too: both ignore a signal.
HEEDS_SIGNALS = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "signal.signal(signal.SIGHUP, signal.SIG_DFL); "
)
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
    """The name of a file of each format."""
    if request.param == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow writes Parquet")
    return f"out{request.param}"


def run(*arguments: object, stdin: bytes = b"", status: int = 0) -> Result:
    result = CliRunner().invoke(commands, list(map(str, arguments)), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    return result


def rows_of(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a file, by the reader that people use for it."""
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
    """The rows of a file, with numbers in place of the texts of CSV."""
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


def test_the_end_of_a_name_may_be_in_upper_case() -> None:
    run("analyze", "a.txt", "-o", "OUT.CSV")
    assert Path("OUT.CSV").read_text(encoding="utf-8").startswith("word,count\n")


@pytest.mark.parametrize("command", ["analyze", "ngrams"])
@pytest.mark.parametrize("form", [[], ["--csv"], ["--json"]])
def test_a_minus_stands_for_standard_output(command: str, form: list[str]) -> None:
    shown = [
        re.sub('"(seconds|megab)[^,]*', "", run(command, "a.txt", *form, *output).stdout)
        for output in ([], ["-o", "-"])
    ]
    if command == "analyze":
        # The time differs, and with it the width of its column.
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
    # A default that is named changes nothing, although the words are found in another way.
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


@settings(max_examples=60)
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


# ---- Wrong names ----


@pytest.mark.parametrize("command", ["analyze", "ngrams", "sentiment", "matrix"])
@pytest.mark.parametrize("path", ["out", "out.txt", "out.xlsx", ".csv", "out.csv.gz", "csv", "a\0b.csv", "out."])
def test_an_unknown_end_of_a_name_is_wrong_usage_that_lists_the_known_ones(command: str, path: str) -> None:
    result = run(command, "missing.txt", "-o", path, status=2)
    if "\0" not in path:
        known = [".npz", ".mtx"] if command == "matrix" else list(FORMATS)
        assert all(end in result.stderr for end in known)
    assert "skipped" not in result.stderr


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_the_format_of_standard_output_does_not_work_with_a_file(form: str) -> None:
    for command in ("analyze", "ngrams", "sentiment"):
        result = run(command, form, "missing.txt", "-o", "out.csv", status=2)
        assert "the name of the file says its format" in result.stderr


def test_the_sentiment_of_a_report_does_not_work_with_a_file() -> None:
    assert "see the command 'sentiment'" in run("analyze", "--sentiment", "a.txt", "-o", "out.csv", status=2).stderr


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing/out.csv", "there is no such folder"),
        ("a.txt/out.csv", "Not a directory"),
        ("folder.csv", "it is a folder"),
        ("loop.csv", "Too many levels of symbolic links"),
        (f"{'x' * 300}.csv", "File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error_before_any_work(folder: Path, path: str, reason: str) -> None:
    (folder / "folder.csv").mkdir()
    (folder / "loop.csv").symlink_to("loop.csv")
    result = run("analyze", "missing.txt", "a.txt", "-o", path, status=1)
    # The missing file is not reported, because the command has not begun to read.
    assert result.stderr == f"Error: cannot write {path}: {reason}\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
@pytest.mark.parametrize("protected", ["folder", "file"])
def test_a_file_without_permission_to_write_is_an_error_before_any_work(protected: str) -> None:
    # The modules that the command imports may be in a folder that only root can read.
    run("analyze", "a.txt", "-o", "first.csv")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "out.csv")
        output.write_text("old", encoding="utf-8")
        output.chmod(0o444 if protected == "file" else 0o666)
        os.chmod(folder, 0o777 if protected == "file" else 0o555)
        os.seteuid(65534)
        try:
            result = run("analyze", "missing.txt", "-o", output, status=1)
        finally:
            os.seteuid(0)
        what = "to this file" if protected == "file" else "to its folder"
        assert result.stderr == f"Error: cannot write {output}: you may not write {what}\n"
        assert output.read_text(encoding="utf-8") == "old"


def test_parquet_without_pyarrow_is_an_error_before_any_work() -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from text_processor.__main__ import main; main()"
    for command in ("analyze", "ngrams", "sentiment"):
        program = [sys.executable, "-c", code, command, "missing.txt", "-o", "out.parquet"]
        result = subprocess.run(program, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stdout) == (1, "")
        assert "pip install pyarrow" in result.stderr
        assert result.stderr.count("\n") == 1


# ---- The file that has the name already ----


def test_a_file_is_replaced_with_its_permissions(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"old")
    (folder / name).chmod(0o640)
    run("analyze", "a.txt", "-o", name)
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o640
    assert rows_of(name)


def test_a_new_file_has_the_usual_permissions(folder: Path) -> None:
    old = os.umask(0o027)
    try:
        run("analyze", "a.txt", "-o", "out.csv")
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / "out.csv").stat().st_mode) == 0o640


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed(folder: Path, exists: bool) -> None:
    (folder / "elsewhere").mkdir()
    target = folder / "elsewhere/real.csv"
    if exists:
        target.write_text("old", encoding="utf-8")
    (folder / "out.csv").symlink_to(target)
    run("analyze", "a.txt", "-o", "out.csv")
    assert (folder / "out.csv").is_symlink()
    assert target.read_text(encoding="utf-8").startswith("word,count\n")


def test_a_pipe_is_written_directly(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(Path("pipe.csv").read_text(encoding="utf-8")))
    reader.start()
    run("analyze", "a.txt", "-o", "pipe.csv")
    reader.join(60)
    assert found[0].startswith("word,count\n")
    assert stat.S_ISFIFO((folder / "pipe.csv").stat().st_mode)


def test_a_file_can_be_read_and_replaced_by_the_same_command(folder: Path) -> None:
    (folder / "out.csv").write_text("to be\n", encoding="utf-8")
    run("analyze", "--format", "text", "out.csv", "-o", "out.csv")
    assert (folder / "out.csv").read_text(encoding="utf-8") == "word,count\nto,1\nbe,1\n"


@pytest.mark.parametrize("command", ["analyze", "ngrams", "sentiment", "matrix"])
def test_a_command_that_finds_nothing_leaves_the_old_file(folder: Path, command: str) -> None:
    output = folder / ("out.npz" if command == "matrix" else "out.csv")
    needs(command)
    output.write_bytes(b"old")
    (folder / "empty.txt").touch()
    # A matrix has a row for an empty file.
    for path in ("empty.txt", "missing.txt")[command == "matrix" :]:
        run(command, path, "-o", output, status=1)
        assert output.read_bytes() == b"old"
    assert left_behind(folder) == []


def needs(command: str) -> None:
    if command == "matrix":
        pytest.importorskip("scipy", reason="matrix needs SciPy")
    if command == "sentiment":
        pytest.importorskip("vaderSentiment", reason="sentiment needs the valences of vaderSentiment")


@pytest.mark.parametrize("command", ["analyze", "sentiment", "matrix"])
def test_a_full_disk_leaves_the_old_files(folder: Path, command: str) -> None:
    needs(command)
    big = "\n".join(f"word{number} is here" for number in range(20_000))
    (folder / "big.txt").write_text(big, encoding="utf-8")
    names = ["out.npz", "out.rows.txt", "out.terms.txt"] if command == "matrix" else [f"out{end}" for end in FORMATS]
    for name in names:
        if not name.endswith(".parquet") or has_pyarrow():
            (folder / name).write_bytes(b"old")
    for name in names[:1] if command == "matrix" else names:
        if name.endswith(".parquet") and not has_pyarrow():
            continue
        program = [*PROGRAM, command, "big.txt", "-o", name, *(["--lines"] if command == "matrix" else [])]

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        result = subprocess.run(program, capture_output=True, text=True, check=False, preexec_fn=limit)
        assert (result.returncode, result.stdout) == (1, ""), name
        assert result.stderr == f"Error: cannot write {name}: File too large\n"
    assert {(folder / name).read_bytes() for name in names if (folder / name).exists()} == {b"old"}
    assert left_behind(folder) == []


def has_pyarrow() -> bool:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_command_that_a_signal_ends_leaves_the_old_file(folder: Path, name: str, number: signal.Signals) -> None:
    needs("sentiment")
    (folder / name).write_bytes(b"old")
    code = f"{HEEDS_SIGNALS}from text_processor.__main__ import main; main()"
    program = [sys.executable, "-c", code, "sentiment", "-", "-o", name]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        block = b"a good day\n" * 100_000
        while not left_behind(folder) or (folder / left_behind(folder)[0]).stat().st_size < 1000:
            process.stdin.write(block)
            time.sleep(0.01)
        assert (folder / name).read_bytes() == b"old"
        process.send_signal(number)
        assert process.wait(60) == (-9 if number == signal.SIGKILL else 128 + number)
        assert process.stderr.read() == (b"interrupted\n" if number == signal.SIGINT else b"")
    assert (folder / name).read_bytes() == b"old"
    # Nothing can remove the file of a process that SIGKILL ends. The next command does not read it.
    assert len(left_behind(folder)) == (number == signal.SIGKILL)
    (folder / name).unlink()
    assert "1" in run("analyze", folder).stdout


def test_a_command_ignores_a_signal_that_its_parent_ignores() -> None:
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from text_processor.__main__ import main; main()"
    )
    program = [sys.executable, "-c", code, "analyze", "-", "-o", "out.csv"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(1)
        process.send_signal(signal.SIGHUP)
        assert process.communicate(b"to be", 60)[1] == b"out.csv: 2 rows\n"
    assert process.returncode == 0


@pytest.mark.parametrize("command", ["analyze", "ngrams"])
def test_a_command_imports_other_packages_only_if_it_needs_them(command: str) -> None:
    code = """import sys
from text_processor.__main__ import main
try:
    main()
except SystemExit as end:
    sys.exit(end.code or bool({"pyarrow", "numpy", "pandas"} & {*sys.modules}))
"""
    for output in ("-", "out.csv", "out.json"):
        program = [sys.executable, "-c", code, command, "a.txt", "-o", output]
        assert subprocess.run(program, capture_output=True, check=False).returncode == 0
