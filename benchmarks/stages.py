"""Where the time goes, stage by stage, beside what the machine could do.

The stages of the engine, and the limits, are measured by a Rust program (`rust_core/measure/src/bin/stages.rs`); those
of Python here.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measuring import timed

from text_processor import TextAnalyzer

PIECE = 4 << 20
"""Bytes of a file read at once, as the package does it."""


@dataclass(frozen=True)
class Stage:
    """One stage, on one thread but for the merge."""

    name: str
    seconds: float
    limit: str
    """What it could not be faster than, or hardly: in words."""
    at_limit: float
    """Seconds that this would be."""


@dataclass(frozen=True)
class Stages:
    """The stages of a text, and what the machine can do."""

    words: int
    stages: tuple[Stage, ...]
    limits: dict[str, str]


def measure(program: Path, path: Path, rounds: int) -> Stages:
    """Measures all stages on a file."""
    native = json.loads(subprocess.run((program, path, str(rounds)), capture_output=True, check=True).stdout)
    size, words, types, terms = (native[name] for name in ("bytes", "words", "types", "terms"))
    seconds: dict[str, float] = native["seconds"]
    near, cache, memory = (seconds[f"chase_{length}"] / native["chase_steps"] for length in (1 << 16, 1 << 21, 1 << 25))

    with TextAnalyzer() as analyzer:
        analyzer.add_file(path)
        frequency = analyzer.word_frequency()
        dictionary = _median(analyzer.word_frequency, rounds)
    joined, counts = "\n".join(frequency), list(frequency.values())
    # Nothing in Python makes strings and entries of a dict faster than this.
    objects = _median(lambda: dict(zip(joined.split("\n"), counts, strict=True)), rounds)
    reading = _median(lambda: _read(path), rounds)

    # A thread's numbers of its tokens become those of all; each is read and written once, four bytes, on both threads.
    renumbering = 4 * words / size * seconds["copy"] / 2
    stages = (
        Stage("read the file", reading, "copying it, piece by piece", seconds["copy_by_piece"]),
        Stage("add: check UTF-8, count words, copy", seconds["add"], "copying it into new memory", seconds["copy"]),
        Stage("count words alone", seconds["count"], "reading it", seconds["read"]),
        Stage("scan", seconds["scan"], "reading it", seconds["read"]),
        Stage("tokenize", seconds["tokenize"], "storing two numbers a word", seconds["store"]),
        Stage("intern", seconds["intern"], "one look-up a word in the nearest caches", words * near),
        Stage(
            f"terms of {types:,} types, and their counts",
            seconds["terms"] + seconds["frequencies"],
            "one look-up a type in a table of 2 MiB",
            types * cache,
        ),
        Stage(
            "index as a whole",
            seconds["index_on_one"],
            "the limits of its stages",
            seconds["read"] + seconds["store"] + words * near,
        ),
        Stage(
            "merge: two threads, beyond half of one",
            max(0.0, seconds["index_on_two"] - seconds["index_on_one"] / 2),
            "renumbering each word once",
            renumbering,
        ),
        Stage(f"dict of {terms:,} words", dictionary, "making the strings and the entries", objects),
    )
    limits = {
        "reading": f"{size / seconds['read'] / 1e9:.1f} GB/s",
        "copying": f"{size / seconds['copy_by_piece'] / 1e9:.1f} GB/s",
        "copying into new memory": f"{size / seconds['copy'] / 1e9:.1f} GB/s",
        "a look-up that waits for the last one, in 64 KiB": f"{near * 1e9:.1f} ns",
        "in 2 MiB": f"{cache * 1e9:.1f} ns",
        "in 32 MiB": f"{memory * 1e9:.1f} ns",
        "a `str` and its entry in a dict": f"{objects / terms * 1e9:.0f} ns",
    }
    return Stages(words, stages, limits)


def _read(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(piece) for piece in iter(lambda: file.read(PIECE), b""))


def _median(work: Callable[[], object], rounds: int) -> float:
    side = timed(work)
    return statistics.median(side().amount for _ in range(rounds))
