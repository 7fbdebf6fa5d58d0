"""Stock Unity Render Streaming against the default room: applications that stream, and what its own tests assert."""

from collections.abc import Callable

import pytest
from conftest import Chromium
from support.browser import Player
from support.server import Server
from support.signaling import Peer, PollingPeer, WebSocketPeer, unique_id
from support.unity import TRANSPORTS
from support.waiting import wait_until


@pytest.fixture(scope="module")
def default_rooms(make_module_server) -> Callable[[str], Server]:
    """The server whose default room is in this mode."""
    servers: dict[str, Server] = {}

    def room(mode: str) -> Server:
        if mode not in servers:
            servers[mode] = make_module_server(SIGNALING_MODE=mode)
        return servers[mode]

    return room


# Applications


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_broadcast_streams_to_our_page_in_public_mode(chromium: Chromium, default_rooms, transport: str):
    server = default_rooms("public")
    async with TRANSPORTS[transport].running(await chromium.person(), "broadcast", server.url) as application:
        viewers = []
        for _ in range(2):
            viewers.append(await (await chromium.person()).watch(f"{server.url}/receiver?signaling={transport}"))
        for viewer in viewers:
            await viewer.expect_live()
            assert await viewer.data("signaling") == transport
        assert await application.problems() == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_single_connection_streams_to_our_page_in_private_mode(chromium: Chromium, default_rooms, transport: str):
    server = default_rooms("private")
    async with TRANSPORTS[transport].running(await chromium.person(), "single", server.url) as application:
        connection = unique_id()
        await application.connect(connection)
        person = await chromium.person()
        viewer = await person.watch(f"{server.url}/receiver?connection={connection}&signaling={transport}")
        await viewer.expect_live()
        assert await viewer.data("connection") == connection
        assert await application.problems() == []


async def test_viewer_who_came_first_sees_the_application_when_it_starts(chromium: Chromium, default_rooms):
    server = default_rooms("public")
    viewer: Player = await (await chromium.person()).watch(f"{server.url}/receiver")
    await viewer.expect_state("waiting")
    async with TRANSPORTS["websocket"].running(await chromium.person(), "broadcast", server.url) as application:
        await viewer.expect_live()
        assert await application.problems() == []


# What Unity's own signaling tests assert


@pytest.fixture(params=["websocket", "http"])
def join(request: pytest.FixtureRequest, default_rooms):
    """Brings peers into the default room of a mode; they leave with the test."""
    peers: list[Peer] = []

    def enter(mode: str) -> Peer:
        server = default_rooms(mode)
        is_socket = request.param == "websocket"
        peers.append(WebSocketPeer(server.websocket_url) if is_socket else PollingPeer(server.url))
        return peers[-1]

    enter.transport = request.param
    yield enter
    for peer in peers:
        peer.close()


def test_public_room_introduces_everybody_to_everybody(join):
    first, second = join("public"), join("public")
    connection = unique_id()
    assert first.connect(connection)["polite"] is True

    first.offer(connection, "an offer")
    offer = second.expect("offer", connection)
    assert offer["sdp"] == "an offer" and offer["polite"] is False
    first.expect_nothing()

    second.answer(connection, "an answer")
    assert first.expect("answer", connection)["sdp"] == "an answer"
    second.expect_nothing()


def test_public_room_passes_candidates_on_untouched(join):
    first, second = join("public"), join("public")
    connection = unique_id()
    first.connect(connection)
    first.offer(connection)
    second.expect("offer", connection)
    second.answer(connection)
    first.expect("answer", connection)

    first.candidate(connection, "candidate:1", 1, 1)
    candidate = second.expect("candidate", connection)
    assert (candidate["candidate"], candidate["sdpMLineIndex"], candidate["sdpMid"]) == ("candidate:1", 1, 1)
    # The stock page swaps the two fields; each keeps its JSON type.
    second.candidate(connection, "candidate:2", "0", 0)
    candidate = first.expect("candidate", connection)
    assert (candidate["sdpMLineIndex"], candidate["sdpMid"]) == ("0", 0)
    second.expect_nothing()


def test_answer_comes_before_the_offer_that_follows_it(join):
    """Broadcast sends both within a millisecond; the other way round the two would collide."""
    viewer, application = join("public"), join("public")
    for _ in range(5):
        connection = unique_id()
        viewer.connect(connection)
        viewer.offer(connection)
        application.expect("offer", connection)
        application.answer(connection)
        application.offer(connection, "with media")
        wait_until("both have come", lambda: viewer.fetch() or len(viewer.inbox) == 2)
        assert [message["type"] for message in viewer.inbox] == ["answer", "offer"]
        viewer.inbox.clear()


@pytest.mark.parametrize("mode", ["public", "private"])
def test_sender_hears_its_own_disconnect_exactly_once(join, mode: str):
    peer = join(mode)
    connection = unique_id()
    peer.connect(connection)
    peer.disconnect(connection)
    peer.expect("disconnect", connection)
    peer.expect_nothing()


def test_public_room_tells_the_partner_of_a_disconnect(join):
    first, second = join("public"), join("public")
    connection = unique_id()
    first.connect(connection)
    first.offer(connection)
    second.expect("offer", connection)
    second.answer(connection)
    first.expect("answer", connection)
    first.disconnect(connection)
    first.expect("disconnect", connection)
    second.expect("disconnect", connection)
    first.expect_nothing()
    second.expect_nothing()


def test_private_room_pairs_two_and_refuses_a_third(join):
    first, second, third = join("private"), join("private"), join("private")
    connection = unique_id()
    assert first.connect(connection)["polite"] is False
    assert second.connect(connection)["polite"] is True
    if join.transport == "websocket":
        third.send({"type": "connect", "connectionId": connection})
        assert third.expect("error")["message"] == f"{connection}: This connection id is already used."
        third.expect_nothing()
    else:
        response = third.request("PUT", "/connection", {"connectionId": connection})
        assert (response.status_code, response.json()) == (400, {"error": {}})


def test_private_room_delivers_offers_once_the_partner_is_there(join):
    first, second = join("private"), join("private")
    connection = unique_id()
    first.connect(connection)
    first.offer(connection, "too early")
    first.settle()
    second.connect(connection)
    second.expect_nothing()

    first.offer(connection, "in time")
    offer = second.expect("offer", connection)
    assert offer["sdp"] == "in time" and offer["polite"] is True
    second.answer(connection, "an answer")
    assert first.expect("answer", connection)["sdp"] == "an answer"
    second.candidate(connection, "candidate:1", 1, 1)
    candidate = first.expect("candidate", connection)
    assert (candidate["sdpMLineIndex"], candidate["sdpMid"]) == (1, 1)
    first.expect_nothing()
    second.expect_nothing()


def test_private_room_tells_both_of_a_disconnect_and_echoes_the_second(join):
    first, second = join("private"), join("private")
    connection = unique_id()
    first.connect(connection)
    second.connect(connection)
    first.disconnect(connection)
    first.expect("disconnect", connection)
    second.expect("disconnect", connection)
    second.expect_nothing()
    second.disconnect(connection)
    second.expect("disconnect", connection)
    first.expect_nothing()


def test_private_room_keeps_strangers_out(join):
    first, second, stranger = join("private"), join("private"), join("private")
    connection = unique_id()
    first.connect(connection)
    second.connect(connection)
    first.offer(connection)
    second.expect("offer", connection)
    second.answer(connection)
    first.candidate(connection, "candidate:1", 0, "0")
    second.expect("candidate", connection)
    stranger.expect_nothing()
