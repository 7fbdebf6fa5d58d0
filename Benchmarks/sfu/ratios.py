"""What Porthole promises against the others (--check)."""

import dataclasses
from collections.abc import Callable

from results import Results
from runs import value

SPEED = "server.forwarded_per_cpu_s"


@dataclasses.dataclass(frozen=True)
class Check:
    name: str
    is_met: bool | None
    """None: not measured."""
    measured: str

    def as_json(self) -> dict[str, object]:
        return dataclasses.asdict(self)


def check_all(results: Results) -> list[Check]:
    return [
        _ratio(results, "burst-4", "janus", 2.5),
        _ratio(results, "burst-4", "pion", 2.0),
        _ratio(results, "burst-1", "janus", 1.6),
        _limit(results, 0.6),
        *(_lower(results, other) for other in ("janus", "pion")),
        _join(results, 15),
        _audience(results, 1.95),
        *(_ratio(results, scenario, other, 1.0) for scenario in ("full-burst-4", "full-burst-1") for other in ("janus", "pion")),
        *_trust(results),
    ]


def measured(name: str, measure: Callable[[], tuple[bool, str]]) -> Check:
    try:
        is_met, text = measure()
    except LookupError as missing:
        return Check(name, None, f"not measured: {missing}")
    return Check(name, is_met, text)


def _ratio(results: Results, scenario: str, other: str, wanted: float) -> Check:
    def measure() -> tuple[bool, str]:
        ratio = results.paired(scenario, SPEED, "porthole", other)
        return ratio.median >= wanted, f"{ratio.median:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"

    sense = "more than" if wanted == 1 else f"at least {wanted} x"
    return measured(f"{scenario}: packets per CPU-second {sense} {other}", measure)


def _limit(results: Results, wanted: float) -> Check:
    def measure() -> tuple[bool, str]:
        ratio = results.paired_with_limit("burst-4", SPEED)
        return ratio.median >= wanted, f"{ratio.median:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"

    return measured(f"burst-4: packets per CPU-second at least {wanted} of the bare loop", measure)


def _lower(results: Results, other: str) -> Check:
    def measure() -> tuple[bool, str]:
        own = results.spread("burst-4", "porthole", "latency_ms.p99").median
        theirs = results.spread("burst-4", other, "latency_ms.p99").median
        return own < theirs, f"{own:.2f} against {theirs:.2f} ms"

    return measured(f"burst-4: p99 latency below {other}", measure)


def _join(results: Results, at_most: float) -> Check:
    def measure() -> tuple[bool, str]:
        spread = results.spread("burst-4", "porthole", "join_to_first_packet_ms.p50")
        return spread.median <= at_most, f"{spread.median:.1f} ms ({spread.low:.1f} to {spread.high:.1f})"

    return measured(f"burst-4: join to first packet at most {at_most} ms", measure)


def _audience(results: Results, wanted: float) -> Check:
    def measure() -> tuple[bool, str]:
        own, theirs = results.held("porthole"), results.held("janus")
        if theirs == 0:
            raise LookupError("Janus held nobody")
        return own >= wanted * theirs, f"{own / theirs:.2f} ({own} against {theirs})"

    return measured(f"largest audience at least {wanted} x janus", measure)


def _trust(results: Results) -> list[Check]:
    """Figures that a full generator or a lost packet has bent are no figures."""

    def runs() -> tuple[bool, str]:
        failed = results.failures()
        return not failed, "; ".join(failed[:3]) or "none failed"

    def generator() -> tuple[bool, str]:
        cpu, drops = results.worst("generator.cpu_per_s"), results.worst("generator.socket_drops")
        return cpu < 0.9 and drops == 0, f"at most {cpu:.2f} of its core, {drops:.0f} packets dropped"

    def content() -> tuple[bool, str]:
        failures = results.worst("generator.check_failures", "porthole")
        return failures == 0, f"{failures:.0f} of a run's sampled packets were not what was sent"

    def content_of_others() -> tuple[bool, str]:
        # Of Janus, when it is overrun, some cannot be decrypted (up to 0.5 % were seen); why was not found out.
        share = results.worst_share("generator.check_failures", "generator.packets_checked")
        return share < 0.01, f"all but {100 * share:.2f} % of a run's sampled packets at worst"

    def loss() -> tuple[bool, str]:
        spreads = [results.spread(name, "porthole", "loss_end_to_end") for name in results.scenario_names("porthole")]
        if not spreads:
            raise LookupError("no runs of porthole")
        worst = max(spread.high for spread in spreads)
        return worst < 0.001, f"{100 * worst:.4f} % at worst"

    def resends() -> tuple[bool, str]:
        shares = [
            value(run, "viewer_feedback.resends_received") / max(1, value(run, "viewer_feedback.nacks"))
            for name in results.scenario_names("porthole")
            for run in results.runs[name]["porthole"]
            if run.get("feedback")
        ]
        if not shares:
            raise LookupError("no runs of porthole with feedback")
        return min(shares) > 0.9, f"{100 * min(shares):.0f} % at worst"

    return [
        measured("porthole answers NACKs", resends),
        measured("every run came to its end", runs),
        measured("the generator was not the limit", generator),
        measured("what arrived from porthole is what was sent", content),
        measured("what arrived from the others was that, too", content_of_others),
        measured("porthole lost less than 0.1 %", loss),
    ]


def text(checks: list[Check]) -> str:
    words = {True: "ok  ", False: "FAIL", None: "    "}
    return "\n".join(f"{words[one.is_met]} {one.name:<64} {one.measured}" for one in checks)
