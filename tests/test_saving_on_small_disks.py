"""On a full or read-only file system, saving is an error and leaves no new file. Each test has its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.engine,
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="the file system is mounted with programs of Linux"),
]

PRELUDE = """
import errno, os, subprocess, sys
from text_processor import TextAnalyzer

folder = sys.argv[1]
path, filler = os.path.join(folder, "saved"), os.path.join(folder, "filler")
small, large = TextAnalyzer(), TextAnalyzer()
small.add_documents(["to be", "or not"], ids=["a", "b"])
large.add_documents([f"text number {number} " * 20 for number in range(500)], variables={"n": range(500)})

def number_of_error(save):
    try:
        save(path)
    except OSError as error:
        assert str(error.filename) == path, error.filename
        return error.errno
    return 0
"""

FULL = """
small.save(path)
before = open(path, "rb").read()
page, free = os.statvfs(folder).f_bsize, os.statvfs(folder).f_bavail
results = []
for pages in range(free):
    with open(filler, "wb") as file:
        file.write(bytes(page * (free - pages)))
    results.append(number_of_error(large.save))
    os.remove(filler)
    if not results[-1]:
        break
    assert os.listdir(folder) == ["saved"], os.listdir(folder)
    assert open(path, "rb").read() == before
assert set(results[:-1]) == {errno.ENOSPC} and len(results) > 40, results
assert TextAnalyzer.load(path).documents() == large.documents()
print("passed")
"""

READ_ONLY = """
small.save(path)
before = open(path, "rb").read()
subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
assert number_of_error(large.save) == errno.EROFS
assert (os.listdir(folder), open(path, "rb").read()) == (["saved"], before)
for mmap in (False, True):
    assert TextAnalyzer.load(path, mmap=mmap).documents() == small.documents()
print("passed")
"""


def run(code: str, folder: Path, size: str = "1m") -> subprocess.CompletedProcess[str]:
    """Run a program with a small file system that only this program sees."""
    mount = 'mount -t tmpfs -o "size=$1" none "$2" && exec "$3" -c "$4" "$2"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh", size, str(folder)]
    return subprocess.run([*command, sys.executable, code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("code", [pytest.param(FULL, id="full"), pytest.param(READ_ONLY, id="read-only")])
def test_a_full_or_read_only_disk_is_an_error_and_the_old_file_stays(tmp_path: Path, code: str) -> None:
    try:
        refusal = run("", tmp_path).stderr
    except FileNotFoundError as error:
        refusal = str(error)
    if refusal:
        pytest.skip(f"this machine mounts no file system for a test: {refusal.strip()}")
    finished = run(PRELUDE + code, tmp_path)
    assert (finished.stdout, finished.stderr) == ("passed\n", "")
