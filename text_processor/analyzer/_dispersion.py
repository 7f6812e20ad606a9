"""Dispersion: how evenly terms occur in the parts of a corpus."""

from __future__ import annotations

from text_processor.analyzer._owner import Owner
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from text_processor.table import Table
    from text_processor.typing import By

MOST_RUNS = (1 << 32) - 2


class Dispersion(Owner):
    """An analyzer that divides its documents into parts."""

    __slots__ = ()

    def dispersion(
        self,
        terms: Iterable[str] | None = None,
        *,
        parts: By | int = "documents",
        measures: str | Iterable[str] = ("range", "dp", "dpnorm", "d", "kld"),
        min_count: int = 1,
        equal_parts: bool = False,
    ) -> Table:
        """Return how evenly terms occur in the parts of the corpus, most frequent terms first.

        The columns are ``term``, ``count``, ``parts`` (the number of parts with words), ``empty_parts`` (the number of
        parts without words, which are left out), and a column for each measure. If only one part has words, only
        ``range``, ``arf``, ``ald`` and ``awt`` are numbers; the other measures are NaN. Terms that `set_terms` drops do
        not count as tokens.

        Args:
            terms: The terms to list, written as they are counted, by default in lower case. Terms that do not occur
                are not listed. Without `terms`, all terms are listed.
            parts: With ``"documents"``, each document is a part. With a number, the text of all documents is divided
                into that number of parts, whose numbers of tokens differ by at most one. Other values group documents,
                as `by` of `word_counts` does.
            measures: One or more of these names:

                - ``"range"``: the number of parts that have the term
                - ``"dp"``, ``"dpnorm"``: the deviation of proportions of Gries, and the same divided by its maximum
                - ``"d"``, ``"d2"``, ``"s"``, ``"d3"``, ``"dc"``, ``"da"``: Juilland's D, Carroll's D₂, Rosengren's S,
                  Lyne's D₃, the distributional consistency, and DA
                - ``"kld"``, ``"kldnorm"``: the divergence of Kullback and Leibler, and 1 - e^-KLD
                - ``"arf"``, ``"ald"``, ``"awt"``: the average reduced frequency, logarithmic distance and waiting time
                  of Savický and Hlaváčová, from distances between occurrences; these three do not depend on the parts
            min_count: The smallest number of tokens of a term.
            equal_parts: Whether all parts count as equally large, as in the older literature.

        Raises:
            InvalidOptionError: There is no such variable or measure, or an option is not valid.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["the cat sat", "the dog sat", "the end"])
        3
        >>> found = analyzer.dispersion(["the", "cat"], measures=["range", "dp"])
        >>> [(row.term, row.count, row.parts, row.range, round(row.dp, 3)) for row in found]
        [('the', 3, 3, 3, 0.083), ('cat', 1, 3, 1, 0.625)]
        """
        from text_processor._native.keyness import DispersionOptions, dispersion
        from text_processor._options import whole
        from text_processor.analyzer._groups import grouped
        from text_processor.table import Table

        runs = 0
        if isinstance(parts, bool):
            raise InvalidOptionError('parts must be a number, "documents" or groups of documents, not a bool')
        # Arrays have the method too, but they have a length.
        if hasattr(parts, "__index__") and not hasattr(parts, "__len__"):
            runs = whole("parts", parts, 1, MOST_RUNS)
        options = DispersionOptions(self._core, terms, runs, measures, min_count, equal_parts)
        if runs or (isinstance(parts, str) and parts == "documents"):
            return Table._over(dispersion(self._indexed(), b"", options))
        return grouped(self, parts, lambda handle, groups: Table._over(dispersion(handle, groups.codes, options)))
