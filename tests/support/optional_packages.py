"""Packages that some tests need. A missing package is None, and a mark skips the tests that need the package."""

from __future__ import annotations

import importlib
from typing import Any

import pytest


def installed(name: str) -> Any:
    """A module, or None if it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


pd, pl, pa, vectorizers = map(installed, ("pandas", "polars", "pyarrow", "text_processor.vectorizers"))
HAS_VADER = installed("vaderSentiment") is not None

needs_pandas = pytest.mark.skipif(pd is None, reason="pandas is not installed")
needs_vader = pytest.mark.skipif(not HAS_VADER, reason="vaderSentiment is not installed")
needs_vectorizers = pytest.mark.skipif(vectorizers is None, reason="SciPy is not installed")
