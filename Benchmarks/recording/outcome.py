"""All rounds, what sums them up, and the table."""

import dataclasses

from results import Spread
from runs import Report, value

MODES = ["off", "on"]
MEBIBYTE = 1024**2


@dataclasses.dataclass
class Outcome:
    sessions: int
    # Mode: one report for each round, failed ones too, so that rounds stay paired.
    runs: dict[str, list[Report]] = dataclasses.field(default_factory=lambda: {mode: [] for mode in MODES})

    def good(self, mode: str) -> list[Report]:
        """Those that came to their end; LookupError where there are none."""
        runs = [run for run in self.runs[mode] if "failed" not in run]
        if not runs:
            raise LookupError(f"no run with recording {mode}")
        return runs

    def failures(self) -> list[str]:
        return [f"{mode}: {run['failed']}" for mode, runs in self.runs.items() for run in runs if "failed" in run]

    def _pairs(self) -> list[tuple[Report, Report]]:
        pairs = zip(self.runs["off"], self.runs["on"], strict=False)
        both = [(off, on) for off, on in pairs if "failed" not in off and "failed" not in on]
        if not both:
            raise LookupError("no round of both")
        return both

    def cost(self) -> Spread:
        """Of recording, in shares of a core for each session, within each round."""
        return Spread.of([value(on, "cpu_per_session_s") - value(off, "cpu_per_session_s") for off, on in self._pairs()])

    def factor(self) -> Spread:
        """By how much the same work costs more when it is recorded, within each round."""
        pairs = [pair for pair in self._pairs() if value(pair[0], "cpu_per_session_s") > 0]
        if not pairs:
            raise LookupError("no round in which the server did anything without recording")
        return Spread.of([value(on, "cpu_per_session_s") / value(off, "cpu_per_session_s") for off, on in pairs])

    def growth(self) -> Spread:
        """Of resident memory within a window, in bytes for each session, beyond that of not recording.

        Without recording memory grows, too, until the rings of the tracks have been filled once.
        """

        def grown(run: Report) -> float:
            return (value(run, "resident_late_bytes") - value(run, "resident_early_bytes")) / self.sessions

        return Spread.of([grown(on) - grown(off) for off, on in self._pairs()])

    def growth_over_rounds(self, mode: str) -> float:
        """The same for each round, from the second to the last one: the first makes what stays."""
        sizes = [value(run, "resident_late_bytes") for run in self.good(mode)[1:]]
        if len(sizes) < 2:
            raise LookupError("it takes three rounds")
        return (sizes[-1] - sizes[0]) / (len(sizes) - 1) / self.sessions

    def as_json(self) -> dict[str, object]:
        summary: dict[str, object] = {}
        for name, measure in {
            "cost": self.cost,
            "factor": self.factor,
            "growth_bytes_per_session": self.growth,
        }.items():
            try:
                summary[name] = dataclasses.asdict(measure())
            except LookupError:
                summary[name] = None
        return {"summary": summary, "runs": self.runs}

    def table(self) -> str:
        lines = [HEADER]
        for number in range(max(len(runs) for runs in self.runs.values())):
            for mode, runs in self.runs.items():
                if number < len(runs):
                    lines.append(_row(number, mode, runs[number]))
        try:
            cost, factor = self.cost(), self.factor()
        except LookupError:
            return "\n".join(lines)
        lines += [
            "",
            f"recording costs {_percent(cost.median)} of a core for each session"
            f" ({_percent(cost.low)} to {_percent(cost.high)}),"
            f" {factor.median:.2f} x of not recording ({factor.low:.2f} to {factor.high:.2f})",
        ]
        return "\n".join(lines)


WIDTHS = [16, 12, 18, 14, 12, 9, 12, 10]


def _line(name: str, cells: list[str]) -> str:
    return f"{name:<12} " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


HEADER = _line(
    "", ["CPU per session", "finishing", "memory", "written", "sent", "dropped", "recordings", "generator"]
)


def _row(number: int, mode: str, run: Report) -> str:
    name = f"{number + 1}  {mode}"
    if "failed" in run:
        return f"{name:<12} failed: {run['failed']}"
    wrong = run["wrong"]
    assert isinstance(wrong, list)
    count = int(value(run, "recordings"))
    early, late = (value(run, f"resident_{when}_bytes") / MEBIBYTE for when in ("early", "late"))
    cells = [
        _percent(value(run, "cpu_per_session_s")),
        f"{value(run, 'finishing_cpu_s'):.2f} s",
        f"{early:.1f} to {late:.1f} MiB",
        f"{value(run, 'disk_bytes_per_session_s') / 1000:.0f} kB/s each",
        f"{value(run, 'sent_bps') / 1e6:.2f} Mbit/s",
        "?" if run["dropped"] is None else f"{value(run, 'dropped'):.0f}",
        f"{count - len(wrong)} of {count}" if count else "",
        f"{value(run, 'generator_cpu_per_s'):.2f}",
    ]
    return _line(name, cells)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
