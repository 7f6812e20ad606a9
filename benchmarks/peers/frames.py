"""Word counts by libraries for data frames, each with its fastest calls.

Each function takes a Python list of lines, and uses all cores if the library can. It returns a dict, or the columns of
the library if its name ends with `columns`. `as_dict` makes a dict of these columns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import polars
import pyarrow
import pyarrow.compute


def polars_columns(lines: list[str] | polars.Series) -> Any:
    """Count words by a lazy query, so that polars can plan all steps together."""
    words = polars.col("line").str.to_lowercase().str.split(" ").explode()
    return polars.LazyFrame({"line": lines}).select(words.value_counts()).unnest("line").collect()


def polars_frequency(lines: list[str]) -> dict[str, int]:
    """Count words as `polars_columns` does."""
    return _without_empty(dict(polars_columns(lines).iter_rows()))


def polars_grouped_columns(lines: polars.DataFrame) -> polars.DataFrame:
    """Count the words of each group of lines."""
    words = polars.col("line").str.to_lowercase().str.split(" ").explode()
    counts = lines.lazy().group_by("group").agg(words.value_counts())
    return counts.explode("line").unnest("line").collect()


def duckdb_columns(lines: list[str]) -> Any:
    """Count words by one query over an Arrow table, which DuckDB reads without a copy."""
    with _duckdb_query(lines) as query:
        return query.to_arrow_table()


def duckdb_frequency(lines: list[str]) -> dict[str, int]:
    """Count words as `duckdb_columns` does."""
    with _duckdb_query(lines) as query:
        return _without_empty(dict(query.fetchall()))


@contextmanager
def _duckdb_query(lines: list[str]) -> Iterator[Any]:
    table = pyarrow.table({"line": pyarrow.array(lines)})
    with duckdb.connect(config={"threads": len(os.sched_getaffinity(0))}) as connection:
        connection.register("lines", table)
        yield connection.sql(
            "select word, count(*) from (select unnest(string_split(lower(line), ' ')) as word from lines) "
            "group by word"
        )


def pyarrow_frequency(lines: list[str]) -> dict[str, int]:
    """Count words by kernels and a grouped table, which uses all cores (`value_counts` does not)."""
    lower = pyarrow.compute.utf8_lower(pyarrow.array(lines))
    words = pyarrow.compute.list_flatten(pyarrow.compute.split_pattern(lower, " "))
    counts = pyarrow.table({"word": words}).group_by("word").aggregate([([], "count_all")])
    return _without_empty(dict(zip(counts["word"].to_pylist(), counts["count_all"].to_pylist(), strict=True)))


def pyarrow_columns(lines: list[str]) -> Any:
    """Count words by kernels. For many distinct words, `value_counts` is faster than a grouped table."""
    words = pyarrow.compute.utf8_split_whitespace(pyarrow.compute.utf8_lower(pyarrow.array(lines)))
    return pyarrow.compute.value_counts(pyarrow.compute.list_flatten(words))


def as_dict(columns: Any) -> dict[str, int]:
    """Return columns of words and counts as a dict: a frame of polars, a table or an array of structures of Arrow."""
    if isinstance(columns, polars.DataFrame):
        words, counts = (column.to_list() for column in columns.get_columns())
    else:
        arrays = columns.flatten() if isinstance(columns, pyarrow.StructArray) else columns.columns
        words, counts = (array.to_pylist() for array in arrays)
    return _without_empty(dict(zip(words, counts, strict=True)))


def _without_empty(counts: dict[str, int]) -> dict[str, int]:
    # Two spaces in a row give an empty string. It is a single entry, so the fastest way is to remove it at the end.
    counts.pop("", None)
    return counts
