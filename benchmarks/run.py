"""Measures ratios against other ways to do the same, in one run: `make bench`.

Both sides of a contest run in turn, so that a machine that slows down slows both; before anything is timed, both
answers are compared. Files named on the command line are read as a document a line, instead of the sample.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workloads import Contest, contests

from text_processor import core_info

ROUNDS = 9
SECONDS = 6.0


def timed(work: Callable[[], object]) -> float:
    """Seconds that work takes, garbage of earlier work not counted."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(contest: Contest) -> tuple[list[float], list[float]]:
    """Seconds of both sides, round by round; fewer rounds where they are long."""
    ours, theirs = contest.ours(), contest.theirs()
    if ours != theirs:
        sys.exit(f"{contest.name}: the answers differ, so there is nothing to compare")
    pairs: list[tuple[float, float]] = []
    end = time.perf_counter() + SECONDS
    while len(pairs) < ROUNDS and (len(pairs) < 3 or time.perf_counter() < end):
        pairs.append((timed(contest.ours), timed(contest.theirs)))
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def main() -> None:
    """Prints a table of medians and ratios."""
    info = core_info()
    print(
        f"text_processor {info['version']}, {info['simd']}, {info['threads']} threads; Python {sys.version.split()[0]}"
    )
    print(f"\n{'work':38} {'ours':>10} {'peer':>10}  {'ratio':>7}  {'lowest to highest':17}  peer")
    for contest in contests([Path(name) for name in sys.argv[1:]]):
        ours, theirs = measure(contest)
        ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
        print(
            f"{contest.name:38} {statistics.median(ours) * 1e3:7.2f} ms {statistics.median(theirs) * 1e3:7.2f} ms"
            f"  {statistics.median(ratios):6.1f}x  {f'{ratios[0]:.1f} to {ratios[-1]:.1f}':17}  {contest.peer}",
            flush=True,
        )


if __name__ == "__main__":
    main()
