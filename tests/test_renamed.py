"""Former names of modules, which pickles of an earlier release contain."""

import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import text_processor
from text_processor import _renamed

pytestmark = pytest.mark.once

PICKLES = sorted((Path(__file__).parent / "data" / "pickles").glob("*.pickle"))


@pytest.mark.parametrize("path", PICKLES, ids=lambda path: path.stem)
def test_a_pickle_of_the_earlier_release_loads(path: Path) -> None:
    pytest.importorskip("scipy")
    assert type(pickle.loads(path.read_bytes())).__name__ == path.stem  # noqa: S301


def test_a_former_module_has_the_names_of_the_current_module() -> None:
    pytest.importorskip("scipy")
    for former, now in _renamed.MODULES.items():
        module = importlib.import_module(f"text_processor.{now}")
        names = [name for name in dir(module) if not name.startswith("__")]
        assert names
        for name in names:
            assert getattr(importlib.import_module(f"text_processor.{former}"), name) is getattr(module, name)


def test_the_error_for_a_missing_attribute_of_a_former_module_names_the_attribute() -> None:
    with pytest.raises(ImportError, match="nonsense"):
        exec("from text_processor.vader import nonsense")  # noqa: S102
    assert "vader" not in dir(text_processor)


FORMS = [
    "import text_processor.{0}; found = text_processor.{0}",
    "import text_processor.{0} as found",
    "from text_processor.{1} import {2} as found",
    "import importlib; found = importlib.import_module('text_processor.{0}')",
    "import text_processor, text_processor.{0} as found",
    "import importlib.util; assert importlib.util.find_spec('text_processor.{0}'); import text_processor.{0} as found",
]


def test_a_former_module_can_be_imported_in_every_way() -> None:
    pytest.importorskip("scipy")
    programs = []
    for former in ("types", "vectorizers.weighting"):
        folder, _, name = former.rpartition(".")
        now = _renamed.MODULES[former]
        programs += [
            form.format(former, folder, name).replace("text_processor. ", "text_processor ")
            + f"\nimport importlib\nassert found is importlib.import_module('text_processor.{now}')"
            for form in FORMS
        ]
    # Each form runs in a child that has not imported the package. The parent imports other packages once, to save time.
    run_python(
        "import contextlib, os, sys, scipy.sparse\n"
        "with contextlib.suppress(ImportError):\n    import sklearn.base\n"
        f"for program in {programs!r}:\n"
        "    if (child := os.fork()) == 0:\n"
        "        exec(program)\n"
        "        sys.exit()\n"
        "    assert os.waitpid(child, 0)[1] == 0, program\n"
    )


@pytest.mark.parametrize("scipy", ["", "sys.modules['scipy'] = None\n"])
def test_code_that_inspects_all_modules_imports_no_former_module(scipy: str) -> None:
    run_python(
        f"import sys\n{scipy}import inspect, text_processor\nbefore = set(sys.modules)\n"
        "inspect.stack()\n"
        "for module in list(sys.modules.values()):\n    hasattr(module, '__file__'), hasattr(module, '__wrapped__')\n"
        "assert not {name for name in set(sys.modules) - before if name.startswith('text_processor')}"
    )


def run_python(code: str) -> None:
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
