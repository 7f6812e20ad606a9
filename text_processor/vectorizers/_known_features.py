"""The features that a vectorizer knows: learned from documents, or given as its vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from text_processor.vectorizers._estimator import NotFittedError, warn
from text_processor.vectorizers._reader import DocumentReader
from text_processor.vectorizers._tally import InMemory, Tally
from text_processor.vectorizers._vocabulary import Vocabulary, read_vocabulary

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class KnownFeatures(DocumentReader):
    """The features of a vectorizer, and the parameter `vocabulary`."""

    vocabulary: Mapping[Any, int] | Iterable[Any] | None
    fixed_vocabulary_: bool
    _vocabulary: Vocabulary
    _tally: InMemory

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """The column of each feature. Assign a new dict to change it: changes in the dict have no effect."""
        if not hasattr(self, "_vocabulary"):
            raise AttributeError(f"this {type(self).__name__} has no vocabulary_: it is not fitted")
        return self._vocabulary.columns

    @vocabulary_.setter
    def vocabulary_(self, vocabulary: Mapping[Any, int]) -> None:
        self._know(Vocabulary(dict(vocabulary)))

    def _know(self, vocabulary: Vocabulary, tally: Tally | None = None) -> None:
        """Replace the features; `tally` has those that were dropped, too."""
        self._vocabulary = vocabulary
        if tally is None:
            vars(self).pop("_tally", None)
        else:
            self._tally = InMemory(tally)

    def _take_vocabulary(self) -> None:
        """Use the parameter `vocabulary`, if it is set."""
        is_fixed = self.vocabulary is not None
        if is_fixed:
            self._know(Vocabulary(read_vocabulary(self.vocabulary)))
        self.fixed_vocabulary_ = is_fixed

    def _need_vocabulary(self) -> Vocabulary:
        if not hasattr(self, "_vocabulary"):
            self._take_vocabulary()
            if not self.fixed_vocabulary_:
                raise NotFittedError("Vocabulary not fitted or provided")
        return self._vocabulary

    def _warn_of_upper_case(self) -> None:
        if self.lowercase and any(
            isinstance(feature, str) and any(map(str.isupper, feature)) for feature in self._vocabulary.columns
        ):
            warn(
                "Upper case characters found in vocabulary while 'lowercase' is True. These entries will not be "
                "matched with any documents"
            )
