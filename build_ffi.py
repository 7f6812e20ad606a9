"""Generates text_processor/_native/_ffi.py, the CFFI binding (out-of-line, ABI mode), from the header of the C ABI.

The header is the only place where the functions are declared. No C compiler is involved: the module holds the types,
and the library is opened at run time, so that it can be swapped without building anything.
"""

import re
from pathlib import Path

from cffi import FFI

ROOT = Path(__file__).resolve().parent
HEADER = ROOT / "rust_core" / "capi" / "include" / "text_processor.h"


def declarations(header: str) -> str:
    """What CFFI understands of the header: all of it but the lines for the preprocessor, for C++, and for linkers."""
    for_c = re.sub(r"^#ifdef __cplusplus$.*?^#endif$|^TP_API ", "", header, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"^#.*$", "", for_c, flags=re.MULTILINE)


ffibuilder = FFI()
ffibuilder.cdef(declarations(HEADER.read_text(encoding="utf-8")))
ffibuilder.set_source("text_processor._native._ffi", None)

if __name__ == "__main__":
    ffibuilder.emit_python_code(str(ROOT / "text_processor" / "_native" / "_ffi.py"))
