"""All comparisons and their targets. Only the data of one comparison is in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator

from measuring import Comparison, LeftOut

from workloads import (
    collocations,
    concordance,
    corpus,
    counting,
    dispersion,
    files,
    groups,
    keyness,
    matrices,
    ngrams,
    resources,
    scaling,
    sentiment,
    specification,
    tables,
    tokenizers,
    vocabulary,
)
from workloads.setting import Setting

__all__ = ["Setting", "comparisons"]


def comparisons(setting: Setting) -> Iterator[Comparison | LeftOut]:
    """Yield all comparisons."""
    yield from counting.comparisons(setting)
    yield from files.comparisons(setting)
    yield from vocabulary.comparisons(setting)
    yield from tokenizers.comparisons(setting)
    yield from ngrams.comparisons(setting)
    yield from specification.comparisons()
    yield from scaling.comparisons(setting)
    yield from resources.comparisons(setting)
    yield from sentiment.comparisons(setting)
    yield from matrices.comparisons(setting)
    yield from tables.comparisons(setting)
    yield from groups.comparisons(setting)
    yield from collocations.comparisons(setting)
    yield from keyness.comparisons(setting)
    yield from dispersion.comparisons(setting)
    yield from concordance.comparisons(setting)
    yield from corpus.comparisons(setting)
