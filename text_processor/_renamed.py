"""Modules that had another name in an earlier release: pickles made then name them, and still load."""

import sys
from types import ModuleType

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
"""The name now of each former name, both within the package."""


class _Renamed(ModuleType):
    """Stands for a module under its former name, and imports it at the first use."""

    def __init__(self, former: str, now: str) -> None:
        super().__init__(former, f"The former name of {now}.")
        self._now = now

    def __getattr__(self, name: str) -> object:
        import importlib

        return getattr(importlib.import_module(self._now), name)


def keep_former_names() -> None:
    """Lets the former names be imported."""
    package = sys.modules[__package__]
    for former, now in MODULES.items():
        module = sys.modules[f"{__package__}.{former}"] = _Renamed(f"{__package__}.{former}", f"{__package__}.{now}")
        if "." not in former:
            setattr(package, former, module)
