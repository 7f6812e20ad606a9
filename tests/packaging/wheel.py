"""Build the wheel, check its files, and run the tests with it in empty environments without Rust.

Run by `make test-wheel`, in the development environment.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pages
from upgrade import check_upgrade, next_wheel

ROOT = pages.ROOT
PYTHONS = ("3.10", "3.13")
"""The oldest and the newest version. In the development environment, the tests have run on another version."""
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
REQUIRED = os.environ.get("CI") == "true"
"""Whether a missing Python is an error."""
LIBRARY = {"darwin": "libtext_processor.dylib", "win32": "text_processor.dll"}.get(sys.platform, "libtext_processor.so")


def run(*command: str | os.PathLike[str], **options: object) -> str:
    """Run a command and return its standard output. If it fails, print all output and exit."""
    result = subprocess.run(command, check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if result.returncode:
        sys.exit(f"{result.stdout}{result.stderr}{command} failed with {result.returncode}")
    return str(result.stdout)


def build(folder: Path) -> tuple[Path, Path]:
    """Build the source distribution, and the wheel from it."""
    # This profile checks more at run time, and its dependencies are already compiled for the cores of the tests.
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(ROOT / "rust_core" / "target"),
        "SETUPTOOLS_RUST_CARGO_PROFILE": "dev",
    }
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, env=environment)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def check_wheel(path: Path) -> None:
    """Check that the wheel is for every Python, and has the library and the files for type checkers."""
    assert re.fullmatch(r"text_processor-[0-9.]+-py3-none-\w+\.whl", path.name), path.name
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        assert wheel.getinfo(f"text_processor/{LIBRARY}").file_size > 100_000
    expected = {
        f"text_processor/{name}" for name in ("__init__.py", "_native/_ffi.py", "_native/_ffi.pyi", "py.typed", LIBRARY)
    }
    assert expected <= names, expected - names
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"text_processor"}, folders


def check_sdist(path: Path) -> None:
    """Check that the source distribution has everything that a build needs, and no built files."""
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    expected = {
        "build_ffi.py",
        "setup.py",
        "rust_core/Cargo.lock",
        "rust_core/capi/include/text_processor.h",
        "LICENSE",
    }
    assert expected <= names, expected - names
    built = {name for name in names if name.endswith((".so", "/_ffi.py")) or "/target/" in name}
    assert not built, built


def interpreter(version: str) -> str | None:
    """Return a Python of this version, from the path or from pyenv."""
    candidates = [shutil.which(f"python{version}")]
    if pyenv := shutil.which("pyenv"):
        versions = Path(run(pyenv, "root").strip(), "versions")
        candidates += map(str, sorted(versions.glob(f"{version}.*/bin/python{version}")))
    for candidate in candidates:
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def without_rust() -> dict[str, str]:
    """Return the environment, without Rust in the path."""
    path = [p for p in os.environ["PATH"].split(os.pathsep) if not Path(p, "cargo").exists()]
    return {**os.environ, "PATH": os.pathsep.join(path)}


def check_environment(python: str, wheel: Path, folder: Path) -> None:
    """Install the wheel into an empty environment, and run the tests there."""
    run(python, "-m", "venv", "--without-pip", folder / "env")
    installed = folder / "env" / "bin" / "python"
    pip = (*PIP, "--python", installed, "install", "--no-compile")
    run(*pip, "--only-binary", ":all:", "--group", f"{ROOT / 'pyproject.toml'}:test", wheel, env=without_rust())
    # The tests use the fast core of the source tree. The core of the wheel checks more, so it is slower.
    where = "import os, text_processor; print(os.path.dirname(text_processor.__file__))"
    shutil.copy(ROOT / "text_processor" / LIBRARY, run(installed, "-c", where, cwd=folder).strip())
    for name in ("tests", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    print(f"Tests on {run(installed, '--version').strip()}", flush=True)
    # The benchmark has its own environment.
    options = ["--quiet", "--hypothesis-profile=version", "-m", "not engine", "--ignore=tests/test_benchmark.py"]
    subprocess.run([installed, "-m", "pytest", *options, "tests"], cwd=folder, env=without_rust(), check=True)


PAGES = {
    "": ["README.md"],
    "cli": ["README.md"],
    "dask": ["docs/engines.md"],
    "numpy": ["README.md", "docs/terms.md", "docs/tokenizers.md"],
    "vader": ["README.md", "docs/sentiment.md"],
    "vectorizers": ["README.md", "docs/vectorizers.md"],
    "files": ["README.md"],
    "remote": ["README.md"],
}
"""The pages that are run with each extra."""

OTHER_PACKAGES = {"vader": ["pandas"], "files": ["polars"]}
"""Packages that a page uses and its extra does not install."""


def check_commands(wheel: Path) -> None:
    """Run each installation command of the pages in an empty environment, and run the pages there.

    The commands install the wheel instead of the project's folder.
    """
    commands = [command for block in pages.shell_blocks(pages.WHEEL) for command in block.commands]
    installed = [re.fullmatch(r'pip install (\.|"\.\[(\w+)\]")', command) for command in commands]
    assert all(installed), commands
    assert sorted(found[2] or "" for found in installed if found) == sorted(PAGES), commands
    for command, extra in ((found[0], found[2] or "") for found in installed if found):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            run(sys.executable, "-m", "venv", "--without-pip", folder / "env")
            python = folder / "env" / "bin" / "python"
            pip = (*PIP, "--python", python, "install", "--no-compile")
            packages = [f"{wheel}[{extra}]" if extra else wheel, *OTHER_PACKAGES.get(extra, ())]
            run(*pip, "--only-binary", ":all:", *packages, env=without_rust())
            (folder / "examples").symlink_to(ROOT / "examples")
            run(python, "-W", "error", pages.__file__, f"--extra={extra}", *PAGES[extra], cwd=folder)
            if extra == "cli":
                analyze = (python.with_name("text-processor"), "analyze", "--json", "examples/data/genesis.txt")
                assert json.loads(run(*analyze, cwd=folder))["words"] == 2210
            print(f"{command}: {', '.join(PAGES[extra])} hold", flush=True)


def check_upgrades(wheel: Path, folder: Path) -> None:
    """Replace the installed wheel with another one while a process uses it."""
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env")
    installed = folder / "env" / "bin" / "python"
    pip = (*PIP, "--python", installed)
    newer = next_wheel(wheel, ROOT / "build" / "cores" / "newer-minor" / LIBRARY, LIBRARY, folder)
    check_upgrade(installed, lambda *arguments: run(*pip, *arguments), wheel, newer)


def main() -> None:
    """Check everything; raise an exception that names the fault."""
    with tempfile.TemporaryDirectory() as temporary:
        sdist, wheel = build(Path(temporary))
        check_sdist(sdist)
        check_wheel(wheel)
        print(f"{wheel.name} has the right files")
        check_commands(wheel)
        with tempfile.TemporaryDirectory() as environment:
            check_upgrades(wheel, Path(environment))
        tested = 0
        for version in PYTHONS:
            python = interpreter(version)
            if python is None:
                assert not REQUIRED, f"there is no Python {version} here"
                print(f"The wheel was not tested on Python {version}, which is not installed")
                continue
            with tempfile.TemporaryDirectory() as environment:
                check_environment(python, wheel, Path(environment))
            tested += 1
        assert tested, "the wheel was installed nowhere"


if __name__ == "__main__":
    main()
