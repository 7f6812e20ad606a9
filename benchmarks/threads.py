"""The time of an index for each number of threads."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from measuring import timed

from text_processor import TextAnalyzer


@dataclass(frozen=True)
class Scaling:
    """The median time of the index of a text, for each number of threads."""

    text: str
    """The name of the text."""
    seconds: dict[int, float]


def measure(texts: Iterable[tuple[str, Path]], rounds: int) -> list[Scaling]:
    """Measure the index of files, on one thread and on more threads, up to the number of processors of this process."""
    numbers = numbers_of_threads(len(os.sched_getaffinity(0)))
    found = []
    for name, path in texts:
        # Each round measures all numbers of threads, so that a slow moment of the machine affects all of them.
        sides = {number: timed(partial(indexed, path, number)) for number in numbers}
        seconds = [{number: side().amount for number, side in sides.items()} for _ in range(rounds)]
        found.append(Scaling(name, {number: statistics.median(each[number] for each in seconds) for number in numbers}))
    return found


def numbers_of_threads(processors: int) -> list[int]:
    """Return powers of two, and the number of processors."""
    return sorted({*(1 << power for power in range(processors.bit_length())), processors})


def indexed(path: Path, threads: int) -> tuple[int, int]:
    """Index a file, and return its numbers of words and of distinct words."""
    with TextAnalyzer(threads=threads) as analyzer:
        analyzer.add_file(path)
        analyzer.index()
        return analyzer.total_words(), analyzer.unique_words()
