"""Documents of any length, and any number of analyzers."""

from __future__ import annotations

import gc
import mmap
import sys
from typing import Any

import pytest

from text_processor import InvalidDocumentError, TextAnalyzer, TextProcessorError, count_words
from text_processor._native.core import default_core, ffi

GIB = 1 << 30
LONGER = (1 << 32) + 1
"""More bytes than a 32-bit integer can count."""


def large(test: Any) -> Any:
    """Mark a test that takes long and checks only the engine."""
    return pytest.mark.engine(pytest.mark.long(pytest.mark.once(test)))


def needs(gibibytes: int) -> None:
    """Skip the test if the machine has less memory."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            found = {line.split(":")[0]: int(line.split()[1]) << 10 for line in file}
    except OSError:
        pytest.skip("this system does not tell how much memory is there")
    if found["MemAvailable"] < gibibytes * GIB:
        pytest.skip(f"{gibibytes} GiB of memory are needed, and {found['MemAvailable'] / GIB:.1f} GiB are there")


def zeros(length: int) -> mmap.mmap:
    """Return a mapping of zero bytes, which takes no memory until it is written. A zero byte is not whitespace."""
    return mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def count_by_c(data: Any) -> int:
    core, words = default_core(), ffi.new("uint64_t *")
    with ffi.from_buffer("char[]", data) as text:
        core._check(core._lib.tp_count_words(text, len(data), words))
    return int(words[0])


def test_a_document_of_one_byte_is_added_and_one_of_no_bytes_is_refused() -> None:
    for store_text in (True, False):
        analyzer = TextAnalyzer(store_text=store_text)
        with pytest.raises(InvalidDocumentError, match="no word"):
            analyzer.add_document(b"")
        with pytest.raises(InvalidDocumentError, match="no word"):
            analyzer.add_document(b" ")
        analyzer.add_document(zeros(1))
        assert analyzer.word_frequency() == {"\0": 1}
    assert [count_words(b""), count_words(b" "), count_words(b"\0")] == [0, 0, 1]
    assert count_by_c(zeros(1)) == 1


@large
@pytest.mark.parametrize("length", [1 << 31, LONGER])
def test_words_are_counted_in_text_of_any_length(length: int) -> None:
    needs(1)
    text = zeros(length)
    for place in (0, length // 2, length - 2):
        text[place] = ord(" ")
    assert count_by_c(text) == 3
    text[length - 1] = 0xFF
    with pytest.raises(InvalidDocumentError) as caught:
        count_by_c(text)
    assert caught.value.offset == length - 1


@large
def test_words_of_a_long_buffer_are_counted_from_python() -> None:
    needs(1)
    # New `bytes` of zeros also take no memory until they are written. A mapping can change, so it would be copied.
    assert count_words(bytes(LONGER)) == 1


@large
@pytest.mark.parametrize("store_text", [True, False])
def test_a_document_may_be_longer_than_32_bits_can_count(store_text: bool) -> None:
    needs(6 if store_text else 1)
    text, step = zeros(LONGER), 1 << 16
    for place in range(0, LONGER - 1, step):
        text[place] = ord(" ")
    analyzer = TextAnalyzer(threads=2, store_text=store_text)
    analyzer.add_document(text)
    statistics = analyzer.get_statistics()
    assert statistics["total_bytes"] == LONGER
    assert statistics["total_words"] == LONGER // step
    # No space follows the last word, so it is one byte longer.
    assert analyzer.top_words() == [("\0" * (step - 1), LONGER // step - 1), ("\0" * step, 1)]


@large
def test_the_offset_of_an_invalid_byte_may_exceed_32_bits() -> None:
    needs(6)
    text, step = zeros(LONGER), 1 << 16
    for place in range(0, LONGER - 1, step):
        text[place] = ord(" ")
    text[LONGER - 1] = 0xFF
    core, analyzer = default_core(), TextAnalyzer()
    assert analyzer._handle is not None
    with ffi.from_buffer("char[]", text) as data:
        status = core._lib.tp_analyzer_add_document(analyzer._handle.pointer, data, LONGER)
    assert status == core._lib.TP_ERROR_INVALID_UTF8
    assert core._lib.tp_last_error_offset() == LONGER - 1
    # An analyzer that stores no text reads the text in pieces.
    counting = TextAnalyzer(store_text=False)
    with pytest.raises(InvalidDocumentError) as caught:
        counting.add_document(text)
    assert caught.value.offset == LONGER - 1
    # The traceback of the error keeps this frame, and with it the buffers, in memory.
    del caught
    assert len(analyzer) == len(counting) == 0


@large
def test_a_word_that_is_too_long_for_a_column_is_counted_but_cannot_be_returned() -> None:
    needs(9)
    text = zeros(1 << 31)
    analyzer = TextAnalyzer(threads=1)
    analyzer.add_document(text)
    analyzer.add_document("a short word")
    assert analyzer.get_statistics()["unique_words"] == 4
    for ask in (analyzer.word_frequency, analyzer.top_words):
        with pytest.raises(TextProcessorError, match="more than the 2 GiB"):
            ask()


MILLION = 1_000_000


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * mmap.PAGESIZE


@large
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_a_million_small_analyzers_fit_in_memory_and_free_it() -> None:
    needs(2)
    core = default_core()
    lib, pointer = core._lib, ffi.new("tp_analyzer **")

    def make() -> Any:
        core._check(lib.tp_analyzer_new(ffi.NULL, pointer))
        return pointer[0]

    for _ in range(1000):
        lib.tp_analyzer_free(make())
    handles = ffi.new("tp_analyzer *[]", MILLION)
    gc.collect()
    before = resident()
    for place in range(MILLION):
        handles[place] = make()
    a_piece = (resident() - before) / MILLION
    for place in range(0, MILLION, 100_000):
        core._check(lib.tp_analyzer_add_document(handles[place], b"one word", 8))
    for place in range(MILLION):
        lib.tp_analyzer_free(handles[place])
    assert a_piece < 1024, f"{a_piece:.0f} bytes each"
    before = resident()
    for _ in range(MILLION):
        lib.tp_analyzer_free(make())
    # An allocation that is not freed takes at least 16 bytes.
    assert resident() - before < 4 * MILLION
