"""Earlier names that still work: of modules, because pickles contain them, and of arguments."""

from __future__ import annotations

import sys
from functools import wraps

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType
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


class _FormerNames:
    """Finds each earlier name when it is imported: the name is a second name of the module itself."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return a spec for an earlier name, and None for any other name."""
        package, former = name.split(".", 1) if "." in name else (name, "")
        if package != __package__ or former not in MODULES:
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, self)  # type: ignore[arg-type]  # it has the methods of a loader

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python create a module, which `exec_module` replaces."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace the new module by the module itself, as modules may do while they are imported."""
        import importlib

        former = module.__name__.partition(".")[2]
        sys.modules[module.__name__] = importlib.import_module(f"{__package__}.{MODULES[former]}")


FORMER_NAMES = _FormerNames()


def keep_former_names() -> None:
    """Let the earlier names be imported."""
    if FORMER_NAMES not in sys.meta_path:
        sys.meta_path.append(FORMER_NAMES)


def former_argument(former: str, now: str, *, is_async: bool = False) -> Callable[[_Method], _Method]:
    """Return a decorator for a method whose argument had another name. The earlier name still works, with a warning."""

    def decorated(method: Any) -> Any:
        name, place = method.__name__, method.__code__.co_varnames.index(now)

        def renamed(values: tuple[Any, ...], arguments: dict[str, Any]) -> dict[str, Any]:
            if former not in arguments:
                return arguments
            if now in arguments or len(values) > place:
                raise TypeError(f"{name}() got {now}= and its earlier name {former}=: pass one of them")
            import warnings

            message = f"{former}= of {name}() is an earlier name of {now}=: pass {now}="
            warnings.warn(message, DeprecationWarning, stacklevel=3)
            arguments[now] = arguments.pop(former)
            return arguments

        @wraps(method)
        def call(*values: Any, **arguments: Any) -> Any:
            return method(*values, **renamed(values, arguments))

        @wraps(method)
        async def call_in_task(*values: Any, **arguments: Any) -> Any:
            return await method(*values, **renamed(values, arguments))

        return call_in_task if is_async else call

    return decorated
