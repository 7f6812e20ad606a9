"""Runs scikit-learn's own tests of its vectorizers on ours: a plugin of pytest, see `make test-sklearn`.

The tests are those of the installed scikit-learn, where they lie. What their file imports of the module under test is
ours by the time it is collected.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sklearn.feature_extraction import text

from text_processor import vectorizers

TESTS = "sklearn.feature_extraction.tests.test_text"
LIST = Path(__file__).parents[2] / "docs" / "vectorizers.md"
MOST = 8
"""Tests that may fail, each with a reason."""

for name in vectorizers.__all__:
    setattr(text, name, getattr(vectorizers, name))


def expected_failures() -> dict[str, str]:
    """Tests that fail, with their reasons, as the documentation lists them."""
    rows = re.findall(r"^\| `(test_\S+)` \| (.+) \|$", LIST.read_text(encoding="utf-8"), re.MULTILINE)
    if len(rows) > MOST:
        raise pytest.UsageError(f"{LIST} lists {len(rows)} tests that fail, and there may be {MOST}")
    return dict(rows)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks those that fail, which must be there and must fail."""
    expected = expected_failures()
    for item in items:
        module = item.getparent(pytest.Module)
        if module is None or module.obj.__name__ != TESTS:
            raise pytest.UsageError(f"{item.nodeid} is no test of {TESTS}")
        for name in vectorizers.__all__:
            if getattr(module.obj, name) is not getattr(vectorizers, name):
                raise pytest.UsageError(f"{name} is not ours in {TESTS}")
        reason = expected.pop(item.name, None)
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    if expected:
        raise pytest.UsageError(f"{LIST} lists tests that {TESTS} does not have: {', '.join(expected)}")
