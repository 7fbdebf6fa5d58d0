"""Publishers and viewers that others have made: FFmpeg and aiortc."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Chromium
from support.aio import AioPublisher, AioViewer
from support.ffmpeg import FFmpegPublisher
from support.lab import spy, witness
from support.server import Server
from support.waiting import eventually
from support.witnesses import assert_audible, assert_smooth, watch_for


async def watch(chromium: Chromium, url: str):
    person = await chromium.person()
    await spy(person.context)
    player = await person.watch(url)
    return player, lambda: witness(player.page, timeout=30)


async def test_ffmpeg_publishes_to_a_browser(chromium: Chromium, server: Server, tmp_path: Path):
    child = server.as_child("ffmpeg-player")
    started = child.start()
    with FFmpegPublisher(f"{server.url}/whip/{started.id}", tmp_path / "ffmpeg.log", token=started.ticket) as ffmpeg:
        player, find = await watch(chromium, child.make_link(started.id)["url"])
        await player.expect_live()
        await player.tap_for_sound()
        viewer = await find()
        (seen,) = await watch_for([viewer], 4)
        assert_smooth(seen, rate=25)
        assert (await viewer.inbound())["mimeType"] == "video/H264"
        await assert_audible(viewer)
        ffmpeg.assert_running()

    async def is_over() -> bool:
        return child.session(started.id)["state"] != "live"

    await eventually("the session has no publisher any more", is_over)


async def test_ffmpeg_as_dtls_client(server: Server, open_lab: Callable, tmp_path: Path):
    """By itself it offers to be the DTLS server only; both have to work."""
    with FFmpegPublisher(f"{server.url}/whip/ffmpeg", tmp_path / "ffmpeg.log", is_dtls_client=True) as ffmpeg:
        viewer = await (await open_lab(server)).watch("ffmpeg")
        assert_smooth(await viewer.expect_moving(30), rate=20)
        ffmpeg.assert_running()


async def test_aiortc_publishes_and_watches(server: Server, open_lab: Callable):
    async with await AioPublisher().start(f"{server.url}/whip/aiortc"):
        lab = await open_lab(server)
        viewer = await lab.watch("aiortc")
        assert_smooth(await viewer.expect_moving(30), rate=20)
        assert (await viewer.inbound("audio"))["packetsReceived"] > 0
        async with await AioViewer().start(f"{server.url}/whep/aiortc") as other:
            await other.expect_moving()


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_aiortc_watches_a_browser(server: Server, open_lab: Callable, codec: str):
    lab = await open_lab(server)
    await lab.publish(f"for-aiortc-{codec}", codec=codec)
    async with await AioViewer().start(f"{server.url}/whep/for-aiortc-{codec}") as viewer:
        await viewer.expect_moving()

