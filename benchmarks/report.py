"""The results of a run: a table in the terminal, figures as JSON, and the generated parts of the pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from measuring import FigureKind, LeftOut, Result
from stages import Stage, Stages
from threads import Scaling

COLUMNS = ("work", "against", "ours", "theirs", "median", "lowest to highest", "target", "met")

EXTRACT = ("work", "compared with", "text_processor", "the other tool", "times as fast", "lowest to highest")
"""The columns of the tables on pages that show some of the results."""

Alignment = Literal["left", "right"]
ALIGNMENTS: tuple[Alignment, ...] = ("left", "left", "right", "right", "right", "right", "right", "left")


@dataclass(frozen=True)
class Report:
    """All results of a run."""

    machine: dict[str, str]
    text: str
    """A description of the text."""
    results: Sequence[Result]
    left_out: Sequence[LeftOut]
    stages: Stages
    scaling: Sequence[Scaling] = ()

    def as_json(self) -> str:
        """Return the report as JSON, for other programs."""
        found = {
            "machine": self.machine,
            "text": self.text,
            "results": [{**asdict(result), "kind": result.kind.value, "met": result.met} for result in self.results],
            "left_out": [asdict(left_out) for left_out in self.left_out],
            "stages": asdict(self.stages),
            "scaling": [asdict(scaling) for scaling in self.scaling],
        }
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read a report that `as_json` wrote."""
        found = json.loads(text)
        results = [
            Result(**{name: value for name, value in result.items() if name != "met"} | _kind(result))
            for result in found["results"]
        ]
        left_out = [LeftOut(**row) for row in found["left_out"]]
        stages = found["stages"]
        rows = tuple(Stage(**stage) for stage in stages["stages"])
        measured = Stages(stages["words"], rows, stages["limits"])
        # JSON has no keys that are numbers. Reports of earlier versions have no scaling.
        scaling = [
            Scaling(each["text"], {int(threads): seconds for threads, seconds in each["seconds"].items()})
            for each in found.get("scaling", ())
        ]
        return cls(found["machine"], found["text"], results, left_out, measured, scaling)

    def parts(self) -> dict[str, str]:
        """Return the generated parts of docs/performance.md, in Markdown."""
        return {"machine": self._machine(), "results": self._results(), "stages": self._stages()}

    def extract(self, chosen: Iterable[tuple[str, str]]) -> str:
        """Return a table of some results, for other pages.

        Args:
            chosen: For each row, the end of the name of the work and the beginning of the name of the peer.

        Raises:
            ValueError: No result fits a row, or several do.
        """
        comparisons: list[Result | LeftOut] = [*self.results, *self.left_out]
        rows = []
        for work, peer in chosen:
            named = [it for it in comparisons if it.work.endswith(work) and it.peer.startswith(peer)]
            if len(named) != 1:
                raise ValueError(
                    f"{len(named)} results end with {work!r} and have the peer {peer!r}: there must be one"
                )
            rows += [cells(result)[: len(EXTRACT)] for result in named if isinstance(result, Result)]
        where = f"Processor: {self.machine['Processor']}. Text: {self.text.partition('. ')[0]}."
        return f"{_markdown(EXTRACT, ALIGNMENTS, rows)}\n{where}\n"

    def _machine(self) -> str:
        facts = "".join(f"- {name}: {fact}\n" for name, fact in self.machine.items())
        return f"Measured on {self.text}\n\n{facts}"

    def _results(self) -> str:
        missed = sum(result.met is False for result in self.results)
        targets = sum(result.met is not None for result in self.results)
        table = _markdown(COLUMNS, ALIGNMENTS, map(cells, self.results))
        left_out = "".join(f"\nLeft out: {row.work}, against {row.peer}: {row.reason}.\n" for row in self.left_out)
        return f"{targets - missed} of {targets} targets are met.\n\n{table}{left_out}"

    def _stages(self) -> str:
        columns = ("stage", "time", "ns per word", "limit", "time at the limit", "times the limit")
        rows = (
            (
                stage.name,
                amount(stage.seconds, "s"),
                f"{stage.seconds / self.stages.words * 1e9:.2f}",
                stage.limit,
                amount(stage.at_limit, "s"),
                f"{stage.seconds / stage.at_limit:.1f}",
            )
            for stage in self.stages.stages
        )
        table = _markdown(columns, ("left", "right", "right", "left", "right", "right"), rows)
        limits = "; ".join(f"{name}: {limit}" for name, limit in self.stages.limits.items())
        return f"{table}\nThe limits of this machine: {limits}.\n"


def _kind(result: dict[str, str]) -> dict[str, FigureKind]:
    return {"kind": FigureKind(result["kind"])}


def regenerated(page: str, parts: dict[str, str]) -> str:
    """Return the page with new generated parts. Text outside the markers stays unchanged.

    Raises:
        ValueError: The markers of a part are missing, or are on the page twice.
    """
    for name, part in parts.items():
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
            raise ValueError(f"the page needs one line {begin.strip()!r} and, after it, one {end!r}")
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n{part}\n{end}{after}"
    return page


# ---- Numbers, for people ----


def significant(number: float) -> str:
    """Return a number with three significant digits, without an exponent."""
    if number == 0:
        return "0"
    for bound, digits in ((99.95, 0), (9.995, 1), (0.9995, 2), (0.09995, 3)):
        if abs(number) >= bound:
            return f"{number:,.{digits}f}"
    return f"{number:.4f}"


def amount(value: float, unit: str) -> str:
    """Return an amount with its unit; seconds as s, ms or µs."""
    seconds, per, rest = unit.partition("/")
    if seconds != "s":
        return f"{significant(value)} {unit}"
    for name, factor in (("s", 1.0), ("ms", 1e3)):
        if abs(value) * factor >= 0.9995:
            return f"{significant(value * factor)} {name}{per}{rest}"
    return f"{significant(value * 1e6)} µs{per}{rest}"


def figure(kind: FigureKind, value: float, unit: str) -> str:
    """Return a figure as text."""
    return f"{amount(value, unit)} more" if kind is FigureKind.EXCESS else f"{significant(value)}×"


def target(result: Result) -> str:
    """Return the target as text, empty without a target."""
    if result.bound is None:
        return ""
    sign = "≥" if result.kind is FigureKind.SPEED else "≤"
    if result.kind is FigureKind.EXCESS:
        return f"{sign} {amount(result.bound, result.unit)} more"
    return f"{sign} {result.bound:g}×"


def cells(result: Result) -> tuple[str, ...]:
    """Return the cells of a row of the table."""
    span = (significant(bound * _scale(result)) for bound in (result.lowest, result.highest))
    return (
        result.work,
        result.peer,
        amount(result.ours, result.unit),
        amount(result.theirs, result.unit),
        figure(result.kind, result.figure, result.unit),
        " to ".join(span),
        target(result),
        {True: "yes", False: "no", None: ""}[result.met],
    )


def _scale(result: Result) -> float:
    """Return the factor for the lowest and the highest figure, which have no unit: they use the unit of the median."""
    if result.kind is not FigureKind.EXCESS:
        return 1.0
    return {"s": 1.0, "ms": 1e3, "µs": 1e6, "MB": 1.0}[amount(result.figure, result.unit).split(" ")[1]]


def _markdown(columns: Sequence[str], alignments: Sequence[Alignment], rows: Iterable[Sequence[str]]) -> str:
    rules = ("---:" if alignment == "right" else "---" for alignment in alignments)
    lines = (columns, tuple(rules)[: len(columns)], *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
