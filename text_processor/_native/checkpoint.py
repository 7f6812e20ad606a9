"""Where long work may be ended from outside, besides by Ctrl-C.

Loops over native work call `checkpoint` between two steps. What it does is set for the context that the work runs in,
so that nothing has to be handed down to where the loops are.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

on_checkpoint: ContextVar[Callable[[], None] | None] = ContextVar("on_checkpoint", default=None)
"""Called at each checkpoint of the context; what it raises ends the work."""


def checkpoint() -> None:
    """Ends the work, if somebody wants that."""
    check = on_checkpoint.get()
    if check is not None:
        check()
