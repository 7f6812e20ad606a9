"""Text from any producer of Arrow data gives the same documents, errors and rows as a list of the same texts."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidColumnError, MissingDocumentError, TextAnalyzer
from text_processor._native import columns
from text_processor.exceptions import InvalidOptionError, OutOfMemoryError
from text_processor.typing import Missing

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")

pytestmark = pytest.mark.skipif(sys.implementation.name != "cpython", reason="PyPy reads columns as lists")

TEXTS = ["to be", None, " ", "or not to be", "that is the question: whether 'tis nobler", "é", "", "zero\0byte"]


def pyarrow_columns(texts: list[Any], cut: int) -> Iterator[tuple[str, Any]]:
    """The texts in columns of every text type of pyarrow, in chunks and as slices."""
    is_bytes = any(isinstance(text, bytes) for text in texts)
    types = (
        (pa.binary(), pa.large_binary(), pa.binary_view())
        if is_bytes
        else (pa.string(), pa.large_string(), pa.string_view())
    )
    for kind in types:
        array = pa.array(texts, kind)
        yield f"{kind}", array
        yield f"{kind}, chunks", pa.chunked_array([array[:cut], array[cut:cut], array[cut:]])
        padded = pa.array([texts[-1] if texts else None, *texts, None], kind)
        yield f"{kind}, slice", padded.slice(1, len(texts))
        if kind not in (pa.string_view(), pa.binary_view()):
            yield f"{kind}, dictionary", array.dictionary_encode()


def other_columns(texts: list[Any]) -> Iterator[tuple[str, Any]]:
    """The same texts in columns of polars and pandas."""
    dtype = pl.Binary if any(isinstance(text, bytes) for text in texts) else pl.String
    series = pl.Series("text", texts, dtype=dtype)
    yield "polars", series
    yield "polars, slice", pl.concat([series, series], rechunk=False)[len(texts) :]
    if dtype is pl.String:
        yield "polars, categorical", series.cast(pl.Categorical)
        yield (
            "polars, enum",
            series.cast(pl.Enum(pl.Series([text for text in texts if text is not None], dtype=pl.String).unique())),
        )
        labels = range(len(texts), 0, -1)
        for kind in ("object", "string", "category"):
            yield f"pandas, {kind}", pd.Series(texts, dtype=kind, index=labels)


def outcome(add: Callable[[TextAnalyzer], int], *, store_text: bool) -> tuple[Any, ...]:
    """The documents after a call, with the number that it returns, or its error."""
    analyzer = TextAnalyzer(store_text=store_text)
    result: tuple[Any, ...]
    try:
        result = (add(analyzer),)
    except Exception as error:
        result = type(error), str(error).replace("nan is not", "None is not"), getattr(error, "document", None)
    found = analyzer.get_documents() if store_text else analyzer.document_count()
    return result, found, analyzer.word_frequency(), analyzer.total_words()


PIECES = st.sampled_from(["", " ", "a", "word ", "\0", "é", "\u3000", "twelve bytes", "more than twelve bytes "])
STRINGS = st.lists(st.none() | st.lists(PIECES, max_size=4).map("".join), max_size=40)
BYTES = st.lists(st.none() | st.lists(PIECES.map(str.encode) | st.just(b"\xff"), max_size=3).map(b"".join), max_size=30)


@given(
    texts=STRINGS | BYTES, missing=st.sampled_from(["raise", "skip", "keep"]), store_text=st.booleans(), data=st.data()
)
def test_a_column_gives_the_result_of_a_list_of_its_texts(
    texts: list[Any], missing: Missing, store_text: bool, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(texts)))
    expected = outcome(lambda analyzer: analyzer.add_documents(texts, missing=missing), store_text=store_text)
    for name, column in [*pyarrow_columns(texts, cut), *other_columns(texts)]:
        add = lambda analyzer, column=column: analyzer.add_documents(column, missing=missing)  # noqa: E731
        assert outcome(add, store_text=store_text) == expected, name
        if name != "polars, slice":
            rows = lambda analyzer, column=column: analyzer.add_table({"text": column}, missing=missing)  # noqa: E731
            assert outcome(rows, store_text=store_text) == expected, name


def test_the_callback_runs_for_each_row_before_the_next_row_is_read() -> None:
    for stop_at in range(4):
        seen: list[tuple[Any, ...]] = []
        for texts in (TEXTS, pa.array(TEXTS), pl.Series(TEXTS)):
            analyzer = TextAnalyzer()
            events: list[Any] = []

            def callback(
                event: Any, analyzer: TextAnalyzer = analyzer, events: list[Any] = events, stop_at: int = stop_at
            ) -> None:
                events.append(tuple(event.values()))
                if len(events) == stop_at:
                    analyzer.clear_callback()
                if len(events) == 3 and stop_at == 0:
                    raise KeyError("stop")

            analyzer.set_callback(callback)
            try:
                analyzer.add_documents(texts, missing="skip")
            except KeyError as error:
                events.append(str(error))
            seen.append((events, analyzer.get_documents()))
        assert seen[0] == seen[1] == seen[2]


def test_the_error_for_a_missing_value_names_its_row_in_the_complete_column() -> None:
    column = pa.chunked_array([["a"] * 10, ["b"] * 7 + [None]])
    analyzer = TextAnalyzer()
    with pytest.raises(MissingDocumentError, match=r"^missing value at row 17: .*pass missing='skip'.*missing='keep'"):
        analyzer.add_documents(column)
    assert len(analyzer) == 17
    with pytest.raises(MissingDocumentError, match="missing value at row 27"):
        analyzer.add_table([pa.table({"text": ["a"] * 10}), {"text": column}])


def test_progress_counts_the_rows_of_a_column() -> None:
    column = pl.Series(["some words"] * 100_000)
    steps: list[tuple[int, int | None]] = []
    assert TextAnalyzer().add_documents(column, progress=lambda *step: steps.append(step)) == 100_000
    assert len(steps) > 4
    assert steps[-1] == (100_000, 100_000)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    steps.clear()
    TextAnalyzer().add_table(pl.DataFrame({"text": column}), progress=lambda *step: steps.append(step))
    assert steps[-1] == (100_000, 100_000)


def test_a_column_of_many_rows_gives_the_counts_of_its_list() -> None:
    texts = [f"row {number % 977} of many" for number in range(200_000)]
    column = pl.Series(texts)
    analyzers = [TextAnalyzer(store_text=False), TextAnalyzer()]
    for analyzer in analyzers:
        analyzer.add_documents(column)
    assert analyzers[0].word_frequency() == analyzers[1].word_frequency()
    assert analyzers[1].get_documents() == texts


class Extension(pa.ExtensionType):  # type: ignore[name-defined,misc]  # pyarrow has no types
    """A type whose storage is text."""

    def __init__(self) -> None:
        super().__init__(pa.string(), "text_processor.tests")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, _storage: Any, _data: bytes) -> Extension:
        return cls()


def test_a_column_of_an_extension_type_is_read_as_its_storage() -> None:
    column = pa.ExtensionArray.from_storage(Extension(), pa.array(["to be", "or not"]))
    assert TextAnalyzer().add_documents(column) == 2


def test_buffers_may_begin_at_any_address() -> None:
    plain = pa.array(["to be", None, "or not to be"])
    for shift in range(8):
        memory = [
            None if buffer is None else pa.py_buffer(b"\0" * shift + buffer.to_pybytes())[shift:]
            for buffer in plain.buffers()
        ]
        analyzer = TextAnalyzer()
        assert analyzer.add_documents(pa.Array.from_buffers(pa.string(), 3, memory), missing="skip") == 2
        assert analyzer.get_documents() == ["to be", "or not to be"]


class Producer:
    """A producer that gives only the stream of another object."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.capsule


