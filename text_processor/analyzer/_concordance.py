"""Concordances: the places of words and phrases, with the text around them."""

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
    """An analyzer as a place to look for words."""

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
        r"""Return each occurrence of words or phrases, with the text around it: a concordance, or key words in context.

        Args:
            patterns: The words and phrases to find. A str is a word, or a phrase of words between spaces; ``*`` stands
                for any characters of a word, ``?`` for one character, and a backslash before a character means this
                character. A compiled regular expression is searched in each word. A set has alternatives for one word.
                A tuple has a str, a regular expression, a set, or None for any word, for each word of a phrase; a str
                in it is not divided at spaces. A dict has labels, each with a pattern or a list of patterns.
            window: The size of the text before and after the match, or a pair of two sizes.
            unit: The unit of the window: words of the tokenizer, characters, or sentences. With ``"sentences"``, the
                sentence of the match is always quoted, and `window` is the number of further sentences.
            on: Whether patterns are compared with terms, as the terms of the analyzer are made, or with tokens as they
                are written. A word without a term, such as a stop word, keeps its place: it matches only None, or a
                pattern of ``"tokens"``.
            within: With ``"sentence"``, a match and its window end where the sentence ends.
            unwrap: Whether a line end inside a paragraph counts as a space when sentences are found, as in
                `text_processor.sentences`.
            sort: The order of the lines, as keys in a str or a list, the most important one first: ``"1R"`` is the
                first word after the match, ``"2L"`` the second word before it, ``"match"`` the words of the match,
                ``"pattern"`` its label, ``"document"`` the number of the document, ``"position"`` the place in the
                document, and the name of a variable the values of this variable. ``"frequency"`` puts lines first
                whose words at the places of the other keys occur most often; without such keys, these are the words
                ``1R 2R 3R``. Words are compared in lower case. By default, and if all keys are equal, lines are in the
                order of the text.
            sample: Chooses this number of matches at random, before lines are sorted.
            seed: A number for which the choice is always the same; by default it is different each time.
            limit: The largest number of lines. Only the lines of the result are quoted.
            offset: The number of lines that are left out before the first.
            variables: The names of variables of the documents that become columns.
            offsets: The unit of the columns `start` and `end`.

        Returns:
            A table with a row for each line. `document` is the number of the document, and `id` its id, if documents
            have ids. `from` and `to` are the places of the first word of the match in its document, and of the word
            after the match. `start` and `end` are its place in the text. `left`, `match` and `right` are quoted from
            the text as it stands, without whitespace at the ends. `pattern` is the pattern, or its label.

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

        An analyzer that does not store its documents can count single words in all documents; the column `documents`
        has no values then.

        Args:
            patterns: As in `kwic`.
            on: As in `kwic`.
            within: As in `kwic`.
            unwrap: As in `kwic`.
            by: Counts in each group of documents, as in `word_counts`.

        Returns:
            A table with the columns `pattern`, `count` and `documents`, and a row for each pattern or label, also for
            one that does not occur. With `by`, the values of the groups come first, and each group has these rows.

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
