"""What a fork leaves behind: locks that threads held which do not exist in the child."""

from __future__ import annotations

import os
from collections.abc import Callable

generation: int = 0
"""Which process this is: one more in each child."""


def _count() -> None:
    global generation
    generation += 1


def in_child(work: Callable[[], None]) -> None:
    """Has something done first thing in each forked child, where the system can fork."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=work)


in_child(_count)
