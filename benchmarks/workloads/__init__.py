"""What is measured, with which target: one contest after the other, so that their data need not be there at once."""

from __future__ import annotations

from collections.abc import Iterator

from measuring import Contest, LeftOut

from workloads import counting, matrices, ngrams, resources, scaling, sentiment, specification, tokenizers
from workloads.setting import Setting

__all__ = ["Setting", "contests"]


def contests(setting: Setting) -> Iterator[Contest | LeftOut]:
    """All of them."""
    yield from counting.contests(setting)
    yield from tokenizers.contests(setting)
    yield from ngrams.contests(setting)
    yield from specification.contests()
    yield from scaling.contests(setting)
    yield from resources.contests(setting)
    yield from sentiment.contests(setting)
    yield from matrices.contests(setting)
