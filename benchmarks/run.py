"""Measure everything that has a target, in one run: `make bench`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import chart
import click
import data
import figures
import machine
import measuring
import report
import stages
import threads
from measuring import DifferentAnswersError, LeftOut, Result
from rich.console import Console
from rich.live import Live
from rich.table import Table
from workloads import Setting, comparisons

ROOT = Path(__file__).resolve().parents[1]
SCRATCH = ROOT / "build" / "bench"


@dataclass(frozen=True)
class Effort:
    """The amount of text and of time to measure with."""

    length: int
    """The approximate length of the text, in bytes."""
    rounds: int
    seconds: float
    """The time limit of a comparison: no further round starts after it."""


FULL = Effort(43_000_000, 9, 8.0)
QUICK = Effort(2_150_000, 3, 0.5)


def described(setting: Setting) -> str:
    """Return a description of the text."""
    names = ", ".join(path.name for path in setting.files) or data.SAMPLE.name
    words = setting.text.decode().lower().split()
    return (
        f"{names}, repeated up to {len(setting.text) / 1e6:.1f} MB: {len(words):,} words, "
        f"{len(set(words)):,} distinct ones in lower case. Generated text uses seed {setting.seed}. "
        f"The text with many distinct words is {setting.rich_source}, {len(setting.rich) / 1e6:.1f} MB."
    )


def measured(setting: Setting, effort: Effort, console: Console) -> tuple[list[Result], list[LeftOut]]:
    """Measure all comparisons, and print each result as soon as it is known."""
    results: list[Result] = []
    left_out: list[LeftOut] = []
    table = Table()
    for title, alignment in zip(report.COLUMNS, report.ALIGNMENTS, strict=True):
        table.add_column(title, justify=alignment)
    try:
        with Live(table, console=console, vertical_overflow="visible"):
            for comparison in comparisons(setting):
                found: Result | LeftOut
                if isinstance(comparison, LeftOut):
                    found = comparison
                else:
                    found = measuring.measure(comparison, effort.rounds, effort.seconds)
                if isinstance(found, LeftOut):
                    left_out.append(found)
                else:
                    results.append(found)
                    table.add_row(*report.cells(found))
    finally:
        # If the output is not a terminal, the table has no line feed at its end.
        console.print()
    for row in left_out:
        console.print(f"Left out: {row.work}, against {row.peer}: {row.reason}.", soft_wrap=True)
    return results, left_out


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--quick", is_flag=True, help="Use less text and fewer rounds, and write the results to build/bench.")
@click.option(
    "--rounds", type=click.IntRange(1), help="The most rounds of a comparison. [default: 9, or 3 with --quick]"
)
@click.option("--seed", default=1, show_default=True, help="The seed of the generated text.")
@click.option(
    "--manual-pages",
    default="/usr/share/man",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The folder with manual pages in many languages.",
)
@click.option(
    "--dictionary",
    default="/usr/share/dictd/gcide.dict.dz",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with many distinct words, plain or compressed; generated text if there is no such file.",
)
@click.option(
    "--programs",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the built programs `stages` and `tokenizers`.",
)
def main(
    files: tuple[Path, ...],
    quick: bool,
    rounds: int | None,
    seed: int,
    manual_pages: Path,
    dictionary: Path,
    programs: Path,
) -> None:
    """Compare with other tools on the sample text or on FILES, repeated to the needed length."""
    if sys.platform != "linux":
        raise click.ClickException("the benchmark reads /proc and chooses cores: it runs on Linux only")
    effort = QUICK if quick else FULL
    effort = replace(effort, rounds=rounds or effort.rounds)
    SCRATCH.mkdir(parents=True, exist_ok=True)
    setting = Setting(files, effort.length, seed, manual_pages, dictionary, programs, SCRATCH)
    # If the output is not a terminal, the console is as wide as the table needs.
    console = Console(width=None if sys.stdout.isatty() else 200)
    # The described load must be the load before the run.
    where = machine.described()
    try:
        results, left_out = measured(setting, effort, console)
    except DifferentAnswersError as error:
        raise click.ClickException(str(error)) from None
    console.print("Measuring the stages, and the index by threads")
    found = report.Report(
        where,
        described(setting),
        results,
        left_out,
        stages.measure(programs / "stages", setting.path, effort.rounds),
        threads.measure(
            [("the text", setting.path), ("the text with many distinct words", setting.rich_path)], effort.rounds
        ),
    )
    # The pages of the project show a complete run on public text.
    folder = SCRATCH if quick or files else ROOT
    results_path = folder / figures.RESULTS.relative_to(ROOT)
    results_path.parent.mkdir(parents=True, exist_ok=True)
    results_path.write_text(found.as_json(), encoding="utf-8")
    page_paths = figures.write(found, folder)
    chart_path = (folder / figures.PERFORMANCE).with_suffix(".svg")
    chart.draw(results, found.scaling, chart_path)
    console.print(f"Written: {', '.join(os.path.relpath(path) for path in (results_path, *page_paths, chart_path))}")


if __name__ == "__main__":
    main()
