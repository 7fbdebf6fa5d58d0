"""All runs of a benchmark, what sums them up, and the table."""

import dataclasses
import statistics

from runs import Report, value


@dataclasses.dataclass(frozen=True)
class Spread:
    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values), len(values))


# What the table and the summaries in JSON say of a server in a scenario.
METRICS = [
    "server.forwarded_per_cpu_s",
    "server.cpu_per_s",
    "server.kib_per_viewer",
    "server.resident_kib",
    "received_pps",
    "loss_end_to_end",
    "loss_window",
    "latency_ms.p50",
    "latency_ms.p99",
    "join_to_first_packet_ms.p50",
    "join_to_key_frame_ms.p50",
    "generator.cpu_per_s",
]


@dataclasses.dataclass
class Results:
    # Scenario, server: one report for each round, failed ones too, so that rounds stay paired.
    runs: dict[str, dict[str, list[Report]]] = dataclasses.field(default_factory=dict)
    limits: dict[str, list[Report]] = dataclasses.field(default_factory=dict)
    audience: dict[str, object] = dataclasses.field(default_factory=dict)

    def add(self, scenario: str, server: str, report: Report) -> None:
        self.runs.setdefault(scenario, {}).setdefault(server, []).append(report)

    def add_limit(self, scenario: str, report: Report) -> None:
        self.limits.setdefault(scenario, []).append(report)

    def scenario_names(self, server: str) -> list[str]:
        return [name for name, servers in self.runs.items() if any("failed" not in run for run in servers.get(server, []))]

    def spread(self, scenario: str, server: str, path: str) -> Spread:
        """LookupError where there is no such run."""
        values = [value(run, path) for run in self.runs.get(scenario, {}).get(server, []) if "failed" not in run]
        if not values:
            raise LookupError(f"no run of {server} with {scenario}")
        return Spread.of(values)

    def limit(self, scenario: str) -> Spread:
        values = [value(run, "packets_per_cpu_s") for run in self.limits.get(scenario, []) if "failed" not in run]
        if not values:
            raise LookupError(f"no run of the bare loop with {scenario}")
        return Spread.of(values)

    def paired(self, scenario: str, path: str, own: str, other: str) -> Spread:
        """Ratios within each round: what slows one down in a round mostly slows the other down too."""
        servers = self.runs.get(scenario, {})
        return self._paired(servers.get(own, []), path, servers.get(other, []), path, f"{own} and {other} with {scenario}")

    def paired_with_limit(self, scenario: str, path: str) -> Spread:
        own, limits = self.runs.get(scenario, {}).get("porthole", []), self.limits.get(scenario, [])
        return self._paired(own, path, limits, "packets_per_cpu_s", f"porthole and the bare loop with {scenario}")

    @staticmethod
    def _paired(own: list[Report], path: str, others: list[Report], other_path: str, what: str) -> Spread:
        ratios = [
            value(mine, path) / value(theirs, other_path)
            for mine, theirs in zip(own, others, strict=False)
            if "failed" not in mine and "failed" not in theirs and value(theirs, other_path) > 0
        ]
        if not ratios:
            raise LookupError(f"no round with {what}")
        return Spread.of(ratios)

    def held(self, server: str) -> int:
        found = self.audience.get(server)
        if not isinstance(found, dict):
            raise LookupError(f"no search with {server}")
        return int(found["held"])

    def failures(self) -> list[str]:
        out = []
        for scenario, servers in self.runs.items():
            for server, runs in servers.items():
                for run in runs:
                    if "failed" in run:
                        out.append(f"{server}, {scenario}: {run['failed']}")
                    elif run["join_failures"]:
                        out.append(f"{server}, {scenario}: {run['join_failures']} did not join ({run['first_failures']})")
        return out

    def worst(self, path: str, server: str | None = None) -> float:
        return max(value(run, path) for run in self._all_runs(server))

    def worst_share(self, part: str, whole: str) -> float:
        return max(value(run, part) / max(1, value(run, whole)) for run in self._all_runs())

    def _all_runs(self, server: str | None = None) -> list[Report]:
        """Those that came to their end, of all scenarios."""
        runs = [
            run
            for servers in self.runs.values()
            for name, runs in servers.items()
            for run in runs
            if server in (None, name) and "failed" not in run
        ]
        if not runs:
            raise LookupError("no runs")
        return runs

    def as_json(self) -> dict[str, object]:
        scenarios = {}
        for scenario, servers in self.runs.items():
            scenarios[scenario] = {
                server: {"summary": self._summary(scenario, server), "runs": runs} for server, runs in servers.items()
            }
        limits = {
            name: {"summary": dataclasses.asdict(self.limit(name)), "runs": runs}
            for name, runs in self.limits.items()
            if any("failed" not in run for run in runs)
        }
        return {"scenarios": scenarios, "limit": limits, "audience": self.audience}

    def _summary(self, scenario: str, server: str) -> dict[str, object]:
        if scenario not in self.scenario_names(server):
            return {}
        return {path: dataclasses.asdict(self.spread(scenario, server, path)) for path in METRICS}

    # The table: one row for each server of a scenario, median and (low to high).

    def table(self) -> str:
        lines: list[str] = []
        order = [*self.runs, *(name for name in self.limits if name not in self.runs)]
        for scenario in order:
            lines += ["", scenario, HEADER]
            for server in self.runs.get(scenario, {}):
                lines.append(self._row(scenario, server))
            if scenario in self.limits:
                lines.append(self._limit_row(scenario))
        if self.audience:
            lines += ["", "largest audience on one core (loss < 0.1 %, p99 < 100 ms)"]
            lines += [_audience_row(server, found) for server, found in self.audience.items()]
        return "\n".join(lines[1:])

    def _row(self, scenario: str, server: str) -> str:
        try:
            spread = {path: self.spread(scenario, server, path) for path in METRICS}
        except LookupError:
            return f"{server:<10} no run came to its end"
        speed = spread["server.forwarded_per_cpu_s"]
        cells = [
            f"{speed.median / 1000:.1f}k ({speed.low / 1000:.1f} to {speed.high / 1000:.1f})",
            f"{spread['server.cpu_per_s'].median:.2f}",
            f"{100 * spread['loss_end_to_end'].median:.3f} %",
            _milliseconds(spread["latency_ms.p50"]),
            _milliseconds(spread["latency_ms.p99"]),
            f"{spread['join_to_first_packet_ms.p50'].median:.0f} / {spread['join_to_key_frame_ms.p50'].median:.0f} ms",
            f"{spread['server.kib_per_viewer'].median:.0f} KiB",
            f"{spread['generator.cpu_per_s'].median:.2f}",
        ]
        return _line(server, cells)

    def _limit_row(self, scenario: str) -> str:
        try:
            limit = self.limit(scenario)
        except LookupError:
            return f"{'bare loop':<10} no run came to its end"
        return f"{'bare loop':<10} {limit.median / 1000:.1f}k ({limit.low / 1000:.1f} to {limit.high / 1000:.1f})"


WIDTHS = [24, 5, 9, 22, 22, 16, 10, 9]


def _line(name: str, cells: list[str]) -> str:
    return f"{name:<10} " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


HEADER = _line(
    "", ["packets/CPU-second", "CPU", "loss", "latency p50", "p99", "join packet/key", "per viewer", "generator"]
)


def _milliseconds(spread: Spread) -> str:
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f}) ms"


def _audience_row(server: str, found: object) -> str:
    assert isinstance(found, dict)
    text = f"{server:<10} {found['held']} held, {found['failed'] or 'none'} failed"
    return text + " (the generator was full)" if found["limited_by_generator"] else text
