"""A headset that goes away and comes back, and a server that does: those who watch do nothing."""

import asyncio
from collections.abc import Callable

from conftest import Chromium
from support.lab import Lab
from support.server import Server, free_port
from support.tokens import user_token
from support.waiting import eventually
from support.witnesses import assert_smooth, watch_for


async def publish_again(lab: Lab, room: str, **options):
    """As a headset does that gets no answer."""

    async def try_again():
        try:
            return await lab.publish(room, **options)
        except Exception:
            return None

    return await eventually("the headset is back", try_again, timeout=20, interval=0.5)


async def test_headset_crashes_and_is_back_after_ten_seconds(
    chromium: Chromium, server: Server, open_lab: Callable[[Server], Lab]
):
    child = server.as_child("ada")
    started = child.start()
    headset, other = await open_lab(server), await open_lab(server)
    publisher = await headset.publish(started.id, token=started.ticket)
    player = await (await chromium.person()).watch(child.make_link(started.id)["url"])
    await player.expect_live()
    viewer = await other.watch(started.id, token=child.token)
    await viewer.expect_moving(10)
    before = await viewer.inbound()

    await publisher.close(silent=True)
    await headset.close()
    await asyncio.sleep(10)
    stalled, frozen = len(await viewer.seen()), await player.frame()
    again = await open_lab(server)
    await publish_again(again, started.id, token=started.ticket)

    # The last picture stays on the screen until there is another; the headset that is back numbers its own from 0.
    async def is_replaced() -> bool:
        return await player.frame() not in (None, frozen)

    await eventually("the page shows a new picture", is_replaced)
    await player.expect_live()
    seen = await watch_again(viewer, stalled)
    assert_smooth(seen, rate=20)
    after = await viewer.inbound()
    assert after["ssrc"] == before["ssrc"] and (await viewer.figures())["state"] == "connected"
    assert after["framesDecoded"] > before["framesDecoded"]


async def watch_again(viewer, stalled: int):
    async def moves() -> bool:
        return len(await viewer.seen()) > stalled + 5

    await eventually("the same connection shows pictures again", moves)
    return (await watch_for([viewer], 3))[0]


async def test_server_restarts(chromium: Chromium, make_server):
    port = free_port()
    server = make_server(MEDIA_UDP_PORT=port, MEDIA_TCP_PORT=port)
    player = await chromium.person()
    studio = await player.stream(server.url, user_token("ada"))
    watcher = await (await chromium.person()).watch(await studio.watch_url())
    await watcher.expect_live()

    server.kill()
    server.restart()

    # Nobody touches any page.
    await studio.expect_state("live", timeout=40)
    await watcher.expect_live(timeout=40)
    await watcher.expect_moving(60)
    await studio.expect_watchers(1)
