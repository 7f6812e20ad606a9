"""Who counts: native code, where it gives the same answer; Python otherwise."""

from __future__ import annotations

from collections.abc import Callable

from text_processor.vectorizers.counting import PythonCounting
from text_processor.vectorizers.documents import DocumentReader
from text_processor.vectorizers.native import NativeCounting, NotNativeError, options_of

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Answer = TypeVar("_Answer")


def counting(reader: DocumentReader, work: Callable[[NativeCounting | PythonCounting], _Answer]) -> _Answer:
    """What counting gives, by whoever can.

    Args:
        reader: How documents are read.
        work: Has documents counted, and changes nothing if that fails.
    """
    in_python = PythonCounting(reader)
    options = options_of(reader)
    if options is not None:
        try:
            return work(NativeCounting(reader, options))
        except NotNativeError:
            pass
    return work(in_python)
