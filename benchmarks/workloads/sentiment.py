"""Sentiment by the rules of VADER, compared with vaderSentiment."""

from __future__ import annotations

from collections.abc import Iterator

from measuring import Comparison, timed
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as Original

from text_processor import SentimentIntensityAnalyzer
from workloads.setting import Setting

TEXTS = 5_000
"""The number of texts: vaderSentiment needs some tenths of a second for them."""


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare many short texts, in one call and one by one."""
    texts = setting.text[: 1_000 * TEXTS].decode(errors="replace").split("\n")[:TEXTS]
    ours, theirs = SentimentIntensityAnalyzer(), Original()

    def in_one_call() -> list[float]:
        compound: list[float] = ours.scores(texts)["compound"].tolist()
        return compound

    original = timed(lambda: [theirs.polarity_scores(text)["compound"] for text in texts])
    yield Comparison(
        f"{len(texts):,} lines → VADER scores(), all cores",
        "vaderSentiment, one by one",
        timed(in_one_call, times=20),
        original,
        150.0,
    )
    yield Comparison(
        f"{len(texts):,} lines → VADER polarity_scores(), one by one",
        "vaderSentiment, one by one",
        timed(lambda: [ours.polarity_scores(text)["compound"] for text in texts], times=5),
        original,
        20.0,
    )
