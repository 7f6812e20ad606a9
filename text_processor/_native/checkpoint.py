"""Places where other code may end long work.

Loops over native work call `checkpoint` between two steps. It calls a function that is set for the current context, so
no other function needs an argument for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

on_checkpoint: ContextVar[Callable[[], None] | None] = ContextVar("on_checkpoint", default=None)
"""The function that each checkpoint of the context calls. Its exception ends the work."""


def checkpoint() -> None:
    """Call the function of the context, if one is set."""
    check = on_checkpoint.get()
    if check is not None:
        check()


def with_checkpoints(items: Iterable[Any]) -> Iterator[Any]:
    """The items, with a checkpoint before each one if the context has a function for it."""
    return iter(items) if on_checkpoint.get() is None else _checked(items)


def _checked(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        checkpoint()
        yield item
