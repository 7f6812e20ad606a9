"""What tests share: where the cores beside the package's own are, and a model of a corpus."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import text_processor
from text_processor import TextAnalyzer

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = {"darwin": "libtext_processor.dylib"}.get(sys.platform, "libtext_processor.so")

# The portable core checks everything, and machines are busy: time says nothing about being right.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


def built_core(name: str) -> Path:
    path = ROOT / "build" / "cores" / name / LIBRARY
    if not path.exists():
        pytest.skip(f"the core '{name}' is not built here: 'make test' builds it (with Rust)")
    return path


@pytest.fixture
def portable_core() -> Path:
    """A second build of the core: no SIMD, every check on."""
    return built_core("portable")


@pytest.fixture
def failing_core() -> text_processor.Core:
    """A build of the core that panics when it is asked to."""
    return text_processor.load_core(built_core("test-hooks"))


@pytest.fixture
def unoptimized_core() -> str:
    """The same one, which is built without optimization besides."""
    return str(built_core("test-hooks"))


@pytest.fixture
def compiler() -> str:
    """A C compiler."""
    found = shutil.which("cc")
    if found is None:
        pytest.skip("there is no C compiler here")
    return found


@pytest.fixture
def analyzer() -> TextAnalyzer:
    return TextAnalyzer()


@pytest.fixture
def header() -> str:
    path = ROOT / "rust_core" / "capi" / "include" / "text_processor.h"
    if not path.exists():
        pytest.skip("the header is part of the source tree, which is not here")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs run as on a usual terminal, whatever the environment of the tests wishes."""
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
