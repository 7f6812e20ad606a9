"""Comparisons: two sides do the same work in turn, so a slow moment of the machine affects both sides."""

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
    """The two sides of a comparison do not do the same work."""


@dataclass(frozen=True)
class Measured:
    """The amount that one side needed, in the unit of the comparison, and its answer."""

    amount: float
    answer: object


Side = Callable[[], Measured]


class FigureKind(Enum):
    """How a figure is computed from both amounts, and whether more or less is better."""

    SPEED = "times as fast"
    COST = "times as much"
    EXCESS = "more"

    def of(self, ours: float, theirs: float) -> float:
        """Return the figure to compare with a target."""
        match self:
            case FigureKind.SPEED:
                return theirs / ours
            case FigureKind.COST:
                return ours / theirs
            case FigureKind.EXCESS:
                return ours - theirs

    def meets(self, figure: float, bound: float) -> bool:
        """Return whether a figure reaches a target."""
        return figure >= bound if self is FigureKind.SPEED else figure <= bound


@dataclass(frozen=True)
class Comparison:
    """Two ways to do the same work."""

    work: str
    peer: str
    ours: Side
    theirs: Side
    bound: float | None
    """The target: the lowest good figure if it is a speed, else the highest."""
    kind: FigureKind = FigureKind.SPEED
    unit: str = "s"
    excuse: str | None = None
    """Why the peer may give another answer on this text. If the answers differ, the comparison is left out."""


@dataclass(frozen=True)
class LeftOut:
    """A comparison that is not possible here, and the reason."""

    work: str
    peer: str
    reason: str


@dataclass(frozen=True)
class Result:
    """The medians of both sides, and of the figures of all rounds, in the unit of the comparison."""

    work: str
    peer: str
    unit: str
    ours: float
    theirs: float
    kind: FigureKind
    figure: float
    lowest: float
    highest: float
    rounds: int
    bound: float | None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        return None if self.bound is None else self.kind.meets(self.figure, self.bound)


def timed(work: Callable[[], Answer], answer: Callable[[Answer], object] = lambda given: given, times: int = 1) -> Side:
    """Return a side whose amount is the time of a run in seconds: the mean if there are several runs.

    Args:
        work: The work to time. Earlier garbage is collected before the work starts.
        answer: Returns the answer for the comparison, given the result of `work`; not timed.
        times: The number of runs without a pause, for work that is too short to time alone.
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


def measure(comparison: Comparison, rounds: int, seconds: float) -> Result | LeftOut:
    """Measure round by round, and stop early after a number of seconds.

    Raises:
        DifferentAnswersError: The sides gave different answers, and the comparison has no excuse.
    """
    pairs: list[tuple[float, float]] = []
    # The first round only warms up both sides. It is not counted.
    end = float("inf")
    while len(pairs) <= rounds and (len(pairs) <= FEWEST_ROUNDS or time.perf_counter() < end):
        ours, theirs = comparison.ours(), comparison.theirs()
        if ours.answer != theirs.answer:
            if comparison.excuse is not None:
                return LeftOut(comparison.work, comparison.peer, comparison.excuse)
            raise DifferentAnswersError(
                f"{comparison.work}, against {comparison.peer}: the answers differ, so there is nothing to compare"
            )
        if not pairs:
            end = time.perf_counter() + seconds
        pairs.append((ours.amount, theirs.amount))
    del pairs[0]
    figures = sorted(comparison.kind.of(*pair) for pair in pairs)
    return Result(
        work=comparison.work,
        peer=comparison.peer,
        unit=comparison.unit,
        ours=statistics.median(ours for ours, _ in pairs),
        theirs=statistics.median(theirs for _, theirs in pairs),
        kind=comparison.kind,
        figure=statistics.median(figures),
        lowest=figures[0],
        highest=figures[-1],
        rounds=len(pairs),
        bound=comparison.bound,
    )
