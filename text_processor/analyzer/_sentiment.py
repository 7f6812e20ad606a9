"""The queries about sentiment, by the words of a lexicon."""

from __future__ import annotations

from text_processor.analyzer._documents import Documents

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from text_processor.sentiment.lexicon import Lexicon
    from text_processor.typing import Words


class Sentiment(Documents):
    """An analyzer as a scorer of documents."""

    __slots__ = ()

    def analyze_sentiment(self, lexicon: Words | None = None) -> float:
        """Return the mean sentiment of the documents.

        The words good, great and excellent count +1, the words bad, terrible and awful -1. A word counts in upper and
        lower case, but not with other characters attached to it, as in "good,". The result is the sum of all documents
        divided by their number.

        Args:
            lexicon: Other words with their values: a `Lexicon`, or an argument for `Lexicon`.

        Raises:
            EmptyAnalyzerError: There is no document.
            InvalidLexiconError: The lexicon has an invalid word or value.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["a good start", "GOOD and great"])
        2
        >>> analyzer.analyze_sentiment()
        1.5
        >>> analyzer.analyze_sentiment({"start": 2, "great": 0.5})
        1.25
        """
        if lexicon is None:
            return self._indexed().sentiment()
        return self._indexed().sentiment_with(_lexicon(lexicon)._pointer(self._core))

    def document_sentiments(self, lexicon: Words | None = None) -> npt.NDArray[np.float64]:
        """Return the sentiment of each document: the sum of the values of its words, as in `analyze_sentiment`.

        Args:
            lexicon: As in `analyze_sentiment`.

        Returns:
            An array of float64 over native memory: a value for each document, in the order in which they were added.

        Raises:
            InvalidLexiconError: The lexicon has an invalid word or value.
            TextNotStoredError: The analyzer does not store its documents.
            ModuleNotFoundError: NumPy is not installed.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["good and great", "neither", "an awful day"])
        3
        >>> analyzer.document_sentiments().tolist()
        [2.0, 0.0, -1.0]
        """
        found = self._indexed().document_sentiments(None if lexicon is None else _lexicon(lexicon)._pointer(self._core))
        return found.numpy("float64", writable=True)


def _lexicon(words: Words) -> Lexicon:
    from text_processor.sentiment.lexicon import Lexicon

    return words if isinstance(words, Lexicon) else Lexicon(words)
