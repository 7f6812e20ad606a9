"""Fixtures and settings that the tests share."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import text_processor
from text_processor import SentimentIntensityAnalyzer, TextAnalyzer

ROOT = Path(__file__).resolve().parent.parent
collect_ignore = ["engines", "sklearn", "soak"]
"""A plugin for the tests of scikit-learn, and programs: they import packages that may be missing."""
CLEAN = "no live handle, no misuse"
LIBRARY = {"darwin": "libtext_processor.dylib"}.get(sys.platform, "libtext_processor.so")

# No deadlines, because the portable core is slow and the machine may be busy. Each run tries other examples.
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
# For tests that run again on another core. `@settings` of a test uses a multiple of the profile's `max_examples`, so
# that a profile changes all tests.
settings.register_profile("again", settings.get_profile("default"), max_examples=10)
# For another version of Python: a few examples run all Python code, and the core is the same.
settings.register_profile("version", settings.get_profile("default"), max_examples=6)
# For `make hunt`.
settings.register_profile("many", settings.get_profile("default"), max_examples=2000)
# For valgrind, with which each example takes fifty times as long.
settings.register_profile("few", settings.get_profile("default"), max_examples=3)
settings.load_profile("default")


def instruments() -> ctypes.CDLL | None:
    """Return the functions of text_processor_instruments.h if the core in use has them."""
    library = ctypes.CDLL(text_processor.core_info()["library"])
    if not hasattr(library, "tp_instruments_report"):
        return None
    for function in (library.tp_instruments_live, library.tp_instruments_calls, library.tp_instruments_misuses):
        function.restype = ctypes.c_uint64
    library.tp_instruments_report.restype = ctypes.c_char_p
    return library


INSTRUMENTS = pytest.StashKey[list[str]]()
"""The reports of the instrumented core, one for each process that ran tests."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make test-instrumented`."""
    parser.addoption("--instrumented", action="store_true", help="fail unless the core in use is the instrumented one")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the list of reports."""
    config.stash[INSTRUMENTS] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect the report of a worker process of pytest-xdist."""
    reports = node.config.stash[INSTRUMENTS]
    reports += getattr(node, "workeroutput", {}).get("instruments", [])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if the instrumented core reports a handle that was never freed, or was misused."""
    config = session.config
    reports = config.stash[INSTRUMENTS]
    library = instruments()
    if library is None:
        if config.getoption("instrumented"):
            raise pytest.UsageError("the core in use is not the instrumented one")
    else:
        gc.collect()
        if library.tp_instruments_live(None) or library.tp_instruments_misuses():
            reports.append(library.tp_instruments_report().decode())
        else:
            reports.append(f"{library.tp_instruments_calls(None)} calls, {CLEAN}")
    if hasattr(config, "workeroutput"):
        config.workeroutput["instruments"] = reports
    if any(not report.endswith(CLEAN) for report in reports):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the reports."""
    if config.stash[INSTRUMENTS]:
        terminalreporter.section("instrumented core")
        for report in config.stash[INSTRUMENTS]:
            terminalreporter.write_line(report)


@pytest.fixture(name="built_core")
def built_core_() -> Callable[[str], Path]:
    """Return the path of another core, by its name."""
    return built_core


def built_core(name: str) -> Path:
    path = ROOT / "build" / "cores" / name / LIBRARY
    if not path.exists():
        pytest.skip(f"the core '{name}' is not built here: 'make test' builds it (with Rust)")
    return path


@pytest.fixture
def portable_core() -> Path:
    """The portable core: no SIMD, all checks of Rust."""
    return built_core("portable")


@pytest.fixture
def failing_core() -> text_processor.Core:
    """A core with functions that panic when a test calls them."""
    return text_processor.load_core(built_core("test-hooks"))


@pytest.fixture
def unoptimized_core() -> str:
    """The path of a core that is built without optimization."""
    return str(built_core("test-hooks"))


@pytest.fixture
def compiler() -> str:
    """A C compiler."""
    found = shutil.which("cc")
    if found is None:
        pytest.skip("there is no C compiler")
    return found


@pytest.fixture
def analyzer() -> TextAnalyzer:
    return TextAnalyzer()


@pytest.fixture(scope="module")
def scorer_of_the_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """A VADER analyzer with the name SCORER in the module of the tests, or None if vaderSentiment is not installed.

    The fixture frees the analyzer at the end of the module, because the instrumented core reports handles that are
    never freed.
    """
    with contextlib.suppress(ModuleNotFoundError):
        request.module.SCORER = SentimentIntensityAnalyzer()
    yield
    request.module.SCORER = None


HEADER = ROOT / "rust_core" / "capi" / "include" / "text_processor.h"


@pytest.fixture
def header() -> str:
    if not HEADER.exists():
        pytest.skip("the header is part of the source tree, which is not here")
    return HEADER.read_text(encoding="utf-8")


@pytest.fixture
def instruments_header(header: str) -> str:
    """The header of the functions that only the instrumented core has."""
    assert header
    return HEADER.with_name("text_processor_instruments.h").read_text(encoding="utf-8")


@pytest.fixture
def example_program(header: str) -> str:
    """The program in the manual of the header."""
    manual = header.split("*/")[0]
    lines = manual.split("A complete program:")[1].split("@par")[0].splitlines()
    return "\n".join(line[7:] for line in lines if line.startswith(" *     ") or line == " *").strip() + "\n"


@pytest.fixture
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make programs run as on a usual terminal, without the settings of the tests' environment."""
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
