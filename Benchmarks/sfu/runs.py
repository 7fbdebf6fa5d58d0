"""One run: a fresh server, the load generator, and what it reported. Or the bare loop."""

import dataclasses
import json
import pathlib
import subprocess
import sys
import time

from machine import pinned
from servers import Janus, Pion, Porthole, Server, ServerFailed

Report = dict[str, object]


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    burst: int
    is_full: bool
    """Packets of unequal size with header extensions, and viewers that send feedback."""

    def generator_arguments(self) -> list[str]:
        arguments = ["-burst", str(self.burst)]
        # Servers need two rounds of reports to know how far away their viewers are.
        return [*arguments, "-sizes", "split", "-feedback", "-settle", "3s"] if self.is_full else arguments


SCENARIOS = [
    Scenario("burst-4", 4, False),
    Scenario("burst-1", 1, False),
    Scenario("full-burst-4", 4, True),
    Scenario("full-burst-1", 1, True),
]


def value(report: Report, path: str) -> float:
    """What stands at a dotted path."""
    found: object = report
    for name in path.split("."):
        assert isinstance(found, dict)
        found = found[name]
    assert isinstance(found, int | float)
    return float(found)


@dataclasses.dataclass(frozen=True)
class Bench:
    tools: pathlib.Path
    logs: pathlib.Path
    server_core: int
    generator_core: int

    def server(self, name: str, scenario: Scenario) -> Server:
        log = self.logs / f"{name}.log"
        match name:
            case "porthole":
                return Porthole(self.server_core, log)
            case "janus":
                return Janus(self.server_core, log, self.tools / "loopback.so")
            case "pion":
                return Pion(self.server_core, log, self.tools / "pion-sfu", scenario.is_full)
        raise AssertionError(name)

    def run(self, name: str, scenario: Scenario, publishers: int, viewers: int, seconds: float, ramp: int) -> Report:
        """The generator's report, or {"failed": why}."""
        began = time.monotonic()
        try:
            with self.server(name, scenario) as server:
                report = self._generate(server, scenario, publishers, viewers, seconds, ramp)
        except ServerFailed as failure:
            report = {"failed": str(failure)}
        say(f"{name:<9}{scenario.name:<15}{publishers}x{viewers:<5}{outcome(report)}  ({time.monotonic() - began:.0f} s)")
        return report

    def _generate(
        self, server: Server, scenario: Scenario, publishers: int, viewers: int, seconds: float, ramp: int
    ) -> Report:
        command = [
            str(self.tools / "loadgen"),
            *server.generator_arguments(),
            *scenario.generator_arguments(),
            *("-pubs", str(publishers), "-subs", str(viewers), "-duration", f"{seconds}s", "-ramp", str(ramp)),
            *("-pid", str(server.pid), "-cores", f"{self.server_core},{self.generator_core}"),
        ]
        try:
            # A join takes 0.1 s at most where things go well and 15 s where they do not.
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                timeout=90 + seconds + 0.2 * viewers * publishers,
                stdin=subprocess.DEVNULL,
                preexec_fn=pinned(self.generator_core),
            )
        except subprocess.TimeoutExpired:
            return {"failed": "the generator did not come to an end"}
        if done.returncode != 0:
            return {"failed": done.stderr.strip()[-300:] or f"the generator ended with {done.returncode}"}
        report: Report = json.loads(done.stdout)
        return report

    def limit(self, destinations: int, burst: int, seconds: float) -> Report:
        """The bare loop: GCM, and one segmented send for each burst of a destination."""
        mode = "gcm+gso" if burst > 1 else "gcm+sendmmsg"
        command = [
            str(self.tools / "limit"),
            *("-n", str(destinations), "-k", str(burst), "-t", str(seconds), "-r", "1", "-j"),
            *("-c", str(self.server_core), "-p", str(self.generator_core), mode),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=120,
            preexec_fn=pinned(self.server_core),
        )
        if done.returncode != 0:
            return {"failed": done.stderr.strip()[-300:]}
        report: Report = json.loads(done.stdout)
        say(f"{'limit':<9}{f'burst-{burst}':<15}{f'1x{destinations}':<7}{value(report, 'packets_per_cpu_s') / 1000:6.1f}k/CPU-s")
        return report


def outcome(report: Report) -> str:
    if "failed" in report:
        return f"failed: {report['failed']}"
    text = (
        f"{value(report, 'server.forwarded_per_cpu_s') / 1000:6.1f}k/CPU-s  CPU {value(report, 'server.cpu_per_s'):.2f}"
        f"  loss {100 * value(report, 'loss_end_to_end'):.3f} %  p99 {value(report, 'latency_ms.p99'):.2f} ms"
        f"  generator CPU {value(report, 'generator.cpu_per_s'):.2f}"
    )
    if report["join_failures"]:
        text += f"  {report['join_failures']} did not join"
    return text


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
