"""Corpora for properties of analyzers, and the answers that two equal analyzers give."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from text_processor import TermOptions, TextAnalyzer

TEXTS = st.lists(st.text("abAB É,.\0", max_size=20) | st.just("a b a c b a"), max_size=12)
SETTINGS = st.fixed_dictionaries(
    {
        "threads": st.integers(1, 3),
        "tokenizer": st.sampled_from(["whitespace", "unicode", "word", "characters", r"[ab]+"]),
        "terms": st.sampled_from(
            [TermOptions(), TermOptions(stop_words=["a", "é"]), TermOptions(function=str.swapcase)]
        ),
    }
)


def analyzer_of(texts: list[str], settings: dict[str, Any], **beside: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**settings)
    analyzer.add_documents(texts, missing="keep", **beside)
    return analyzer


def answers(analyzer: TextAnalyzer) -> list[Any]:
    matrix = analyzer.document_term_matrix(order="appearance")
    return [
        analyzer.get_documents(),
        list(analyzer.word_frequency().items()),
        analyzer.top_words(),
        analyzer.ngram_counts(2).to_dict(),
        analyzer.get_statistics(),
        analyzer.documents().to_dict(),
        matrix.features,
        [array.tolist() for array in (matrix.indptr, matrix.indices, matrix.data)],
        analyzer.sentence_count(),
        analyzer.document_sentiments().tolist(),
        "a b a c b a" in analyzer,
    ]
