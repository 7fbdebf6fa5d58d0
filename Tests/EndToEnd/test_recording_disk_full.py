"""A disk that fills up ends recordings and nothing else; what was recorded before is there when there is room again."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.lab import Lab
from support.recordings import CONTAINERS, only_file, running_recording
from support.server import Server
from support.simulated import SimulatedPublisher, wait_until_live
from support.waiting import eventually, wait_until
from test_full_disk import MEGABYTE, fill, fill_up, small_disk, status, storage  # noqa: F401

BEFORE = 5
"""Seconds that are recorded before there is no room any more."""


@pytest.mark.parametrize("room", [0, MEGABYTE // 4], ids=["no room at all", "little room"])
async def test_full_disk_ends_the_recording_and_not_the_stream(
    make_server, open_lab: Callable[[Server], Lab], small_disk: Path, tmp_path: Path, room: int  # noqa: F811
):
    # New recordings are refused below it, and running ones end at a tenth of it.
    least = 5 * MEGABYTE if room else MEGABYTE // 10
    server: Server = make_server(DATA_DIR=small_disk / "data", RECORDING_MIN_FREE_BYTES=least)
    codec = "VP8" if room else "H264"
    child = server.as_child("ada")
    started, lab = child.start(), await open_lab(server)
    assert status(server) == "ok"
    with SimulatedPublisher(server, started, codec.lower()) as publisher:
        wait_until_live(child, started.id)
        begin = time.monotonic()
        running_recording(child, started.id)
        viewer = await lab.watch(started.id, token=child.token)
        await asyncio.sleep(BEFORE)

        recorded = time.monotonic() - begin
        filler = fill(small_disk, leaving=room or MEGABYTE)
        if not room:
            fill_up(filler)
        await eventually("/health says so", lambda: status(server) != "ok", timeout=15, interval=0.5)
        await eventually("nobody is told that it is recorded", lambda: not child.session(started.id)["recording"])
        if room:
            assert "MB are free" in storage(server)
        # Those who watch notice nothing.
        before = await viewer.inbound()
        await asyncio.sleep(6)
        after = await viewer.inbound()
        assert after["framesDecoded"] - before["framesDecoded"] > 60
        assert child.session(started.id)["state"] == "live"
        server.assert_running()

        filler.unlink()
        await eventually("/health is well again", lambda: status(server) == "ok", timeout=30, interval=0.5)
        assert child.session(started.id)["state"] == "live"
        publisher.leave()
    child.end(started.id)

    def are_over() -> bool:
        return all(one["status"] in ("ready", "failed") for one in child.recordings(started.id))

    wait_until("nothing is in the making", are_over, timeout=40)
    recordings = child.recordings(started.id)
    # Where there is room again, another may have begun.
    (recording,) = [one for one in recordings if one["failure"]] or pytest.fail(f"none says why it ended: {recordings}")
    assert recording["failure"] == "disk_full" and recording["status"] == "ready", recording
    assert recording["mime_type"].startswith(CONTAINERS[codec])
    file = only_file(child, recording, tmp_path)
    print(f"{recorded:.3f} s before the disk was full, {file.length:.3f} s recorded")
    assert file.length >= recorded - 1
