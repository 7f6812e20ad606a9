"""Word counts by libraries for data frames, each with its fastest calls.

Each function takes a Python list of lines and returns a dict, and uses all cores if the library can.
"""

from __future__ import annotations

import duckdb
import polars
import pyarrow
import pyarrow.compute


def polars_frequency(lines: list[str]) -> dict[str, int]:
    """Count words by a lazy query, so that polars can plan all steps together."""
    words = polars.col("line").str.to_lowercase().str.split(" ").explode()
    counts = polars.LazyFrame({"line": lines}).select(words.value_counts()).unnest("line").collect()
    return _without_empty(dict(counts.iter_rows()))


def duckdb_frequency(lines: list[str]) -> dict[str, int]:
    """Count words by one query over an Arrow table, which DuckDB reads without a copy."""
    table = pyarrow.table({"line": pyarrow.array(lines)})
    with duckdb.connect() as connection:
        connection.register("lines", table)
        rows = connection.execute(
            "select word, count(*) from (select unnest(string_split(lower(line), ' ')) as word from lines) "
            "group by word"
        ).fetchall()
    return _without_empty(dict(rows))


def pyarrow_frequency(lines: list[str]) -> dict[str, int]:
    """Count words by kernels and a grouped table, which uses all cores (`value_counts` does not)."""
    lower = pyarrow.compute.utf8_lower(pyarrow.array(lines))
    words = pyarrow.compute.list_flatten(pyarrow.compute.split_pattern(lower, " "))
    counts = pyarrow.table({"word": words}).group_by("word").aggregate([([], "count_all")])
    return _without_empty(dict(zip(counts["word"].to_pylist(), counts["count_all"].to_pylist(), strict=True)))


def _without_empty(counts: dict[str, int]) -> dict[str, int]:
    # Two spaces in a row give an empty string. It is one entry, so removing it at the end is cheapest.
    counts.pop("", None)
    return counts
