"""The package pyarrow, if it is installed."""

from __future__ import annotations

from importlib import import_module

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def arrow(*parts: str) -> Any:
    """The package, with these of its modules; None if it is not installed."""
    try:
        for part in parts:
            import_module(f"pyarrow.{part}")
        return import_module("pyarrow")
    except ImportError:
        return None
