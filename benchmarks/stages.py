"""The time of each stage, and the limit of the machine for it.

A Rust program measures the stages of the engine and the limits (`rust_core/measure/src/bin/stages.rs`). This module
measures the stages in Python.
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
"""Bytes of a file to read at a time, the same number as in the package."""


@dataclass(frozen=True)
class Stage:
    """One stage, on one thread, or on two threads for the merge."""

    name: str
    seconds: float
    limit: str
    """The name of simpler work, whose time is an estimate of the shortest possible time of the stage."""
    at_limit: float
    """The time of the simpler work, in seconds."""


@dataclass(frozen=True)
class Stages:
    """The stages of a text, and the limits of the machine."""

    words: int
    stages: tuple[Stage, ...]
    limits: dict[str, str]


def measure(program: Path, path: Path, rounds: int) -> Stages:
    """Measure all stages on a file."""
    native = json.loads(subprocess.run((program, path, str(rounds)), capture_output=True, check=True).stdout)
    size, words, types, terms = (native[name] for name in ("bytes", "words", "types", "terms"))
    seconds: dict[str, float] = native["seconds"]
    near, cache, memory = (seconds[f"chase_{length}"] / native["chase_steps"] for length in (1 << 16, 1 << 21, 1 << 25))

    with TextAnalyzer() as analyzer:
        analyzer.add_file(path)
        frequency = analyzer.word_frequency()
        dictionary = _median(analyzer.word_frequency, rounds)
    joined, counts = "\n".join(frequency), list(frequency.values())
    # In Python, this is the fastest way to make these strings and the entries of a dict.
    objects = _median(lambda: dict(zip(joined.split("\n"), counts, strict=True)), rounds)
    reading = _median(lambda: _read(path), rounds)

    # Each thread translates the ids of its tokens to common ids: it reads and writes four bytes per token.
    renumbering = 4 * words / size * seconds["copy"] / 2
    stages = (
        Stage("read the file", reading, "copying it, piece by piece", seconds["copy_by_piece"]),
        Stage("add: check UTF-8, count words, copy", seconds["add"], "copying it into new memory", seconds["copy"]),
        Stage("count words alone", seconds["count"], "reading it", seconds["read"]),
        Stage("scan", seconds["scan"], "reading it", seconds["read"]),
        Stage("tokenize", seconds["tokenize"], "storing two numbers per word", seconds["store"]),
        Stage("intern", seconds["intern"], "one look-up per word in the nearest caches", words * near),
        Stage(
            f"terms of {types:,} types, and their counts",
            seconds["terms"] + seconds["frequencies"],
            "one look-up per type in a table of 2 MiB",
            types * cache,
        ),
        Stage(
            "index as a whole",
            seconds["index_on_one"],
            "the limits of its stages",
            seconds["read"] + seconds["store"] + words * near,
        ),
        Stage(
            "merge: time of two threads, minus half the time of one",
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
        "a look-up that waits for the one before it, in 64 KiB": f"{near * 1e9:.1f} ns",
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
