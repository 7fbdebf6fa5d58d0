"""A link that is taken back ends what it opened, at once, whatever the page thinks."""

import httpx
import pytest
from conftest import Chromium
from support.api import NO_AUTHORITIES, Api, Started, fetch
from support.server import Server
from support.signaling import Peer, PollingPeer, WebSocketPeer, unique_id
from support.waiting import wait_until


@pytest.fixture(scope="module")
def server(make_module_server) -> Server:
    """Media from peer to peer, where the host is told whom to stop sending to."""
    return make_module_server(MEDIA_MODE="p2p")


@pytest.fixture
def player(server: Server) -> Api:
    return server.as_child(f"player-{unique_id()}")


@pytest.fixture
def started(player: Api) -> Started:
    return player.start()


def token_of(link: dict) -> str:
    return link["url"].split("#token=")[1]


def viewer_offers(viewer: Peer, host: Peer) -> str:
    connection = unique_id()
    viewer.connect(connection)
    viewer.offer(connection)
    host.expect("offer", connection)
    host.answer(connection)
    viewer.expect("answer", connection)
    return connection


def expect_refused(server: Server, session: str, token: str) -> None:
    with WebSocketPeer(f"{server.websocket_url}/signaling/{session}?token={token}") as again:
        code, reason = again.expect_closed()
        assert code == 1008 and reason.startswith("Invalid token")
    assert fetch("PUT", f"{server.url}/signaling", params={"session": session, "token": token}).status_code == 401
    assert server.api().post("/api/auth/session", json={"token": token}).status_code == 401
    assert server.api(token).get(f"/api/sessions/{session}").status_code == 401


def test_viewer_by_socket_is_cut_and_the_host_told(server: Server, player: Api, started: Started):
    link, kept = player.make_link(started.id, rights=["live"]), player.make_link(started.id, rights=["live"])
    viewer_url = f"{server.websocket_url}/signaling/{started.id}?token="
    with (
        WebSocketPeer(started.signaling_url) as host,
        WebSocketPeer(viewer_url + token_of(link)) as viewer,
        WebSocketPeer(viewer_url + token_of(kept)) as other,
    ):
        first, second = viewer_offers(viewer, host), viewer_offers(viewer, host)
        kept_connection = viewer_offers(other, host)

        assert player.delete(f"/api/watch-links/{link['id']}").json() == {"success": True}
        assert viewer.expect_closed()[0] == 1008
        host.expect("disconnect", first)
        host.expect("disconnect", second)
        host.expect_nothing()

        # The others go on watching.
        other.candidate(kept_connection, "candidate:1", 0, "0")
        host.expect("candidate", kept_connection)
        expect_refused(server, started.id, token_of(link))


def test_polling_viewer_is_cut_at_the_next_poll(server: Server, player: Api, started: Started):
    link = player.make_link(started.id, rights=["live"])
    with WebSocketPeer(started.signaling_url) as host:
        viewer = PollingPeer(server.url, token=token_of(link), session=started.id)
        connection = viewer_offers(viewer, host)
        player.delete(f"/api/watch-links/{link['id']}").raise_for_status()
        assert viewer.poll().status_code in (401, 404)
        host.expect("disconnect", connection)
        expect_refused(server, started.id, token_of(link))


def test_polling_host_is_told_of_a_viewer_who_was_cut(server: Server, player: Api, started: Started):
    link = player.make_link(started.id, rights=["live"])
    with PollingPeer(started.signaling_http_url) as host:
        viewer = WebSocketPeer(f"{server.websocket_url}/signaling/{started.id}?token={token_of(link)}")
        connection = viewer_offers(viewer, host)
        player.delete(f"/api/watch-links/{link['id']}").raise_for_status()
        host.expect("disconnect", connection)
        assert viewer.expect_closed()[0] == 1008


def test_page_of_a_revoked_link_is_logged_out(server: Server, player: Api, started: Started):
    link = player.make_link(started.id, rights=["live", "recording"])
    page = httpx.Client(base_url=server.url, verify=NO_AUTHORITIES, headers={"Origin": server.url})
    page.post("/api/auth/session", json={"token": token_of(link)}).raise_for_status()
    assert page.get(f"/api/sessions/{started.id}").status_code == 200
    player.delete(f"/api/watch-links/{link['id']}").raise_for_status()
    assert page.get(f"/api/sessions/{started.id}").status_code == 401
    assert player.session(started.id)["status"] == "active"


