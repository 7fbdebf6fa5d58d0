"""Stock Unity Render Streaming through the server: applications that stream once, and its receiver page."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Chromium
from support.lab import Lab, Viewer, spy, witness
from support.server import Server
from support.signaling import unique_id
from support.unity import TRANSPORTS, UnityApp
from support.waiting import eventually
from support.witnesses import assert_audible, assert_smooth, watch_for

STOCK = Path(__file__).parent / "support" / "stock_receiver.js"
ADDRESSES = {"websocket": "signaling_url", "http": "signaling_http_url"}


async def assert_uploads_once(application: UnityApp) -> None:
    """The headset has one connection, and nothing that would have thrown in Unity."""

    async def is_connected() -> bool:
        return await application.states() == ["connected"]

    await eventually("the application has one connection", is_connected)
    assert await application.problems() == []


async def watch(chromium: Chromium, url: str) -> Viewer:
    person = await chromium.person()
    await spy(person.context)
    player = await person.watch(url)
    await player.expect_live(timeout=40)
    await player.tap_for_sound()
    return await witness(player.page)


@pytest.mark.parametrize(("handler", "transport"), [("broadcast", "websocket"), ("single", "http")])
async def test_unity_uploads_once_for_all(chromium: Chromium, server: Server, handler: str, transport: str):
    child = server.as_child(f"{handler}-{transport}")
    started = child.start()
    base = getattr(started, ADDRESSES[transport])
    async with TRANSPORTS[transport].running(await chromium.person(), handler, base) as application:
        if handler == "single":
            await application.connect(unique_id())
        link = child.make_link(started.id)["url"]
        viewers = [await watch(chromium, link)]
        # Unity never makes a key frame by itself: whoever comes when the last one is long ago gets one asked for.
        await asyncio.sleep(4)
        viewers.append(await watch(chromium, link))
        await assert_uploads_once(application)
        for seen in await watch_for(viewers, 2):
            assert_smooth(seen, rate=20)
        await assert_audible(viewers[0])
        # One leaves; the source is not disposed of.
        await viewers[0].page.context.close()
        (seen,) = await watch_for(viewers[1:], 2)
        assert_smooth(seen, rate=20)
        await assert_uploads_once(application)


async def test_stock_receiver_page_does_not_negotiate_in_a_loop(
    chromium: Chromium, server: Server, open_lab: Callable[[Server], Lab]
):
    """It makes a data channel that nobody answers; the picture comes all the same, after one exchange each way."""
    child = server.as_child("stock")
    started = child.start()
    # A stock page cannot carry a token; a proxy in front of it, or one line in it, can.
    address = f"{server.websocket_url}/signaling/{started.id}?role=viewer&token={child.token}"
    async with TRANSPORTS["websocket"].running(
        await chromium.person(), "broadcast", started.signaling_url
    ) as application:
        lab = await open_lab(server)
        await assert_stock_page_watches(lab, address, seconds=12)
        await assert_uploads_once(application)


async def assert_stock_page_watches(lab: Lab, address: str, seconds: float) -> None:
    await lab.page.evaluate("lab.spy()")
    await lab.page.add_script_tag(content=STOCK.read_text())
    await lab.page.evaluate("address => void (globalThis.stock = stockReceiver(address))", address)
    viewer = await witness(lab.page)
    await viewer.expect_moving(20)
    (seen,) = await watch_for([viewer], seconds)
    assert_smooth(seen, rate=20)
    # It plays nothing before somebody taps: sound is counted, not heard.
    sound = await viewer.inbound("audio")
    assert sound["packetsReceived"] > 40 * seconds and sound["packetsLost"] == 0, sound
    state = await lab.page.evaluate("(({ peer, ...rest }) => rest)(stock)")
    assert state["problems"] == [] and not state["isStopped"]
    exchanges = state["counts"]
    assert exchanges["offersSent"] <= 2 and exchanges["offersReceived"] <= 2, exchanges
    assert exchanges["answersSent"] == exchanges["offersReceived"], exchanges
    assert state["channel"] == "connecting", "nobody speaks SCTP, and nobody drives the headset"
