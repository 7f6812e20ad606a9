"""The file that a command writes: its name, and an old file with the same name."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from command_line import PROGRAM, needs, run

from text_processor.cli.table_formats import FORMATS

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("usual_terminal")]

# The tests and their children ignore these signals if nohup starts them, or a shell in the background.
HEEDS_SIGNALS = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    " signal.signal(signal.SIGHUP, signal.SIG_DFL); "
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("To be, or not to be.\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(params=list(FORMATS))
def name(request: pytest.FixtureRequest) -> str:
    """The name of a file, for each format."""
    if request.param == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow writes Parquet")
    return f"out{request.param}"


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


# ---- Wrong names ----


@pytest.mark.parametrize("command", ["analyze", "ngrams", "sentiment", "matrix"])
@pytest.mark.parametrize("path", ["out", "out.txt", "out.xlsx", ".csv", "out.csv.gz", "csv", "a\0b.csv", "out."])
def test_an_unknown_extension_is_wrong_usage_with_a_list_of_the_known_ones(command: str, path: str) -> None:
    result = run(command, "missing.txt", "-o", path, status=2)
    if "\0" not in path:
        known = [".npz", ".mtx"] if command == "matrix" else list(FORMATS)
        assert all(end in result.stderr for end in known)
    assert "skipped" not in result.stderr


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_file_and_the_format_of_standard_output_exclude_each_other(form: str) -> None:
    for command in ("analyze", "ngrams", "sentiment"):
        result = run(command, form, "missing.txt", "-o", "out.csv", status=2)
        assert "the name of the file says its format" in result.stderr


def test_a_file_and_the_sentiment_of_the_report_exclude_each_other() -> None:
    assert "see the command 'sentiment'" in run("analyze", "--sentiment", "a.txt", "-o", "out.csv", status=2).stderr


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing/out.csv", "there is no such folder"),
        ("a.txt/out.csv", "Not a directory"),
        ("folder.csv", "it is a folder"),
        ("loop.csv", "Too many levels of symbolic links"),
        (f"{'x' * 300}.csv", "File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error_before_any_work(folder: Path, path: str, reason: str) -> None:
    (folder / "folder.csv").mkdir()
    (folder / "loop.csv").symlink_to("loop.csv")
    result = run("analyze", "missing.txt", "a.txt", "-o", path, status=1)
    # No message names the missing file, because the command does not begin to read.
    assert result.stderr == f"Error: cannot write {path}: {reason}\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
@pytest.mark.parametrize("protected", ["folder", "file"])
def test_a_file_without_permission_to_write_is_an_error_before_any_work(protected: str) -> None:
    # This call imports all modules now, because they may be in a folder that only root can read.
    run("analyze", "a.txt", "-o", "first.csv")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "out.csv")
        output.write_text("old", encoding="utf-8")
        output.chmod(0o444 if protected == "file" else 0o666)
        os.chmod(folder, 0o777 if protected == "file" else 0o555)
        os.seteuid(65534)
        try:
            result = run("analyze", "missing.txt", "-o", output, status=1)
        finally:
            os.seteuid(0)
        what = "to this file" if protected == "file" else "to its folder"
        assert result.stderr == f"Error: cannot write {output}: you may not write {what}\n"
        assert output.read_text(encoding="utf-8") == "old"


def test_parquet_without_pyarrow_is_an_error_before_any_work() -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from text_processor.__main__ import main; main()"
    for command in ("analyze", "ngrams", "sentiment"):
        program = [sys.executable, "-c", code, command, "missing.txt", "-o", "out.parquet"]
        result = subprocess.run(program, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stdout) == (1, "")
        assert "pip install pyarrow" in result.stderr
        assert result.stderr.count("\n") == 1


# ---- An old file with the same name ----


def test_a_new_file_keeps_the_permissions_of_the_old_one(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"old")
    (folder / name).chmod(0o640)
    run("analyze", "a.txt", "-o", name)
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o640
    assert (folder / name).read_bytes() != b"old"


def test_a_new_file_has_the_usual_permissions(folder: Path) -> None:
    old = os.umask(0o027)
    try:
        run("analyze", "a.txt", "-o", "out.csv")
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / "out.csv").stat().st_mode) == 0o640


@pytest.mark.parametrize("exists", [True, False])
def test_the_target_of_a_link_is_replaced(folder: Path, exists: bool) -> None:
    (folder / "elsewhere").mkdir()
    target = folder / "elsewhere/real.csv"
    if exists:
        target.write_text("old", encoding="utf-8")
    (folder / "out.csv").symlink_to(target)
    run("analyze", "a.txt", "-o", "out.csv")
    assert (folder / "out.csv").is_symlink()
    assert target.read_text(encoding="utf-8").startswith("word,count\n")


def test_a_pipe_is_written_directly(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(Path("pipe.csv").read_text(encoding="utf-8")))
    reader.start()
    run("analyze", "a.txt", "-o", "pipe.csv")
    reader.join(60)
    assert found[0].startswith("word,count\n")
    assert stat.S_ISFIFO((folder / "pipe.csv").stat().st_mode)


def test_a_file_can_be_read_and_replaced_by_the_same_command(folder: Path) -> None:
    (folder / "out.csv").write_text("to be\n", encoding="utf-8")
    run("analyze", "--format", "text", "out.csv", "-o", "out.csv")
    assert (folder / "out.csv").read_text(encoding="utf-8") == "word,count\nto,1\nbe,1\n"


@pytest.mark.parametrize("command", ["analyze", "ngrams", "sentiment", "matrix"])
def test_a_command_that_finds_nothing_leaves_the_old_file(folder: Path, command: str) -> None:
    output = folder / ("out.npz" if command == "matrix" else "out.csv")
    needs(command)
    output.write_bytes(b"old")
    (folder / "empty.txt").touch()
    # An empty file is not an error for `matrix`, which has a row for the file.
    for path in ("empty.txt", "missing.txt")[command == "matrix" :]:
        run(command, path, "-o", output, status=1)
        assert output.read_bytes() == b"old"
    assert left_behind(folder) == []


@pytest.mark.parametrize("command", ["analyze", "sentiment", "matrix"])
def test_a_full_disk_leaves_the_old_files(folder: Path, command: str) -> None:
    needs(command)
    big = "\n".join(f"word{number} is here" for number in range(20_000))
    (folder / "big.txt").write_text(big, encoding="utf-8")
    names = ["out.npz", "out.rows.txt", "out.terms.txt"] if command == "matrix" else [f"out{end}" for end in FORMATS]
    for name in names:
        if not name.endswith(".parquet") or has_pyarrow():
            (folder / name).write_bytes(b"old")
    for name in names[:1] if command == "matrix" else names:
        if name.endswith(".parquet") and not has_pyarrow():
            continue
        program = [*PROGRAM, command, "big.txt", "-o", name, *(["--lines"] if command == "matrix" else [])]

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        result = subprocess.run(program, capture_output=True, text=True, check=False, preexec_fn=limit)
        assert (result.returncode, result.stdout) == (1, ""), name
        assert result.stderr == f"Error: cannot write {name}: File too large\n"
    assert {(folder / name).read_bytes() for name in names if (folder / name).exists()} == {b"old"}
    assert left_behind(folder) == []


def has_pyarrow() -> bool:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


# The cases have each format once, and each signal once.
@pytest.mark.parametrize(
    ("name", "number"),
    [
        *((f"out{ending}", signal.SIGTERM) for ending in FORMATS),
        *(("out.csv", number) for number in (signal.SIGINT, signal.SIGHUP, signal.SIGKILL)),
    ],
)
def test_a_command_that_a_signal_ends_leaves_the_old_file(folder: Path, name: str, number: signal.Signals) -> None:
    needs("sentiment")
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow writes Parquet")
    (folder / name).write_bytes(b"old")
    code = f"{HEEDS_SIGNALS}from text_processor.__main__ import main; main()"
    program = [sys.executable, "-c", code, "sentiment", "-", "-o", name]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        block = b"a good day\n" * 100_000
        while not left_behind(folder) or (folder / left_behind(folder)[0]).stat().st_size < 1000:
            process.stdin.write(block)
            time.sleep(0.01)
        assert (folder / name).read_bytes() == b"old"
        process.send_signal(number)
        assert process.wait(60) == (-9 if number == signal.SIGKILL else 128 + number)
        assert process.stderr.read() == (b"interrupted\n" if number == signal.SIGINT else b"")
    assert (folder / name).read_bytes() == b"old"
    # A process that SIGKILL ends cannot remove its temporary file. The next command does not read this file.
    assert len(left_behind(folder)) == (number == signal.SIGKILL)
    (folder / name).unlink()
    assert "1" in run("analyze", folder).stdout


def test_a_command_ignores_a_signal_that_its_parent_ignores() -> None:
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from text_processor.__main__ import main; main()"
    )
    program = [sys.executable, "-c", code, "analyze", "-", "-o", "out.csv"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(1)
        process.send_signal(signal.SIGHUP)
        assert process.communicate(b"to be", 60)[1] == b"out.csv: 2 rows\n"
    assert process.returncode == 0


@pytest.mark.parametrize("command", ["analyze", "ngrams"])
def test_a_command_imports_other_packages_only_if_it_needs_them(command: str) -> None:
    code = """import sys
from text_processor.__main__ import main
unneeded = sys.argv.pop().split(",")
try:
    main()
except SystemExit as end:
    sys.exit(end.code or ", ".join({*unneeded} & {*sys.modules}) or 0)
"""
    libraries = "pyarrow,numpy,pandas,typing_extensions"
    for output, unneeded in (("-", libraries), ("out.csv", f"{libraries},rich"), ("out.json", f"{libraries},rich")):
        program = [sys.executable, "-c", code, command, "a.txt", "-o", output, unneeded]
        result = subprocess.run(program, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
