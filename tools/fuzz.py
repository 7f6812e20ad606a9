"""Build the fuzz targets and run them at the same time, or merge the inputs that they found into the kept corpus.

This program works like cargo-fuzz (libFuzzer, AddressSanitizer, inputs in `corpus/TARGET`), which you do not need.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CRATE = ROOT / "rust_core" / "fuzz"
KEPT = CRATE / "corpus"
BUILD = ROOT / "build" / "fuzz"
TARGETS = ("scanner", "sequence", "options", "arrow", "column", "analyses", "saved")

# The flags of cargo-fuzz 0.13. With RUSTC_BOOTSTRAP, a stable toolchain accepts the flag after -Z.
RUST_FLAGS = (
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Zsanitizer=address",
    "--cfg=fuzzing",
)
# The longest input, how fast inputs grow to this length, and the seconds and megabytes that one input may take.
LIMITS = ("-max_len=4096", "-len_control=10", "-timeout=25", "-rss_limit_mb=2048")
# As for users, a failed allocation returns NULL, and does not end the program.
SANITIZER = {"ASAN_OPTIONS": "allocator_may_return_null=1"}


def environment() -> dict[str, str]:
    """Return the caller's environment, without the variable that would change results."""
    return {name: value for name, value in os.environ.items() if name != "TEXT_PROCESSOR_NUM_THREADS"} | SANITIZER


def build() -> Path:
    """Build the programs, and return their folder."""
    print("Building the fuzz targets", flush=True)
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = dict(line.split(": ", 1) for line in version.splitlines() if ": " in line)["host"]
    flags = {"RUSTFLAGS": " ".join(RUST_FLAGS), "RUSTC_BOOTSTRAP": "1", "CARGO_INCREMENTAL": "0"}
    target_folder = BUILD / "target"
    # With --target, the flags do not apply to build scripts and macros.
    command = ["cargo", "--locked", "build", "--quiet", "--release", "--bins", "--target", host]
    command += ["--manifest-path", str(CRATE / "Cargo.toml"), "--target-dir", str(target_folder)]
    subprocess.run(command, check=True, env=os.environ | flags)
    return target_folder / host / "release"


@dataclass
class Run:
    """A fuzz target that is running or has ended."""

    target: str
    program: Path
    process: subprocess.Popen[bytes]
    log: Path
    status: int = 0
    cpu_seconds: float = 0.0

    @classmethod
    def start(cls, programs: Path, target: str, seconds: int) -> "Run":
        """Start a target on the kept inputs and on the inputs that earlier runs found."""
        found, artifacts, log = BUILD / "corpus" / target, BUILD / "artifacts" / target, BUILD / f"{target}.log"
        for folder in (found, artifacts, KEPT / target):
            folder.mkdir(parents=True, exist_ok=True)
        program = programs / target
        output_options = ["-print_final_stats=1", "-print_funcs=0", f"-artifact_prefix={artifacts}/"]
        options = [*LIMITS, f"-max_total_time={seconds}", *output_options]
        with log.open("wb") as output:
            process = spawn([str(program), str(found), str(KEPT / target), *options], output)
        return cls(target, program, process, log)

    def wait(self) -> None:
        """Wait until the target ends."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.status = self.process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = usage.ru_utime + usage.ru_stime

    def report(self) -> str:
        """Return a line with the figures of the run, and how to repeat a failure."""
        log = self.log.read_text(errors="replace")
        progress = re.findall(r"^#(\d+)\s.*?cov: (\d+) ft: (\d+) corp: (\d+)/(\S+)", log, re.MULTILINE)
        executed = re.findall(r"^stat::number_of_executed_units:\s+(\d+)|^#(\d+)\s", log, re.MULTILINE)
        executions = max((int(number) for pair in executed for number in pair if number), default=0)
        line = f"{self.target:9} {executions:>10,} executions"
        if progress:
            _, edges, features, inputs, size = progress[-1]
            line += f"  {int(edges):>6,} edges  {int(features):>7,} features  {int(inputs):>5,} inputs ({size})"
        line += f"  {self.cpu_seconds:>6,.0f} s of CPU"
        if self.status == 0:
            return f"{line}  nothing found"
        said = re.findall(r"(?:panicked at .*\n.*|ERROR: .*)", log)
        lines = [f"{line}  FAILED", *(f"    {text[:300]}" for text in said[:3]), f"    the whole log: {self.log}"]
        if artifact := re.search(r"Test unit written to (\S+)", log):
            settings = " ".join(f"{name}={value}" for name, value in SANITIZER.items())
            lines += [f"    the input: {artifact[1]}", f"    again: {settings} {self.program} {artifact[1]}"]
        return "\n".join(lines)


def spawn(command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program that writes to a file."""
    return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment())


def fuzz(programs: Path, targets: list[str], seconds: int) -> bool:
    """Run targets at the same time; return whether all of them ended without a failure."""
    print(f"Running {', '.join(targets)} for {seconds} seconds", flush=True)
    runs = [Run.start(programs, target, seconds) for target in targets]
    for run in runs:
        run.wait()
        print(run.report(), flush=True)
    return all(run.status == 0 for run in runs)


def merge(programs: Path, target: str) -> None:
    """Replace the kept corpus with the smallest set of inputs that reaches the same code as all inputs."""
    kept, found, fewest = KEPT / target, BUILD / "corpus" / target, BUILD / "merged" / target
    shutil.rmtree(fewest, ignore_errors=True)
    for folder in (kept, found, fewest):
        folder.mkdir(parents=True, exist_ok=True)
    log = BUILD / f"{target}.merge.log"
    # The merge compares only which code is reached, not how often. This keeps hundreds of inputs instead of thousands.
    options = [*LIMITS, "-set_cover_merge=1", "-use_counters=0"]
    with log.open("wb") as output:
        process = spawn([str(programs / target), str(fewest), str(kept), str(found), *options], output)
        if process.wait() != 0:
            sys.exit(f"{target} could not be merged; see {log}")
    shutil.rmtree(kept)
    shutil.copytree(fewest, kept)
    sizes = [path.stat().st_size for path in kept.iterdir()]
    print(f"{target:9} {len(sizes):>5,} inputs kept, {sum(sizes):>8,} bytes", flush=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long to run the targets")
    parser.add_argument("--merge", action="store_true", help="merge the inputs found so far into the kept corpus")
    parser.add_argument("targets", nargs="*", default=TARGETS, help="the targets to run; by default all")
    arguments = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    programs = build()
    if arguments.merge:
        for target in arguments.targets:
            merge(programs, target)
        return
    started = time.monotonic()
    nothing_found = fuzz(programs, list(arguments.targets), arguments.seconds)
    print(f"{time.monotonic() - started:.0f} seconds in all")
    if not nothing_found:
        sys.exit(1)


if __name__ == "__main__":
    main()
