"""Pickles of an earlier release, which name modules as they were called then."""

import importlib
import pickle
from pathlib import Path

import pytest

import text_processor
from text_processor import _renamed

PICKLES = sorted((Path(__file__).parent / "data" / "pickles").glob("*.pickle"))


@pytest.mark.parametrize("path", PICKLES, ids=lambda path: path.stem)
def test_a_pickle_of_the_earlier_release_loads(path: Path) -> None:
    pytest.importorskip("scipy")
    assert type(pickle.loads(path.read_bytes())).__name__ == path.stem  # noqa: S301


def test_each_former_module_gives_what_the_module_gives_now() -> None:
    pytest.importorskip("scipy")
    for former, now in _renamed.MODULES.items():
        module = importlib.import_module(f"text_processor.{now}")
        names = [name for name in dir(module) if not name.startswith("__")]
        assert names
        for name in names:
            assert getattr(importlib.import_module(f"text_processor.{former}"), name) is getattr(module, name)


def test_a_former_name_is_a_module_that_names_what_it_lacks() -> None:
    with pytest.raises(ImportError, match="nonsense"):
        exec("from text_processor.vader import nonsense")  # noqa: S102
    assert "former name" in (importlib.import_module("text_processor.vader").__doc__ or "")
    assert "vader" not in dir(text_processor)
