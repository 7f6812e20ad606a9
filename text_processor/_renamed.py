"""Earlier names that still work: of modules, because pickles contain them, and of arguments."""

from __future__ import annotations

import sys
from functools import wraps
from types import ModuleType

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _Method = TypeVar("_Method", bound=Callable[..., Any])

MODULES = {
    "core": "_native.core",
    "lexicon": "sentiment.lexicon",
    "options": "_options",
    "types": "typing",
    "vader": "sentiment.vader",
    "vectorizers.estimator": "vectorizers._estimator",
    "vectorizers.features": "vectorizers._features",
    "vectorizers.normalizing": "vectorizers._preprocessing",
    "vectorizers.parameters": "vectorizers._validation",
    "vectorizers.pickles": "vectorizers._pickles",
    "vectorizers.plain": "vectorizers._plain_estimator",
    "vectorizers.stop_words": "vectorizers._stop_words",
    "vectorizers.vocabulary": "vectorizers._vocabulary",
    "vectorizers.weighting": "vectorizers.tfidf_transformer",
}
"""The current name of each earlier name, both relative to the package."""


class _Renamed(ModuleType):
    """A module under an earlier name, which imports the real module at the first use."""

    def __init__(self, former: str, now: str) -> None:
        super().__init__(former, f"An earlier name of {now}.")
        self._now = now

    def __getattr__(self, name: str) -> object:
        import importlib

        return getattr(importlib.import_module(self._now), name)


def keep_former_names() -> None:
    """Register the earlier names, so that they can be imported."""
    package = sys.modules[__package__]
    for former, now in MODULES.items():
        module = sys.modules[f"{__package__}.{former}"] = _Renamed(f"{__package__}.{former}", f"{__package__}.{now}")
        if "." not in former:
            setattr(package, former, module)


def former_argument(former: str, now: str) -> Callable[[_Method], _Method]:
    """Return a decorator for a method whose argument had another name. The earlier name still works, with a warning."""

    def decorated(method: _Method) -> _Method:
        @wraps(method)
        def call(*values: Any, **arguments: Any) -> Any:
            if former in arguments:
                if now in arguments:
                    raise TypeError(f"{method.__name__}() got {now}= and its earlier name {former}=: pass one of them")
                import warnings

                message = f"{former}= of {method.__name__}() is an earlier name of {now}=: pass {now}="
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                arguments[now] = arguments.pop(former)
            return method(*values, **arguments)

        return call  # type: ignore[return-value]  # it has the signature of the method

    return decorated
