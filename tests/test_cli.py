"""The program: its errors, its exit codes, its streams, and how it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from command_line import PROGRAM, CliRunner, analyze, write

import text_processor
from text_processor.__main__ import main
from text_processor.cli import commands

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]


# ---- Wrong usage ----


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["--json", "--csv", "a.txt"], "use only one of"),
        (["--top", "-1", "a.txt"], "-1"),
        (["--top", "many", "a.txt"], "many"),
        (["--threads", "0", "a.txt"], "0"),
        (["--encoding", "klingon", "a.txt"], "klingon"),
        (["--encoding", "base64", "a.txt"], "not a text encoding"),
        (["--errors", "laugh", "a.txt"], "laugh"),
        (["--colour", "a.txt"], "--colour"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_gives_a_message_and_exit_code_2(arguments: list[str], message: str) -> None:
    result = analyze(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_the_help_lists_every_exit_code() -> None:
    text = analyze("--help").stdout
    for code in ("0  ", "1  ", "2  ", "130", "141", "143"):
        assert f"\n    {code}  " in text


# ---- The program ----


def test_version_shows_the_versions_of_the_package_and_of_the_core() -> None:
    core = text_processor.core_info()
    result = CliRunner().invoke(commands, ["--version"])
    assert result.exit_code == 0
    for part in (text_processor.__version__, core["version"], core["abi_version"], core["simd"], core["library"]):
        assert part in result.stdout


def test_a_core_that_cannot_be_loaded_gives_no_traceback(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "word")
    environment = {**os.environ, "TEXT_PROCESSOR_LIBRARY": str(tmp_path / "nowhere.so")}
    for arguments in (["analyze", str(file)], ["--version"]):
        program = [*PROGRAM, *arguments]
        result = subprocess.run(program, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert str(tmp_path / "nowhere.so") in result.stderr


def test_the_script_and_the_module_are_the_same_program(tmp_path: Path) -> None:
    (script,) = entry_points(group="console_scripts", name="text-processor")
    assert script.load() is main
    program = [*PROGRAM, "analyze", "--csv", "-"]
    result = subprocess.run(program, cwd=tmp_path, input=b"word", capture_output=True, check=True)
    assert (result.stdout, result.stderr) == (b"word,count\nword,1\n", b"")


def test_the_package_does_not_import_the_libraries_of_the_command_line(tmp_path: Path) -> None:
    code = "import sys, text_processor; sys.exit(bool({'click', 'rich'} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


@pytest.mark.parametrize("name", [".", "__main__.py"])
def test_python_runs_the_folder_of_the_package_as_a_program(tmp_path: Path, name: str) -> None:
    package = Path(text_processor.__file__).parent
    link = tmp_path / "link"
    link.symlink_to(package)
    for path in (str(package / name), os.path.relpath(package / name, tmp_path), str(link / name)):
        command = [sys.executable, path, "analyze", "--csv", "-"]
        run = subprocess.run(command, cwd=tmp_path, input=b"to be", capture_output=True, check=False)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"word,count\nto,1\nbe,1\n", b"")
    run = subprocess.run([sys.executable, name, "--version"], cwd=package, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("library", ["click", "rich"])
def test_an_error_says_how_to_install_missing_libraries(tmp_path: Path, library: str) -> None:
    code = f"import sys; sys.modules[{library!r}] = None; from text_processor.__main__ import main; main()"
    program = [sys.executable, "-c", code]
    result = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "pip install click rich" in result.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_closed_pipe_gives_no_traceback(tmp_path: Path, unbuffered: str) -> None:
    file = write(tmp_path / "a.txt", " ".join(map(str, range(100_000))))
    program = [*PROGRAM, "analyze", "--csv", "--top", "0", str(file)]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    pipe = subprocess.PIPE
    with subprocess.Popen(program, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"word,count\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"]], ids=["report", "json", "csv"])
def test_a_full_disk_gives_no_traceback(tmp_path: Path, options: list[str]) -> None:
    program = [*PROGRAM, "analyze", *options, "-"]
    with open("/dev/full", "wb") as full:
        result = subprocess.run(program, cwd=tmp_path, input=b"word", stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 1
    assert result.stderr == b"Error: cannot write the result: No space left on device\n"
