"""Run the code of docs/engines.md in Spark, and compare its analyzer with one of a single machine. Needs Java 17."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pages
import pyarrow
from pyarrow import parquet
from pyspark.sql import SparkSession

from text_processor import TextAnalyzer

PAGE = "docs/engines.md"
DOCUMENTS_PER_FILE = [12_000, 1, 3000, 25_000, 40, 700, 9000, 10_000]
"""The files differ in length, because Spark reads large files first, in batches of 10,000 rows."""


def block(language: str, part: str) -> str:
    """Return the code of the only block of the page that contains this part."""
    (found,) = (one.code for one in pages.blocks(PAGE) if one.language == language and part in one.code)
    return found


def write_files(folder: Path) -> list[str]:
    """Write the files, and return all documents in order."""
    documents = []
    for number, count in enumerate(DOCUMENTS_PER_FILE):
        texts = [f"to be or not {place % 7} File{number} word{place * place % 501}" for place in range(count)]
        parquet.write_table(pyarrow.table({"text": texts}), folder / f"part-{number}.parquet", row_group_size=4000)
        documents += texts
    return documents


def main() -> None:
    """Compare both analyzers."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "files")
        folder.mkdir()
        wanted = TextAnalyzer()
        wanted.add_documents(write_files(folder))
        session: dict[str, Any] = {"__name__": "__main__", "folder": str(folder)}
        exec(block("python", "def count(batches)"), session)  # noqa: S102
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.warehouse.dir", temporary).config("spark.log.level", "ERROR")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        # Small tasks, so that parts of one file are in several tasks.
        builder = builder.config("spark.sql.files.maxPartitionBytes", "40k").config("spark.local.dir", temporary)
        spark = session["spark"] = builder.getOrCreate()
        try:
            exec(block("text", "mapInArrow("), session)  # noqa: S102
            results, tasks = session["results"].count(), session["rows"].rdd.getNumPartitions()
        finally:
            spark.stop()
    found = session["analyzer"]
    assert list(found.word_frequency().items()) == list(wanted.word_frequency().items())
    assert found.get_statistics() == wanted.get_statistics()
    print(f"Spark: {found.document_count()} documents in {tasks} tasks, {results} results: equal to one machine")


if __name__ == "__main__":
    main()
