"""The benchmark: its text can be had again, unequal answers are errors, and its page keeps what people wrote."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import adversary
import data
import figures
import numpy as np
import pages
import pytest
from measuring import Comparison, Contest, DifferentAnswersError, LeftOut, Measured, Result, Side, measure, timed
from report import Report, regenerated, significant
from stages import Stage, Stages

pytestmark = pytest.mark.once


def fixed(amount: float, answer: object = None) -> Side:
    return lambda: Measured(amount, answer)


def contest(ours: object, theirs: object, excuse: str | None = None) -> Contest:
    return Contest("the work", "a peer", fixed(2.0, ours), fixed(6.0, theirs), 4.0, excuse=excuse)


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


def test_generated_words_are_as_frequent_as_zipfs_law_has_it() -> None:
    ranks = Counter(data.ranks(np.random.default_rng(1), 400_000).tolist())
    for rank in (2, 10, 100):
        assert ranks[1] / ranks[rank] == pytest.approx(np.log(2) / np.log(1 + 1 / rank), rel=0.25)


def test_distinct_words_grow_as_in_real_text() -> None:
    words = data.zipf_text(1, 4_000_000).split()
    growth = len(set(words)) / len(set(words[: len(words) // 4]))
    assert 4**0.5 < growth < 4**0.75


def test_no_two_ranks_are_spelled_alike() -> None:
    ranks = np.concatenate([np.arange(1, 50_000), 10 ** np.arange(5, 13)])
    words = {bytes(word).rstrip(b"\0") for word in data.spelled(ranks)}
    assert len(words) == len(ranks)
    assert all(word.isalpha() and word.islower() for word in words)


def test_files_are_repeated_whole_until_about_a_length(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\xff two")
    (tmp_path / "b.txt").write_bytes(b"three\n")
    once = "one\N{REPLACEMENT CHARACTER} two\nthree\n".encode()
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    assert data.corpus(files, 1) == once
    assert data.corpus(files, 3 * len(once) + 1) == 3 * once


def test_words_are_counted_as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "LINES_AT_ONCE", 4)
    assert data.word_count("to be\u3000or\n\nnot\xa0to\n be".encode()) == 6


def test_lines_hold_no_whitespace_but_spaces() -> None:
    assert data.lines_of("a\tb\u00a0c\r\n\n \nd".encode()) == ["a b c ", "d"]


@pytest.mark.parametrize("kind", adversary.KINDS)
def test_an_adversary_has_as_many_words_as_asked_for(kind: str) -> None:
    words = adversary.KINDS[kind](3_000)
    assert len(set(words.tolist())) == 3_000
    ordinary = adversary.ordinary(3_000, words.dtype.itemsize, np.random.default_rng(1))
    assert len(set(ordinary.tolist())) == 3_000
    assert {len(word) for word in words.tolist()} == {len(word) for word in ordinary.tolist()}
    text = adversary.text_of(words, 10_000, np.random.default_rng(1))
    assert Counter(text.split()).keys() == set(words.tolist())


def test_words_that_collide_without_seeds_are_crowded() -> None:
    words = adversary.colliding_without_seeds(3_000)
    hashes = adversary.unseeded_hash(words.view(np.uint8).reshape(-1, 8))
    # In a table of twice as many slots, where ordinary words have about every second slot.
    assert len(set((hashes >> 19).tolist())) < 10


# ---- Contests ----


def test_a_contest_whose_answers_differ_is_an_error_that_names_it() -> None:
    with pytest.raises(DifferentAnswersError, match="the work, against a peer: the answers differ"):
        measure(contest(1, 2), rounds=3, seconds=0.0)


def test_where_a_peer_may_answer_differently_the_contest_is_left_out() -> None:
    assert measure(contest(1, 2, "because"), 3, 0.0) == LeftOut("the work", "a peer", "because")
    assert isinstance(measure(contest(1, 1, "because"), 3, 0.0), Result)


@pytest.mark.parametrize(
    ("comparison", "figure", "met"),
    [(Comparison.SPEED, 3.0, False), (Comparison.COST, 1 / 3, True), (Comparison.EXCESS, -4.0, True)],
)
def test_a_figure_is_made_of_each_pair(comparison: Comparison, figure: float, met: bool) -> None:
    found = measure(Contest("w", "p", fixed(2.0), fixed(6.0), 4.0, comparison), rounds=5, seconds=60.0)
    assert isinstance(found, Result)
    assert (found.ours, found.theirs, found.rounds) == (2.0, 6.0, 5)
    assert found.figure == found.lowest == found.highest == pytest.approx(figure)
    assert found.met is met


def test_both_sides_run_in_turn_and_the_first_round_does_not_count() -> None:
    order: list[str] = []

    def side(name: str, amounts: list[float]) -> Side:
        def run() -> Measured:
            order.append(name)
            return Measured(amounts.pop(0), None)

        return run

    found = measure(Contest("w", "p", side("a", [9, 1, 2, 3]), side("b", [1, 4, 4, 6]), None), rounds=3, seconds=60.0)
    assert order == ["a", "b"] * 4
    assert isinstance(found, Result)
    assert (found.ours, found.theirs, found.figure, found.lowest, found.highest) == (2, 4, 2, 2, 4)
    assert found.met is None


def test_the_answer_of_a_timed_side_is_that_of_its_last_run() -> None:
    answers = iter([3, 4, 5])
    measured = timed(lambda: next(answers), lambda number: number * 10, times=3)()
    assert measured.answer == 50
    assert measured.amount >= 0


# ---- The report ----


@pytest.fixture
def report() -> Report:
    result = Result("count", "wc", "s", 0.0125, 0.05, Comparison.SPEED, 4.0, 3.5, 4.25, 9, 5.0)
    memory = Result("keep", "the text", "MB", 20.0, 10.0, Comparison.COST, 2.0, 1.9, 2.1, 3, 2.2)
    loading = Result("import", "cffi", "s", 0.03, 0.01, Comparison.EXCESS, 0.02, 0.019, 0.0215, 3, None)
    stages = Stages(1_000_000, (Stage("scan", 0.002, "reading it", 0.001),), {"reading": "7 GB/s"})
    left_out = LeftOut("scripts", "English", "no pages")
    return Report({"Processor": "fast"}, "a.txt", [result, memory, loading], [left_out], stages)


def test_the_report_has_a_line_for_each_result(report: Report) -> None:
    parts = report.parts()
    assert "- Processor: fast\n" in parts["machine"]
    assert "1 of 2 targets are met." in parts["results"]
    assert "| count | wc | 12.5 ms | 50.0 ms | 4.00× | 3.50 to 4.25 | ≥ 5× | no |\n" in parts["results"]
    assert "| keep | the text | 20.0 MB | 10.0 MB | 2.00× | 1.90 to 2.10 | ≤ 2.2× | yes |\n" in parts["results"]
    assert "| import | cffi | 30.0 ms | 10.0 ms | 20.0 ms more | 19.0 to 21.5 |  |  |\n" in parts["results"]
    assert "Left out: scripts, against English: no pages." in parts["results"]
    assert "| scan | 2.00 ms | 2.00 | reading it | 1.00 ms | 2.0 |\n" in parts["stages"]


def test_the_figures_can_be_read_by_programs(report: Report) -> None:
    found = json.loads(report.as_json())
    assert found["results"][0]["figure"] == 4.0
    assert found["results"][0]["met"] is False
    assert found["left_out"][0]["reason"] == "no pages"


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (12345.6, "12,346"), (99.96, "100"), (9.994, "9.99"), (0.05, "0.0500"), (0.00042, "0.0004")],
)
def test_numbers_have_three_digits_that_say_something(number: float, written: str) -> None:
    assert significant(number) == written


def test_what_people_wrote_on_the_page_stays() -> None:
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
def test_a_page_without_its_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="begin: a"):
        regenerated(page, {"a": "new"})


def test_a_report_can_be_read_again(report: Report) -> None:
    assert Report.from_json(report.as_json()) == report


def test_other_pages_show_some_results(report: Report) -> None:
    assert report.extract([("ount", "w")]) == (
        "| work | compared with | text_processor | the other | times as fast | lowest to highest |\n"
        "| --- | --- | ---: | ---: | ---: | ---: |\n"
        "| count | wc | 12.5 ms | 50.0 ms | 4.00× | 3.50 to 4.25 |\n"
        "\nProcessor: fast. Text: a.txt.\n"
    )
    # What could not be measured on some text has no row.
    assert report.extract([("scripts", "English")]).count("\n") == 4


@pytest.mark.parametrize("chosen", [("count", "polars"), ("", "")])
def test_a_page_must_name_one_result_for_each_row(report: Report, chosen: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="there must be one"):
        report.extract([chosen])


@pytest.fixture
def committed() -> Report:
    if not (figures.ROOT / figures.PERFORMANCE).exists():
        pytest.skip("the pages are part of the source tree, which is not here")
    return Report.from_json(figures.RESULTS.read_text(encoding="utf-8"))


def test_the_figures_on_the_pages_are_those_of_the_results(committed: Report) -> None:
    for page, text in figures.pages(committed).items():
        assert (figures.ROOT / page).read_text(encoding="utf-8") == text, "python benchmarks/figures.py writes it anew"


def test_figures_are_written_where_a_run_wants_them(committed: Report, tmp_path: Path) -> None:
    assert {str(path.relative_to(tmp_path)) for path in figures.write(committed, tmp_path)} == {
        "README.md",
        "docs/performance.md",
        "docs/tokenizers.md",
        "docs/vectorizers.md",
    }


def test_no_page_compares_speeds_outside_its_generated_parts(committed: Report) -> None:
    """Except docs/performance.md, which tells what was tried."""
    assert committed
    number = r"(\d[\d.,]*|two|three|four|five|ten|twenty|hundred)"
    compares = re.compile(rf"\d×|{number} times (as|faster|more|less)|\dx faster|\d [MG]B/s")
    for page in pages.pages():
        if page not in {figures.PERFORMANCE, "CHANGELOG.md"}:
            by_hand = re.sub(r"<!-- begin: figures -->.*?<!-- end: figures -->", "", pages.text(page), flags=re.DOTALL)
            assert compares.findall(" ".join(by_hand.split())) == [], page


def test_the_page_about_performance_leaves_the_figures_of_its_run_to_the_table(committed: Report) -> None:
    assert committed
    by_hand = re.sub(r"<!-- begin: .*?<!-- end: \w+ -->", "", pages.text(figures.PERFORMANCE), flags=re.DOTALL)
    assert not re.search(r"(this|the last|the latest) (run|one)\b", by_hand)
