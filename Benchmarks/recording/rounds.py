"""One run: all headsets stream to one server for a window, then leave; what it cost, and what became of it."""

import dataclasses
import pathlib
import sys
import time
from collections.abc import Callable

from recorder import Figures, Recorder
from runs import Report
from sessions import Headset, RunFailed, user_token

SETTLE = 3
"""Seconds between the last connection and the window: handshakes and first key frames are over."""
PATIENCE = 30
DURATION_TOLERANCE = 0.5
"""Seconds that a recording may differ from what its publisher says it has sent."""


@dataclasses.dataclass(frozen=True)
class Load:
    binary: pathlib.Path
    clips: list[tuple[str, pathlib.Path]]
    """Codecs with their clips; sessions take them in turn."""
    sessions: int
    seconds: float
    core: int


def run(server: Recorder, mode: str, number: int, load: Load) -> Report:
    """The report of a run, or {"failed": why}."""
    headsets = [
        Headset(server.base, user_token(f"headset-{number}-{index}"), load.clips[index % len(load.clips)][0])
        for index in range(load.sessions)
    ]
    try:
        report = _run(server, mode, headsets, load)
    except RunFailed as failure:
        report = {"failed": str(failure)}
    finally:
        for headset in headsets:
            headset.kill()
    say(f"round {number + 1}  {mode:<4} {outcome(report)}")
    return report


def _run(server: Recorder, mode: str, headsets: list[Headset], load: Load) -> Report:
    for index, headset in enumerate(headsets):
        headset.begin(load.binary, load.clips[index % len(load.clips)][1], load.core)
        time.sleep(0.05)
    _wait("all publishers are connected", lambda: server.samples().get("porthole_media_publishers") == load.sessions)
    time.sleep(SETTLE)
    early = server.figures()
    time.sleep(load.seconds)
    late = server.figures()
    for headset in headsets:
        headset.leave()
    for headset in headsets:
        headset.finish()
    recordings = _finished(headsets) if mode == "on" else []
    return _report(early, late, server.figures(), headsets, recordings)


def _finished(headsets: list[Headset]) -> list[Report]:
    """Each session's only recording, once none is in the making."""

    def are_over() -> bool:
        found = [headset.recordings() for headset in headsets]
        return all(len(one) == 1 and one[0]["status"] in ("ready", "failed") for one in found)

    _wait("all recordings are ready", are_over, interval=0.5)
    return [headset.recordings()[0] for headset in headsets]


def _report(
    early: Figures, late: Figures, end: Figures, headsets: list[Headset], recordings: list[Report]
) -> Report:
    session_seconds = (late.at - early.at) * len(headsets)
    sent = [_number(headset.report["bytes"]) for headset in headsets]
    streamed = [_number(headset.report["connected_seconds"]) for headset in headsets]
    wrong = [problem for headset, one in zip(headsets, recordings, strict=False) if (problem := _problem(headset, one))]
    return {
        "cpu_per_session_s": (late.cpu_seconds - early.cpu_seconds) / session_seconds,
        "finishing_cpu_s": end.cpu_seconds - late.cpu_seconds,
        "resident_early_bytes": early.resident_bytes,
        "resident_late_bytes": late.resident_bytes,
        "disk_bytes_per_session_s": (late.disk_bytes - early.disk_bytes) / session_seconds,
        # Since the server's start; of those that run, and of those that are over.
        "dropped": None if late.dropped is None or end.dropped is None else max(late.dropped, end.dropped),
        "sent_bps": sum(count * 8 / seconds for count, seconds in zip(sent, streamed, strict=True)) / len(headsets),
        "connects": max(_number(headset.report["connects"]) for headset in headsets),
        "lost": max(_number(headset.report["fraction_lost"]) for headset in headsets),
        "generator_cpu_per_s": sum(
            _number(headset.report["processor_seconds"]) / _number(headset.report["seconds"]) for headset in headsets
        ),
        "recordings": len(recordings),
        "recorded_bytes": sum(_number(one["file_size"] or 0) for one in recordings),
        "wrong": wrong,
    }


def _problem(headset: Headset, recording: Report) -> str | None:
    """What is wrong with a recording; None if it is what it should be."""
    if recording["status"] != "ready" or recording["source"] != "server" or recording["failure"] is not None:
        return f"{recording['status']} by {recording['source']}, failure {recording['failure']}"
    sent, recorded = _number(headset.report["connected_seconds"]), _number(recording["duration"] or 0)
    if abs(recorded - sent) > DURATION_TOLERANCE:
        return f"{recorded:.2f} s of {sent:.2f} s"
    return f"gaps: {recording['gaps']}" if recording["gaps"] else None


def _number(value: object) -> float:
    assert isinstance(value, int | float), value
    return float(value)


def _wait(what: str, condition: Callable[[], bool], interval: float = 0.2) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RunFailed(f"after {PATIENCE} s still not: {what}")
        time.sleep(interval)


def outcome(report: Report) -> str:
    if "failed" in report:
        return f"failed: {report['failed']}"
    text = (
        f"{100 * _number(report['cpu_per_session_s']):5.2f} % of a core a session"
        f"  {_number(report['sent_bps']) / 1e6:.2f} Mbit/s each"
        f"  generator CPU {_number(report['generator_cpu_per_s']):.2f}"
    )
    wrong = report["wrong"]
    assert isinstance(wrong, list)
    return text + (f"  {len(wrong)} recordings are wrong: {wrong[0]}" if wrong else "")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
