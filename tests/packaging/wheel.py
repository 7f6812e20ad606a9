"""The wheel: builds it, looks into it, and runs the tests in empty environments without Rust.

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
"""The oldest and the newest: others are between, and one of them has run the tests before."""
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
REQUIRED = os.environ.get("CI") == "true"
"""Whether all of them must be there."""
LIBRARY = {"darwin": "libtext_processor.dylib", "win32": "text_processor.dll"}.get(sys.platform, "libtext_processor.so")


def run(*command: str | os.PathLike[str], **options: object) -> str:
    """Runs a command; what it prints to standard output. Other output is shown only where it fails."""
    result = subprocess.run(command, check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if result.returncode:
        sys.exit(f"{result.stdout}{result.stderr}{command} failed with {result.returncode}")
    return str(result.stdout)


def build(folder: Path) -> tuple[Path, Path]:
    """Builds the source distribution, and of that the wheel."""
    # With the profile of the portable core, whose dependencies are compiled already. It also checks more at run time.
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(ROOT / "rust_core" / "target"),
        "SETUPTOOLS_RUST_CARGO_PROFILE": "checked",
    }
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, env=environment)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def check_wheel(path: Path) -> None:
    """One wheel for every Python, with the library and everything that types need."""
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
    """Everything that is needed to build, and nothing that was built."""
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
    """A Python of this version: on the path, or one that pyenv has."""
    candidates = [shutil.which(f"python{version}")]
    if pyenv := shutil.which("pyenv"):
        versions = Path(run(pyenv, "root").strip(), "versions")
        candidates += map(str, sorted(versions.glob(f"{version}.*/bin/python{version}")))
    for candidate in candidates:
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def without_rust() -> dict[str, str]:
    """The environment of a user who has no Rust."""
    path = [p for p in os.environ["PATH"].split(os.pathsep) if not Path(p, "cargo").exists()]
    return {**os.environ, "PATH": os.pathsep.join(path)}


def check_environment(python: str, wheel: Path, folder: Path) -> None:
    """Installs the wheel into an empty environment, and runs the tests there."""
    run(python, "-m", "venv", "--without-pip", folder / "env")
    installed = folder / "env" / "bin" / "python"
    pip = (*PIP, "--python", installed, "install", "--no-compile")
    run(*pip, "--only-binary", ":all:", "--group", f"{ROOT / 'pyproject.toml'}:test", wheel, env=without_rust())
    for name in ("tests", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    print(f"Tests on {run(installed, '--version').strip()}", flush=True)
    # The benchmark runs in an environment of its own.
    options = ["--quiet", "--hypothesis-profile=again", "-m", "not engine", "--ignore=tests/test_benchmark.py"]
    subprocess.run([installed, "-m", "pytest", *options, "tests"], cwd=folder, env=without_rust(), check=True)


PAGES = {
    "": ["README.md"],
    "cli": ["README.md"],
    "numpy": ["README.md", "docs/terms.md", "docs/tokenizers.md"],
    "vader": ["README.md", "docs/sentiment.md"],
    "vectorizers": ["README.md", "docs/vectorizers.md"],
}
"""The pages that are run with each extra."""

BESIDE = {"vader": ["pandas"]}
"""What users of a page have themselves, and no extra installs."""


def check_commands(wheel: Path) -> None:
    """Runs each command of the pages that installs the package in an empty environment, and runs the pages there.

    The command installs the wheel instead of the folder of the project.
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
            packages = [f"{wheel}[{extra}]" if extra else wheel, *BESIDE.get(extra, ())]
            run(*pip, "--only-binary", ":all:", *packages, env=without_rust())
            (folder / "examples").symlink_to(ROOT / "examples")
            run(python, "-W", "error", pages.__file__, f"--extra={extra}", *PAGES[extra], cwd=folder)
            if extra == "cli":
                analyze = (python.with_name("text-processor"), "analyze", "--json", "examples/data/genesis.txt")
                assert json.loads(run(*analyze, cwd=folder))["words"] == 2210
            print(f"{command}: {', '.join(PAGES[extra])} hold", flush=True)


def check_upgrades(wheel: Path, folder: Path) -> None:
    """Installs the wheel, and another one in its place while a process uses it."""
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env")
    installed = folder / "env" / "bin" / "python"
    pip = (*PIP, "--python", installed)
    newer = next_wheel(wheel, ROOT / "build" / "cores" / "newer-minor" / LIBRARY, LIBRARY, folder)
    check_upgrade(installed, lambda *arguments: run(*pip, *arguments), wheel, newer)


def main() -> None:
    """Checks everything; an exception says what is wrong."""
    with tempfile.TemporaryDirectory() as temporary:
        sdist, wheel = build(Path(temporary))
        check_sdist(sdist)
        check_wheel(wheel)
        print(f"{wheel.name} holds what it should")
        check_commands(wheel)
        with tempfile.TemporaryDirectory() as environment:
            check_upgrades(wheel, Path(environment))
        tested = 0
        for version in PYTHONS:
            python = interpreter(version)
            if python is None:
                assert not REQUIRED, f"there is no Python {version} here"
                print(f"There is no Python {version} here to install the wheel into: skipped")
                continue
            with tempfile.TemporaryDirectory() as environment:
                check_environment(python, wheel, Path(environment))
            tested += 1
        assert tested, "the wheel was installed nowhere"


if __name__ == "__main__":
    main()
