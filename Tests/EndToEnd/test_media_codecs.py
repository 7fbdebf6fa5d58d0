"""A browser streams through the server and three browsers watch, with every codec."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Chromium
from support.browser import Person, Player
from support.ffmpeg import FFmpegPublisher, noisy_clip
from support.lab import Lab, Viewer, spy, witness
from support.server import Server
from support.witnesses import assert_audible, assert_encodes_once, assert_smooth, watch_for

CODECS = ["VP8", "VP9", "H264", "AV1"]
SECONDS = 3


async def watcher(chromium: Chromium, url: str) -> tuple[Person, Player, Viewer]:
    person = await chromium.person()
    await spy(person.context)
    player = await person.watch(url)
    await player.expect_state("live")
    await player.tap_for_sound()
    return person, player, await witness(player.page)


@pytest.mark.parametrize("codec", CODECS)
async def test_three_watch_a_browser_stream(chromium: Chromium, make_server, codec: str):
    server: Server = make_server(MEDIA_CODECS=",".join(dict.fromkeys([codec, "VP8"])), RECORDING_MODE="off")
    player, child = await chromium.person(), server.as_child("ada")
    await spy(player.context)
    studio = await player.stream(server.url, child.token, size="1280x720", bitrate="1500")
    (session,) = child.json("GET", "/api/sessions/active")
    watchers = [await watcher(chromium, child.make_link(session["id"])["url"]) for _ in range(3)]
    viewers = [viewer for _, _, viewer in watchers]

    for number, seen in enumerate(await watch_for(viewers, SECONDS)):
        assert_smooth(seen, rate=24, who=f"viewer {number}")
    for viewer in viewers:
        video = await viewer.inbound()
        assert video["mimeType"] == f"video/{codec}"
        assert (video["frameWidth"], video["frameHeight"]) == (1280, 720)
        await assert_audible(viewer)
    await studio.expect_watchers(3)
    publisher = await witness(studio.page)
    before = await assert_encodes_once(publisher)
    assert await studio.page.evaluate("lab.peers.filter(({ connection }) => connection.connectionState !== 'closed').length") == 1

    # One leaves, and nothing changes for the rest.
    since = [await viewer.now() for viewer in viewers[1:]]
    await watchers[0][0].context.close()
    await studio.expect_watchers(2)
    await watch_for(viewers[1:], 2)
    for number, (viewer, begin) in enumerate(zip(viewers[1:], since)):
        assert_smooth(await viewer.seen(begin), rate=24, who=f"remaining viewer {number}")
        await assert_audible(viewer)
    after = await assert_encodes_once(publisher)
    assert after["keyFramesEncoded"] == before["keyFramesEncoded"], "leaving costs no key frame"
    assert (after["frameWidth"], after["frameHeight"]) == (1280, 720)


@pytest.mark.figures
async def test_full_hd_arrives_whole(server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path):
    """Half of the picture is noise, of which nothing can be saved: 8 Mbit/s have to get through, and be decoded."""
    clip = noisy_clip(tmp_path / "noise.mkv", 1920, 1080, bitrate=8_000_000, seconds=16)
    lab = await open_lab(server)
    with FFmpegPublisher(f"{server.url}/whip/noise", tmp_path / "ffmpeg.log", clip=clip):
        viewer = await lab.watch("noise")
        await viewer.expect_moving(15)
        before = await viewer.inbound()
        (seen,) = await watch_for([viewer], 6)
        after = await viewer.inbound()
    seconds = (after["timestamp"] - before["timestamp"]) / 1000
    rate = (after["bytesReceived"] - before["bytesReceived"]) * 8 / seconds
    frames = (after["framesDecoded"] - before["framesDecoded"]) / seconds
    print(f"{rate / 1e6:.2f} Mbit/s, {frames:.1f} frames/s")
    assert rate >= 7e6, f"{rate / 1e6:.2f} Mbit/s"
    assert frames >= 25, f"{frames:.1f} pictures a second"
    assert_smooth(seen, rate=25)
    assert (after["frameWidth"], after["frameHeight"]) == (1920, 1080)
    assert after["packetsLost"] == before["packetsLost"]
