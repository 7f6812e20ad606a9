"""Work on documents that are divided into parts, for engines such as Dask, Spark and Ray.

A *work* is an object that you can pickle and send to other processes. There are three steps:

- ``work(documents)`` counts one part of the documents, on one thread, because engines run a process for each core. You
  can pickle the result.
- ``work.merge(results)`` adds the results of consecutive parts, in their order. You can merge the results of `merge`
  again, so an engine can merge groups of neighbors on many machines.
- ``work.finish(result)`` turns the result for all documents into the answer.

The answer is equal to that of one machine, in every number and in the order of words.

`text_processor.engines.dask` runs a work on Dask. ``docs/engines.md`` has the code for Spark and Ray.

>>> from text_processor.engines import CountWords
>>> work = CountWords()
>>> results = [work(part) for part in (["to be or", "not to be"], ["that is", "the question"])]
>>> work.finish(work.merge(results)).top_words(2)
[('to', 2), ('be', 2)]
"""

from text_processor.engines._count_words import CountWords
from text_processor.engines._fit import Fit

__all__ = ["CountWords", "Fit"]


def __dir__() -> list[str]:
    return __all__


for _public in (CountWords, Fit):
    # Messages and documentation show the public module.
    _public.__module__ = __name__
