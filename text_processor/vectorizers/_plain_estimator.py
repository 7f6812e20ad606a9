"""The conventions of scikit-learn's estimators, for use without scikit-learn."""

from __future__ import annotations

import inspect

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self


class NotFittedError(ValueError, AttributeError):
    """An estimator was used before it was fitted."""


class BaseEstimator:
    """An object whose parameters can be read, set and shown. They are the arguments of the constructor."""

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters and their values.

        Args:
            deep: Not used: there are no nested estimators.
        """
        del deep
        return {name: getattr(self, name) for name in self._get_param_names()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters.

        Raises:
            ValueError: A parameter does not exist.
        """
        names = self._get_param_names()
        for name, value in params.items():
            if name not in names:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {names!r}.")
            setattr(self, name, value)
        return self

    def __getstate__(self) -> dict[str, Any]:
        return dict(vars(self))

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        params = self.get_params().items()
        changed = (f"{name}={value!r}" for name, value in params if repr(value) != repr(defaults[name].default))
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        raise NotImplementedError(
            "these are tags of scikit-learn, which was not installed when the vectorizers were imported"
        )


class TransformerMixin:
    """A transformer. Its output is never wrapped."""

    def __init_subclass__(cls, auto_wrap_output_keys: object = None, **kwargs: Any) -> None:
        del auto_wrap_output_keys
        super().__init_subclass__(**kwargs)
