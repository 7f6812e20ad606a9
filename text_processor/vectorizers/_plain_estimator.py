"""What an estimator needs to be one, where scikit-learn is not installed: its conventions, and nothing else."""

from __future__ import annotations

import inspect

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self


class NotFittedError(ValueError, AttributeError):
    """Something is asked of an estimator that was not fitted."""


class BaseEstimator:
    """Parameters that can be read, set and shown; they are those of the constructor."""

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters of the constructor, as they are now.

        Args:
            deep: For nested estimators, of which there are none here.
        """
        del deep
        return {name: getattr(self, name) for name in self._get_param_names()}

    def set_params(self, **params: Any) -> Self:
        """Sets parameters of the constructor.

        Raises:
            ValueError: There is no such parameter.
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
        raise NotImplementedError("scikit-learn, whose tags they are, was not there when the vectorizers were imported")


class TransformerMixin:
    """A transformer, whose output is never wrapped."""

    def __init_subclass__(cls, auto_wrap_output_keys: object = None, **kwargs: Any) -> None:
        del auto_wrap_output_keys
        super().__init_subclass__(**kwargs)
