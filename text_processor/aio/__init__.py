"""The analyzer for asyncio: each method of `TextAnalyzer` as a coroutine."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING

from text_processor.aio._collocations import Collocations
from text_processor.aio._concordance import Concordances
from text_processor.aio._counts import Counts
from text_processor.aio._documents import Documents
from text_processor.aio._keyness import Keyness
from text_processor.aio._work import awaited

if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from text_processor.terms import TermOptions
    from text_processor.typing import Tokenizer

__all__ = ["AsyncTextAnalyzer"]


def __dir__() -> list[str]:
    return __all__


class AsyncTextAnalyzer(Documents, Counts, Concordances, Collocations, Keyness):
    """A `TextAnalyzer` whose methods are coroutines, so that the event loop runs while they work.

    It has the methods and properties of `TextAnalyzer`. Each method runs on a thread of the default executor of the
    event loop, mostly in native code without the GIL. If the task that awaits it is cancelled, the work soon stops:
    between two documents, after a few megabytes of a file, or after about 40 milliseconds of native work. Documents
    that were added or indexed until then stay, and you can continue to use the analyzer. If the work has not begun, it
    never begins.

    Args:
        analyzer: The analyzer to use; by default a new one. You may also use it directly at the same time.

    >>> import asyncio
    >>> async def main():
    ...     async with AsyncTextAnalyzer() as texts:
    ...         await texts.add_documents(["to be", "or not to be"])
    ...         return await texts.top_words(2)
    >>> asyncio.run(main())
    [('to', 2), ('be', 2)]
    """

    @property
    def tokenizer(self) -> Tokenizer:
        """See `TextAnalyzer.tokenizer`."""
        return self.analyzer.tokenizer

    @property
    def term_options(self) -> TermOptions:
        """See `TextAnalyzer.term_options`."""
        return self.analyzer.term_options

    async def close(self) -> None:
        """See `TextAnalyzer.close`."""
        await awaited(self.analyzer.close)

    async def __aenter__(self) -> Self:
        self.analyzer.__enter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.close()
        finally:
            # A second cancellation may end close() before it begins.
            self.analyzer.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.analyzer._described()})"

    async def set_terms(self, options: TermOptions | None = None, **changes: Any) -> None:
        """See `TextAnalyzer.set_terms`."""
        await awaited(lambda: self.analyzer.set_terms(options, **changes))


# Python's messages about arguments contain the qualified name of a method.
for _part in AsyncTextAnalyzer.__mro__[1:-1]:
    for _name, _method in vars(_part).items():
        if isinstance(_method, classmethod):
            _method = _method.__func__
        if isinstance(_method, FunctionType) and not _name.startswith("_"):
            for _function in (_method, getattr(_method, "__wrapped__", _method)):
                _function.__module__, _function.__qualname__ = __name__, f"AsyncTextAnalyzer.{_name}"
del _part, _name, _method, _function
