from __future__ import annotations

import array
import mmap
import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from text_processor import InvalidDocumentError, TextAnalyzer
from text_processor._native import adding
from text_processor._native.batches import BATCH_DOCUMENTS, LONG

TEXT = "zwölf Boxkämpfer 光 😀"


@pytest.mark.parametrize("kind", [str.encode, lambda t: bytearray(t, "utf-8"), lambda t: memoryview(t.encode())])
def test_text_may_be_bytes_of_any_kind(analyzer: TextAnalyzer, kind: Callable[[str], bytes]) -> None:
    analyzer.add_document(kind(TEXT))
    analyzer.add_documents([kind(TEXT), TEXT, kind(TEXT)])
    assert analyzer.get_documents() == [TEXT] * 4


def test_text_may_be_a_mapped_file(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        analyzer.add_document(mapped)
    assert analyzer.get_documents() == [TEXT]


def test_text_may_be_a_buffer_that_is_not_contiguous(analyzer: TextAnalyzer) -> None:
    analyzer.add_document(memoryview(b"w.o.r.d. .t.w.o")[::2])
    assert analyzer.get_documents() == ["word two"]


def test_text_may_be_of_a_subclass_of_str_that_overrides_methods(analyzer: TextAnalyzer) -> None:
    class Loud(str):
        def encode(self, *_: object) -> bytes:
            return b"wrong"

        def __str__(self) -> str:
            return "wrong"

        def isspace(self) -> bool:
            return True

    analyzer.add_document(Loud("right"))
    analyzer.add_documents([Loud("right"), "plain", Loud("right")])
    assert analyzer.get_documents() == ["right", "right", "plain", "right"]
    assert all(type(text) is str for text in analyzer)


def test_text_may_be_a_numpy_array_of_bytes_or_a_numpy_string(analyzer: TextAnalyzer) -> None:
    np = pytest.importorskip("numpy")
    analyzer.add_document(np.frombuffer(b"some bytes", np.uint8))
    analyzer.add_documents(np.array(["two words", "one"]))
    analyzer.add_documents(np.array(["as", "object"], object))
    assert analyzer.get_documents() == ["some bytes", "two words", "one", "as", "object"]


@pytest.mark.parametrize("wrong", [3, None, 1.5, ["a"], object(), array.array("i", [1, 2])])
def test_values_that_are_not_text_are_a_type_error(analyzer: TextAnalyzer, wrong: object) -> None:
    with pytest.raises(TypeError):
        analyzer.add_document(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"document 1 of the batch|missing value at row 1"):
        analyzer.add_documents(["before", wrong, "after"])  # type: ignore[list-item]
    assert analyzer.get_documents() == ["before"]


def test_a_single_text_is_refused_where_many_are_needed(analyzer: TextAnalyzer) -> None:
    for single in ("text", b"text", bytearray(b"text"), memoryview(b"text"), array.array("b", [65])):
        with pytest.raises(TypeError, match="put it in a list"):
            analyzer.add_documents(single)
    with pytest.raises(TypeError):
        analyzer.add_documents(3)  # type: ignore[arg-type]
    assert analyzer.add_documents([]) == 0


@pytest.mark.parametrize("blank", ["", " ", "\n\t\u3000\x1c", b"", b" \n"])
def test_a_document_without_words_is_refused(analyzer: TextAnalyzer, blank: str | bytes) -> None:
    with pytest.raises(InvalidDocumentError, match="no word") as caught:
        analyzer.add_document(blank)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.offset, caught.value.document) == (None, None)
    assert analyzer.document_count() == 0


@pytest.mark.parametrize(
    ("wrong", "offset"),
    [(b"ab\xffcd", 2), (b"\xc3", 0), ("é".encode() + b"\x80", 2), (b"\xed\xa0\x80", 0), (b"x" * 99 + b"\xf5", 99)],
)
def test_invalid_utf8_is_refused_with_the_offset(analyzer: TextAnalyzer, wrong: bytes, offset: int) -> None:
    for kind in (bytes, bytearray, memoryview):
        with pytest.raises(InvalidDocumentError, match=f"offset {offset}") as caught:
            analyzer.add_document(kind(wrong))
        assert caught.value.offset == offset
    assert analyzer.document_count() == 0


