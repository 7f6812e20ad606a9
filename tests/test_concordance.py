"""Concordances: lines, windows, order, columns, and the numbers of matches."""

from __future__ import annotations

import copy
import pickle
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import (
    AsyncTextAnalyzer,
    Concordance,
    InvalidOptionError,
    InvalidPatternError,
    TextAnalyzer,
    TextNotStoredError,
    load_core,
)
from text_processor import sentence_spans as spans_of_sentences

C4 = ["the cat sat on the mat the cat ran", "a dog sat on the log", "the dog and the cat ran to the log", ""]
"""The small corpus of the specification of the analyses."""


def analyzer_of(texts: list[str], **options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(texts, missing="keep")
    return analyzer


def rows(lines: Concordance, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(lines.to_dict()[name] for name in names), strict=True))


# ---- A search in plain Python ----

TEXTS = st.lists(st.text("abBé.! \n", max_size=40), max_size=8)
SLOTS = st.lists(st.sampled_from(["a", "B", "ab*", "*b", "?", None]), min_size=1, max_size=3).map(tuple)


def plain_lines(
    texts: list[str], slots: tuple[str | None, ...], left: int, right: int, unit: str, *, in_sentences: bool
) -> list[tuple[Any, ...]]:
    """The document, the places and the texts of each match of words between whitespace."""
    found = []
    for number, text in enumerate(texts):
        words = [(one.start(), one.end()) for one in re.finditer(r"\S+", text)]
        sentences = spans_of_sentences(text)
        starts = [start for start, _ in sentences]

        def sentence(place: int, starts: list[int] = starts) -> int:
            return max(sum(start <= place for start in starts) - 1, 0)

        for first in range(len(words) - len(slots) + 1):
            own = words[first : first + len(slots)]
            if not all(fits(slot, text[slice(*word)]) for slot, word in zip(slots, own, strict=True)):
                continue
            (start, _), (last, end) = own[0], own[-1]
            near = [word for word in words if not in_sentences or sentence(word[0]) == sentence(start)]
            if in_sentences and sentence(start) != sentence(last):
                continue
            before = [word for word in near if word[0] < start][-left:] if left else []
            after = [word for word in near if word[0] > last][:right]
            if unit == "characters":
                begin = max(start - left, near[0][0] if in_sentences else 0)
                finish = min(end + right, near[-1][1] if in_sentences else len(text))
            elif unit == "sentences":
                begin = starts[max(sentence(start) - left, 0)] if sentence(start) > left else 0
                finish = [*starts, len(text)][min(sentence(end - 1) + right + 1, len(starts))]
            else:
                begin, finish = before[0][0] if before else start, after[-1][1] if after else end
            texts_of_line = text[begin:start].strip(), text[start:end], text[end:finish].strip()
            found.append((number, first, first + len(slots), start, end, *texts_of_line))
    return found


def fits(slot: str | None, word: str) -> bool:
    return slot is None or re.fullmatch(slot.lower().replace("*", ".*").replace("?", "."), word.lower()) is not None


@given(
    texts=TEXTS,
    slots=SLOTS,
    left=st.integers(0, 4),
    right=st.integers(0, 4),
    unit=st.sampled_from(["tokens", "characters", "sentences"]),
    in_sentences=st.booleans(),
)
def test_lines_are_those_of_a_plain_search(
    texts: list[str], slots: tuple[str | None, ...], left: int, right: int, unit: Any, in_sentences: bool
) -> None:
    within: Any = "sentence" if in_sentences else "document"
    lines = analyzer_of(texts).kwic(slots, window=(left, right), unit=unit, within=within)
    names = ["document", "from", "to", "start", "end", "left", "match", "right"]
    assert rows(lines, *names) == plain_lines(texts, slots, left, right, unit, in_sentences=in_sentences)
    for line in lines:
        text = texts[line.document]
        assert text[line.start : line.end] == line.match
    sliced = analyzer_of(texts).kwic(slots, window=(left, right), unit=unit, within=within, offsets="bytes")
    for line in sliced:
        assert texts[line.document].encode()[line.start : line.end] == line.match.encode()


