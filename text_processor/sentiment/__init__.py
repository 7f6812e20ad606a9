"""Sentiment: scores of words in a lexicon, and VADER."""

from text_processor.sentiment.lexicon import Lexicon
from text_processor.sentiment.vader import SentimentIntensityAnalyzer

__all__ = ["Lexicon", "SentimentIntensityAnalyzer"]
