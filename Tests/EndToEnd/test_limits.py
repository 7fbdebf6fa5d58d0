"""Rate limits: by address for strangers, by subject for users, and uploads on an account of their own."""

import uuid

import pytest
from support.api import Api
from support.server import Server
from support.signaling import WebSocketPeer
from support.tokens import user_token
from support.waiting import wait_until
from websockets.exceptions import InvalidStatus

LIMIT = 100


@pytest.fixture
def limited(make_server) -> Server:
    """A server with the limits that it has by default."""
    return make_server(RATE_LIMIT_REQUESTS=LIMIT, CHUNK_UPLOADS_PER_MINUTE=60)


def use_up(api: Api, expected: int) -> None:
    for number in range(1, LIMIT + 1):
        response = api.get("/api/sessions/active")
        assert response.status_code == expected, f"request {number}: {response.status_code}"


def expect_limited(api: Api) -> None:
    response = api.get("/api/sessions/active")
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 900
    assert response.headers["RateLimit-Policy"] == f'"default";q={LIMIT};w=900'
    assert response.headers["RateLimit"].startswith('"default";r=0;t=')
    assert response.json()["error"]


def test_stranger_is_limited_by_address_and_users_at_that_address_are_not(limited: Server):
    stranger = limited.api()
    use_up(stranger, 401)
    expect_limited(stranger)
    expect_limited(limited.api("no token at all"))
    assert limited.as_child("ada").get("/api/sessions/active").status_code == 200
    assert stranger.get("/health").status_code == 200, "only /api is limited"


def test_user_is_limited_by_subject(limited: Server):
    use_up(limited.as_child("ada"), 200)
    expect_limited(limited.api(user_token("ada", role="guardian")))
    assert limited.as_child("bob").get("/api/sessions/active").status_code == 200


def test_forged_forwarding_headers_are_not_believed(limited: Server):
    stranger = limited.api()
    for number in range(LIMIT):
        stranger.get("/api/sessions/active", headers={"X-Forwarded-For": f"198.51.100.{number}"})
    expect_limited(stranger)


def test_addresses_behind_a_trusted_proxy_are_told_apart(make_server):
    server = make_server(RATE_LIMIT_REQUESTS=3, TRUSTED_PROXIES="127.0.0.0/8")

    def from_address(address: str) -> int:
        return server.api().get("/api/sessions/active", headers={"X-Forwarded-For": address}).status_code

    assert [from_address("198.51.100.1") for _ in range(4)] == [401, 401, 401, 429]
    assert from_address("198.51.100.2") == 401


def test_chunk_uploads_do_not_count_as_requests(limited: Server):
    """An hour of recording is 360 chunks; here six viewers upload them within one window."""
    player = limited.as_child("ada")
    session = player.start().id
    for viewer in range(6):
        link = player.make_link(session, rights=["live", "record"])
        uploader = limited.api(link["url"].split("token=")[1])
        run = str(uuid.uuid4())
        for number in range(60):
            response = uploader.upload(session, b"slice", number, run=run)
            assert response.status_code == 200, f"viewer {viewer}, chunk {number}: {response.text}"
        refused = uploader.upload(session, b"slice", 60, run=run)
        assert refused.status_code == 429 and int(refused.headers["Retry-After"]) <= 60
    # Seven requests have counted so far: one start, six links.
    for _ in range(LIMIT - 7):
        assert player.get("/api/sessions/active").status_code == 200
    expect_limited(player)


def test_socket_is_closed_by_too_many_messages_and_the_server_is_not(limited: Server):
    with WebSocketPeer(limited.websocket_url) as flooder, WebSocketPeer(limited.websocket_url) as other:
        for number in range(500):
            try:
                flooder.disconnect(str(number))
            except Exception:  # The server has closed it meanwhile.
                break
        code, _ = flooder.expect_closed()
        assert code in (1008, 1013)
        assert other.connect("still-here")["polite"] is True


def test_sockets_of_one_address_are_counted(make_server):
    server = make_server(SIGNALING_SOCKETS_PER_IP=3)
    sockets = [WebSocketPeer(server.websocket_url) for _ in range(3)]
    with pytest.raises(InvalidStatus) as refusal:
        WebSocketPeer(server.websocket_url)
    assert refusal.value.response.status_code == 429
    sockets.pop().close()

    def is_let_in() -> bool:
        try:
            WebSocketPeer(server.websocket_url).close()
        except InvalidStatus:
            return False
        return True

    wait_until("a place is free again", is_let_in)
    for socket in sockets:
        socket.close()
