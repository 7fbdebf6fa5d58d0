"""How soon a viewer sees something, how soon it is live, and what joining costs the headset."""

import asyncio
import math
import statistics
from collections.abc import Callable

import pytest
from support.lab import Lab, Peer, Viewer
from support.server import Server
from support.waiting import eventually
from support.witnesses import STRICT

JOINS = 20


async def join(lab: Lab, room: str) -> dict[str, float]:
    """Milliseconds from the page's request to the first picture on the screen, and how old its newest is a second later."""
    viewer = await lab.watch(room)

    async def presented() -> float | None:
        return (await viewer.marks()).get("presented")

    await eventually("a picture is on the screen", presented, timeout=10, interval=0.02)
    marks = await viewer.marks()
    second_after = marks["posted"] + 1000
    await asyncio.sleep(max(0, second_after - await viewer.now()) / 1000)
    seen = await viewer.seen(second_after - 250)
    ages = [one.age for one in seen if one.age is not None]
    await viewer.close()
    return {
        "first": marks["presented"] - marks["posted"],
        "behind": statistics.median(ages) if ages else 10_000,
        "answer": marks["answered"] - marks["posted"],
    }


@pytest.mark.figures
async def test_join_is_quick_and_live(server: Server, open_lab: Callable):
    """The publisher makes a key frame each 2 s, as a recording or a join by somebody else makes a headset do."""
    headset, family = await open_lab(server), await open_lab(server)
    await headset.publish("quick", codec="VP8", keyFrameSeconds=2)
    await asyncio.sleep(3)
    joins = []
    for number in range(JOINS):
        # All phases of the group of pictures.
        await asyncio.sleep(number % 5 * 0.13)
        joins.append(await join(family, "quick"))
    first = statistics.median(one["first"] for one in joins)
    behind = statistics.median(one["behind"] for one in joins)
    worst = max(one["first"] for one in joins)
    print(f"first picture after {first:.0f} ms (worst {worst:.0f}), after 1 s {behind:.0f} ms behind")
    assert first <= 300, f"median {first:.0f} ms to the first picture: {[round(one['first']) for one in joins]}"
    assert behind <= 250, f"median {behind:.0f} ms behind: {[round(one['behind']) for one in joins]}"


async def key_frames(publisher: Peer) -> int:
    return (await publisher.outbound())["keyFramesEncoded"]


@pytest.mark.figures
async def test_many_joins_cost_one_key_frame(server: Server, open_lab: Callable):
    """A headset makes key frames only on request, and pays for each."""
    headset, family = await open_lab(server), await open_lab(server)
    publisher = await headset.publish("crowd", width=320, height=180, bitrate=300_000, codec="VP8")
    first = await family.watch("crowd")
    await first.expect_moving(10)
    # Longer than a group of pictures that would be served from the cache.
    await asyncio.sleep(4)
    before = await key_frames(publisher)

    async def late(number: int) -> Viewer:
        # The last ones are to be connected within the three seconds, too.
        await asyncio.sleep(number * 2.4 / JOINS)
        return await family.watch("crowd")

    viewers = await asyncio.gather(*(late(number) for number in range(JOINS)))
    for viewer in viewers:
        await viewer.expect_moving(5)
    cost = await key_frames(publisher) - before
    connected = [(await viewer.marks())["connected"] for viewer in viewers]
    seconds = (max(connected) - min(connected)) / 1000
    asked = [(await viewer.inbound())["pliCount"] for viewer in viewers]
    print(f"{JOINS} joins in {seconds:.1f} s cost {cost} key frames; viewers asked for {sum(asked)}: {asked}")
    if STRICT:
        assert seconds <= 3, f"this machine took {seconds:.1f} s for {JOINS} joins"
    # A group of 3 s serves those who join within it; a page that is slow to ask is no fault of the server.
    assert cost <= max(1, math.ceil(seconds / 3)), f"{JOINS} joins in {seconds:.1f} s cost {cost} key frames"
