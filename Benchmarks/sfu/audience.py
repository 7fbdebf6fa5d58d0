"""The largest audience that a server holds on one core, by bisection with repeats."""

import dataclasses

from runs import SCENARIOS, Bench, Report, value

LOSS_BELOW = 0.001
P99_BELOW_MS = 100
GENERATOR_FULL = 0.9
LARGEST = 3000

FIRST_TRY = {"janus": 300, "pion": 350, "porthole": 600}


def holds(report: Report) -> bool:
    """Everyone came in, and what they got was whole and in time."""
    return (
        "failed" not in report
        and report["join_failures"] == 0
        and report["viewers_without_media"] == 0
        and value(report, "loss_end_to_end") < LOSS_BELOW
        and value(report, "latency_ms.p99") < P99_BELOW_MS
    )


def is_generator_full(report: Report) -> bool:
    return "failed" not in report and (
        value(report, "generator.cpu_per_s") > GENERATOR_FULL or value(report, "generator.socket_drops") > 0
    )


@dataclasses.dataclass
class Search:
    """Bounds of one server. A size is decided by most of its runs, which are alike near the limit only on average."""

    server: str
    repeats: int
    size: int
    held: int = 0
    failed: int | None = None
    is_limited_by_generator: bool = False
    runs: list[Report] = dataclasses.field(default_factory=list)
    probes: list[dict[str, object]] = dataclasses.field(default_factory=list)

    @property
    def is_done(self) -> bool:
        if self.failed is None:
            return self.held >= LARGEST
        return self.failed - self.held <= max(10, self.held // 25)

    def add(self, report: Report) -> None:
        self.runs.append(report)
        good = sum(holds(run) for run in self.runs)
        enough = self.repeats // 2 + 1
        if good >= enough:
            self._decide(True)
        elif len(self.runs) - good >= enough:
            self._decide(False)

    def _decide(self, is_held: bool) -> None:
        self.probes.append({"viewers": self.size, "held": is_held, "runs": self.runs})
        if is_held:
            self.held = self.size
        else:
            self.failed = self.size
            self.is_limited_by_generator = any(is_generator_full(run) for run in self.runs)
        self.runs = []
        if self.failed is None:
            self.size = min(LARGEST, self.size * 3 // 2)
        else:
            self.size = (self.held + self.failed) // 2
        self.size = max(self.held + 5, self.size // 5 * 5)

    def result(self) -> dict[str, object]:
        return {
            "held": self.held,
            "failed": self.failed,
            "limited_by_generator": self.is_limited_by_generator,
            "repeats": self.repeats,
            "probes": self.probes,
        }


def search(bench: Bench, servers: list[str], repeats: int, seconds: float) -> dict[str, object]:
    """All servers take turns, run by run, so that a slow quarter of an hour hits none alone."""
    searches = [Search(server, repeats, FIRST_TRY[server]) for server in servers]
    while pending := [one for one in searches if not one.is_done]:
        for one in pending:
            one.add(bench.run(one.server, SCENARIOS[0], 1, one.size, seconds, ramp=8))
    return {one.server: one.result() for one in searches}
