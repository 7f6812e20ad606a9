"""How to read files: the options, checked."""

from __future__ import annotations

from collections.abc import Iterable

from text_processor import _options
from text_processor._files.formats import FORMATS
from text_processor._native.missing import checked_missing

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import FileFormat, Missing


class Reading:
    """The options of `TextAnalyzer.add_files`, with their meaning there.

    Raises:
        InvalidOptionError: An option has a wrong value.
    """

    __slots__ = ("column", "encoding", "errors", "format", "lines", "max_size", "missing", "others")

    def __init__(
        self,
        *,
        lines: bool = False,
        column: str | None = None,
        id: str | None = None,  # noqa: A002  # the option has this name
        variables: Iterable[str] = (),
        format: FileFormat | None = None,  # noqa: A002  # the option has this name
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        max_size: int | None = None,
    ) -> None:
        _options.codec(encoding, errors)
        self.lines: bool = lines
        self.column: str | None = None if column is None else _options.plain_text("column", column)
        self.others: dict[str, str] = {} if id is None else {"id": _options.plain_text("id", id)}
        """The columns with the ids and the variables of documents: by the name of the id or variable, the column."""
        if isinstance(variables, str):
            raise TypeError("variables must be names of columns, not a single str: put it in a list")
        for name in variables:
            self.others[_options.plain_text("each of variables", name)] = name
        self.format: FileFormat | None = None if format is None else _options.one_of("format", format, FORMATS)
        self.encoding: str = encoding
        self.errors: str = errors
        self.missing: Missing | None = None if missing is None else checked_missing(missing)
        self.max_size: int | None = None if max_size is None else _options.whole("max_size", max_size, 0, 1 << 63)
