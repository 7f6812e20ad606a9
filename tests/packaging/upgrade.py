"""Upgrade the wheel with pip while a process uses it.

Run by `make test-wheel`.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

NEXT_VERSION = "99.0.0"

WORKER = """
import sys, threading
import text_processor

analyzer = text_processor.TextAnalyzer()
core = text_processor.load_core()
mistakes, told = [], threading.Event()
rounds = 0

def use():
    while not told.is_set():
        own = text_processor.TextAnalyzer(core=core)
        own.set_callback(lambda event: None)
        own.add_documents(["Some Words and more words", "more"] * 100)
        if (own.word_frequency()["words"], own.total_words()) != (200, 600):
            mistakes.append(own.word_frequency())

threads = [threading.Thread(target=use, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
print("ready", flush=True)
for order in sys.stdin:
    analyzer.add_document("one Word more")
    rounds += 1
    assert analyzer.total_words() == 3 * rounds and analyzer.word_frequency()["word"] == rounds
    assert text_processor.hello("x", core=core) == "Hello, x!"
    match order.strip():
        case "load":
            # The file that is there now, beside the one in use.
            loaded = text_processor.load_core()
            other = text_processor.TextAnalyzer(core=loaded)
            other.add_document("a b")
            print(loaded.info()["abi_version"], core.info()["abi_version"], other.total_words(), flush=True)
        case "import":
            # Modules that this process has not imported yet are the new ones.
            import asyncio
            import text_processor.typing

            async def count():
                async with text_processor.AsyncTextAnalyzer() as own:
                    await own.add_documents(["a b", "c"])
                    return (await own.get_statistics())["total_words"]

            print(asyncio.run(count()), text_processor.typing.CoreInfo.__name__, flush=True)
        case "missing":
            try:
                text_processor.load_core()
            except text_processor.CoreNotFoundError as error:
                print(type(error).__name__, flush=True)
        case "go on":
            print("went on", flush=True)
told.set()
for thread in threads:
    thread.join()
assert not mistakes, mistakes[:3]
print("right to the end", flush=True)
"""


def next_wheel(wheel: Path, core: Path, library: str, folder: Path) -> Path:
    """Write the wheel of a next release: the same wheel with another version and a core of a newer minor version."""
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (metadata,) = (name for name in files if name.endswith(".dist-info/METADATA"))
    old_info = metadata.split("/")[0]
    version = old_info.removesuffix(".dist-info").split("-")[1]
    new_info = old_info.replace(version, NEXT_VERSION)
    for name in (metadata, "text_processor/__init__.py"):
        changed = files[name].replace(version.encode(), NEXT_VERSION.encode())
        assert changed != files[name], f"{name} does not say {version}"
        files[name] = changed
    files[f"text_processor/{library}"] = core.read_bytes()
    del files[f"{old_info}/RECORD"]
    files = {name.replace(old_info, new_info): content for name, content in files.items()}
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},{len(content)}\n"
        for name, content in files.items()
    )
    files[f"{new_info}/RECORD"] = f"{record}{new_info}/RECORD,,\n".encode()
    path = folder / wheel.name.replace(version, NEXT_VERSION)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def check_upgrade(python: Path, pip: Callable[..., object], old: Path, new: Path) -> None:
    """Upgrade, downgrade, upgrade and remove the package while a process uses it, and check the process each time."""
    pip("install", "--only-binary", ":all:", old)
    with subprocess.Popen(
        [python, "-c", WORKER], cwd=old.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def answer(order: str) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{order}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert process.stdout.readline() == "ready\n"
        assert answer("load") == "1.1 1.1 2"
        pip("install", "--upgrade", "--no-deps", new)
        assert answer("go on") == "went on"
        assert answer("load") == "1.2 1.1 2"
        for wheel, abi in ((old, "1.1"), (new, "1.2"), (new, "1.2"), (old, "1.1"), (new, "1.2")):
            pip("install", "--force-reinstall", "--no-deps", wheel)
            assert answer("load") == f"{abi} 1.1 2"
        assert answer("import") == "3 CoreInfo"
        code = "import text_processor as t; print(t.__version__, t.core_info()['abi_version'])"
        found = subprocess.run([python, "-c", code], cwd=old.parent, capture_output=True, text=True, check=True)
        assert found.stdout == f"{NEXT_VERSION} 1.2\n"
        pip("uninstall", "--yes", "text_processor")
        assert answer("missing") == "CoreNotFoundError"
        assert answer("go on") == "went on"
        output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "right to the end\n"), (process.returncode, output)
    print("A process went on while pip upgraded and removed the wheel that it used", flush=True)
