"""Sentiment by the rules of VADER, against the package that they come from."""

from __future__ import annotations

from collections.abc import Iterator

from measuring import Contest, timed
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as Original

from text_processor import SentimentIntensityAnalyzer
from workloads.setting import Setting

TEXTS = 5_000
"""Texts that the package scores in some tenths of a second."""


def contests(setting: Setting) -> Iterator[Contest]:
    """Many short texts at once, and one by one."""
    texts = setting.text[: 1_000 * TEXTS].decode(errors="replace").split("\n")[:TEXTS]
    ours, theirs = SentimentIntensityAnalyzer(), Original()

    def at_once() -> list[float]:
        compound: list[float] = ours.scores(texts)["compound"].tolist()
        return compound

    original = timed(lambda: [theirs.polarity_scores(text)["compound"] for text in texts])
    yield Contest(
        f"VADER of {len(texts):,} lines: scores(), all cores",
        "vaderSentiment, one by one",
        timed(at_once, times=20),
        original,
        100.0,
    )
    yield Contest(
        f"VADER of {len(texts):,} lines: polarity_scores(), one by one",
        "vaderSentiment, one by one",
        timed(lambda: [ours.polarity_scores(text)["compound"] for text in texts], times=5),
        original,
        15.0,
    )
