"""The machine and the versions of a run, without names of hosts, users or folders."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import text_processor

LIBRARIES = ("polars", "duckdb", "pyarrow", "numpy", "cffi")


def described() -> dict[str, str]:
    """Return the facts about the machine, in the order to print them."""
    core = text_processor.core_info()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "text_processor": f"{core['version']}, {core['simd']}",
        "Processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "Memory": f"{memory / 2**30:.0f} GiB",
        "Load before the run": f"{os.getloadavg()[0]:.1f}",
        "System": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Rust": _first_line("rustc").removeprefix("rustc ").split(" ")[0],
        "wc": _first_line("wc").removeprefix("wc "),
        "Libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }


def _processor() -> str:
    """Return the model of the processor, or only its architecture if the kernel does not name the model."""
    match = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else platform.machine()


def _first_line(program: str) -> str:
    if shutil.which(program) is None:
        return "not installed"
    return subprocess.run((program, "--version"), capture_output=True, check=True, text=True).stdout.split("\n")[0]
