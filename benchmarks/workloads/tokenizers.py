"""Tokenizers on one thread, against the crates one would use otherwise."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import partial

from measuring import Contest, Measured

from workloads.setting import Setting

PEERS = {
    "unicode": "unicode-segmentation, unicode_word_indices()",
    "unicode-segments": "unicode-segmentation, split_word_bound_indices()",
    "word": r"regex, \b\w\w+\b",
}

EXCUSES = {"word": "marks are parts of words to the crate, and none to Python"}


def found(setting: Setting, tokenizer: str, way: str) -> Measured:
    """How long a Rust program needs to find all tokens of the text, how many there are, and the sum of their places."""
    command = (setting.programs / "tokenizers", setting.path, tokenizer, way)
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return Measured(told["seconds"], (told["tokens"], told["places"]))


def contests(setting: Setting) -> Iterator[Contest]:
    """Finding all tokens of the text."""
    for tokenizer, peer in PEERS.items():
        ours, theirs = (partial(found, setting, tokenizer, way) for way in ("engine", "crate"))
        excuse = EXCUSES.get(tokenizer)
        yield Contest(f'{setting.size} → tokens of "{tokenizer}", one thread', peer, ours, theirs, 8.0, excuse=excuse)
