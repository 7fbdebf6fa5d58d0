"""A browser streams through the server and three browsers watch, with every codec."""

import pytest
from conftest import Chromium
from support.browser import Person, Player
from support.lab import Viewer, spy, witness
from support.server import Server
from support.tokens import user_token
from support.waiting import eventually
from support.witnesses import assert_audible, assert_encodes_once, assert_smooth, watch_for

CODECS = ["VP8", "VP9", "H264", "AV1"]
SECONDS = 4


async def watcher(chromium: Chromium, url: str) -> tuple[Person, Player, Viewer]:
    person = await chromium.person()
    await spy(person.context)
    player = await person.watch(url)
    await player.expect_state("live")
    return person, player, await witness(player.page)


@pytest.mark.parametrize("codec", CODECS)
async def test_three_watch_a_browser_stream(chromium: Chromium, make_server, codec: str):
    server: Server = make_server(MEDIA_CODECS=",".join(dict.fromkeys([codec, "VP8"])), RECORDING_MODE="off")
    player = await chromium.person()
    await spy(player.context)
    studio = await player.stream(server.url, user_token("ada"), size="1280x720", bitrate="1500")
    watchers = [await watcher(chromium, await studio.watch_url()) for _ in range(3)]
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
    after = await assert_encodes_once(publisher)
    assert after["keyFramesEncoded"] == before["keyFramesEncoded"], "leaving costs no key frame"
    assert (after["frameWidth"], after["frameHeight"]) == (1280, 720)


async def test_noise_in_full_hd_arrives_whole(make_server, open_lab):
    """Nothing can be saved on noise: 8 Mbit/s at 1080p30 have to get through, and be decoded."""
    server = make_server(MEDIA_CODECS="H264,VP8")
    headset, family = await open_lab(server), await open_lab(server)
    publisher = await headset.publish("noise", width=1920, height=1080, bitrate=8_500_000, noise=0.3, codec="H264")
    viewer = await family.watch("noise")

    async def has_found_its_rate() -> bool:
        return (await publisher.outbound())["targetBitrate"] >= 8_000_000

    await eventually("the publisher may send 8 Mbit/s", has_found_its_rate, timeout=40)
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
