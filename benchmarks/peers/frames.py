"""How often each word of some lines occurs, as one asks libraries for data frames, each in its fastest idiom.

All begin with a Python list of lines and end with a dict; all use every core where the library does.
"""

from __future__ import annotations

import duckdb
import polars
import pyarrow
import pyarrow.compute


def polars_frequency(lines: list[str]) -> dict[str, int]:
    """Lower case, split, explode, value_counts; lazily, so that polars plans it as a whole."""
    words = polars.col("line").str.to_lowercase().str.split(" ").explode()
    counts = polars.LazyFrame({"line": lines}).select(words.value_counts()).unnest("line").collect()
    return _without_empty(dict(counts.iter_rows()))


def duckdb_frequency(lines: list[str]) -> dict[str, int]:
    """One query over an Arrow table, which DuckDB reads where it lies."""
    table = pyarrow.table({"line": pyarrow.array(lines)})
    with duckdb.connect() as connection:
        connection.register("lines", table)
        rows = connection.execute(
            "select word, count(*) from (select unnest(string_split(lower(line), ' ')) as word from lines) "
            "group by word"
        ).fetchall()
    return _without_empty(dict(rows))


def pyarrow_frequency(lines: list[str]) -> dict[str, int]:
    """Lower case, split and flatten as kernels; grouped by a table, which uses all cores (`value_counts` does not)."""
    lower = pyarrow.compute.utf8_lower(pyarrow.array(lines))
    words = pyarrow.compute.list_flatten(pyarrow.compute.split_pattern(lower, " "))
    counts = pyarrow.table({"word": words}).group_by("word").aggregate([([], "count_all")])
    return _without_empty(dict(zip(counts["word"].to_pylist(), counts["count_all"].to_pylist(), strict=True)))


def _without_empty(counts: dict[str, int]) -> dict[str, int]:
    # Two spaces in a row have an empty string between them: one entry, so it is cheapest taken out at the end.
    counts.pop("", None)
    return counts
