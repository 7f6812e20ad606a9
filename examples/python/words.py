"""Print an event for each line of a file, statistics, and the twenty most frequent words.

Each line is a document. If the library refuses a line, the program prints the error and goes on with the next line.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import BinaryIO

from text_processor import DocumentEvent, EmptyAnalyzerError, InvalidDocumentError, TextAnalyzer


def positive(number: str) -> int:
    """Return a number that is at least 1."""
    if not (number.isascii() and number.isdigit() and int(number)):
        raise ValueError(number)
    return int(number)


def parse() -> argparse.Namespace:
    """Return the arguments of the program."""
    parser = argparse.ArgumentParser(prog="words", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--poll", action="store_true", help="accepted, and ignored: Python always uses the callback")
    parser.add_argument("--fail-at", type=positive, metavar="N", help="the callback fails at document N")
    parser.add_argument("file", type=Path)
    return parser.parse_args()


def refusal(error: InvalidDocumentError) -> str:
    """Return the error of a document with the name of its status in C."""
    if error.offset is None:
        return f"TP_ERROR_NO_WORDS: {error}"
    return f"TP_ERROR_INVALID_UTF8 at byte {error.offset}: {error}"


def run(text: bytes, fail_at: int | None, out: BinaryIO) -> None:
    """Add each line of the text, and print its event or its error."""

    def show(line: str) -> None:
        out.write(line.encode() + b"\n")

    def on_document(event: DocumentEvent) -> None:
        if event["total_documents"] == fail_at:
            raise RuntimeError(f"the callback failed at document {fail_at}")
        length = len(event["text"].encode())
        show(f"document {event['total_documents']}: {event['word_count']} words, {length} bytes")

    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    with TextAnalyzer() as analyzer:
        analyzer.set_callback(on_document)
        for number, line in enumerate(lines, start=1):
            try:
                analyzer.add_document(line)
            except InvalidDocumentError as error:
                show(f"line {number}: {refusal(error)}")
            except RuntimeError as error:
                show(f"line {number}: {error}")

        show(f"documents: {analyzer.document_count()}")
        show(f"words: {analyzer.total_words()}")
        show(f"distinct words: {analyzer.unique_words()}")
        try:
            show(f"sentiment: {analyzer.analyze_sentiment():.6f}")
        except EmptyAnalyzerError as error:
            show(f"sentiment: TP_ERROR_NO_DOCUMENTS: {error}")
        for word, count in analyzer.top_words(20):
            show(f"{count}\t{word}")


def main() -> None:
    """Run the program."""
    arguments = parse()
    try:
        text = arguments.file.read_bytes()
    except OSError as error:
        sys.exit(f"words: {error}")
    run(text, arguments.fail_at, sys.stdout.buffer)


if __name__ == "__main__":
    main()
