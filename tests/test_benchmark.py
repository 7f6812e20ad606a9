"""The benchmark: its text is reproducible, different answers are errors, and its page keeps text written by hand."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import adversary
import data
import figures
import numpy as np
import pages
import pytest
from measuring import Comparison, DifferentAnswersError, FigureKind, LeftOut, Measured, Result, Side, measure, timed
from report import Report, regenerated, significant
from stages import Stage, Stages
from threads import Scaling, numbers_of_threads

pytestmark = pytest.mark.once


def fixed(amount: float, answer: object = None) -> Side:
    return lambda: Measured(amount, answer)


def comparison(ours: object, theirs: object, excuse: str | None = None) -> Comparison:
    return Comparison("the work", "a peer", fixed(2.0, ours), fixed(6.0, theirs), 4.0, excuse=excuse)


# ---- Text ----


def test_generated_text_is_the_same_for_the_same_seed() -> None:
    text = data.zipf_text(7, 100_000)
    assert text == data.zipf_text(7, 100_000)
    assert text != data.zipf_text(8, 100_000)


@pytest.mark.parametrize("length", [1, 10_000, 6_000_000])
def test_generated_text_ends_with_the_line_that_reaches_its_length(length: int) -> None:
    text = data.zipf_text(1, length)
    assert length <= len(text) < length + 2_000
    assert text.endswith(b".\n")
    assert text.count(b"\n", 0, length - 1) in (text.count(b"\n"), text.count(b"\n") - 1)


def test_the_frequencies_of_generated_words_follow_zipfs_law() -> None:
    ranks = Counter(data.ranks(np.random.default_rng(1), 400_000).tolist())
    for rank in (2, 10, 100):
        assert ranks[1] / ranks[rank] == pytest.approx(np.log(2) / np.log(1 + 1 / rank), rel=0.25)


def test_distinct_words_grow_as_in_real_text() -> None:
    words = data.zipf_text(1, 4_000_000).split()
    growth = len(set(words)) / len(set(words[: len(words) // 4]))
    assert 4**0.5 < growth < 4**0.75


def test_each_rank_has_its_own_spelling() -> None:
    ranks = np.concatenate([np.arange(1, 50_000), 10 ** np.arange(5, 13)])
    words = {bytes(word).rstrip(b"\0") for word in data.spelled(ranks)}
    assert len(words) == len(ranks)
    assert all(word.isalpha() and word.islower() for word in words)


def test_complete_files_are_repeated_up_to_about_a_length(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\xff two")
    (tmp_path / "b.txt").write_bytes(b"three\n")
    once = "one\N{REPLACEMENT CHARACTER} two\nthree\n".encode()
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    assert data.corpus(files, 1) == once
    assert data.corpus(files, 3 * len(once) + 1) == 3 * once


def test_a_dictionary_may_be_compressed(tmp_path: Path) -> None:
    text = b"caf\xe9 {to be}\n"
    (tmp_path / "plain").write_bytes(text)
    (tmp_path / "gcide.dict.dz").write_bytes(gzip.compress(text))
    for name in ("plain", "gcide.dict.dz"):
        assert data.dictionary(tmp_path / name) == "caf\N{REPLACEMENT CHARACTER} {to be}\n".encode()


def test_words_are_counted_as_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "LINES_AT_ONCE", 4)
    assert data.word_count("to be\u3000or\n\nnot\xa0to\n be".encode()) == 6


def test_lines_have_spaces_as_their_only_whitespace() -> None:
    assert data.lines_of("a\tb\u00a0c\r\n\n \nd".encode()) == ["a b c ", "d"]


@pytest.mark.parametrize("kind", adversary.KINDS)
def test_an_adversary_makes_the_requested_number_of_words(kind: str) -> None:
    words = adversary.KINDS[kind](3_000)
    assert len(set(words.tolist())) == 3_000
    ordinary = adversary.ordinary(3_000, words.dtype.itemsize, np.random.default_rng(1))
    assert len(set(ordinary.tolist())) == 3_000
    assert {len(word) for word in words.tolist()} == {len(word) for word in ordinary.tolist()}
    text = adversary.text_of(words, 10_000, np.random.default_rng(1))
    assert Counter(text.split()).keys() == set(words.tolist())


def test_words_that_collide_without_seeds_have_almost_the_same_hashes() -> None:
    words = adversary.colliding_without_seeds(3_000)
    hashes = adversary.unseeded_hash(words.view(np.uint8).reshape(-1, 8))
    # Ordinary words have hundreds of different values here.
    assert len(set((hashes >> 19).tolist())) < 10


# ---- Comparisons ----


def test_an_error_names_a_comparison_whose_answers_differ() -> None:
    with pytest.raises(DifferentAnswersError, match="the work, against a peer: the answers differ"):
        measure(comparison(1, 2), rounds=3, seconds=0.0)


def test_a_comparison_is_left_out_if_its_peer_gives_another_answer_as_expected() -> None:
    assert measure(comparison(1, 2, "because"), 3, 0.0) == LeftOut("the work", "a peer", "because")
    assert isinstance(measure(comparison(1, 1, "because"), 3, 0.0), Result)


@pytest.mark.parametrize(
    ("kind", "figure", "met"),
    [(FigureKind.SPEED, 3.0, False), (FigureKind.COST, 1 / 3, True), (FigureKind.EXCESS, -4.0, True)],
)
def test_each_round_gives_a_figure(kind: FigureKind, figure: float, met: bool) -> None:
    found = measure(Comparison("w", "p", fixed(2.0), fixed(6.0), 4.0, kind), rounds=5, seconds=60.0)
    assert isinstance(found, Result)
    assert (found.ours, found.theirs, found.rounds) == (2.0, 6.0, 5)
    assert found.figure == found.lowest == found.highest == pytest.approx(figure)
    assert found.met is met


def test_both_sides_run_in_turn_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []

    def side(name: str, amounts: list[float]) -> Side:
        def run() -> Measured:
            order.append(name)
            return Measured(amounts.pop(0), None)

        return run

    found = measure(
        Comparison("w", "p", side("a", [9, 1, 2, 3]), side("b", [1, 4, 4, 6]), None), rounds=3, seconds=60.0
    )
    assert order == ["a", "b"] * 4
    assert isinstance(found, Result)
    assert (found.ours, found.theirs, found.figure, found.lowest, found.highest) == (2, 4, 2, 2, 4)
    assert found.met is None


def test_the_compared_answer_is_that_of_the_last_timed_run() -> None:
    answers = iter([3, 4, 5])
    measured = timed(lambda: next(answers), lambda number: number * 10, times=3)()
    assert measured.answer == 50
    assert measured.amount >= 0


# ---- The report ----


@pytest.fixture
def report() -> Report:
    result = Result("count", "wc", "s", 0.0125, 0.05, FigureKind.SPEED, 4.0, 3.5, 4.25, 9, 5.0)
    memory = Result("keep", "the text", "MB", 20.0, 10.0, FigureKind.COST, 2.0, 1.9, 2.1, 3, 2.2)
    loading = Result("import", "cffi", "s", 0.03, 0.01, FigureKind.EXCESS, 0.02, 0.019, 0.0215, 3, None)
    stages = Stages(1_000_000, (Stage("scan", 0.002, "reading it", 0.001),), {"reading": "7 GB/s"})
    left_out = LeftOut("scripts", "English", "no pages")
    scaling = [Scaling("the text", {1: 0.2, 2: 0.1})]
    return Report({"Processor": "fast"}, "a.txt", [result, memory, loading], [left_out], stages, scaling)


def test_the_report_has_a_line_for_each_result(report: Report) -> None:
    parts = report.parts()
    assert "- Processor: fast\n" in parts["machine"]
    assert "1 of 2 targets are met." in parts["results"]
    assert "| count | wc | 12.5 ms | 50.0 ms | 4.00× | 3.50 to 4.25 | ≥ 5× | no |\n" in parts["results"]
    assert "| keep | the text | 20.0 MB | 10.0 MB | 2.00× | 1.90 to 2.10 | ≤ 2.2× | yes |\n" in parts["results"]
    assert "| import | cffi | 30.0 ms | 10.0 ms | 20.0 ms more | 19.0 to 21.5 |  |  |\n" in parts["results"]
    assert "Left out: scripts, against English: no pages." in parts["results"]
    assert "| scan | 2.00 ms | 2.00 | reading it | 1.00 ms | 2.0 |\n" in parts["stages"]


def test_the_report_is_readable_as_json(report: Report) -> None:
    found = json.loads(report.as_json())
    assert found["results"][0]["figure"] == 4.0
    assert found["results"][0]["met"] is False
    assert found["left_out"][0]["reason"] == "no pages"


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (12345.6, "12,346"), (99.96, "100"), (9.994, "9.99"), (0.05, "0.0500"), (0.00042, "0.0004")],
)
def test_numbers_have_three_significant_digits(number: float, written: str) -> None:
    assert significant(number) == written


def test_text_outside_the_markers_stays_unchanged() -> None:
    page = "by hand\n<!-- begin: a -->\nold\n<!-- end: a -->\nby hand too\n<!-- begin: b -->\n<!-- end: b -->\n"
    once = regenerated(page, {"a": "new \\1", "b": "x"})
    assert once == (
        "by hand\n<!-- begin: a -->\n\nnew \\1\n<!-- end: a -->\nby hand too\n<!-- begin: b -->\n\nx\n<!-- end: b -->\n"
    )
    assert regenerated(once, {"a": "new \\1", "b": "x"}) == once


@pytest.mark.parametrize(
    "page",
    ["", "<!-- begin: a -->\n", "<!-- end: a -->\n<!-- begin: a -->\n", "<!-- begin: a -->\n<!-- end: a -->\n" * 2],
)
def test_a_page_without_markers_raises_an_error(page: str) -> None:
    with pytest.raises(ValueError, match="begin: a"):
        regenerated(page, {"a": "new"})


def test_a_report_can_be_read_again(report: Report) -> None:
    assert Report.from_json(report.as_json()) == report


def test_a_report_without_scaling_can_be_read(report: Report) -> None:
    found = json.loads(report.as_json())
    del found["scaling"]
    assert Report.from_json(json.dumps(found)) == replace(report, scaling=[])


@pytest.mark.parametrize(("processors", "numbers"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])])
def test_indexing_is_measured_on_one_thread_up_to_all_processors(processors: int, numbers: list[int]) -> None:
    assert numbers_of_threads(processors) == numbers


def test_other_pages_show_some_results(report: Report) -> None:
    assert report.extract([("ount", "w")]) == (
        "| work | compared with | text_processor | the other tool | times as fast | lowest to highest |\n"
        "| --- | --- | ---: | ---: | ---: | ---: |\n"
        "| count | wc | 12.5 ms | 50.0 ms | 4.00× | 3.50 to 4.25 |\n"
        "\nProcessor: fast. Text: a.txt.\n"
    )
    # A comparison that was left out has no row.
    assert report.extract([("scripts", "English")]).count("\n") == 4


@pytest.mark.parametrize("chosen", [("count", "polars"), ("", "")])
def test_each_row_of_a_page_must_name_exactly_one_result(report: Report, chosen: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="there must be one"):
        report.extract([chosen])


@pytest.fixture
def committed() -> Report:
    if not (figures.ROOT / figures.PERFORMANCE).exists():
        pytest.skip("there are no pages outside the source tree")
    return Report.from_json(figures.RESULTS.read_text(encoding="utf-8"))


def test_the_figures_on_the_pages_come_from_the_results(committed: Report) -> None:
    for page, text in figures.pages(committed).items():
        assert (figures.ROOT / page).read_text(encoding="utf-8") == text, (
            "run python benchmarks/figures.py to update the page"
        )


def test_figures_are_written_into_the_folder_of_a_run(committed: Report, tmp_path: Path) -> None:
    assert {str(path.relative_to(tmp_path)) for path in figures.write(committed, tmp_path)} == {
        "README.md",
        "docs/performance.md",
        "docs/tokenizers.md",
        "docs/vectorizers.md",
    }


def test_no_page_compares_speeds_outside_its_generated_parts(committed: Report) -> None:
    """Except docs/performance.md, which describes past attempts."""
    assert committed
    number = r"(\d[\d.,]*|two|three|four|five|ten|twenty|hundred)"
    compares = re.compile(rf"\d×|{number} times (as|faster|more|less)|\dx faster|\d [MG]B/s")
    for page in pages.pages():
        if page not in {figures.PERFORMANCE, "CHANGELOG.md"}:
            by_hand = re.sub(r"<!-- begin: figures -->.*?<!-- end: figures -->", "", pages.text(page), flags=re.DOTALL)
            assert compares.findall(" ".join(by_hand.split())) == [], page


def test_the_page_about_performance_has_the_figures_of_its_run_only_in_the_table(committed: Report) -> None:
    assert committed
    by_hand = re.sub(r"<!-- begin: .*?<!-- end: \w+ -->", "", pages.text(figures.PERFORMANCE), flags=re.DOTALL)
    assert not re.search(r"(this|the last|the latest) (run|one)\b", by_hand)
