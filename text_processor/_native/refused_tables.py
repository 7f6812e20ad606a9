"""Refuses tables where a function takes texts or words: the message says which column to pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from text_processor._native.encoding import shortened

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def refuse_table(
    texts: Any,
    entry: str,
    *,
    rows: bool = False,
    mappings: bool = False,
    option: str | None = None,
    pairs: bool = False,
) -> None:
    """Raise TypeError for a table or a mapping: iteration over it would yield names of columns, or keys.

    Args:
        texts: The argument of the caller.
        entry: The name of the function, for messages.
        rows: Whether a row of an array may be a text.
        mappings: Whether a mapping is allowed; then its keys are the texts.
        option: The name of the option that must be words; None if the function takes texts or pairs.
        pairs: Whether the function takes pairs of a word and its value.
    """
    kind = type(texts)
    name = kind.__name__
    what = "words with their values" if pairs else "texts"
    takes = f"{entry}() takes {what}" if option is None else f"{option} must be words"

    def example(argument: str) -> str:
        return f"{entry}({argument})" if option is None else f"{option}={argument}"

    def refused(what: str, columns: list[Any], table: str = "table") -> TypeError:
        listed = shortened(map(repr, columns))
        source = table
        # A relation of DuckDB and a reader give no column of text, but a table that does.
        if whole := next((method for method in ("to_arrow_table", "read_all") if hasattr(kind, method)), None):
            table += f".{whole}()"
        if pairs:
            first, last = (columns[0], columns[-1]) if columns else ("word", "value")
            advice = f"two of them, e.g. {entry}({table}[{first!r}], {table}[{last!r}])"
        else:
            chosen = next((column for column in columns if column == "text"), columns[0] if columns else "text")
            advice = f"one of them, e.g. {example(f'{table}[{chosen!r}]')}"
            if entry == "add_documents":
                advice += f", or call add_table({source}, text={chosen!r})"
        return TypeError(f"{takes}, but {what} {listed}: pass {advice}")

    if isinstance(texts, Mapping) and not mappings:
        raise TypeError(
            f"{takes}, but iterating over a {name} yields its keys, {shortened(map(repr, texts))}: "
            f"pass its values, {example('list(texts.values())')}"
        )
    if plan := plan_call(kind):
        then = ", and pass the tables to add_table()" if entry == "add_documents" and plan.endswith("batches") else ""
        raise TypeError(f"{takes}, but a {name} is a table that is not computed yet: call its {plan}() first{then}")
    # The levels of an Index of pandas have names too.
    own = ("names",) if hasattr(kind, "__arrow_c_stream__") else ()
    for attribute in ("column_names", "columns", "colnames", *own):
        columns = getattr(texts, attribute, None) if hasattr(kind, attribute) else None
        # An iterable of the caller may use such an attribute for another purpose.
        signs = (*own, "schema", "dtypes", "shape")
        is_table = not hasattr(kind, "__iter__") or any(hasattr(kind, sign) for sign in signs)
        if isinstance(columns, Iterable) and is_table:
            raise refused(f"a {name} is a table with the columns", list(columns))
    schema = getattr(texts, "schema", None) if hasattr(kind, "schema") else None
    if schema is not None and hasattr(schema, "names"):
        raise refused(f"a {name} yields tables with the columns", list(schema.names))
    if fields := getattr(getattr(texts, "dtype", None), "names", None) if hasattr(kind, "dtype") and not rows else None:
        raise refused(f"this {name} has the fields", list(fields), "array")
    dimensions = getattr(texts, "ndim", 1) if hasattr(kind, "ndim") else 1
    if isinstance(dimensions, int) and dimensions != 1 and not rows and not has_rows_of_bytes(texts):
        raise TypeError(
            f"{takes}, but this {name} has {dimensions} dimensions: "
            + ("pass one of its columns, e.g. array[:, 0]" if dimensions else "put its text in a list")
        )


def plan_call(kind: type) -> str | None:
    """The method that computes a plan of this type (a LazyFrame, a dask DataFrame, a dataset of pyarrow), or None."""
    # By the type: an object of pandas has its labels as attributes.
    for method in ("collect", "compute"):
        if hasattr(kind, method) and hasattr(kind, "columns"):
            return method
    if hasattr(kind, "__arrow_c_stream__") or hasattr(kind, "__arrow_c_array__"):
        return None
    return next((method for method in ("to_batches", "iter_batches") if hasattr(kind, method)), None)


def has_rows_of_bytes(texts: Any) -> bool:
    """Whether this is an array whose rows are texts: buffers of bytes."""
    dtype = getattr(texts, "dtype", None)
    return getattr(texts, "ndim", 1) == 2 and getattr(dtype, "itemsize", 0) == 1 and getattr(dtype, "kind", "") in "iu"
