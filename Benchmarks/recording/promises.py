"""What recording may cost (--check)."""

from outcome import MEBIBYTE, Outcome
from ratios import Check, measured
from runs import value

COST = 0.02
"""Of a core, for each session."""
GROWTH = MEBIBYTE / 2
"""Of memory for each session in a window, beyond that of not recording."""
GROWTH_OVER_ROUNDS = MEBIBYTE / 4
"""The same from round to round."""


def check_all(outcome: Outcome, bitrate_bps: int) -> list[Check]:
    def cost() -> tuple[bool, str]:
        spread = outcome.cost()
        return spread.median < COST, f"{100 * spread.median:.2f} % ({100 * spread.low:.2f} to {100 * spread.high:.2f})"

    def growth() -> tuple[bool, str]:
        spread = outcome.growth()
        return spread.median < GROWTH, f"{spread.median / 1024:.0f} KiB ({spread.low / 1024:.0f} to {spread.high / 1024:.0f})"

    def growth_over_rounds() -> tuple[bool, str]:
        on, off = outcome.growth_over_rounds("on"), outcome.growth_over_rounds("off")
        return on - off < GROWTH_OVER_ROUNDS, f"{on / 1024:.0f} KiB, and without recording {off / 1024:.0f} KiB"

    def dropped() -> tuple[bool, str]:
        counts = [run["dropped"] for run in outcome.good("on")]
        if any(count is None for count in counts):
            raise LookupError("/metrics has no recording_packets_dropped")
        return not any(counts), f"{max(value(run, 'dropped') for run in outcome.good('on')):.0f}"

    def recordings() -> tuple[bool, str]:
        runs = outcome.good("on")
        wrong = [problem for run in runs for problem in _problems(run["wrong"])]
        count = sum(int(value(run, "recordings")) for run in runs)
        whole = count == outcome.sessions * len(runs) and not wrong
        return whole, "; ".join(wrong[:3]) or f"all {count}"

    def none() -> tuple[bool, str]:
        written = max(value(run, "disk_bytes_per_session_s") for run in outcome.good("off"))
        # Rows and logs are written, pictures are not.
        return written * 8 < bitrate_bps / 20, f"{written / 1000:.1f} kB/s for each session"

    def runs() -> tuple[bool, str]:
        failed = outcome.failures()
        return not failed, "; ".join(failed[:3]) or "none failed"

    def generator() -> tuple[bool, str]:
        every = outcome.good("off") + outcome.good("on")
        cpu, rate = max(value(run, "generator_cpu_per_s") for run in every), min(value(run, "sent_bps") for run in every)
        lost, connects = max(value(run, "lost") for run in every), max(value(run, "connects") for run in every)
        is_met = cpu < 0.9 and rate > 0.8 * bitrate_bps and lost < 0.001 and connects == 1
        return is_met, f"at most {cpu:.2f} of its core, {rate / 1e6:.2f} Mbit/s each, {100 * lost:.2f} % lost"

    return [
        measured(f"recording costs less than {100 * COST:.0f} % of a core for each session", cost),
        measured("memory is flat while it records", growth),
        measured("memory is flat from round to round", growth_over_rounds),
        measured("no packet was dropped", dropped),
        measured("every recording is ready, whole and as long as was sent", recordings),
        measured("without recording no pictures are written", none),
        measured("every run came to its end", runs),
        measured("the generator was not the limit", generator),
    ]


def _problems(wrong: object) -> list[str]:
    assert isinstance(wrong, list)
    return wrong
