from __future__ import annotations

import ctypes

import pytest

from text_processor import Core, PanicError, TextAnalyzer, load_core
from text_processor._native.core import ffi

pytestmark = pytest.mark.once


def test_a_panic_in_the_core_raises_an_exception_and_no_document_is_lost(
    failing_core: Core, capfd: pytest.CaptureFixture[str]
) -> None:
    panic = ctypes.CDLL(failing_core.path).tp_test_panic
    analyzer = TextAnalyzer(core=failing_core)
    analyzer.add_document("still here")
    assert analyzer.unique_words() == 2
    assert analyzer._handle is not None
    pointer = int(ffi.cast("uintptr_t", analyzer._handle.pointer))
    status = panic(ctypes.c_void_p(pointer), b"on purpose", ctypes.c_size_t(10))
    with pytest.raises(PanicError, match="the library panicked: on purpose") as caught:
        failing_core._check(status)
    assert isinstance(caught.value, RuntimeError)
    assert "on purpose" in capfd.readouterr().err
    analyzer.add_document("and here")
    assert analyzer.word_frequency() == {"still": 1, "here": 2, "and": 1}


def test_the_core_of_the_package_has_no_function_that_panics_on_purpose() -> None:
    assert not hasattr(ctypes.CDLL(load_core().path), "tp_test_panic")