@pytest.mark.parametrize("long", [False, True])
def test_a_lone_surrogate_is_refused(analyzer: TextAnalyzer, long: bool) -> None:
    with pytest.raises(InvalidDocumentError, match=r"U\+DC80, at index 2") as caught:
        analyzer.add_document("ab\udc80" + "x" * 10_000 * long)
    assert caught.value.offset == 2
    assert analyzer.document_count() == 0


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add documents of more than 7 characters in pieces, as documents of many megabytes are added."""
    monkeypatch.setattr(adding, "BYTES_PER_PIECE", 7)


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize("other", ["é", "光", "😀"])
@pytest.mark.parametrize("every", [1, 7, 1000])
def test_texts_with_some_characters_outside_ascii_are_added_unchanged(
    analyzer: TextAnalyzer, other: str, every: int
) -> None:
    texts = [f"text {number} {other * (number % every == 0)}." for number in range(3000)]
    analyzer.add_documents(texts)
    assert analyzer.get_documents() == texts


def test_long_documents_are_added_in_pieces(analyzer: TextAnalyzer) -> None:
    events: list[int] = []
    texts: list[str | bytes] = [TEXT * 100, (TEXT * 100).encode(), TEXT[:8]]
    for text in texts:
        analyzer.add_document(text)
    analyzer.set_callback(lambda event: events.append(event["word_count"]))
    for text in texts:
        analyzer.add_document(text)
    expected = [text.decode() if isinstance(text, bytes) else text for text in texts]
    assert analyzer.get_documents() == expected * 2
    assert events == [len(text.split()) for text in expected]
    assert analyzer.total_words() == 2 * sum(events)


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize(
    ("wrong", "offset"),
    [
        ("x" * 2000 + "\ud800" + "y" * 9, 2000),
        (b"x" * 20 + b"\xff", 20),
        ("é".encode() * 20 + b"\xc3", 40),
        (b" " * 50, None),
    ],
)
def test_long_documents_have_the_same_errors_as_short_ones(
    analyzer: TextAnalyzer, wrong: str | bytes, offset: int | None
) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_document(wrong)
    assert caught.value.offset == offset
    assert len(analyzer) == 0


WRONG: list[tuple[object, str]] = [
    ("", "no word"),
    (b"\n", "no word"),
    ("\ud800", "surrogate"),
    (b"\xff", "UTF-8"),
    (bytearray(b"\xff"), "UTF-8"),
]


@pytest.mark.parametrize(("wrong", "reason"), WRONG)
@pytest.mark.parametrize("place", [0, 1, 63, 64, 5000, 9999])
@pytest.mark.parametrize("form", ["str", "bytes", "with zero", "generator"])
def test_a_batch_stops_at_the_refused_document(
    analyzer: TextAnalyzer, wrong: object, reason: str, place: int, form: str
) -> None:
    good: list[object] = [f"document {number}" for number in range(10_000)]
    if form == "bytes":
        good = [str(text).encode() for text in good]
    if form == "with zero":
        good[0] = "do\0cument 0"
    batch = [*good[:place], wrong, *good[place:]]
    with pytest.raises(InvalidDocumentError, match=f"document {place} of the batch: .*{reason}") as caught:
        analyzer.add_documents((text for text in batch) if form == "generator" else batch)  # type: ignore[arg-type, misc]
    assert caught.value.document == place
    assert analyzer.get_documents() == [text.decode() if isinstance(text, bytes) else text for text in good[:place]]


def test_the_error_for_a_blank_document_says_how_to_skip_or_keep_it(analyzer: TextAnalyzer) -> None:
    with pytest.raises(InvalidDocumentError, match=r"document 1 of the batch: .*; pass missing='skip'"):
        analyzer.add_documents(["good", " "])
    # The function for one document has no option `missing`.
    with pytest.raises(InvalidDocumentError, match=r"all whitespace$"):
        analyzer.add_document(" ")


def test_documents_before_an_error_of_the_iterator_are_added(analyzer: TextAnalyzer) -> None:
    def failing() -> Iterator[str]:
        yield "one"
        yield "two"
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        analyzer.add_documents(failing())
    assert analyzer.get_documents() == ["one", "two"]


def test_at_most_one_batch_of_an_iterator_is_read_ahead(analyzer: TextAnalyzer) -> None:
    held = 0

    def large() -> Iterator[str]:
        nonlocal held
        for number in range(200):
            added = analyzer.document_count()
            held = max(held, number - added)
            yield "x" * 1_000_000

    assert analyzer.add_documents(large()) == 200
    assert held <= 64


def test_progress_counts_the_documents(analyzer: TextAnalyzer) -> None:
    seen: list[tuple[int, int | None]] = []
    analyzer.add_documents(["one"] * 10_000, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (10_000, 10_000)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_errors_can_be_pickled() -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        TextAnalyzer().add_documents(["fine", b"a\xff"])
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (str(copy), copy.offset, copy.document) == (str(caught.value), 1, 1)


@pytest.mark.parametrize("shape", [(12,), (3, 4), (1, 12), (2, 3, 2)])
def test_text_may_be_a_buffer_with_any_shape(analyzer: TextAnalyzer, shape: tuple[int, ...]) -> None:
    data = b"hello world!"
    analyzer.add_document(memoryview(data).cast("B", shape=list(shape)))
    analyzer.add_documents([memoryview(bytearray(data)).cast("B", shape=list(shape)), "and another"])
    assert analyzer.get_documents() == ["hello world!", "hello world!", "and another"]


def test_a_buffer_that_changes_during_the_call_cannot_damage_the_corpus(analyzer: TextAnalyzer) -> None:
    text = bytearray(b"hello words " * 20_000)
    done = threading.Event()

    def spoil() -> None:
        while not done.is_set():
            text[120_000] = 0xFF
            text[120_000] = ord("a")

    thread = threading.Thread(target=spoil)
    thread.start()
    refused = 0
    for _ in range(100):
        try:
            analyzer.add_document(text)
        except InvalidDocumentError:
            refused += 1
    done.set()
    thread.join()
    assert len(analyzer.get_documents()) == 100 - refused


def test_few_long_documents_are_read_ahead_after_many_short_ones(analyzer: TextAnalyzer) -> None:
    alive = most = 0

    class Long(str):
        def __new__(cls) -> Long:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            return super().__new__(cls, "word " * 20_000)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def documents() -> Iterator[str]:
        yield from ["short"] * 6000
        for _ in range(1000):
            yield Long()

    assert analyzer.add_documents(documents()) == 7000
    assert most <= 200


def test_with_a_callback_each_document_is_added_before_the_next_one_is_read(analyzer: TextAnalyzer) -> None:
    steps: list[str] = []

    def documents() -> Iterator[str]:
        for text in ("one", "two", "three"):
            steps.append(f"read {text}")
            yield text

    analyzer.set_callback(lambda event: steps.append(f"added {event['text']}"))
    analyzer.add_documents(documents())
    assert steps[:4] == ["read one", "added one", "read two", "added two"]


def test_an_interrupt_takes_precedence_over_a_refused_document(analyzer: TextAnalyzer) -> None:
    def documents() -> Iterator[str]:
        yield ""
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyzer.add_documents(documents())


def test_documents_that_an_iterator_adds_keep_their_order(analyzer: TextAnalyzer) -> None:
    texts = [f"document {number}" for number in range(10_000)]

    order: list[int] = []

    def add_one(done: int, _total: int | None) -> None:
        order.append(done)
        analyzer.add_document("between")

    analyzer.add_documents(texts, progress=add_one)
    expected: list[str] = []
    start = 0
    for done in order:
        expected += [*texts[start:done], "between"]
        start = done
    assert analyzer.get_documents() == expected
    assert len(order) > 1


@pytest.mark.parametrize("query_every", [1, 700, 100_000])
def test_single_documents_are_passed_to_the_core_in_batches_in_their_order(
    analyzer: TextAnalyzer, query_every: int
) -> None:
    texts = [
        (f"document {number}", f"длинный {number} " * 100, "x" * 2000, " leading")[number % 4] for number in range(99)
    ]
    texts += [f"document {number}" for number in range(3 * BATCH_DOCUMENTS)]
    for number, text in enumerate(texts, 1):
        analyzer.add_document(text)
        assert len(analyzer._pending.documents) <= BATCH_DOCUMENTS
        if number % query_every == 0:
            assert len(analyzer) == number
    assert analyzer.get_documents() == texts


def test_a_refused_document_changes_nothing(analyzer: TextAnalyzer) -> None:
    for number in range(2 * BATCH_DOCUMENTS + 10):
        analyzer.add_document("good")
        for wrong in ("", " ", "\u3000", "\ud800"):
            if number % 500 == 0:
                with pytest.raises(InvalidDocumentError):
                    analyzer.add_document(wrong)
    assert len(analyzer) == 2 * BATCH_DOCUMENTS + 10


def test_wrong_lengths_of_a_subclass_have_no_effect(analyzer: TextAnalyzer) -> None:
    class Liar(str):
        def __len__(self) -> int:
            return 20_000_000

    analyzer.add_document(Liar("a b c"))
    analyzer.add_documents([Liar("d"), "e"])
    assert analyzer.get_documents() == ["a b c", "d", "e"]


@pytest.mark.parametrize("kind", [str, str.encode])
@pytest.mark.parametrize(
    ("missing", "blank"), [("raise", []), ("skip", [" "]), ("keep", [" "]), ("keep", [""])], ids=repr
)
def test_a_batch_of_long_documents_gives_the_same_as_one_of_short_documents(
    kind: Callable[[str], Any], missing: Any, blank: list[str]
) -> None:
    answers = []
    for times in (1, LONG):
        texts = [text * times for text in ("to be or not to be ", "\u00e8\0f ", *blank, "be ")]
        analyzer = TextAnalyzer()
        added = analyzer.add_documents(list(map(kind, texts)), missing=missing)
        assert analyzer.get_documents() == [text for text in texts if missing != "skip" or text.strip()]
        answers.append((added, {word: count // times for word, count in analyzer.word_frequency().items()}))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("wrong", [" ", b"\xff", "\ud800", 7, None], ids=repr)
def test_the_errors_of_a_batch_of_long_documents_are_those_of_short_ones(wrong: Any) -> None:
    errors = []
    for times in (1, LONG):
        analyzer = TextAnalyzer()
        texts: list[Any] = ["to be " * times, "or not " * times, " " * times if wrong == " " else wrong, "more"]
        if isinstance(wrong, bytes):
            texts = [text.encode() if isinstance(text, str) else text for text in texts]
        with pytest.raises((InvalidDocumentError, TypeError)) as raised:
            analyzer.add_documents(texts)
        assert getattr(raised.value, "document", None) == len(analyzer) == 2
        errors.append(str(raised.value))
    assert errors[0] == errors[1]
