"""What the server records of every kind of publisher: whole, as long as what was sent, playable, seekable."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Chromium
from support.api import Api, Started
from support.ffmpeg import FFmpegPublisher
from support.flashes import lavfi
from support.lab import Lab
from support.playback import assert_plays_and_seeks
from support.recordings import (
    CONTAINERS,
    SECONDS,
    File,
    assert_as_long,
    connected,
    finish,
    only_file,
    segment_url,
    sent_seconds,
)
from support.server import Server
from support.signaling import unique_id
from support.simulated import SimulatedPublisher, wait_until_live
from support.unity import TRANSPORTS
from support.waiting import eventually

NAMES = {"VP8": "vp8", "VP9": "vp9", "H264": "h264", "AV1": "av1"}


async def assert_recorded(child: Api, session: str, codec: str, sent: float, lab: Lab, directory: Path) -> File:
    """What was sent, measured from the publisher's connection to its close, is in one file."""
    recording = finish(child, session)
    (segment,) = recording["segments"]
    assert segment["mime_type"].startswith(CONTAINERS[codec]) and segment["start"] == pytest.approx(0, abs=0.01)
    assert (segment["width"], segment["height"]) == (recording["width"], recording["height"]) == (640, 360)
    assert recording["gaps"] == [] and recording["failure"] is None
    file = only_file(child, recording, directory)
    assert file.codecs == {"video": NAMES[codec], "audio": "opus"}
    assert_as_long(file, sent, codec)
    assert file.of("video")[0].is_key
    await assert_plays_and_seeks(lab, segment_url(child, segment), file.duration)
    return file


@pytest.mark.parametrize("codec", CONTAINERS)
async def test_chromium(server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path, codec: str):
    child = server.as_child(f"chromium-{codec}")
    started, lab = child.start(), await open_lab(server)
    publisher = await connected(await lab.publish(started.id, token=started.ticket, codec=codec))
    await asyncio.sleep(SECONDS)
    await publisher.close()
    await assert_recorded(child, started.id, codec, await sent_seconds(publisher), lab, tmp_path)


async def test_ffmpeg(server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path):
    """It sends exactly as much as it is told to."""
    child = server.as_child("ffmpeg")
    started, lab = child.start(), await open_lab(server)
    url = f"{server.url}/whip/{started.id}"
    with FFmpegPublisher(url, tmp_path / "ffmpeg.log", token=started.ticket, source=lavfi(SECONDS)) as ffmpeg:
        await asyncio.to_thread(ffmpeg.wait, SECONDS + 20)
    await assert_recorded(child, started.id, "H264", SECONDS, lab, tmp_path)


async def test_simulation(server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path):
    """Both codecs that it speaks, side by side."""
    lab = await open_lab(server)

    async def run(codec: str) -> tuple[str, Api, Started, dict]:
        child = server.as_child(f"simulated-{codec}")
        started = child.start()
        with SimulatedPublisher(server, started, codec.lower()) as publisher:
            await asyncio.to_thread(wait_until_live, child, started.id)
            await asyncio.sleep(SECONDS)
            return codec, child, started, await asyncio.to_thread(publisher.leave)

    for codec, child, started, report in await asyncio.gather(run("VP8"), run("H264")):
        file = await assert_recorded(child, started.id, codec, report["connected_seconds"], lab, tmp_path)
        # The last picture may have been under way, to us or into the report.
        assert abs(report["frames"] - len(file.of("video"))) <= 1, report


async def test_unity(chromium: Chromium, server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path):
    """It makes no key frame by itself, and is gone without a word."""
    child = server.as_child("unity")
    started = child.start()
    async with TRANSPORTS["websocket"].running(
        await chromium.person(), "single", started.signaling_url
    ) as application:
        await application.connect(unique_id())

        async def is_connected() -> bool:
            return await application.states() == ["connected"]

        await eventually("the application is connected", is_connected)
        await asyncio.sleep(SECONDS)
        sent = await application.kill()
        recording = finish(child, started.id)
    file = only_file(child, recording, tmp_path)
    assert_as_long(file, sent, "unity")
    keys = [packet.at for packet in file.of("video") if packet.is_key]
    print(f"key frames at {keys}")
    # Each costs a headset, and none would let nobody seek: one is asked for at least every ten seconds.
    assert len(keys) >= sent // 10
    assert max(later - earlier for earlier, later in zip(keys, [*keys[1:], file.length])) < 11.5
    (segment,) = recording["segments"]
    await assert_plays_and_seeks(await open_lab(server), segment_url(child, segment), file.duration)
