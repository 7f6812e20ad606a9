"""Concordances: the places of words and phrases, with the text before and after them."""

from __future__ import annotations

from text_processor.analyzer._documents import Documents

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal

    from text_processor.concordance import Concordance
    from text_processor.table import Table
    from text_processor.typing import By, Pattern


class Concordances(Documents):
    """An analyzer that finds words and phrases in its documents."""

    __slots__ = ()

    def kwic(
        self,
        *patterns: Pattern,
        window: int | tuple[int, int] = 5,
        unit: Literal["tokens", "characters", "sentences"] = "tokens",
        on: Literal["terms", "tokens"] = "terms",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        sort: str | Sequence[str] | None = None,
        sample: int | None = None,
        seed: int | None = None,
        limit: int | None = None,
        offset: int = 0,
        variables: Iterable[str] = (),
        offsets: Literal["characters", "bytes"] = "characters",
    ) -> Concordance:
        r"""Return each occurrence of words or phrases, with the text before and after it: a concordance (KWIC).

        Args:
            patterns: The words and phrases to find. A str is a word, or words with spaces between them: a phrase.
                ``*`` stands for any number of characters of a word, ``?`` for one character, and a backslash before a
                character means this character. A compiled regular expression is searched in each word. A set matches
                a word that one of its members matches. A tuple is a phrase: for each word, it has a str, a regular
                expression, a set, or None for any word; a str in a tuple is not divided at spaces. A dict has labels,
                each with a pattern or a list of patterns.
            window: The size of the text before and after the match, or a pair of two sizes.
            unit: The unit of the window: tokens, characters, or sentences. With ``"sentences"``, the result always has
                the sentence of the match, and `window` is the number of sentences before and after it.
            on: Whether patterns are compared with the terms of the analyzer, or with tokens as they are written. With
                ``"terms"``, a word without a term, such as a stop word, matches only None.
            within: With ``"sentence"``, matches and windows do not cross the end of a sentence.
            unwrap: Whether a line end inside a paragraph counts as a space when sentences are found, as in
                `text_processor.sentences`.
            sort: The keys by which lines are sorted, in a str or a list, the most important one first. ``"1R"`` is the
                first word after the match, ``"2L"`` the second word before it, ``"match"`` the words of the match,
                ``"pattern"`` its pattern in the order of `patterns`, ``"document"`` the number of the document, and
                ``"position"`` the place in the document. The name of a variable is a key, too. ``"frequency"`` is the
                number of lines with the same words at the places of the other keys, the largest number first; without
                keys of words, it means ``"frequency 1R 2R 3R"``. Words are compared in lower case. By default, and if
                all keys are equal, lines are in the order of the text.
            sample: The number of matches to choose at random, before lines are sorted.
            seed: A number for the choice: the same seed gives the same choice. By default, the seed is random.
            limit: The largest number of lines. Only the lines of the result are quoted.
            offset: The number of lines to leave out before the first line of the result.
            variables: The names of variables of the documents that become columns.
            offsets: The unit of the columns `start` and `end`.

        Returns:
            A table with a row for each line. `document` is the number of the document, and `id` its id, if documents
            have ids. `from` is the place of the first word of the match in its document, and `to` the place of the
            word after the match. `start` and `end` are the place of the match in the text. `left`, `match` and `right`
            quote the text before the match, the match and the text after it, unchanged, except that whitespace at
            their ends is removed. `pattern` is the pattern, or its label.

        Raises:
            InvalidPatternError: A pattern is empty, or the core cannot use a regular expression.
            InvalidOptionError: An option has an unknown value, or there is no pattern.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["The cat sat on the mat. The cat ran.", "A dog, and a cat!"])
        2
        >>> print(analyzer.kwic("cat", "ca?!", window=2))
        0      The  cat   sat on
        0  mat. The  cat   ran.
        1     and a  cat!
        >>> analyzer.kwic("the *", sort="1R", limit=1)["match"]
        ['The cat']
        """
        from text_processor.analyzer._lines import Lines

        lines = Lines(self, patterns, on, within, unwrap)
        return lines.quoted(
            window=window,
            unit=unit,
            sort=sort,
            sample=sample,
            seed=seed,
            limit=limit,
            offset=offset,
            variables=variables,
            offsets=offsets,
        )

    def count_matches(
        self,
        *patterns: Pattern,
        on: Literal["terms", "tokens"] = "terms",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        by: By | None = None,
    ) -> Table:
        """Return how often words or phrases occur, as `kwic` finds them, and in how many documents.

        An analyzer that does not store its documents can count single words in all documents together. Then the column
        `documents` has only missing values.

        Args:
            patterns: As in `kwic`.
            on: As in `kwic`.
            within: As in `kwic`.
            unwrap: As in `kwic`.
            by: Counts each group of documents separately, as in `word_counts`.

        Returns:
            A table with the columns `pattern`, `count` and `documents`. Each pattern or label has a row, also if it
            does not occur. With `by`, the first columns have the values of the groups, and each group has these rows.

        Raises:
            InvalidPatternError: As in `kwic`.
            InvalidOptionError: As in `kwic`, or there is no variable with the name `by`.
            TextNotStoredError: The analyzer does not store its documents, and `by` is given or a pattern is a phrase.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["The cat sat on the mat", "A dog and a cat"])
        2
        >>> analyzer.count_matches({"pets": ["cat", "dog"], "articles": [{"a", "the"}]}).to_dict()
        {'pattern': ['pets', 'articles'], 'count': [3, 4], 'documents': [2, 2]}
        """
        from text_processor.analyzer._lines import Lines

        return Lines(self, patterns, on, within, unwrap).counted(by)