@given(texts=TEXTS, slots=SLOTS, limit=st.integers(0, 4), offset=st.integers(0, 4))
def test_limit_and_offset_choose_a_page_of_all_lines(
    texts: list[str], slots: tuple[str | None, ...], limit: int, offset: int
) -> None:
    analyzer = analyzer_of(texts)
    for sort in (None, "1R", "frequency"):
        every = analyzer.kwic(slots, sort=sort)
        page = analyzer.kwic(slots, sort=sort, limit=limit, offset=offset)
        assert page == every[offset : offset + limit]
        assert page.names == every.names


def test_examples_of_the_specification() -> None:
    analyzer = analyzer_of(C4)
    cats = analyzer.kwic("cat", window=2)
    expected = [(0, 1, "the", "sat on"), (0, 7, "mat the", "ran"), (2, 4, "and the", "ran to")]
    assert rows(cats, "document", "from", "left", "right") == expected
    phrase = analyzer.kwic("the *")
    assert rows(phrase, "document", "from") == [(0, 0), (0, 4), (0, 6), (1, 4), (2, 0), (2, 3), (2, 7)]
    assert set(phrase["pattern"]) == {"the *"}


def test_matches_may_overlap() -> None:
    assert rows(analyzer_of(["a a a"]).kwic("a a"), "from", "to") == [(0, 2), (1, 3)]


def test_a_search_without_matches_gives_an_empty_table_with_columns() -> None:
    lines = analyzer_of(C4).kwic("absent")
    names = ["document", "from", "to", "start", "end", "left", "match", "right", "pattern"]
    assert (len(lines), lines.names) == (0, names)
    assert len(analyzer_of([]).kwic("absent")) == 0
    assert str(lines) == "(0 lines)"


@given(
    words=st.lists(st.sampled_from(["a", "A", "b", "c"]), max_size=60),
    phrase=st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
)
def test_lines_are_those_of_nltk(words: list[str], phrase: list[str]) -> None:
    text = pytest.importorskip("nltk.text", reason="NLTK is not installed").Text(words)
    lines = analyzer_of([" ".join(words)]).kwic(" ".join(phrase), window=(20, 19))
    found = text.concordance_list(phrase, width=80, lines=len(words)) if words else []
    assert [(line.query.split(), line.offset, line.left) for line in found] == [
        (line.match.split(), line[1], line.left.split()) for line in lines
    ]
    # In NLTK, a longer phrase leaves less text after it.
    most = 20 - len(phrase)
    assert [line.right for line in found] == [line.right.split()[:most] for line in lines]


# ---- The quoted text ----


@pytest.mark.parametrize(
    ("tokenizer", "text", "pattern", "expected"),
    [
        ("unicode", '"Well," he said: "go!"', "said", ('Well," he', "said", ': "go')),
        ("word", "ΟΔΥΣΣΕΥΣ ΚΑΙ İSTANBUL, καί", "και", ("ΟΔΥΣΣΕΥΣ", "ΚΑΙ", "İSTANBUL, καί")),
        ("characters", "東京都", "京", ("東", "京", "都")),
        ("unicode-segments", "to be", ("to", None, "be"), ("", "to be", "")),
        (re.compile(r"#(\w+)"), "a #tag and #more", "tag", ("", "tag", "and #more")),
    ],
)
def test_lines_quote_the_unchanged_text_with_every_tokenizer(
    tokenizer: Any, text: str, pattern: Any, expected: tuple[str, str, str]
) -> None:
    (line,) = analyzer_of([text], tokenizer=tokenizer).kwic(pattern, window=2)
    assert (line.left, line.match, line.right) == expected
    assert text[line.start : line.end] == line.match


def test_spacing_stays_as_it_is() -> None:
    (line,) = analyzer_of(["one,  two\n\tthree\u3000four "]).kwic("three", window=2)
    assert (line.left, line.right) == ("one,  two", "four")


def test_matches_and_windows_can_be_limited_to_a_sentence() -> None:
    analyzer = analyzer_of(["It rained. We went home. It was late."], tokenizer="unicode")
    assert rows(analyzer.kwic("went", within="sentence"), "left", "right") == [("We", "home")]
    assert rows(analyzer.kwic("went"), "left", "right") == [("It rained. We", "home. It was late")]
    assert len(analyzer.kwic("home it")) == 1
    assert len(analyzer.kwic("home it", within="sentence")) == 0
    (line,) = analyzer.kwic("went", unit="sentences", window=(1, 0))
    assert (line.left, line.right) == ("It rained. We", "home.")


