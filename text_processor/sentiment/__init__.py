"""Sentiment: lexicons of words with their values, and the rules of VADER."""

from text_processor.sentiment.lexicon import Lexicon
from text_processor.sentiment.vader import SentimentIntensityAnalyzer

__all__ = ["Lexicon", "SentimentIntensityAnalyzer"]


def __dir__() -> list[str]:
    return __all__
