"""A plugin for pytest that runs scikit-learn's tests of its vectorizers on ours, for `make test-sklearn`.

The tests are in the installed scikit-learn. The plugin replaces the vectorizers in scikit-learn's module before pytest
imports the tests.
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
"""The number of tests that may fail."""

for name in vectorizers.__all__:
    setattr(text, name, getattr(vectorizers, name))


def expected_failures() -> dict[str, str]:
    """Return the tests that fail, with their reasons, from the documentation."""
    rows = re.findall(r"^\| `(test_\S+)` \| (.+) \|$", LIST.read_text(encoding="utf-8"), re.MULTILINE)
    if len(rows) > MOST:
        raise pytest.UsageError(f"{LIST} lists {len(rows)} tests that fail, more than {MOST}")
    return dict(rows)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in the list: each must exist and must fail."""
    expected = expected_failures()
    for item in items:
        module = item.getparent(pytest.Module)
        if module is None or module.obj.__name__ != TESTS:
            raise pytest.UsageError(f"{item.nodeid} is not a test of {TESTS}")
        for name in vectorizers.__all__:
            if getattr(module.obj, name) is not getattr(vectorizers, name):
                raise pytest.UsageError(f"{TESTS} uses another {name} than ours")
        reason = expected.pop(item.name, None)
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    if expected:
        raise pytest.UsageError(f"{LIST} lists tests that are not in {TESTS}: {', '.join(expected)}")
