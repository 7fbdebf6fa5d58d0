"""Picture and sound stay together: flashes and beeps of the same moment, at start, middle and end of a recording."""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from support.ffmpeg import FFmpegPublisher
from support.flashes import clip, lavfi, skews, thirds, typical
from support.lab import Lab
from support.recordings import SECONDS, connected, finish, only_file
from support.server import Server
from support.simulated import SimulatedPublisher, wait_until_live

LIMIT = 40
"""Milliseconds; from about twice as much on people notice."""


def assert_together(path: Path, what: str) -> None:
    measured = skews(path)
    parts = thirds(measured)
    print(what, {when: [f"{value:.0f} ms" for value in values] for when, values in parts.items()})
    assert len(measured) >= SECONDS - 3, f"{what}: {len(measured)} flashes with beeps in {SECONDS} s"
    for when, values in parts.items():
        assert max(map(abs, values)) <= LIMIT, f"{what}, {when}: {values} ms"


async def test_ffmpeg(server: Server, tmp_path: Path):
    child = server.as_child("ffmpeg")
    started = child.start()
    url = f"{server.url}/whip/{started.id}"
    with FFmpegPublisher(url, tmp_path / "ffmpeg.log", token=started.ticket, source=lavfi(SECONDS)) as ffmpeg:
        await asyncio.to_thread(ffmpeg.wait, SECONDS + 20)
    assert_together(only_file(child, finish(child, started.id), tmp_path).path, "ffmpeg")


async def test_simulation(server: Server, tmp_path: Path):
    """With a clip that flashes and beeps; its jumps to a key frame take the sound along."""

    async def run(codec: str) -> Path:
        child = server.as_child(f"simulated-{codec}")
        started = child.start()
        with SimulatedPublisher(server, started, codec, clip(tmp_path, codec)) as publisher:
            await asyncio.to_thread(wait_until_live, child, started.id)
            await asyncio.sleep(SECONDS)
            await asyncio.to_thread(publisher.leave)
        return only_file(child, finish(child, started.id), tmp_path).path

    for codec, path in zip(["vp8", "h264"], await asyncio.gather(run("vp8"), run("h264"))):
        assert_together(path, f"simulate {codec}")


@pytest.mark.parametrize("codec", ["VP8"])
async def test_chromium(server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path, codec: str):
    """It is not exact itself: compared with its own recorder, which records the same stream at the same time."""
    child = server.as_child(f"chromium-{codec}")
    started, lab = child.start(), await open_lab(server)
    options = {"codec": codec, "width": 320, "height": 180, "flashes": True}
    publisher = await connected(await lab.publish(started.id, token=started.ticket, **options))
    await publisher.evaluate("peer.record()")
    await asyncio.sleep(SECONDS)
    own = tmp_path / "own.webm"
    own.write_bytes(base64.b64decode(await publisher.evaluate("return await peer.recorded()")))
    await publisher.close()
    file = only_file(child, finish(child, started.id), tmp_path)
    theirs, ours = typical(own), typical(file.path)
    print({when: f"{ours[when]:.0f} ms, its own recorder {theirs[when]:.0f} ms" for when in ours})
    for when, skew in ours.items():
        assert abs(skew) <= abs(theirs[when]) + LIMIT, f"{when}: {skew:.0f} ms, its own recorder {theirs[when]:.0f} ms"
