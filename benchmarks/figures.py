"""The pages that show figures. As a program, it writes the figures of results.json into them, without measuring."""

from __future__ import annotations

from pathlib import Path

from report import Report, regenerated

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PERFORMANCE = "docs/performance.md"

EXTRACTS = {
    "README.md": [
        ("lines → word frequency", "plain Python"),
        ("lines → CountVectorizer().fit_transform()", "scikit-learn"),
        ("scores(), all cores", "vaderSentiment"),
        ("lines → word frequency", "polars"),
        ("lines → word frequency", "DuckDB"),
        ("lines → word frequency", "pyarrow"),
        ("→ word_frequency(), all cores", "LC_ALL=C wc -w"),
        ("10,000 calls of add_document()", "a simple analyzer in PyO3"),
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
"""The results that each page shows: the end of the name of the work, and the beginning of the name of the peer."""


def pages(report: Report) -> dict[str, str]:
    """Return the text of each page that shows figures, with the figures of a report."""
    parts = {
        PERFORMANCE: report.parts(),
        **{page: {"figures": report.extract(rows)} for page, rows in EXTRACTS.items()},
    }
    return {page: regenerated((ROOT / page).read_text(encoding="utf-8"), part) for page, part in parts.items()}


def write(report: Report, folder: Path = ROOT) -> list[Path]:
    """Write these pages into a folder, by default the project, and return their paths."""
    written = []
    for page, text in pages(report).items():
        path = folder / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    write(Report.from_json(RESULTS.read_text(encoding="utf-8")))
