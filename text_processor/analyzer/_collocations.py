"""The queries about words that occur together."""

from __future__ import annotations

from collections.abc import Iterable

from text_processor import _options
from text_processor.analyzer._documents import Documents

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from text_processor._native.analyzer import Handle
    from text_processor._native.table import NativeTable
    from text_processor.analyzer._groups import Groups
    from text_processor.table import Table
    from text_processor.typing import By, Pattern

MEASURES = {
    "exact": ("g2", "pmi", "log_dice"),
    "nltk": ("g2", "pmi", "dice"),
    "gensim": ("npmi",),
    "quanteda": ("lambda_z", "lambda"),
}
"""The default measures of each convention."""


class Collocations(Documents):
    """An analyzer that finds words that occur together."""

    __slots__ = ()

    def collocations(
        self,
        n: int = 2,
        *,
        measures: str | Iterable[str] | None = None,
        min_count: int = 5,
        min_documents: int = 1,
        gaps: Literal["keep", "close"] = "keep",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        convention: Literal["exact", "nltk", "gensim", "quanteda"] = "exact",
        limit: int | None = None,
        by: By | None = None,
    ) -> Table:
        """Return adjacent words that occur together more often than by chance, with their scores.

        The table has the columns `term_1` to `term_n`, `count`, `documents`, and one for each measure. The rows are
        sorted by the first measure: the largest score first, or the smallest p-value. Rows with equal scores are sorted
        by count, and then by first appearance. A score that is not defined is NaN, and its row comes last. Statistics
        that are never negative, such as ``"g2"``, get a minus if the words follow each other less often than expected.

        Args:
            n: The number of words, from 2 to 5.
            measures: Names of measures, see `text_processor.association`. By default ``"g2"``, ``"pmi"`` and
                ``"log_dice"``, if `convention` is ``"exact"``. Some measures, such as ``"fisher"``, are defined only
                for two words.
            min_count: The smallest count of a row.
            min_documents: The smallest number of documents in which the words of a row follow each other.
            gaps: With ``"keep"``, a word that `set_terms` drops leaves a gap, so the words before and after it are not
                adjacent. Windows with a gap count too, so scores do not depend on the words that are dropped. With
                ``"close"``, the words before and after it are adjacent.
            within: With ``"sentence"``, only words of one sentence are adjacent.
            unwrap: Whether a line end inside a paragraph counts as a space when sentences are found, as in `sentences`.
            convention: ``"exact"`` counts all windows of `n` tokens, and each word only at its place in a window. The
                other values give the scores of a tool: ``"nltk"`` those of NLTK's collocation finders (up to 4 words),
                ``"gensim"`` those of `Phrases` (2 words), ``"quanteda"`` those of `textstat_collocations`.
            limit: The largest number of rows, of each group if there is `by`; by default all rows.
            by: Counts each group of documents separately, as in `word_counts`.

        Raises:
            InvalidOptionError: An option is not valid, or a measure is not defined for `n` words.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["the cat sat on the mat the cat ran", "a dog sat on the log"])
        2
        >>> print(analyzer.collocations(measures=["pmi"], min_count=2))
        term_1  term_2  count  documents      pmi
        sat     on          2          2  2.70044
        on      the         2          2  2.11548
        the     cat         2          1  1.70044
        """
        from text_processor._native import collocations as native
        from text_processor._native.measures import ASSOCIATION, chosen

        one_of = _options.one_of
        convention = one_of("convention", convention, native.CONVENTIONS)
        limit = _options.limit("limit", limit)
        settings: dict[str, Any] = {
            "n": _options.whole("n", n, 2, 5),
            "measures": chosen("measures", MEASURES[convention] if measures is None else measures, ASSOCIATION),
            "min_count": _options.whole("min_count", min_count),
            "min_documents": _options.whole("min_documents", min_documents),
            "closes_gaps": one_of("gaps", gaps, ["keep", "close"]) == "close",
            "within_sentences": one_of("within", within, ["document", "sentence"]) == "sentence",
            "unwrap": bool(unwrap),
            "convention": convention,
        }

        def ask(handle: Handle, codes: Any | None, limit: int) -> NativeTable:
            return native.collocations(handle, codes, limit=limit, **settings)

        return _answer(self, by, ask, limit)

    def collocates(
        self,
        pattern: Pattern,
        window: int | tuple[int, int] = 5,
        *,
        measures: str | Iterable[str] | None = None,
        min_count: int = 1,
        barriers: Pattern | None = None,
        on: Literal["terms", "tokens"] = "terms",
        gaps: Literal["keep", "close"] = "keep",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        convention: Literal["surface", "nltk"] = "surface",
        limit: int | None = None,
        by: By | None = None,
    ) -> Table:
        """Return the words near a node, with scores for how much more often they occur there than elsewhere.

        The table has the columns `term`, `count`, `frequency`, `documents`, and one for each measure. The rows are
        sorted as in `collocations`. Statistics that are never negative, such as ``"g2"``, get a minus if the word is
        less frequent near the node than elsewhere.

        Args:
            pattern: The node: a pattern as in `kwic`, such as ``"lord"``, ``"lord*"`` or ``"the lord"``. Its matches
                are not collocates of each other.
            window: The number of words before and after the node, or a pair of two numbers.
            measures: As in `collocations`.
            min_count: The smallest count of a row.
            barriers: A pattern of words at which windows end: a word that matches it is the last word of a window.
            on: Whether patterns are compared with ``"terms"``, or with ``"tokens"`` as they are written.
            gaps: With ``"keep"``, a word that `set_terms` drops keeps its place in windows, and counts as a token, but
                has no row. With ``"close"``, windows are counted as if the text did not have the word.
            within: With ``"sentence"``, windows do not cross the end of a sentence.
            unwrap: As in `collocations`.
            convention: With ``"surface"`` (Evert 2008), `count` is the number of tokens of the word that are in
                windows; a token in the windows of two nodes counts once. `frequency` is the number of its tokens
                outside nodes.
                With ``"nltk"``, `count` is the number of pairs of a node and a token of the word in its window. The
                column `side` has the side of the node on which the word is, and `frequency` is the number of all
                tokens of the word. The scores are those of `BigramCollocationFinder.from_words`; its `window_size` is
                larger by one than `window`.
            limit: The largest number of rows, of each group if there is `by`; by default all rows.
            by: Counts each group of documents separately, as in `word_counts`.

        Raises:
            InvalidOptionError: An option is not valid.
            InvalidPatternError: A pattern is empty, or the core cannot match a regular expression.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a b a b a c c c")
        >>> print(analyzer.collocates("a", 1, measures="pmi"))
        term  count  frequency  documents        pmi
        b         2          2          1   0.736966
        c         1          3          1  -0.847997
        """
        from text_processor._native import collocations as native
        from text_processor._native.measures import ASSOCIATION, chosen
        from text_processor._patterns import compiled

        one_of = _options.one_of
        convention = one_of("convention", convention, ["surface", "nltk"])
        limit = _options.limit("limit", limit)
        default = MEASURES["exact" if convention == "surface" else convention]
        settings: dict[str, Any] = {
            "window": _options.window(window),
            "measures": chosen("measures", default if measures is None else measures, ASSOCIATION),
            "min_count": _options.whole("min_count", min_count),
            "closes_gaps": one_of("gaps", gaps, ["keep", "close"]) == "close",
            "within_sentences": one_of("within", within, ["document", "sentence"]) == "sentence",
            "unwrap": bool(unwrap),
            "counts_pairs": convention == "nltk",
        }
        node = compiled(self._core, (pattern,), on)
        ends = None if barriers is None else compiled(self._core, (barriers,), on, "a barrier")

        def ask(handle: Handle, codes: Any | None, limit: int) -> NativeTable:
            return native.collocates(handle, codes, node, ends, limit=limit, **settings)

        return _answer(self, by, ask, limit)


def _answer(owner: Collocations, by: Any, ask: Any, limit: int | None) -> Table:
    """The table of a query. For `limit=0`, the core makes one row, because 0 means all rows in the core."""
    from text_processor.table import Table

    if by is None:
        table = Table._over(ask(owner._indexed(), None, 1 if limit == 0 else limit or 0))
        return table[:0] if limit == 0 else table
    from text_processor.analyzer._groups import grouped

    def of_groups(handle: Handle, groups: Groups) -> Table:
        found = groups.table(ask(handle, groups.codes, 1 if limit == 0 else limit or 0))
        return found[:0] if limit == 0 else found

    return grouped(owner, by, of_groups)