def test_withdrawn_consent_cuts_everybody_but_the_player(server: Server, player: Api, started: Started):
    child = player.session(started.id)["user_id"]
    link = player.make_link(started.id, rights=["live"])
    with (
        WebSocketPeer(started.signaling_url) as host,
        WebSocketPeer(f"{server.websocket_url}/signaling/{started.id}?token={token_of(link)}") as viewer,
    ):
        connection = viewer_offers(viewer, host)
        server.as_studio().delete(f"/api/children/{child}/consent").raise_for_status()
        viewer.expect_closed()
        host.expect("disconnect", connection)
        host.settle()


def test_viewers_leave_with_the_session(server: Server, player: Api, started: Started):
    link = player.make_link(started.id, rights=["live"])
    with (
        WebSocketPeer(started.signaling_url) as host,
        WebSocketPeer(f"{server.websocket_url}/signaling/{started.id}?token={token_of(link)}") as viewer,
    ):
        viewer_offers(viewer, host)
        player.end(started.id)
        viewer.expect_closed()
        host.expect_closed()
    wait_until("nobody watches", lambda: player.session(started.id)["active_viewers"] == 0)
    with WebSocketPeer(started.signaling_url) as late:
        assert late.expect_closed()[0] == 1008, "a ticket ends with its session"


@pytest.mark.parametrize("media_mode", ["sfu", "p2p"])
async def test_picture_of_a_revoked_viewer_goes_dark(chromium: Chromium, make_server, media_mode: str):
    server = make_server(MEDIA_MODE=media_mode)
    player = server.as_child(f"player-{unique_id()}")
    studio = await (await chromium.person()).stream(server.url, player.token)
    session = player.json("GET", "/api/sessions/active")[0]["id"]
    link = player.make_link(session, rights=["live"])
    viewer = await (await chromium.person()).watch(link["url"])
    await viewer.expect_live()
    await studio.expect_watchers(1)

    player.delete(f"/api/watch-links/{link['id']}").raise_for_status()
    await viewer.expect_state("denied", timeout=5)
    assert await viewer.evaluate("() => document.querySelector('#video').srcObject") is None
    await studio.expect_watchers(0)
    if media_mode == "p2p":
        assert await studio.data("peers") == "0", "the headset has stopped sending, whatever the page does"
    await viewer.page.reload()
    await viewer.expect_state("denied")


def test_link_revoked_while_its_socket_waits_opens_nothing(server: Server, player: Api, started: Started):
    """A link to all of a child's sessions may be opened before there is one."""
    link = player.make_link(started.id, rights=["live"], scope="child")
    player.end(started.id)
    with WebSocketPeer(f"{server.websocket_url}/?role=viewer&token={token_of(link)}") as waiting:
        waiting.fetch()
        assert waiting.close_code is None, "it waits"
        assert player.delete(f"/api/watch-links/{link['id']}").json() == {"success": True}
        player.start()
        assert waiting.expect_closed()[0] == 1008


def test_cookie_of_several_links_is_cut_with_the_one_that_let_it_watch(server: Server, player: Api, started: Started):
    replay, live = player.make_link(started.id, rights=["recording"]), player.make_link(started.id, rights=["live"])
    page = httpx.Client(base_url=server.url, verify=NO_AUTHORITIES, headers={"Origin": server.url})
    for link in (replay, live):
        page.post("/api/auth/session", json={"token": token_of(link)}).raise_for_status()
    cookie = {"Cookie": f"porthole={page.cookies['porthole']}"}
    with WebSocketPeer(
        f"{server.websocket_url}/signaling/{started.id}", origin=server.url, additional_headers=cookie
    ) as viewer:
        viewer.expect_nothing()
        assert player.delete(f"/api/watch-links/{live['id']}").json() == {"success": True}
        assert viewer.expect_closed()[0] == 1008
