"""The commands read text of any length with little memory, and give the same results as the library."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import CliRunner, Result, needs
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import SentimentIntensityAnalyzer
from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

LINES = [
    "The phone works great, and I love the battery!",
    "Terrible; it broke on the second day :(",
    "",
    "   ",
    "It is a table.",
    "Größe passt nicht, schade 😀",
]
BLOCK = ("\n".join(LINES) + "\n").encode() * 5000
LONG_LINE = b"word " * 2000 + b"\n"
FEW, MANY = 20 * len(BLOCK), 44 * len(BLOCK)
"""The bytes of a short and of a long text. A text that is longer than the short one needs no more memory."""
SPARE = MANY - FEW
"""The allowed difference in memory between two runs. A command that stores the text needs more."""


# The program reads its own peak, because the peak that the system reports for a finished process includes its parent.
MEASURED = """
import atexit, sys
from text_processor.__main__ import main

@atexit.register
def tell():
    with open("/proc/self/status") as status, open("peak", "w") as file:
        file.writelines(line.split()[1] for line in status if line.startswith("VmHWM:"))

main()
"""


def peak(arguments: Sequence[str], block: bytes, length: int, folder: Path) -> tuple[bytes, int]:
    """The output of a command that reads a text of this length from a pipe, and the most memory that it used."""
    program = [sys.executable, "-c", MEASURED, *arguments, "-"]
    with subprocess.Popen(program, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        pipe = process.stdin

        def feed() -> None:
            for _ in range(length // len(block)):
                pipe.write(block)
            pipe.close()

        feeder = threading.Thread(target=feed)
        feeder.start()
        answer = b""
        while piece := process.stdout.read(1 << 20):
            # Keep only the beginning of a long output.
            answer += piece[: max(0, 4096 - len(answer))]
        feeder.join()
    assert process.returncode == 0
    return answer, int((folder / "peak").read_text(encoding="ascii")) << 10


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "--json"],
        ["analyze", "--json", "--lines"],
        ["analyze", "--json", "--lines", "--sentiment"],
        ["sentiment"],
        ["sentiment", "--csv"],
        ["sentiment", "--json"],
        ["sentiment", "-o", "out.json"],
        ["sentiment", "-o", "out.parquet"],
        ["matrix", "--lines", "-o", "out.npz"],
    ],
    ids=" ".join,
)
def test_text_of_any_length_takes_little_memory(tmp_path: Path, arguments: list[str]) -> None:
    needs(arguments[0])
    needs(arguments[-1])
    if arguments[-1].endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow writes Parquet")
    # For a matrix, the text has few entries, because a matrix keeps its entries in memory.
    block = LONG_LINE if arguments[0] == "matrix" else BLOCK
    _, base = peak(arguments, block, FEW, tmp_path)
    answer, most = peak(arguments, block, MANY, tmp_path)
    assert most < base + SPARE, f"{(most - base) >> 20} MiB more for {(MANY - FEW) >> 20} MiB of text"
    blocks = MANY // len(BLOCK)
    if arguments[0] == "analyze":
        found = json.loads(answer)
        words = Counter(" ".join(LINES).lower().split())
        assert found["documents"] == (4 * 5000 * blocks if "--lines" in arguments else 1)
        assert {entry["word"]: entry["count"] for entry in found["top"]} == {
            word: count * 5000 * blocks for word, count in words.most_common(20)
        }
    elif arguments == ["sentiment"]:
        assert [line.split()[1] for line in answer.decode().splitlines()[:4]] == [
            f"{kind * 5000 * blocks:,}" for kind in (4, 2, 1, 1)
        ]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_a_file_as_one_document_takes_little_memory(tmp_path: Path) -> None:
    file, blocks = tmp_path / "a.txt", 2 * MANY // len(BLOCK)
    with file.open("wb") as writer:
        for _ in range(blocks):
            writer.write(BLOCK)
    program = [sys.executable, "-c", MEASURED, "analyze", "--csv", "--top", "1", "a.txt"]
    answer = subprocess.run(program, cwd=tmp_path, capture_output=True, check=True).stdout
    file.unlink()
    assert answer == f"word,count\nthe,{3 * 5000 * blocks}\n".encode()
    assert int((tmp_path / "peak").read_text(encoding="ascii")) << 10 < 2 * MANY


# ---- The results of the library ----


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(commands, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


PIECES = st.sampled_from(
    ["good", "not", "GREAT!!", "awful", "but", ":)", "😀", "a", "very", "kind of", "\u3000", "é", ".", "-"]
)
TEXT_LINES = st.lists(st.lists(PIECES, max_size=6).map(" ".join), min_size=1, max_size=30)


@settings(max_examples=settings().max_examples // 3)
@given(lines=TEXT_LINES)
def test_sentiment_writes_the_scores_of_each_line(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    needs("sentiment")
    file = tmp_path_factory.mktemp("sentiment") / 'a, "b".txt'
    file.write_text("\n".join(lines), encoding="utf-8")
    analyzer = SentimentIntensityAnalyzer()
    expected = [(number, analyzer.polarity_scores(line)) for number, line in enumerate(lines, 1) if line.strip()]
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(("path", "line", "neg", "neu", "pos", "compound"))
    writer.writerows((file, number, *scores.values()) for number, scores in expected)
    assert run("sentiment", "--csv", file).stdout == rows.getvalue()
    objects = [json.dumps({"path": str(file), "line": number, **scores}) for number, scores in expected]
    assert run("sentiment", "--json", file).stdout == "".join(f"{line}\n" for line in objects)
    report = run("sentiment", file)
    if not expected:
        assert report.exit_code == 1
        assert report.stderr == "Error: there is no line to score\n"
        return
    compounds = [scores["compound"] for _, scores in expected]
    positive, negative = sum(c >= 0.05 for c in compounds), sum(c <= -0.05 for c in compounds)
    figures = [line.split()[1] for line in report.stdout.splitlines()]
    neutral = len(compounds) - positive - negative
    assert figures[:4] == list(map(str, (len(compounds), positive, neutral, negative)))
    assert float(figures[4]) == pytest.approx(math.fsum(compounds) / len(compounds), abs=0.0001)
    answer = json.loads(run("analyze", "--json", "--lines", "--sentiment", file).stdout)["sentiment"]
    assert answer.pop("compound") == pytest.approx(math.fsum(compounds) / len(compounds))
    assert answer == {"positive": positive, "neutral": neutral, "negative": negative}


def test_numbers_outside_the_range_of_vader_are_written_unchanged(tmp_path: Path) -> None:
    needs("sentiment")
    np = pytest.importorskip("numpy", reason="scores are arrays")
    from text_processor.cli.table_formats import Csv, JsonLines

    numbers = [0.0, -0.0, 1.0, -1.0, 0.123, 0.1234, -0.9999, 1 / 3, 2.5, math.inf, 1e-300, -1e300, math.nan]
    for column in (np.array(numbers), np.repeat(numbers, 2)[::2], numbers):
        assert Csv({"number": float}).rows([column]).split("\n") == [*map(repr, numbers[:-1]), "", ""]
        rows = [json.loads(row)["number"] for row in JsonLines({"number": float}).rows([column]).splitlines()]
        assert rows == [None if not math.isfinite(number) else number for number in numbers]
    lexicon = tmp_path / "lexicon.txt"
    lexicon.write_text("huge\t1e308\nlow\t-1e308\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("huge huge huge\nlow huge\n", encoding="utf-8")
    scores = SentimentIntensityAnalyzer(lexicon).line_scores("huge huge huge\nlow huge\n")
    rows = list(csv.reader(io.StringIO(run("sentiment", "--lexicon", lexicon, "--csv", tmp_path / "a.txt").stdout)))
    assert [row[5] for row in rows[1:]] == [
        "" if math.isnan(score) else repr(score) for score in scores["compound"].tolist()
    ]


# ---- Sentiment in the report of analyze ----


def test_the_report_has_the_sentiment_of_vader_only_with_the_option(tmp_path: Path) -> None:
    needs("sentiment")
    (tmp_path / "a.txt").write_text("Good! It was good, really GREAT.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("It was not good at all.\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    assert "Sentiment" not in run("analyze", tmp_path).stdout
    assert json.loads(run("analyze", "--json", tmp_path).stdout)["sentiment"] is None
    analyzer = SentimentIntensityAnalyzer()
    both = [
        analyzer.polarity_scores((tmp_path / name).read_text(encoding="utf-8"))["compound"]
        for name in ("a.txt", "b.txt")
    ]
    mean = sum(both) / 2
    line = next(line for line in run("analyze", "--sentiment", tmp_path).stdout.splitlines() if "Sentiment" in line)
    assert line.split() == f"Sentiment {mean:+.3f} by VADER; 50% positive, 0% neutral, 50% negative".split()
    answer = json.loads(run("analyze", "--sentiment", "--json", tmp_path).stdout)
    assert answer["sentiment"] == {"compound": pytest.approx(mean), "positive": 1, "neutral": 0, "negative": 1}
    # All other parts of the result are the same.
    plain = json.loads(run("analyze", "--json", tmp_path).stdout)
    for key in ("sentiment", "seconds", "megabytes_per_second"):
        del plain[key], answer[key]
    assert plain == answer


def test_sentiment_does_not_count_skipped_files(tmp_path: Path) -> None:
    needs("sentiment")
    (tmp_path / "a.txt").write_text("a good day", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"an awful day \xff")
    for options in ((), ("--lines",)):
        result = run("analyze", "--sentiment", "--json", *options, tmp_path)
        answer = json.loads(result.stdout)
        assert result.exit_code == 1
        assert (answer["documents"], answer["sentiment"]["positive"], answer["sentiment"]["negative"]) == (1, 1, 0)


@pytest.mark.parametrize("module", ["numpy", "vaderSentiment"])
@pytest.mark.parametrize("command", ["analyze --sentiment", "sentiment"])
def test_the_error_names_a_library_that_sentiment_needs(tmp_path: Path, command: str, module: str) -> None:
    (tmp_path / "a.txt").write_text("a good day", encoding="utf-8")
    hide = (
        "import sys; from importlib import util; sys.modules['numpy'] = None"
        if module == "numpy"
        else "from importlib import util; found = util.find_spec; "
        "util.find_spec = lambda name, *rest: None if name == 'vaderSentiment' else found(name, *rest)"
    )
    code = f"{hide}; from text_processor.__main__ import main; main()"
    program = [sys.executable, "-c", code, *command.split(), "a.txt"]
    result = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "pip install" in result.stderr
    assert module in result.stderr
