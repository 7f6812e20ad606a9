"""The sentiment of documents, by the words in them."""

from __future__ import annotations

from text_processor.analyzer._documents import Documents

# As typing has it, which takes longer to import than all the rest.
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
        """The sentiment of the corpus, in words a document.

        Each good, great and excellent counts +1, each bad, terrible and awful -1, in upper or lower case and with
        nothing else between it and the whitespace; the sum is divided by the number of documents.

        Args:
            lexicon: Other words, and what each is worth: a `Lexicon`, or what one can be made of.

        Raises:
            EmptyAnalyzerError: There is no document.
            InvalidLexiconError: The lexicon makes no sense.

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
        """The sentiment of each document: the sum of what its words are worth, as `analyze_sentiment` has it.

        Args:
            lexicon: As in `analyze_sentiment`.

        Returns:
            An array of float64 over native memory, with a value for each document, in the order of their adding.

        Raises:
            InvalidLexiconError: The lexicon makes no sense.
            TextNotStoredError: The documents were only counted.
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
