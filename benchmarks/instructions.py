"""Count the instructions of two inner loops under callgrind, and compare them with the committed counts.

The counts do not depend on the load of the machine, so they show a change of speed that times cannot show. They do not
cover caches, and valgrind does not support AVX-512. `make bench-instructions` runs this program.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

LOOPS = ("tokenize", "intern")
COMMITTED = Path(__file__).resolve().parent / "instructions.json"


def counted(program: Path, loop: str, passes: int) -> tuple[int, int]:
    """Return the instructions of a run, and the words of one pass."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "callgrind.out")
        command = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program, loop, str(passes))
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise click.ClickException(run.stderr)
        match = re.search(r"^(?:totals|summary): (\d+)", out.read_text(encoding="utf-8"), re.MULTILINE)
    assert match, "callgrind wrote no total"
    return int(match[1]), int(run.stdout)


def per_word(program: Path, loop: str) -> float:
    """Return the instructions per word of the second and the third pass, which run only the loop."""
    (few, words), (many, _) = counted(program, loop, 1), counted(program, loop, 3)
    return (many - few) / 2 / words


@click.command()
@click.argument("program", type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Write the counts to instructions.json.")
def main(program: Path, write: bool) -> None:
    """Print the instructions per word of the loops in PROGRAM."""
    if shutil.which("valgrind") is None:
        raise click.ClickException("valgrind is missing: install it (Debian: apt install valgrind), then try again")
    committed: dict[str, float] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    found = {loop: round(per_word(program, loop), 2) for loop in LOOPS}
    click.echo(f"{'instructions per word':21} {'now':>8} {'committed':>10}")
    for loop, now in found.items():
        before = committed[loop]
        click.echo(f"{loop:21} {now:8.2f} {before:10.2f}  {now / before - 1:+.1%}")
    if write:
        COMMITTED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
