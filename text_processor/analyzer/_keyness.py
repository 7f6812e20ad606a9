"""Keyness: which terms are more or less frequent in some documents than in others."""

from __future__ import annotations

from array import array

from text_processor.analyzer._owner import Owner
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeGuard

    from text_processor._native.analyzer import Handle
    from text_processor.table import Table
    from text_processor.typing import By, Correction


class Keyness(Owner):
    """An analyzer that compares its documents."""

    __slots__ = ()

    def keyness(
        self,
        target: object,
        reference: object = None,
        *,
        measures: str | Iterable[str] = ("g2", "log_ratio"),
        min_count: int = 1,
        limit: int | None = None,
        signed: bool = True,
        correction: Correction | None = None,
        smoothing: float = 1.0,
        prior: float = 0.01,
    ) -> Table:
        """Return the terms that are more or less frequent in some documents than in others, most typical first.

        Each term of the target or the reference has a row. The columns are ``term``; the counts in target and
        reference; both counts per million tokens of target and reference; the numbers of documents that have the term
        in target and reference; a column for each measure; and ``p``, the p-value of the first measure that has
        p-values. Terms that `set_terms` drops do not count as tokens.

        Args:
            target: The documents of the target: a mask, ids, or a dict of variables, as in `subset`; or another
                analyzer, for all of its documents; or None, for all documents of this analyzer.
            reference: The documents of the reference, with the same kinds of values. By default, all other documents;
                if the target is another analyzer, all documents of this analyzer.
            measures: Names of `text_processor.association.MEASURES`. The rows are sorted by the first measure; rows
                with equal scores by the sum of both counts, and then by first appearance.
            min_count: The smallest number of tokens of a term in target and reference together.
            limit: The largest number of rows; by default all rows.
            signed: Whether statistics that are never negative, such as ``"g2"``, get a minus if the term is less
                frequent in the target.
            correction: How p-values are adjusted for the number of tests: ``"bonferroni"``, ``"holm"``, or ``"bh"``
                (Benjamini & Hochberg). Each term that has `min_count` tokens is a test.
            smoothing: The number that ``"simple_maths"`` adds to both rates.
            prior: The prior count of each term, for ``"log_odds"`` and ``"log_odds_z"``.

        Raises:
            InvalidOptionError: The target or the reference has no words, a document is in both, an option is not
                valid, or there is a correction but no measure that has p-values.
            UnknownIdError: There is no document with one of the ids.
            TextNotStoredError: An analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> songs = ["la la la love", "la love me do", "rain and more rain", "the rain of love"]
        >>> analyzer.add_documents(songs, variables={"band": ["A", "A", "B", "B"]})
        4
        >>> found = analyzer.keyness({"band": "A"}, measures=["g2"])
        >>> [(row.term, row.target_count, row.reference_count, round(row.g2, 2)) for row in found[:2]]
        [('la', 4, 0, 6.9), ('me', 1, 0, 1.45)]
        """
        from text_processor._native.keyness import KeynessOptions, keyness
        from text_processor.table import Table

        options = KeynessOptions(self._core, measures, min_count, limit, signed, correction, smoothing, prior)
        first, chosen = (target, None) if _is_other(target, self) else (self, target)
        second, others = (reference, None) if _is_other(reference, self) else (self, reference)
        if not first._core is second._core is self._core:
            raise InvalidOptionError("all analyzers must use the same core")
        own = first._indexed()
        own.order.begin()
        if second is first:
            with own.order.alone():
                codes = _codes(first, own, chosen, TARGET, REFERENCE if others is None else NO_GROUP)
                if others is not None:
                    _add_reference(codes, _places(first, own, others))
                return Table._over(keyness(own, codes, None, b"", options))
        their = second._indexed()
        their.order.begin()
        # All threads take both locks in one order. Otherwise two threads that compare the same analyzers could wait
        # for each other without end.
        low, high = sorted((own.order, their.order), key=id)
        with low.alone(), high.alone():
            codes = _codes(first, own, chosen, TARGET, NO_GROUP)
            more = _codes(second, their, others, REFERENCE, NO_GROUP)
            return Table._over(keyness(own, codes, their, more, options))

    def keyness_by(
        self,
        by: By,
        *,
        measures: str | Iterable[str] = ("g2", "log_ratio"),
        min_count: int = 1,
        limit: int | None = None,
        signed: bool = True,
        correction: Correction | None = None,
        smoothing: float = 1.0,
        prior: float = 0.01,
    ) -> Table:
        """Compare each group of documents with all other documents, as `keyness` does.

        The result has the columns of `keyness` after those of the groups. The groups are in order of first appearance;
        a group without words has no rows.

        Args:
            by: Groups documents, as in `word_counts`.
            measures: As in `keyness`.
            min_count: As in `keyness`.
            limit: The largest number of rows of each group; by default all rows.
            signed: As in `keyness`.
            correction: As in `keyness`. Each group has its own number of tests.
            smoothing: As in `keyness`.
            prior: As in `keyness`.

        Raises:
            InvalidOptionError: There is no such variable, only one group has words, an option is not valid, or there is
                a correction but no measure that has p-values.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> songs = ["la la la love", "la love me do", "rain and more rain", "the rain of love"]
        >>> analyzer.add_documents(songs, variables={"band": ["A", "A", "B", "B"]})
        4
        >>> print(analyzer.keyness_by("band", measures=["log_ratio"], limit=1)["term"])
        ['la', 'rain']
        """
        from text_processor._native.keyness import KeynessOptions, grouped_keyness
        from text_processor.analyzer._groups import grouped

        options = KeynessOptions(self._core, measures, min_count, limit, signed, correction, smoothing, prior)
        return grouped(self, by, lambda handle, groups: groups.table(grouped_keyness(handle, groups.codes, options)))


TARGET, REFERENCE = 0, 1
"""The codes of the documents of the target and of the reference: TP_TARGET and TP_REFERENCE."""

NO_GROUP = (1 << 32) - 1
"""The code of all other documents: TP_NO_GROUP."""


def _is_other(side: object, analyzer: Owner) -> TypeGuard[Owner]:
    return isinstance(side, Owner) and side is not analyzer


def _places(owner: Owner, handle: Handle, documents: object) -> Iterable[int]:
    """The numbers of the documents of the target or the reference."""
    from text_processor.analyzer._selection import places

    count = handle.document_count()
    if documents is None or documents is owner:
        return range(count)
    return places(owner._core, owner._variables, count, documents)


def _codes(owner: Owner, handle: Handle, documents: object, code: int, others: int) -> array[int]:
    """A code for each document: `code` for the chosen documents, and `others` for all other documents."""
    codes = array("I", [others]) * handle.document_count()
    for place in _places(owner, handle, documents):
        codes[place] = code
    return codes


def _add_reference(codes: array[int], places: Iterable[int]) -> None:
    """Set the codes of the reference.

    Raises:
        InvalidOptionError: A document of the reference is also in the target.
    """
    for place in places:
        if codes[place] == TARGET:
            raise InvalidOptionError(
                f"document {place} is in the target and in the reference: leave `reference` out to compare with all "
                "other documents"
            )
        codes[place] = REFERENCE
