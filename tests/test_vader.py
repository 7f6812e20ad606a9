"""Sentiment by the rules of VADER: the package itself is the oracle."""

from __future__ import annotations

import ast
import copy
import doctest
import io
import json
import pickle
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidDocumentError, InvalidLexiconError, SentimentIntensityAnalyzer

oracle = pytest.importorskip("vaderSentiment.vaderSentiment", reason="vaderSentiment is not installed")
np = pytest.importorskip("numpy", reason="NumPy is not installed")

DATA = Path(__file__).parent / "data"

THEIRS = oracle.SentimentIntensityAnalyzer()


@pytest.fixture(scope="module", name="ours")
def ours_() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def same(ours: SentimentIntensityAnalyzer, text: str) -> None:
    # The scores are compared as text, because 0.0 equals -0.0.
    assert repr(ours.polarity_scores(text)) == repr(THEIRS.polarity_scores(text)), text


# ---- Random text with the words of the rules ----

LISTED: list[str] = sorted(THEIRS.lexicon)
ODD = ["no", "NO", "kind", "of", "but", "BUT", "But,", "least", "at", "very", "never", "so", "this", "without", "doubt"]
ODD += ["or", "Nor", "not", "isn't", "musn't!", "WON'T", "the", "shit", "bomb", "bad", "ass", "bus", "stop", "yeah"]
ODD += ["right", "kiss", "death", "to", "die", "for", "beating", "heart", "just", "enough", "sort", "no", "badass"]
NEUTRAL = ["word", "A", "I", "1", "ÉCOLE", "École", "ǅ", "ß", "İ", "ΣΑΣ", "光", "...", "''", "K", "ﬁne", "\u2028", "\0"]
MARKS = ["!", "!!!", "?", "??", "????", ".", ",", "'", '"', ":)", ":D", "(:", "\ud83d", "\ude00", "\ufe0f"]
SPACES = [" ", " ", " ", "  ", "\n", "\t", "\u3000", "\x1c", ""]

CASES: list[Callable[[str], str]] = [str, str, str, str.upper, str.title, str.lower]

words = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(ODD),
    st.sampled_from(LISTED),
    st.sampled_from(sorted(oracle.BOOSTER_DICT)),
    st.sampled_from(oracle.NEGATE),
    st.sampled_from(NEUTRAL),
    st.sampled_from(sorted(THEIRS.emojis)),
    st.text(string.printable, max_size=4),
)
cased = st.builds(lambda word, case: case(word), words, st.sampled_from(CASES))
pieces = st.one_of(cased, cased, cased, cased, st.sampled_from(MARKS))
texts = st.lists(st.tuples(pieces, st.sampled_from(SPACES)).map("".join), max_size=24).map("".join)


@given(texts)
def test_random_text_with_the_words_of_the_rules_has_the_same_scores(
    ours: SentimentIntensityAnalyzer, text: str
) -> None:
    same(ours, text)


@given(st.text(st.characters(exclude_categories=["Cn"]), max_size=60))
def test_any_text_has_the_same_scores(ours: SentimentIntensityAnalyzer, text: str) -> None:
    same(ours, text)


@given(
    st.lists(st.tuples(st.sampled_from([*ODD, *LISTED[::50]]), st.integers(1, 8)), max_size=8),
    st.permutations(range(6)),
)
def test_repeated_words_around_but_have_the_weights_of_the_package(
    ours: SentimentIntensityAnalyzer, words: list[tuple[str, int]], order: list[int]
) -> None:
    # The package finds the place of a value by `index()`, so the first word with the same value gets the weight.
    repeated = [word for word, times in words for _ in range(times)]
    same(ours, " ".join([*repeated, "but", *(word for place in order for word in repeated[place::6])]))


@pytest.fixture(scope="module")
def on_threads() -> list[SentimentIntensityAnalyzer]:
    return [SentimentIntensityAnalyzer(threads=threads) for threads in (1, 3)]


