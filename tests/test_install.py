"""The library for programs in C: `make install` installs it, and pkg-config finds it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pages
import pytest

import text_processor

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("make", "cargo", "cc", "objcopy", "pkg-config", "readelf")
PREFIX = "/opt/text"
TOOLCHAIN = {"CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup"}
# Without the variables that make sets for its commands, because they would change another make.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}

SECOND_LIBRARY = """
#[unsafe(no_mangle)]
pub extern "C" fn caught(number: u32) -> u32 {
    std::panic::catch_unwind(|| if number == 0 { panic!("none") } else { number }).unwrap_or(77)
}
"""

PROGRAM_OF_TWO = """
#include <stdio.h>
#include <text_processor.h>

uint32_t caught(uint32_t number);

int main(void) {
    uint64_t words = 0;
    tp_status status = tp_count_words("one two", 7, &words);
    printf("%d %d %u %u\\n", (int)status, (int)words, (unsigned)caught(5), (unsigned)caught(0));
    return 0;
}
"""


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Return what a command prints, after checking that it succeeded."""
    result = subprocess.run(command, capture_output=True, text=True, env={**ENVIRONMENT, **(environment or {})})
    assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
    return result.stdout


def make(target: str, stage: Path, *variables: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--silent", "--directory", str(ROOT), target, f"DESTDIR={stage}", *variables]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)


def install(stage: Path, *variables: str) -> None:
    result = make("install", stage, *variables)
    assert result.returncode == 0, result.stdout + result.stderr


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    if not (ROOT / "Makefile").exists():
        pytest.skip("the Makefile is part of the source tree, which is not here")
    if sys.platform == "darwin":
        pytest.skip("make install is for ELF systems")
    for tool in TOOLS:
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed library, made with DESTDIR as for a package."""
    stage = tmp_path_factory.mktemp("stage")
    install(stage, f"PREFIX={PREFIX}")
    return stage


@pytest.fixture
def words(stage: Path) -> dict[str, str]:
    """The environment in which pkg-config gives compilers the paths of the stage."""
    return {"PKG_CONFIG_SYSROOT_DIR": str(stage), "PKG_CONFIG_PATH": f"{stage}{PREFIX}/lib/pkgconfig"}


def test_header_libraries_and_description_are_installed(stage: Path) -> None:
    names = ("libtext_processor.a", "libtext_processor.so", "libtext_processor.so.1", "pkgconfig/text_processor.pc")
    assert files(stage / PREFIX[1:]) == {"include/text_processor.h", *(f"lib/{name}" for name in names)}
    assert (stage / PREFIX[1:] / "lib" / "libtext_processor.so").readlink() == Path("libtext_processor.so.1")


def test_the_name_of_the_shared_library_has_the_major_version_of_the_abi(stage: Path) -> None:
    dynamic = run("readelf", "--dynamic", "--wide", stage / PREFIX[1:] / "lib" / "libtext_processor.so")
    major = text_processor.core_info()["abi_version"].split(".")[0]
    assert re.findall(r"SONAME.*\[(.*)\]", dynamic) == [f"libtext_processor.so.{major}"]


def test_a_program_is_linked_to_the_shared_library(
    stage: Path, words: dict[str, str], example_program: str, tmp_path: Path
) -> None:
    source, program = tmp_path / "example.c", tmp_path / "example"
    source.write_text(example_program, encoding="utf-8")
    flags = run("pkg-config", "--cflags", "--libs", "text_processor", environment=words).split()
    run("cc", source, *flags, "-o", program)
    needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "--dynamic", "--wide", program))
    assert "libtext_processor.so.1" in needed
    assert run(program, environment={"LD_LIBRARY_PATH": f"{stage}{PREFIX}/lib"}) == "2 words\n"


@pytest.mark.parametrize("page", sorted({block.page for block in pages.shell_blocks(pages.INSTALL)}))
@pytest.mark.usefixtures("stage")
def test_the_commands_of_the_documentation_install_the_library_and_build_programs(
    page: str, example_program: str, tmp_path: Path
) -> None:
    (tmp_path / "program.c").write_text(example_program, encoding="utf-8")
    script = [f'make() {{ command make --silent -C "{ROOT}" "$@"; }}']
    for block in pages.shell_blocks(pages.INSTALL):
        if block.page == page:
            for command in block.commands:
                script += [command, "./program"] if command.startswith("cc ") else [command]
    # Compilers and cargo need their own files in the home folder.
    homes = {name: os.environ.get(name, str(Path.home() / folder)) for name, folder in TOOLCHAIN.items()}
    places = {"PKG_CONFIG_PATH": f"{tmp_path}/.local/lib/pkgconfig", "LD_LIBRARY_PATH": f"{tmp_path}/.local/lib"}
    environment = {**ENVIRONMENT, **homes, **places, "HOME": str(tmp_path)}
    result = subprocess.run(
        ["sh", "-euc", "\n".join(script)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("2 words\n")


def test_a_static_program_needs_nothing_at_run_time(
    words: dict[str, str], example_program: str, tmp_path: Path
) -> None:
    source, program = tmp_path / "example.c", tmp_path / "example"
    source.write_text(example_program, encoding="utf-8")
    flags = run("pkg-config", "--static", "--cflags", "--libs", "text_processor", environment=words).split()
    run("cc", "-static", source, *flags, "-o", program)
    assert "NEEDED" not in run("readelf", "--dynamic", "--wide", program)
    assert run(program) == "2 words\n"


def test_the_static_library_has_no_global_name_of_another_rust_library(words: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "second.rs").write_text(SECOND_LIBRARY, encoding="utf-8")
    (tmp_path / "main.c").write_text(PROGRAM_OF_TWO, encoding="utf-8")
    second = tmp_path / "libsecond.a"
    run("rustc", "--edition=2024", "--crate-type=staticlib", tmp_path / "second.rs", "-o", second)
    flags = run("pkg-config", "--static", "--cflags", "--libs", "text_processor", environment=words).split()
    # Link both libraries completely, because by default the linker skips members whose symbols it already has.
    program = tmp_path / "main"
    run("cc", "-static", tmp_path / "main.c", "-Wl,--whole-archive", second, *flags[:3], "-Wl,--no-whole-archive",
        *flags[3:], "-o", program)  # fmt: skip
    assert run(program) == "0 2 5 77\n"


def test_both_libraries_export_exactly_the_listed_symbols(stage: Path) -> None:
    listed = (ROOT / "rust_core" / "capi" / "abi" / "symbols.txt").read_text(encoding="utf-8").split()
    folder = stage / PREFIX[1:] / "lib"
    for command in (("nm", "-D", folder / "libtext_processor.so.1"), ("nm", "-g", folder / "libtext_processor.a")):
        symbols = [line.split() for line in run(*command, "--defined-only").splitlines()]
        assert sorted(symbol[2] for symbol in symbols if len(symbol) == 3) == listed


def test_no_installed_file_contains_the_path_of_the_stage(stage: Path) -> None:
    description = (stage / PREFIX[1:] / "lib" / "pkgconfig" / "text_processor.pc").read_text(encoding="utf-8")
    assert str(stage) not in description
    assert f"prefix={PREFIX}\n" in description
    assert str(ROOT) not in description


def test_the_description_gives_the_version_of_the_library(words: dict[str, str]) -> None:
    version = run("pkg-config", "--modversion", "text_processor", environment=words).strip()
    assert version == text_processor.core_info()["version"]


def test_a_moved_installation_is_found_in_its_new_place(stage: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(stage / PREFIX[1:], moved, symlinks=True)
    environment = {"PKG_CONFIG_PATH": str(moved / "lib" / "pkgconfig")}
    flags = run("pkg-config", "--define-prefix", "--cflags", "--libs", "text_processor", environment=environment)
    assert flags.split() == [f"-I{moved}/include", f"-L{moved}/lib", "-ltext_processor"]


def test_installing_again_changes_nothing_and_uninstalling_leaves_nothing(tmp_path: Path) -> None:
    stage = tmp_path / "a stage"
    variables = ("PREFIX=/usr", "LIBDIR=/usr/lib/some-machine", "INCLUDEDIR=/usr/include/text")
    install(stage, *variables)
    (stage / "usr" / "lib" / "some-machine" / "libother.so").touch()
    before = files(stage)
    assert "usr/lib/some-machine/pkgconfig/text_processor.pc" in before
    assert "usr/include/text/text_processor.h" in before
    install(stage, *variables)
    assert files(stage) == before
    for _ in range(2):
        assert make("uninstall", stage, *variables).returncode == 0
        assert files(stage) == {"usr/lib/some-machine/libother.so"}


def test_a_library_in_use_is_replaced_by_another_file(tmp_path: Path) -> None:
    install(tmp_path, "PREFIX=/usr")
    library = tmp_path / "usr" / "lib" / "libtext_processor.so.1"
    with library.open("rb") as in_use:
        install(tmp_path, "PREFIX=/usr")
        assert os.fstat(in_use.fileno()).st_ino != library.stat().st_ino
        assert in_use.read() == library.read_bytes()


@pytest.mark.parametrize("variable", ["PREFIX=usr", "PREFIX=", "PREFIX=/my files", "LIBDIR=lib64", "INCLUDEDIR=/a|b"])
def test_a_wrong_folder_is_refused_before_anything_is_written(variable: str, tmp_path: Path) -> None:
    result = make("install", tmp_path, variable)
    assert result.returncode != 0
    assert "must begin with /" in result.stderr
    assert files(tmp_path) == set()