def test_line_ends_inside_a_paragraph_can_count_as_spaces() -> None:
    analyzer = analyzer_of(["We went\nhome late."])
    assert len(analyzer.kwic("went home", within="sentence")) == 0
    assert len(analyzer.kwic("went home", within="sentence", unwrap=True)) == 1


# ---- Order and choice ----


def test_lines_are_sorted_by_words_around_the_match() -> None:
    analyzer = analyzer_of(C4)
    assert [line.right.split()[0] for line in analyzer.kwic("the", sort="1R")] == sorted(
        ["cat", "mat", "cat", "log", "dog", "cat", "log"]
    )
    assert [line.left for line in analyzer.kwic("the", window=1, sort="1L")] == ["", "", "and", "mat", "on", "on", "to"]
    assert [line.match for line in analyzer.kwic({"c?t", "dog"}, sort=["match"])] == ["cat"] * 3 + ["dog"] * 2
    frequent = analyzer.kwic("the", window=1, sort="frequency 1R")
    assert [line.right for line in frequent] == ["cat"] * 3 + ["log"] * 2 + ["dog", "mat"]


def test_upper_and_lower_case_do_not_matter_when_lines_are_sorted() -> None:
    lines = analyzer_of(["x b", "x A", "x a", "x B"]).kwic("x", window=1, sort="1R")
    assert [line.right for line in lines] == ["A", "a", "b", "B"]


def test_lines_are_sorted_by_variables() -> None:
    analyzer = TextAnalyzer()
    variables = {"year": [1902, None, 1899], "speaker": ["B", "A", None]}
    analyzer.add_documents(["go now", "go home", "go on"], ids=["x", "y", "z"], variables=variables)
    assert analyzer.kwic("go", sort="year")["id"] == ["z", "x", "y"]
    assert analyzer.kwic("go", sort=["speaker"])["id"] == ["y", "x", "z"]
    lines = analyzer.kwic("go", sort="1R", variables=["speaker", "year"])
    assert lines.names[:2] == ["document", "id"]
    assert lines.names[-2:] == ["speaker", "year"]
    assert rows(lines, "id", "speaker", "year") == [("y", "A", None), ("x", "B", 1902), ("z", None, 1899)]
    assert analyzer.kwic("go", variables="year", limit=1).to_dict()["year"] == [1902]


def test_lines_with_nan_and_none_are_sorted_as_equally_missing() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a c", "a b", "a d"], variables={"size": [float("nan"), None, 2.0]})
    assert list(analyzer.kwic("a", sort="size 1R")["right"]) == ["d", "b", "c"]


def test_a_sample_depends_only_on_its_seed() -> None:
    analyzer = analyzer_of(["a b c a"] * 50)
    every = rows(analyzer.kwic("a"), "document", "from")
    chosen = rows(analyzer.kwic("a", sample=9, seed=-3), "document", "from")
    assert chosen == rows(analyzer.kwic("a", sample=9, seed=-3), "document", "from")
    assert len(chosen) == 9
    assert chosen == sorted(chosen)
    assert set(chosen) < set(every)
    assert len(analyzer.kwic("a", sample=1000)) == 100
    assert len(analyzer.kwic("a", sample=0)) == 0
    assert len({tuple(rows(analyzer.kwic("a", sample=5), "document", "from")) for _ in range(9)}) > 1


@pytest.mark.parametrize("threads", [1, 3])
def test_lines_do_not_depend_on_the_number_of_threads(threads: int) -> None:
    texts = ["The cat sat. A cat ran! É " * 40_000, *(f"the cat {number} é" for number in range(3000))]
    lines = analyzer_of(texts, threads=threads).kwic("cat", window=3, sort="1R", within="sentence")
    assert len(lines) == 83_000
    assert Counter(lines["right"])["sat."] == 40_000
    (last,) = analyzer_of(texts, threads=threads).kwic("cat", limit=1, offset=79_999)
    assert (last.start, last.match) == (texts[0].rindex("cat"), "cat")


