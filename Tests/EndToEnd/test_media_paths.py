"""Networks that let no UDP through: ICE over TCP, and a relay."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support import turn
from support.lab import Lab, lab_browser
from support.netns import Namespace
from support.paths import CHROMIUM
from support.server import Server, free_port
from support.turn import TurnServer
from support.witnesses import assert_audible, assert_smooth, watch_for


async def assert_streams(lab: Lab, server: Server, room: str, **options) -> tuple[dict, dict]:
    """Publishes and watches on the same paths; gives the figures of both connections."""
    publisher = await lab.publish(room, **options)
    viewer = await lab.watch(room, **options)
    await viewer.expect_moving(10, timeout=30)
    (seen,) = await watch_for([viewer], 4)
    assert_smooth(seen, rate=24)
    await assert_audible(viewer)
    return await publisher.figures(), await viewer.figures()


def assert_by_tcp(figures: dict, port: int) -> None:
    pair = figures["pair"]
    assert (pair["local"]["protocol"], pair["remote"]["protocol"]) == ("tcp", "tcp"), pair
    assert pair["remote"]["port"] == port, pair


async def test_firewall_that_drops_udp(make_server, tmp_path: Path):
    with Namespace() as namespace:
        port = free_port()
        server = make_server(start=False, wrapper=namespace.command, MEDIA_UDP_PORT=port, MEDIA_TCP_PORT=port)
        namespace.forward(server.port)
        namespace.drop_udp(port)
        server.start()
        async with lab_browser(executable=namespace.wrapper(tmp_path, CHROMIUM)) as browser:
            lab = await Lab.open(browser, server.url)
            for figures in await assert_streams(lab, server, "walled"):
                assert_by_tcp(figures, port)
        assert namespace.dropped() > 0, "the browser has tried UDP in vain"


async def test_browser_that_may_not_use_udp(make_server):
    port = free_port()
    server = make_server(MEDIA_TCP_PORT=port)
    async with lab_browser("--webrtc-ip-handling-policy=disable_non_proxied_udp") as browser:
        lab = await Lab.open(browser, server.url)
        for figures in await assert_streams(lab, server, "tcp"):
            assert_by_tcp(figures, port)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_relay_only(make_server, open_lab: Callable, turn_server: TurnServer, transport: str):
    url = f"turn:127.0.0.1:{turn_server.port}?transport={transport}"
    server = make_server(TURN_URLS=url, TURN_SECRET=turn.SECRET)
    servers = server.as_child("ada").start().answer["iceServers"]
    lab = await open_lab(server)
    both = await assert_streams(lab, server, "relayed", iceServers=servers, iceTransportPolicy="relay")
    for figures in both:
        local = figures["pair"]["local"]
        assert (local["candidateType"], local["relayProtocol"]) == ("relay", transport), local
    assert turn_server.text.count("ALLOCATE processed, success") >= 2