def test_a_stream_that_has_already_been_read_is_an_error() -> None:
    producer = Producer(pa.chunked_array([["to be"]]).__arrow_c_stream__())
    analyzer = TextAnalyzer()
    assert analyzer.add_documents(producer) == 1
    with pytest.raises(InvalidColumnError, match="this Producer was read before"):
        analyzer.add_documents(producer)
    moved = pa.chunked_array([["to be"]]).__arrow_c_stream__()
    pl.Series(Producer(moved))
    with pytest.raises(InvalidColumnError, match="read only once"):
        analyzer.add_documents(Producer(moved))


def test_an_array_is_read_only_once() -> None:
    class Pair:
        def __init__(self, pair: Any) -> None:
            self.pair = pair

        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return self.pair

    pair: Any = Pair(pa.array(["to be"]).__arrow_c_array__())
    analyzer = TextAnalyzer()
    assert analyzer.add_documents(pair) == 1
    with pytest.raises(InvalidColumnError, match="was read before"):
        analyzer.add_documents(pair)


@pytest.mark.parametrize("wrong", [None, (), (1, 2), (1, 2, 3), [1, 2], "ab"])
def test_a_producer_that_gives_no_pair_of_capsules_is_an_error(wrong: Any) -> None:
    class Pair:
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return wrong

    with pytest.raises(InvalidColumnError, match="a Pair does not follow the Arrow PyCapsule interface: it gave a "):
        TextAnalyzer().add_documents(Pair())