def test_parts_and_merged_analyzers_have_the_lines_of_their_documents() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(C4, missing="keep", ids=["d1", "d2", "d3", "d4"])
    part = analyzer.subset(["d3", "d1"])
    assert [(line.id, line.left) for line in part.kwic("cat", window=1)] == [
        ("d1", "the"),
        ("d1", "the"),
        ("d3", "the"),
    ]
    merged = analyzer.subset(["d2"]) + analyzer.subset(["d3"])
    assert rows(merged.kwic("log", window=1), "document", "id", "left") == [(0, "d2", "the"), (1, "d3", "the")]
    analyzer.remove(["d1"])
    assert analyzer.kwic("cat")["id"] == ["d3"]


def test_a_concordance_can_be_copied_and_given_to_other_libraries() -> None:
    lines = analyzer_of(C4).kwic("cat", window=1)
    copied = pickle.loads(pickle.dumps(lines))  # noqa: S301  # made here
    assert type(copied) is Concordance
    assert copied == lines == copy.copy(lines)
    polars = pytest.importorskip("polars", reason="polars is not installed")
    assert polars.DataFrame(lines)["left"].to_list() == ["the", "the", "the"]


# ---- Numbers of matches ----


def test_matches_are_counted_by_label_and_group() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(C4, missing="keep", variables={"kind": ["x", "y", "x", "z"]})
    counted = analyzer.count_matches("the *", {"pets": ["cat", re.compile("^d.g$"), "cat"]})
    assert list(counted) == [("the *", 7, 3), ("pets", 5, 3)]
    grouped = analyzer.count_matches("cat", "log", by="kind")
    assert grouped.names == ["kind", "pattern", "count", "documents"]
    expected = [("x", "cat", 3, 2), ("x", "log", 1, 1), ("y", "cat", 0, 0), ("y", "log", 1, 1)]
    assert list(grouped) == [*expected, ("z", "cat", 0, 0), ("z", "log", 0, 0)]
    assert len(analyzer_of([]).count_matches("cat", by=[])) == 0


@given(texts=TEXTS, slots=SLOTS)
def test_counts_are_numbers_of_lines(texts: list[str], slots: tuple[str | None, ...]) -> None:
    analyzer = analyzer_of(texts)
    documents = analyzer.kwic(slots).to_dict()["document"]
    ((_, count, of),) = analyzer.count_matches(slots)
    assert (count, of) == (len(documents), len(set(documents)))


def test_an_analyzer_without_texts_counts_single_words() -> None:
    analyzer = TextAnalyzer(store_text=False)
    analyzer.add_documents(["the cat", "The dog"])
    assert analyzer.count_matches("the", "c*").to_dict() == {
        "pattern": ["the", "c*"],
        "count": [2, 1],
        "documents": [None, None],
    }
    with pytest.raises(TextNotStoredError):
        analyzer.kwic("the")
    with pytest.raises(TextNotStoredError):
        analyzer.count_matches("the cat")
    with pytest.raises(TextNotStoredError):
        analyzer.count_matches("the", by=[1, 2])


