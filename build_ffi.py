"""Generate text_processor/_native/_ffi.py, the CFFI binding (out-of-line, ABI mode), from the header of the C ABI.

Only the header declares the functions. No C compiler is needed: the module contains the types, and the package opens
the library at run time, so you can swap the library without building anything.
"""

import re
from pathlib import Path

from cffi import FFI

ROOT = Path(__file__).resolve().parent
HEADER = ROOT / "rust_core" / "capi" / "include" / "text_processor.h"


def declarations(header: str) -> str:
    """Return the header without the lines for the preprocessor, for C++ and for linkers, which CFFI cannot read."""
    for_c = re.sub(r"^#ifdef __cplusplus$.*?^#endif$|^TP_API ", "", header, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"^#.*$", "", for_c, flags=re.MULTILINE)


ffibuilder = FFI()
ffibuilder.cdef(declarations(HEADER.read_text(encoding="utf-8")))
ffibuilder.set_source("text_processor._native._ffi", None)

if __name__ == "__main__":
    ffibuilder.emit_python_code(str(ROOT / "text_processor" / "_native" / "_ffi.py"))