@pytest.mark.parametrize("wrong", [None, 5, "capsule"])
def test_a_producer_that_gives_no_capsule_is_an_error(wrong: Any) -> None:
    with pytest.raises(InvalidColumnError, match="does not follow the Arrow PyCapsule interface"):
        TextAnalyzer().add_documents(Producer(wrong))
    array = pa.array(["to be"]).__arrow_c_array__()[1]
    with pytest.raises(InvalidColumnError, match="'arrow_array_stream'"):
        TextAnalyzer().add_documents(Producer(array))


def failing(rows: list[str], error: BaseException) -> Any:
    schema = pa.schema([("text", pa.string())])

    def batches() -> Iterator[Any]:
        yield pa.record_batch([rows], schema=schema)
        raise error

    return pa.RecordBatchReader.from_batches(schema, batches())


def test_rows_before_an_error_of_the_producer_stay_added() -> None:
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidColumnError, match=r"could not give its rows: .*the disk is on fire"):
        analyzer.add_table(failing(["to be", "or not"], ValueError("the disk is on fire")))
    assert analyzer.get_documents() == ["to be", "or not"]
    with pytest.raises((OutOfMemoryError, InvalidColumnError)):
        analyzer.add_table(failing(["to be"], MemoryError("too much")))
    assert len(analyzer) == 3


def test_a_producer_may_use_the_same_analyzer() -> None:
    analyzer = TextAnalyzer()
    schema = pa.schema([("text", pa.string())])

    def batches() -> Iterator[Any]:
        for number in range(8):
            analyzer.add_document(f"from the producer {number}")
            assert analyzer.word_frequency()["producer"] == number + 1
            yield pa.record_batch([[f"row {number}"] * 20_000], schema=schema)

    def add() -> None:
        analyzer.add_table(pa.RecordBatchReader.from_batches(schema, batches()))

    thread = threading.Thread(target=add)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert analyzer.word_frequency()["row"] == 160_000
    assert analyzer.word_frequency()["producer"] == 8


def test_an_exception_between_two_blocks_releases_the_producer() -> None:
    for column in (pl.Series(["some words"] * 100_000), pa.chunked_array([["some words"] * 50_000] * 2)):
        gc.collect()
        before = pa.total_allocated_bytes()
        analyzer = TextAnalyzer()

        def stop(done: int, _total: int | None) -> None:
            raise KeyboardInterrupt(done)

        with pytest.raises(KeyboardInterrupt):
            analyzer.add_documents(column, progress=stop)
        assert 0 < len(analyzer) < 100_000
        gc.collect()
        assert pa.total_allocated_bytes() == before


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer")
def test_a_signal_is_handled_between_two_blocks() -> None:
    column = pa.chunked_array([["some words"] * 100_000] * 200)

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        # A busy machine may need longer for the first block.
        for delay in (0.02, 0.1, 0.5, 2):
            analyzer = TextAnalyzer(store_text=False)
            signal.setitimer(signal.ITIMER_REAL, delay)
            with pytest.raises(TimeoutError):
                analyzer.add_documents(column)
            if analyzer:
                break
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert 0 < len(analyzer) < len(column)
    assert analyzer.word_frequency()["words"] == len(analyzer)


def test_a_column_of_objects_of_polars_is_refused() -> None:
    series = pl.Series([object(), "text"], dtype=pl.Object)
    with pytest.raises(TypeError, match=r"Python objects, not texts: make a list of them, e\.g\. with its to_list\(\)"):
        TextAnalyzer().add_documents(series)
    with pytest.raises(TypeError, match="Python objects"):
        TextAnalyzer().add_table(pl.DataFrame({"text": series}))


def test_a_python_without_capsules_reads_columns_as_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "pointer_function", lambda: None)
    for column in (pl.Series(TEXTS), pa.array(TEXTS), pd.Series(TEXTS)):
        assert TextAnalyzer().add_documents(column, missing="keep") == len(TEXTS)


