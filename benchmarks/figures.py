"""The pages that show figures. As a program: writes what results.json says into them again, without measuring."""

from __future__ import annotations

from pathlib import Path

from report import Report, regenerated

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PERFORMANCE = "docs/performance.md"

EXTRACTS = {
    "README.md": [
        ("→ word_frequency(), all cores", "LC_ALL=C wc -w"),
        ("lines → word frequency", "plain Python"),
        ("lines → word frequency", "polars"),
        ("lines → word frequency", "DuckDB"),
        ("lines → word frequency", "pyarrow"),
        ("lines → CountVectorizer().fit_transform()", "scikit-learn"),
        ("scores(), all cores", "vaderSentiment"),
        ("10,000 adds", "the obvious design in PyO3"),
    ],
    "docs/tokenizers.md": [
        ('tokens of "unicode", one thread', "unicode-segmentation"),
        ('tokens of "unicode-segments", one thread', "unicode-segmentation"),
        ('tokens of "word", one thread', "regex"),
    ],
    "docs/vectorizers.md": [
        ("lines → CountVectorizer().fit_transform()", "scikit-learn"),
        ("CountVectorizer(ngram_range=(1, 2)).fit_transform()", "scikit-learn"),
        ("TfidfVectorizer().fit_transform()", "scikit-learn"),
        ("distinct words → CountVectorizer().fit_transform()", "scikit-learn"),
    ],
}
"""For each page the results that it shows: how the work ends, and how the peer begins."""


def pages(report: Report) -> dict[str, str]:
    """The text of every page that shows figures, with those of a report."""
    parts = {
        PERFORMANCE: report.parts(),
        **{page: {"figures": report.extract(rows)} for page, rows in EXTRACTS.items()},
    }
    return {page: regenerated((ROOT / page).read_text(encoding="utf-8"), part) for page, part in parts.items()}


def write(report: Report, folder: Path = ROOT) -> list[Path]:
    """Writes these pages below a folder, the project itself if none is given; what was written."""
    written = []
    for page, text in pages(report).items():
        path = folder / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    write(Report.from_json(RESULTS.read_text(encoding="utf-8")))
