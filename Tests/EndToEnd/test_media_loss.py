"""Bad networks: a relay that loses, delays and limits datagrams stands in front of the media port."""

import asyncio
from collections.abc import Callable

import pytest
from support.lab import Lab, Viewer, frame_rate, longest_gap
from support.netem import Path, Relay
from support.server import Server, free_port
from support.waiting import eventually
from support.witnesses import assert_smooth, concealed

SECONDS = 35
"""A thousand pictures, so that one of them is a thousandth."""


SETTLING = 1
"""Seconds until a viewer's video has given way to a path that became narrow; its sound in them is not judged."""


@pytest.fixture
def relayed(make_server) -> tuple[Server, Relay]:
    """A server whose peers know only the relay's address."""
    media, front = free_port(), free_port()
    server = make_server(MEDIA_UDP_PORT=media, MEDIA_ANNOUNCED_ADDRESSES=f"127.0.0.1:{front}", MEDIA_CODECS="VP8")
    with Relay(front, media) as relay:
        yield server, relay


async def quiet(viewer: Viewer) -> None:
    """Until no picture comes any more."""

    async def is_quiet() -> bool:
        seen = await viewer.seen()
        return not seen or await viewer.now() - seen[-1].at > 700

    await eventually("no picture is under way", is_quiet)


@pytest.mark.figures
async def test_five_percent_loss_each_way(relayed, open_lab: Callable):
    """With jitter that lets datagrams overtake each other, which is harder than a queue's."""
    await assert_survives_loss(*relayed, open_lab, reorders=True)


async def assert_survives_loss(server: Server, relay: Relay, open_lab: Callable, reorders: bool) -> None:
    headset, family = await open_lab(server), await open_lab(server)
    publisher = await headset.publish("lossy", bitrate=800_000)
    viewer = await family.watch("lossy")
    await viewer.expect_moving(60)
    for connection in (publisher, viewer):
        relay.flow_of(await connection.figures())
    for direction in ("up", "down"):
        relay.set(direction, Path(loss=0.05, jitter=0.05, reorders=reorders))
    # The estimate and the jitter buffer get used to it.
    await asyncio.sleep(5)

    # What was encoded is counted while nothing is under way, so that the count is exact.
    await publisher.pause()
    await quiet(viewer)
    encoded, number = (await publisher.outbound())["framesEncoded"], await publisher.frame()
    sound, begin = await viewer.inbound("audio"), await viewer.now()
    await publisher.resume()
    await asyncio.sleep(SECONDS)
    await publisher.pause()
    await asyncio.sleep(0.3)
    end, last = await viewer.now(), await publisher.frame()
    sent = (await publisher.outbound())["framesEncoded"] - encoded
    after = await viewer.inbound("audio")
    # A loss at the very end shows only when more comes.
    await publisher.resume()
    await asyncio.sleep(2)

    seen = [one for one in await viewer.seen(begin) if one.number is not None and number < one.number <= last]
    decoded = len({one.number for one in seen})
    made_up = concealed(sound, after)
    gap = longest_gap(seen)
    counts = relay.counts()
    print(f"{decoded} of {sent} pictures, longest gap {gap:.0f} ms, {made_up:.1%} of the sound made up; {counts}")
    video = await viewer.inbound()
    print({key: video.get(key) for key in ("packetsLost", "nackCount", "pliCount", "freezeCount", "keyFramesDecoded")})
    assert all(flow[direction]["lost"] > 0 for flow in counts.values() for direction in ("up", "down"))
    assert sent > SECONDS * 25
    assert decoded >= 0.999 * sent, f"{decoded} of {sent} pictures"
    assert gap <= 500, f"{gap:.0f} ms without a picture"
    assert made_up <= 0.06, f"{made_up:.1%} of the sound is made up"
    assert end > begin


@pytest.mark.figures
async def test_slow_viewer_suffers_alone(relayed, open_lab: Callable):
    server, relay = relayed
    headset, family = await open_lab(server), await open_lab(server)
    publisher = await headset.publish("slow", bitrate=1_500_000)
    slow, *others = [await family.watch("slow") for _ in range(3)]
    for viewer in (slow, *others):
        await viewer.expect_moving(30)

    async def is_above_limit() -> bool:
        return (await publisher.outbound())["targetBitrate"] > 1_000_000

    await eventually("the publisher sends more than the slow path carries", is_above_limit, timeout=30)
    flow = relay.flow_of(await slow.figures())
    limited = await slow.now()
    relay.set("down", Path(rate=500_000), flow)
    # A path that narrows at once is found out by its loss and delay.
    await asyncio.sleep(SETTLING)
    before = await publisher.outbound()
    requests = (await slow.inbound())["pliCount"]
    sound, begin = await slow.inbound("audio"), await slow.now()
    await asyncio.sleep(10)
    after, sound_after = await publisher.outbound(), await slow.inbound("audio")
    relay.set("down", Path(), flow)
    lifted = await slow.now()

    made_up = concealed(sound, sound_after)
    key_frames = after["keyFramesEncoded"] - before["keyFramesEncoded"]
    seen = await slow.seen(begin)
    print(f"slow viewer: {len(seen)} pictures in 10 s, {made_up:.1%} of the sound made up, {key_frames} key frames,")
    print(f"{(await slow.inbound())['pliCount'] - requests} requests by it; {relay.counts()[flow]}")
    assert made_up < 0.02, f"{made_up:.1%} of the slow viewer's sound is made up"
    assert key_frames <= 2, f"{key_frames} key frames in 10 s"
    assert after["targetBitrate"] > 1_000_000, "the publisher sends what the others can take"

    await asyncio.sleep(5)
    seen = await slow.seen(lifted + 3000)
    print(f"{frame_rate(seen):.1f} pictures a second from 3 s after the limit was lifted")
    assert_smooth(seen, rate=28, who="the viewer whose path is good again")
    # The others have noticed none of it, neither the limit nor its end.
    for number, viewer in enumerate(others):
        assert_smooth(await viewer.seen(limited), rate=28, who=f"viewer {number} with a good path")