def tables() -> Iterator[tuple[str, Any]]:
    """The same table in many forms."""
    columns = {"number": [1, 2, 3], "text": ["to be", "or not", "to be"]}
    table = pa.table(columns)
    yield "dict", columns
    yield "pyarrow table", table
    yield "record batch", table.to_batches()[0]
    yield "reader", table.to_reader()
    yield "batches", table.to_batches(max_chunksize=2)
    yield "iterator of batches", iter(table.to_batches(max_chunksize=1))
    yield "polars", pl.DataFrame(columns)
    yield "pandas", pd.DataFrame(columns)
    yield "frames", [pd.DataFrame(columns)[:1], pl.DataFrame(columns)[1:]]
    yield "stream", Producer(table.__arrow_c_stream__())
    yield "NumPy", pd.DataFrame(columns).to_records(index=False)


def test_add_table_reads_the_column_that_text_names() -> None:
    for name, table in tables():
        analyzer = TextAnalyzer()
        assert analyzer.add_table(table) == 3, name
        assert analyzer.get_documents() == ["to be", "or not", "to be"], name


def test_a_wrong_name_of_a_column_is_an_error_that_lists_the_columns() -> None:
    for _, table in tables():
        with pytest.raises(
            InvalidOptionError, match=r"no column 'body': set text= to one of its columns 'number', 'text'"
        ):
            TextAnalyzer().add_table(table, text="body")
    with pytest.raises(InvalidOptionError, match=r"its columns 0, 1 are not str: .*add_documents\(table\[0\]\)"):
        TextAnalyzer().add_table(pd.DataFrame([["a", "b"]]))
    twice = pd.DataFrame([["a", "b"]], columns=["text", "text"])
    with pytest.raises(InvalidOptionError, match="2 columns with the name 'text'"):
        TextAnalyzer().add_table(twice)


def test_the_error_for_a_value_that_is_not_a_table_says_what_to_call() -> None:
    frame = pl.DataFrame({"text": ["to be"]})
    for wrong, message in (
        (frame.lazy(), r"call its collect\(\) first"),
        ("reviews.parquet", r"use add_file\(\)"),
        (["to be"], r"item 0 of this list has the type str: for texts, use add_documents\(\)"),
        (5, "not int$"),
        (
            pa.array(["to be"]),
            r"this StringArray has the type StringScalar: for texts, use add_documents",
        ),
        ([{"text": "to be"}], r"use add_documents\(row\['text'\] for row in rows\)"),
        ({"text": "to be"}, "the value of 'text' is a single text, not a column"),
        (pd.DataFrame({"text": ["a"]}).to_numpy(dtype=str).reshape(1, 1), r"add_documents\(array\[:, 0\]\)"),
    ):
        with pytest.raises(TypeError, match=message):
            TextAnalyzer().add_table(wrong)
    with pytest.raises(TypeError, match="text must be the name of a column"):
        TextAnalyzer().add_table(frame, text=0)  # type: ignore[arg-type]


def test_the_error_for_a_table_instead_of_a_column_names_its_columns_and_the_call() -> None:
    table = pa.table({"number": [1], "text": ["to be"]})
    for wrong in (table, pl.DataFrame({"number": [1], "text": ["to be"]}), Producer(table.__arrow_c_stream__())):
        with pytest.raises(TypeError, match=r"columns 'number', 'text': .*add_table\(table, text='text'\)"):
            TextAnalyzer().add_documents(wrong)


def test_arrays_of_numpy_strings_may_have_missing_values() -> None:
    np = pytest.importorskip("numpy")
    for missing in (None, float("nan")):
        array = np.array(
            ["to be", missing, "a text that is longer than a view"], dtype=np.dtypes.StringDType(na_object=missing)
        )
        for column in (array, array.astype(object), array[::-1][::-1]):
            analyzer = TextAnalyzer()
            assert analyzer.add_documents(column, missing="keep") == 3
            assert analyzer.get_documents() == ["to be", "", "a text that is longer than a view"]
            with pytest.raises(MissingDocumentError, match="missing value at row 1"):
                analyzer.add_documents(column)


def test_a_relation_of_duckdb_is_read_as_a_table() -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    query = "select range as number, case when range % 5 > 0 then 'row ' || range end as text from range(20000)"
    analyzer = TextAnalyzer(store_text=False)
    assert analyzer.add_table(connection.sql(query), missing="skip") == 16_000
    with pytest.raises(MissingDocumentError, match="missing value at row 0"):
        analyzer.add_table(connection.sql(query))
    # The connection is free again, because no stream of the relation is open.
    assert connection.sql("select 1").fetchall() == [(1,)]
    with pytest.raises(TypeError, match=r"add_table\(table, text='text'\)"):
        analyzer.add_documents(connection.sql(query))
