"""Tokenizers on one thread, compared with the usual Rust crates."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import partial

from measuring import Comparison, Measured

from workloads.setting import Setting

PEERS = {
    "unicode": "unicode-segmentation, unicode_word_indices()",
    "unicode-segments": "unicode-segmentation, split_word_bound_indices()",
    "word": r"regex, \b\w\w+\b",
}

EXCUSES = {"word": "combining marks are parts of words in the crate, but not in Python"}


def found(setting: Setting, tokenizer: str, way: str) -> Measured:
    """Return the time to find all tokens in Rust. The answer is their number and the sum of their places."""
    command = (setting.programs / "tokenizers", setting.path, tokenizer, way)
    output = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return Measured(output["seconds"], (output["tokens"], output["places"]))


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare the times to find all tokens of the text."""
    for tokenizer, peer in PEERS.items():
        ours, theirs = (partial(found, setting, tokenizer, way) for way in ("engine", "crate"))
        excuse = EXCUSES.get(tokenizer)
        yield Comparison(
            f'{setting.size} → tokens of "{tokenizer}", one thread', peer, ours, theirs, 8.0, excuse=excuse
        )
