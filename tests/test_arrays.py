from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import TextAnalyzer, process_array

np = pytest.importorskip("numpy")


@given(st.lists(st.floats()), st.floats())
def test_each_value_is_multiplied(values: list[float], factor: float) -> None:
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(process_array(values, factor), np.array(values, float) * factor)
        np.testing.assert_array_equal(process_array(np.array(values, float)), np.array(values, float) * 2)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::-3],
        np.arange(24).reshape(2, 3, 4),
        np.arange(5, dtype=">f8"),
        np.arange(5, dtype=np.float32),
        np.arange(5, dtype=np.uint64),
        np.array([True, False]),
        np.array(3.5),
        np.empty((0, 3)),
        [[1, 2], [3, 4]],
        7,
    ],
)
def test_arrays_of_any_shape_stride_and_number_type_are_accepted(array: Any) -> None:
    result = process_array(array, 0.5)
    np.testing.assert_array_equal(result, np.asarray(array) * 0.5)
    assert (result.dtype, result.shape) == (np.float64, np.shape(array))


@pytest.mark.parametrize(
    "array",
    [np.array([1j]), np.array(["a"]), np.array([None]), np.array(["2020-01-01"], "M8[D]"), np.array([1], "m8[s]")],
)
def test_values_that_are_not_real_numbers_are_refused(array: Any) -> None:
    with pytest.raises(TypeError, match="process_array"):
        process_array(array)


def test_the_result_is_new_and_writable() -> None:
    array = np.arange(1000.0)
    result = process_array(array)
    result[0] = 5
    assert array[0] == 0
    assert not result.flags.owndata
    assert not np.shares_memory(result, array)


def test_a_result_stays_valid_while_a_view_of_it_exists() -> None:
    views = [process_array(np.full(10_000, float(number)))[5:7] for number in range(200)]
    gc.collect()
    assert [view.tolist() for view in views] == [[2.0 * number] * 2 for number in range(200)]


def test_columns_of_word_counts_use_native_memory(analyzer: TextAnalyzer) -> None:
    analyzer.add_document("b a b 光 é")
    counts = analyzer.word_counts()
    assert counts.words == ["b", "a", "光", "é"]
    assert (counts.counts.dtype, counts.counts.tolist()) == (np.uint64, [2, 1, 1, 1])
    assert list(counts) == list(analyzer.word_frequency().items())
    assert len(counts) == 4
    assert repr(counts) == "WordCounts(words=4)"
    assert not counts.counts.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        counts.counts[0] = 7
    again = analyzer.word_counts().counts
    assert len(TextAnalyzer().word_counts().counts) == 0
    assert again.tolist() == [2, 1, 1, 1]


def test_columns_stay_valid_after_the_analyzer_changes_or_is_closed(analyzer: TextAnalyzer) -> None:
    words = [f"word{number}" for number in range(5000)]
    analyzer.add_document(" ".join(words))
    counts = analyzer.word_counts()
    view = counts.counts[10:20]
    lazy = analyzer.word_counts()
    analyzer.add_document("more " * 5000)
    analyzer.word_frequency()
    analyzer.close()
    del counts, analyzer
    gc.collect()
    assert view.tolist() == [1] * 10
    assert lazy.words == words
