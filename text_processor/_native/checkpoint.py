"""Places where other code may end long work.

Loops over native work call `checkpoint` between two steps. It calls a function that is set for the current context, so
no other function needs an argument for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

on_checkpoint: ContextVar[Callable[[], None] | None] = ContextVar("on_checkpoint", default=None)
"""The function that each checkpoint of the context calls. Its exception ends the work."""


def checkpoint() -> None:
    """Call the function of the context, if one is set."""
    check = on_checkpoint.get()
    if check is not None:
        check()