# ---- Wrong arguments ----


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda one: one.kwic(), InvalidOptionError, "there is no pattern"),
        (lambda one: one.kwic(""), InvalidPatternError, "a pattern is empty"),
        (lambda one: one.kwic(" \u3000"), InvalidPatternError, "is empty"),
        (lambda one: one.kwic(()), InvalidPatternError, "empty tuple"),
        (lambda one: one.kwic(("",)), InvalidPatternError, "empty word"),
        (lambda one: one.kwic(set()), InvalidPatternError, "empty set"),
        (lambda one: one.kwic({}), InvalidPatternError, "empty mapping"),
        (lambda one: one.kwic({"x": []}), InvalidPatternError, "'x' has no pattern"),
        (lambda one: one.kwic(7), TypeError, "not int"),
        (lambda one: one.kwic(("a", ["b"])), TypeError, "not list"),
        (lambda one: one.kwic({1: "a"}), TypeError, "label"),
        (lambda one: one.kwic("\ud800"), InvalidOptionError, "surrogate"),
        (lambda one: one.kwic(re.compile(b"a")), TypeError, "not for bytes"),
        (lambda one: one.kwic(re.compile("(?=a)")), InvalidPatternError, "or pass the set of the words"),
        (lambda one: one.kwic("a", on="words"), InvalidOptionError, "on='words'"),
        (lambda one: one.kwic("a", unit="token"), InvalidOptionError, "did you mean 'tokens'"),
        (lambda one: one.kwic("a", within="line"), InvalidOptionError, "within='line'"),
        (lambda one: one.kwic("a", window=(1, 2, 3)), InvalidOptionError, "not 3 numbers"),
        (lambda one: one.kwic("a", window=-1), InvalidOptionError, "window must be from 0"),
        (lambda one: one.kwic("a", sort="R1"), InvalidOptionError, "sort='R1' is not known"),
        (lambda one: one.kwic("a", sort="0L"), InvalidOptionError, "sort='0L' is not known"),
        (lambda one: one.kwic("a", sort=5), TypeError, "sort must be"),
        (lambda one: one.kwic("a", offsets="words"), InvalidOptionError, "offsets='words'"),
        (lambda one: one.kwic("a", offset=-1), InvalidOptionError, "offset"),
        (lambda one: one.kwic("a", variables=["party"]), InvalidOptionError, "party"),
        (lambda one: one.count_matches("a", by="party"), InvalidOptionError, "party"),
        (lambda one: one.count_matches("a", re.compile("a")), InvalidOptionError, "would have the label 'a'"),
        (lambda one: one.kwic("*", None), InvalidOptionError, "would have the label '*'"),
    ],
)
def test_wrong_arguments_raise_errors(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call(analyzer_of(["a b"]))


def test_variables_that_give_a_column_twice_are_refused() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a"], ids=["x"], variables={"kind": [1]})
    with pytest.raises(InvalidOptionError, match="variables='id' is not needed"):
        analyzer.kwic("a", variables=["id"])
    with pytest.raises(InvalidOptionError, match="variables has 'kind' more than once"):
        analyzer.kwic("a", variables=["kind", "kind"])


def test_a_variable_with_the_name_of_a_column_is_refused() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a"], variables={"left": [1]})
    with pytest.raises(InvalidOptionError, match="a concordance has a column 'left'"):
        analyzer.kwic("a", variables=["left"])


# ---- The text of a concordance ----


def test_all_matches_are_shown_below_each_other() -> None:
    analyzer = analyzer_of(["The quick 東京 dog runs\nhome", "A dog\x1b[31m!", f"{'long ' * 20} dog {'text ' * 20}"])
    lines = analyzer.kwic("dog*", window=20)
    assert isinstance(lines, Concordance)
    assert repr(lines) == "Concordance(lines=3)"
    shown = str(lines).split("\n")
    assert shown[0] == f"0  {' ' * 26}The quick 東京  dog           runs home"
    assert shown[1].endswith("A  dog\\x1b[31m!")
    assert shown[2] == f"2  …{' '.join(['long'] * 8)}  dog           {'text ' * 7}text…"
    html = lines._repr_html_()
    assert html.count("<tr>") == 3
    assert '<td style="font-weight: bold">dog</td>' in html
    assert html.endswith("<p>3 lines</p>")


def test_only_the_first_lines_are_shown() -> None:
    lines = analyzer_of(["a <b>"] * 30).kwic("a")
    shown = str(lines).split("\n")
    assert (len(shown), shown[-1]) == (21, "(30 lines)")
    assert "&lt;b&gt;" in lines._repr_html_()
    assert str(lines[:1]) == "0    a  <b>"


async def async_lines() -> tuple[Concordance, list[Any]]:
    async with AsyncTextAnalyzer(analyzer_of(C4)) as texts:
        return await texts.kwic("cat", window=1, sort="1R"), list(await texts.count_matches("cat"))


def test_lines_can_be_awaited() -> None:
    import asyncio

    lines, counted = asyncio.run(async_lines())
    assert lines == analyzer_of(C4).kwic("cat", window=1, sort="1R")
    assert counted == [("cat", 3, 2)]


def test_a_concordance_uses_the_core_of_its_analyzer() -> None:
    analyzer = analyzer_of(C4, core=load_core())
    assert len(analyzer.kwic("cat").to_dict()["left"]) == 3
