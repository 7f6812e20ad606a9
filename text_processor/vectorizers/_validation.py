"""The allowed values of the parameters of vectorizers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real

from text_processor.exceptions import InvalidParameterError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Kind:
    """A kind of value, and its name in messages."""

    name: str
    holds: Callable[[Any], bool]


def _one_of(*strings: str) -> Kind:
    listed = ", ".join(map(repr, sorted(strings)))
    return Kind(f"a str among {{{listed}}}", lambda value: isinstance(value, str) and value in strings)


def _instance(kind: type) -> Kind:
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return Kind(f"an instance of {name!r}", lambda value: isinstance(value, kind))


def _integer(least: int, most: int | None = None) -> Kind:
    return Kind(
        f"an int in the range [{least}, {'inf)' if most is None else f'{most}]'}",
        lambda value: isinstance(value, Integral) and least <= int(value) and (most is None or int(value) <= most),
    )


def _is_boolean(value: Any) -> bool:
    # Also bool of NumPy, without an import of NumPy.
    return isinstance(value, bool) or (type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_"))


NONE = Kind("None", lambda value: value is None)
CALLABLE = Kind("a callable", callable)
BOOLEAN = Kind("an instance of 'bool' or an instance of 'numpy.bool'", _is_boolean)
STRING = _instance(str)
PROPORTION = Kind(
    "a float in the range [0.0, 1.0]",
    lambda value: isinstance(value, Real) and not isinstance(value, Integral) and 0 <= float(value) <= 1,
)

INPUT: dict[str, list[Kind]] = {
    "input": [_one_of("content", "file", "filename")],
    "encoding": [STRING],
    "decode_error": [_one_of("ignore", "replace", "strict")],
    "strip_accents": [_one_of("ascii", "unicode"), NONE, CALLABLE],
    "lowercase": [BOOLEAN],
    "preprocessor": [CALLABLE, NONE],
    "tokenizer": [CALLABLE, NONE],
    "stop_words": [_one_of("english"), _instance(list), NONE],
    "token_pattern": [STRING, NONE],
    "ngram_range": [_instance(tuple)],
    "analyzer": [_one_of("char", "char_wb", "word"), CALLABLE],
    "binary": [BOOLEAN],
    "missing": [_one_of("keep", "raise", "skip")],
}
"""The parameters of all vectorizers."""

COUNTING: dict[str, list[Kind]] = INPUT | {
    "max_df": [PROPORTION, _integer(1)],
    "min_df": [PROPORTION, _integer(1)],
    "max_features": [_integer(1), NONE],
    "vocabulary": [
        _instance(Mapping),
        Kind("an object implementing '__iter__'", lambda value: callable(getattr(value, "__iter__", None))),
        NONE,
    ],
}

HASHING: dict[str, list[Kind]] = INPUT | {
    # The largest index is n_features - 1, a signed number of 32 bits.
    "n_features": [_integer(1, (1 << 31) - 1)],
    "norm": [_one_of("l1", "l2"), NONE],
    "alternate_sign": [BOOLEAN],
}

WEIGHTING: dict[str, list[Kind]] = {
    "norm": [_one_of("l1", "l2"), NONE],
    "use_idf": [BOOLEAN],
    "smooth_idf": [BOOLEAN],
    "sublinear_tf": [BOOLEAN],
}


def check(owner: str, kinds: Mapping[str, Iterable[Kind]], params: Mapping[str, Any]) -> None:
    """Raise for the first value that is not of an allowed kind. Ignores further parameters, which subclasses may have.

    Args:
        owner: The class that has the parameters.
        kinds: The kinds of values for each parameter.
        params: The values.
    """
    for name, value in params.items():
        allowed = kinds.get(name)
        if allowed is None or any(kind.holds(value) for kind in allowed):
            continue
        *most, last = [kind.name for kind in allowed]
        listed = f"{', '.join(most)} or {last}" if most else last
        raise InvalidParameterError(f"The {name!r} parameter of {owner} must be {listed}. Got {value!r} instead.")