@given(st.lists(texts, max_size=30))
def test_many_texts_have_the_scores_of_each_text(
    ours: SentimentIntensityAnalyzer, on_threads: list[SentimentIntensityAnalyzer], many: list[str]
) -> None:
    expected = [tuple(ours.polarity_scores(text).values()) for text in many]
    for analyzer in on_threads:
        found = analyzer.scores(many)
        columns = (found["neg"].tolist(), found["neu"].tolist(), found["pos"].tolist(), found["compound"].tolist())
        assert list(zip(*columns, strict=True)) == expected


# ---- Real text ----


def demo() -> list[str]:
    """The example sentences of the package."""
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    names = {"sentences", "tricky_sentences", "paragraph"}
    found = [
        ast.literal_eval(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names
    ]
    return [text for value in found for text in ([value] if isinstance(value, str) else value)]


def test_the_examples_of_the_package_have_the_same_scores(
    ours: SentimentIntensityAnalyzer,
) -> None:
    sentences = demo()
    assert len(sentences) == 30
    for sentence in sentences:
        same(ours, sentence)


@pytest.mark.parametrize("name", ["tweets.txt", "reviews.txt", "proverbs.txt"])
def test_real_text_has_the_same_scores(ours: SentimentIntensityAnalyzer, name: str) -> None:
    some = (DATA / name).read_text(encoding="utf-8").split("\n")
    assert [ours.polarity_scores(text) for text in some] == [THEIRS.polarity_scores(text) for text in some]
    scores = ours.line_scores("\n".join(some))
    assert scores["compound"].tolist() == [ours.polarity_scores(text)["compound"] for text in some][:-1]


@pytest.mark.parametrize(
    "piece", ["but good ", "not ", "no or ", "kind of ", "GOOD bad but ", "\U0001f600", "good! ", "the shit "]
)
def test_long_text_of_one_kind_has_the_same_scores(ours: SentimentIntensityAnalyzer, piece: str) -> None:
    # For long texts of this kind, the package is slow (quadratic time) or weighs words twice.
    for times in (1, 2, 3, 10, 333):
        same(ours, piece * times)


# ---- Arguments ----


def test_the_class_replaces_that_of_the_package(ours: SentimentIntensityAnalyzer) -> None:
    numbers = ours.polarity_scores("a good day")
    assert list(numbers) == ["neg", "neu", "pos", "compound"]
    assert (ours.lexicon, ours.emojis) == (THEIRS.lexicon, THEIRS.emojis)
    assert (ours.make_lex_dict(), ours.make_emoji_dict()) == (THEIRS.make_lex_dict(), THEIRS.make_emoji_dict())


def test_the_package_is_not_imported() -> None:
    code = (
        "import sys, text_processor\n"
        "text_processor.SentimentIntensityAnalyzer().polarity_scores('good')\n"
        "print([name for name in ('vaderSentiment', 'requests', 'numpy') if name in sys.modules])\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install vaderSentiment==3\.3\.2"):
        SentimentIntensityAnalyzer()


@pytest.mark.parametrize("change", ["set", "update", "or", "delete", "pop", "clear", "assign"])
def test_a_changed_lexicon_counts_as_in_the_package(change: str) -> None:
    ours, theirs = SentimentIntensityAnalyzer(), oracle.SentimentIntensityAnalyzer()
    for analyzer in (ours, theirs):
        lexicon = analyzer.lexicon
        if change == "set":
            lexicon["splendiferous"] = 3.5
        elif change == "update":
            lexicon.update({"splendiferous": 3, "not a word": 1}, good=-2.0)
        elif change == "or":
            lexicon |= {"day": 1.25}
        elif change == "delete":
            del lexicon["good"]
        elif change == "pop":
            lexicon.pop("good")
        elif change == "clear":
            lexicon.clear()
        else:
            analyzer.lexicon = {"day": -1.0}
    for text in ("a good day", "a splendiferous day", "not so splendiferous!!"):
        assert repr(ours.polarity_scores(text)) == repr(theirs.polarity_scores(text))


def test_changed_emoji_count_as_in_the_package() -> None:
    ours, theirs = SentimentIntensityAnalyzer(), oracle.SentimentIntensityAnalyzer()
    for analyzer in (ours, theirs):
        analyzer.emojis["\u2603"] = "great joy"
        analyzer.emojis["x"] = "bad thing"
    for text in ("a \u2603", "\u2603\u2603!", "extra axe"):
        assert ours.polarity_scores(text) == theirs.polarity_scores(text)


def test_files_of_the_user_are_read_as_in_the_package(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(b"\ngood\t1.25\t0.5\t[1]\r\n bad\t-3 \n\ngood\t2\n")
    (tmp_path / "emoji.txt").write_bytes("\u2603\tgood snow\n\u2764\ufe0f\tgood heart".encode())
    files = str(tmp_path / "words.txt"), str(tmp_path / "emoji.txt")
    ours, theirs = SentimentIntensityAnalyzer(*files), oracle.SentimentIntensityAnalyzer(*files)
    assert (ours.lexicon, ours.emojis) == (theirs.lexicon, theirs.emojis)
    for text in ("good", "bad \u2603", "\u2764\ufe0f", "great"):
        assert ours.polarity_scores(text) == theirs.polarity_scores(text)


@pytest.mark.parametrize("line", ["bad", "bad\tvery", "bad\tnan"])
def test_the_error_names_an_invalid_line(line: str, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text(f"good\t1\n{line}\n")
    with pytest.raises(InvalidLexiconError, match="the lexicon, line 2"):
        SentimentIntensityAnalyzer(tmp_path / "words.txt")


def test_texts_may_be_str_or_bytes_in_any_iterable(ours: SentimentIntensityAnalyzer) -> None:
    texts = ["a good day", "", "b\0ad bad", "caf\u00e9 \U0001f600 good", "\ud83d good"]
    expected = [ours.polarity_scores(text)["compound"] for text in texts]
    assert len(set(expected)) > 3
    encoded = [text.encode("utf-8", "replace") for text in texts[:4]]
    for many in (texts, tuple(texts), iter(texts), np.array(texts, dtype=object)):
        assert ours.scores(many)["compound"].tolist() == expected
    several: list[Any] = [
        encoded,
        [memoryview(text) for text in encoded],
        [bytearray(encoded[0]), *texts[1:4]],
        np.array(texts[:4]),
    ]
    for some in several:
        assert ours.scores(some)["compound"].tolist() == expected[:4]
    assert ours.scores([])["neg"].tolist() == []
    assert ours.scores(["good"] * 20_000)["pos"].tolist() == [1.0] * 20_000


def test_line_scores_scores_each_line(ours: SentimentIntensityAnalyzer) -> None:
    texts = ["", "\n", "good", "good\n", "good\n\n bad\r\nword \ud83d", "\ngood", "good\rbad\r", "good\r\n\rbad\n\r"]
    for text in texts:
        expected = [ours.polarity_scores(line)["compound"] for line in io.StringIO(text, newline=None)]
        assert ours.line_scores(text)["compound"].tolist() == expected
    assert ours.line_scores("a good day\n" * 500_000)["neg"].shape == (500_000,)
    with pytest.raises(InvalidDocumentError) as refused:
        ours.line_scores(b"a good day\r\n" * 500_000 + b"go\xffod")
    assert (refused.value.document, refused.value.offset) == (500_000, 2)


def test_other_types_than_text_are_refused(ours: SentimentIntensityAnalyzer) -> None:
    with pytest.raises(TypeError, match="not a single str"):
        ours.scores("good")
    with pytest.raises(TypeError, match="missing value at row 1: None is not a text"):
        ours.scores(["good", None])
    with pytest.raises(InvalidDocumentError) as refused:
        ours.scores([*["good"] * 5000, b"go\xffod"])
    assert (refused.value.document, refused.value.offset) == (5000, 2)
    with pytest.raises(InvalidDocumentError):
        ours.polarity_scores(b"\xff")
    with pytest.raises(TypeError):
        ours.polarity_scores(None)  # type: ignore[arg-type]


def test_copies_have_the_same_words() -> None:
    analyzer = SentimentIntensityAnalyzer(negations=["nix"])
    analyzer.lexicon["splendiferous"] = 3.5
    for other in (copy.copy(analyzer), copy.deepcopy(analyzer), pickle.loads(pickle.dumps(analyzer))):  # noqa: S301
        assert other.polarity_scores("nix splendiferous") == analyzer.polarity_scores("nix splendiferous")
        assert other.lexicon == analyzer.lexicon


# ---- Words of the user ----


def compound(text: str, **options: Any) -> float:
    return SentimentIntensityAnalyzer(**options).polarity_scores(text)["compound"]


def test_own_boosters_negations_and_idioms_count() -> None:
    assert compound("a Mega good day", boosters={"MEGA": 0.293}) == compound("a very good day")
    assert compound("it is by far good", boosters={"by far": 0.5}) > compound("it is by far good")
    assert compound("nix good", negations=["Nix"]) == compound("not good")
    idioms = {"on the  ball": 2, "on the": -1}
    assert compound("on the ball") == 0.0
    assert compound("On the ball!", idioms=idioms) > 0 > compound("on the table", idioms=idioms)
    assert compound("not on the ball", idioms=idioms) < 0


def test_the_longest_emoji_is_described() -> None:
    heart = "I \u2764\ufe0f it"
    assert compound(heart) == THEIRS.polarity_scores(heart)["compound"]
    assert compound(heart, long_emoji=True) == compound("I red heart it")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"boosters": {"one two three four": 1}}, "at most three words"),
        ({"boosters": {" ": 1}}, "a word is empty"),
        ({"boosters": {"mega": float("nan")}}, "the value of 'mega' must be a finite number"),
        ({"negations": ["no way"]}, "a negation is one word"),
        ({"idioms": {"single": 1}}, "more than one word"),
    ],
)
def test_invalid_words_of_the_user_are_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidLexiconError, match=says):
        SentimentIntensityAnalyzer(**options)


