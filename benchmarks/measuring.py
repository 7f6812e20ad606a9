"""Contests: the same work done in two ways, in turn, so that a machine that slows down slows both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

Answer = TypeVar("Answer")

FEWEST_ROUNDS = 3


class DifferentAnswersError(Exception):
    """The two sides of a contest do not do the same work."""


@dataclass(frozen=True)
class Measured:
    """What one side needed, in the unit of the contest, and the answer it gave."""

    amount: float
    answer: object


Side = Callable[[], Measured]


class Comparison(Enum):
    """What is made of both amounts, and which way is better."""

    SPEED = "times as fast"
    COST = "times as much"
    EXCESS = "more"

    def of(self, ours: float, theirs: float) -> float:
        """The figure that a target is about."""
        match self:
            case Comparison.SPEED:
                return theirs / ours
            case Comparison.COST:
                return ours / theirs
            case Comparison.EXCESS:
                return ours - theirs

    def meets(self, figure: float, bound: float) -> bool:
        """Whether a figure is as good as asked for."""
        return figure >= bound if self is Comparison.SPEED else figure <= bound


@dataclass(frozen=True)
class Contest:
    """The same work done in two ways."""

    work: str
    peer: str
    ours: Side
    theirs: Side
    bound: float | None
    """The figure asked for: at least, where it is a speed; at most otherwise."""
    comparison: Comparison = Comparison.SPEED
    unit: str = "s"
    excuse: str | None = None
    """Why the peer may give another answer on this text; there is no contest then."""


@dataclass(frozen=True)
class LeftOut:
    """A contest that there cannot be here, and why."""

    work: str
    peer: str
    reason: str


@dataclass(frozen=True)
class Result:
    """How a contest went: medians of both sides, and of what is made of each pair; all in the unit of the contest."""

    work: str
    peer: str
    unit: str
    ours: float
    theirs: float
    comparison: Comparison
    figure: float
    lowest: float
    highest: float
    rounds: int
    bound: float | None

    @property
    def met(self) -> bool | None:
        """Whether the target is met, where there is one."""
        return None if self.bound is None else self.comparison.meets(self.figure, self.bound)


def timed(work: Callable[[], Answer], answer: Callable[[Answer], object] = lambda given: given, times: int = 1) -> Side:
    """A side whose amount is seconds; of several runs without a pause, their mean.

    Args:
        work: What is timed. Garbage of earlier work is collected before.
        answer: Makes of what `work` gives what is compared; not timed.
        times: Runs, for work that is too short to be timed alone.
    """

    def side() -> Measured:
        gc.collect()
        start = time.perf_counter()
        for _ in range(times - 1):
            work()
        given = work()
        seconds = (time.perf_counter() - start) / times
        return Measured(seconds, answer(given))

    return side


def measure(contest: Contest, rounds: int, seconds: float) -> Result | LeftOut:
    """Measures round by round; fewer rounds than asked for where they take longer than some seconds.

    Raises:
        DifferentAnswersError: The sides gave different answers, and there is no excuse.
    """
    pairs: list[tuple[float, float]] = []
    # One round more, which is not counted: it warms up both.
    end = float("inf")
    while len(pairs) <= rounds and (len(pairs) <= FEWEST_ROUNDS or time.perf_counter() < end):
        ours, theirs = contest.ours(), contest.theirs()
        if ours.answer != theirs.answer:
            if contest.excuse is not None:
                return LeftOut(contest.work, contest.peer, contest.excuse)
            raise DifferentAnswersError(
                f"{contest.work}, against {contest.peer}: the answers differ, so there is nothing to compare"
            )
        if not pairs:
            end = time.perf_counter() + seconds
        pairs.append((ours.amount, theirs.amount))
    del pairs[0]
    figures = sorted(contest.comparison.of(*pair) for pair in pairs)
    return Result(
        work=contest.work,
        peer=contest.peer,
        unit=contest.unit,
        ours=statistics.median(ours for ours, _ in pairs),
        theirs=statistics.median(theirs for _, theirs in pairs),
        comparison=contest.comparison,
        figure=statistics.median(figures),
        lowest=figures[0],
        highest=figures[-1],
        rounds=len(pairs),
        bound=contest.bound,
    )