# ---- The command line ----


def test_the_command_line_scores_lines(ours: SentimentIntensityAnalyzer, tmp_path: Path) -> None:
    testing = pytest.importorskip("click.testing", reason="the command line needs click and rich")
    from text_processor.cli import commands

    def run(*arguments: object, stdin: str = "") -> Any:
        return testing.CliRunner().invoke(commands, ["sentiment", *map(str, arguments)], input=stdin)

    (tmp_path / "a.txt").write_text("a good day\n\nbad, bad\nword\n")
    table = run("--csv", tmp_path / "a.txt", tmp_path / "missing.txt")
    assert (table.exit_code, table.stderr) == (1, f"skipped {tmp_path / 'missing.txt'}: No such file or directory\n")
    rows = [line.split(",") for line in table.stdout.splitlines()]
    assert rows[0] == ["path", "line", "neg", "neu", "pos", "compound"]
    assert [(row[1], float(row[5])) for row in rows[1:]] == [("1", 0.4404), ("3", -0.7906), ("4", 0.0)]
    objects = run("--json", "-", stdin="a good day\n")
    assert json.loads(objects.stdout) == {"path": "-", "line": 1, **ours.polarity_scores("a good day")}
    report = run(tmp_path / "a.txt")
    assert " ".join(report.stdout.split()) == (
        "lines 3 positive 1 33.3% neutral 1 33.3% negative 1 33.3% compound -0.1167"
    )
    nothing = run("-", stdin="\n")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    words = run("--lexicon", tmp_path / "a.txt", "-", stdin="good")
    assert words.exit_code == 1
    assert "the lexicon, line 1" in words.stderr


# ---- The documentation ----


def test_the_examples_of_the_page_on_sentiment_work() -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "sentiment.md"
    if not page.exists():
        pytest.skip("the pages are part of the source tree, which is not here")
    examples = doctest.DocTestParser().get_doctest(page.read_text(encoding="utf-8"), {}, page.name, str(page), 0)
    assert examples.examples
    assert doctest.DocTestRunner().run(examples).failed == 0
