"""Nothing that anybody sends stops or blocks the server."""

import json
import os
import struct
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.api import fetch
from support.raw import RawConnection, request
from support.server import Server
from support.signaling import PollingPeer, WebSocketPeer, unique_id
from websockets.exceptions import ConnectionClosed


@pytest.fixture(autouse=True)
def alive(server: Server):
    """Whatever the test did, the server goes on and answers at once."""
    pid = server.pid
    yield
    server.assert_running()
    assert server.pid == pid
    assert fetch("GET", f"{server.url}/health/ready", timeout=2).status_code == 200


# HTTP

MALFORMED = {
    "no HTTP": b"hello\r\n\r\n",
    "a TLS hello": bytes.fromhex("16030100c8010000c4030300") + os.urandom(64),
    "no version": b"GET /\r\n\r\n",
    "an unknown version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "a blank in a header's name": b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n",
    "two lengths": b"POST /api/sessions/start HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"POST /api/sessions/start HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length beyond numbers": b"POST /api/sessions/start HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "length and chunks at once": b"POST /api/sessions/start HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": b"POST /api/sessions/start HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "zeros": bytes(10_000),
    "a huge header": b"GET / HTTP/1.1\r\nHost: x\r\nX-Huge: " + b"x" * 200_000 + b"\r\n\r\n",
    "a huge request line": b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "thousands of headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 20_000 + b"\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_malformed_request_is_refused_or_hung_up_on(server: Server, data: bytes):
    with RawConnection(server) as connection:
        connection.send(data)
        status = connection.status()
        assert status is None or 400 <= status < 500 or status == 505, status


STRANGE_PATHS = [
    "/../../etc/passwd",
    "/assets/../../Package.swift",
    "/assets/%2e%2e/%2e%2e/Package.swift",
    "/assets/..%2f..%2fPackage.swift",
    "/assets//etc/passwd",
    "/assets/%00",
    "/objects/../keys/master",
    "/objects/%2e%2e/%2e%2e/keys/master",
    "/api/sessions/%ff%fe",
    "/api/sessions/" + "a" * 5000,
    "/%",
    "//etc/passwd",
    "/api/sessions/00000000-0000-0000-0000-000000000000%00",
]


@pytest.mark.parametrize("path", STRANGE_PATHS, ids=lambda path: path[:40])
def test_strange_path_leads_nowhere(server: Server, path: str):
    with RawConnection(server) as connection:
        connection.send(request(path, f"Authorization: Bearer {server.as_child('ada').token}", "Connection: close"))
        assert connection.status() in (400, 401, 403, 404, 414)


def test_body_that_says_it_is_too_large_is_refused_unread(server: Server):
    token = server.as_child("ada").token
    with RawConnection(server) as connection:
        headers = [f"Authorization: Bearer {token}", "Content-Type: application/json", "Content-Length: 10000000"]
        connection.send(request("/api/sessions/start", *headers, method="POST"))
        assert connection.status() == 413


def test_body_that_turns_out_too_large_is_refused(server: Server):
    token = server.as_child("ada").token
    with RawConnection(server) as connection:
        headers = [f"Authorization: Bearer {token}", "Content-Type: application/json", "Transfer-Encoding: chunked"]
        connection.send(request("/api/sessions/start", *headers, method="POST"))
        for _ in range(20):
            connection.send(b"2000\r\n" + b" " * 0x2000 + b"\r\n")
        assert connection.status() == 413


def test_slow_clients_do_not_hold_up_others(server: Server):
    token = server.as_child("ada").token
    upload = request(
        "/api/recordings/upload",
        f"Authorization: Bearer {token}",
        "Content-Type: multipart/form-data; boundary=b",
        "Content-Length: 1000000",
        method="POST",
        body=b"--b\r\n",
    )
    halves = [b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", upload]
    connections = [RawConnection(server) for _ in range(90)]
    try:
        for number, connection in enumerate(connections):
            connection.send(halves[number % 3])
        for _ in range(20):
            assert fetch("GET", f"{server.url}/health/live", timeout=2).status_code == 200
    finally:
        for connection in connections:
            connection.socket.close()


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b'{"connectionId": 7}', b'{"connectionId": ""}', b"[" * 30_000],
    ids=lambda body: repr(body[:20]),
)
def test_malformed_json_is_the_callers_fault(server: Server, body: bytes):
    # A start may come without a body, which is no mistake.
    expected = (200,) if body == b"" else (400, 422)
    response = server.as_child("ada").post(
        "/api/sessions/start", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code in expected, response.text


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"x", 415),
        ("multipart/form-data", b"x", 415),
        ("multipart/form-data; boundary=b", b"", 400),
        ("multipart/form-data; boundary=b", b"--b\r\n", 400),
        ("multipart/form-data; boundary=b", b"--b--\r\n", 400),
        ("multipart/form-data; boundary=b", b"--b\r\nNonsense\r\n\r\nx\r\n--b--\r\n", 400),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n" + b"x" * 5000, 400),
        ("multipart/form-data; boundary=" + "b" * 500, b"x", 415),
    ],
)
def test_malformed_form_is_the_callers_fault(server: Server, content_type: str, body: bytes, status: int):
    response = server.as_child("ada").post(
        "/api/recordings/upload", content=body, headers={"Content-Type": content_type}
    )
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    "fields",
    [{"chunkNumber": "-1"}, {"chunkNumber": "1e3"}, {"chunkNumber": "99999999"}, {"runId": "x"}, {"startedAt": "soon"}],
    ids=str,
)
def test_malformed_field_is_the_callers_fault(server: Server, fields: dict):
    player = server.as_child("ada")
    form = {"sessionId": player.start("one").id} | fields
    response = player.post("/api/recordings/upload", data=form, files={"recording": ("x", b"x", "video/webm")})
    assert response.status_code in (400, 422), response.text


def test_same_start_twenty_times_at_once_is_one_session(server: Server):
    child, connection = f"child-{unique_id()}", unique_id()

    def start(_: int) -> str:
        return server.as_child(child).start(connection).id

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(start, range(20)))) == 1


def test_same_chunk_twenty_times_at_once_is_one_chunk(server: Server):
    player = server.as_child(f"child-{unique_id()}")
    session, run = player.start().id, str(uuid.uuid4())

    def upload(_: int) -> dict:
        response = server.api(player.token).upload(session, b"slice" * 1000, 0, run=run)
        assert response.status_code == 200, response.text
        return response.json()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(upload, range(20)))
    assert {(answer["received"], answer["id"]) for answer in answers} == {(1, player.recordings(session)[0]["id"])}


# WebSocket

MESSAGES = {
    "no JSON": "hello",
    "half of it": '{"type": "connect"',
    "no object": "[1, 2]",
    "nothing": "",
    "a null": "null",
    "no type": "{}",
    "an unknown type": '{"type": "dance"}',
    "a type that is no text": '{"type": 7}',
    "no connection id": '{"type": "connect"}',
    "an empty connection id": '{"type": "connect", "connectionId": ""}',
    "a long connection id": json.dumps({"type": "connect", "connectionId": "x" * 10_000}),
    "an offer without data": '{"type": "offer"}',
    "an offer whose data is no object": '{"type": "offer", "data": "x"}',
    # This one stops the stock server.
    "an answer to nobody": '{"type": "answer", "from": "x", "data": {"connectionId": "nobody", "sdp": "x"}}',
    "a candidate of nobody": '{"type": "candidate", "from": "x", "data": {"connectionId": "nobody", "candidate": ""}}',
    "deep brackets": "[" * 30_000,
    "deep data": '{"type":"candidate","data":{"connectionId":"x","sdpMid":' + "[" * 20_000 + "]" * 20_000 + "}}",
    "lone surrogates": '{"type": "connect", "connectionId": "\\ud800"}',
}


@pytest.mark.parametrize("text", MESSAGES.values(), ids=MESSAGES)
def test_malformed_message_harms_nobody(server: Server, text: str):
    with WebSocketPeer(server.websocket_url) as peer, WebSocketPeer(server.websocket_url) as other:
        try:
            peer.socket.send(text)
            peer.settle()
        except (ConnectionClosed, AssertionError):
            assert peer.close_code in (1002, 1003, 1007, 1008, 1009), "closed with a reason, or still open"
        assert other.connect(unique_id())["polite"] is True


def test_message_over_the_limit_is_refused(server: Server):
    with WebSocketPeer(server.websocket_url) as peer:
        peer.offer(unique_id(), "x" * 60_000)
        peer.settle()
        peer.offer(unique_id(), "x" * 65_536)
        assert peer.expect_closed()[0] == 1009


HANDSHAKE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]
FRAMES = {
    "unmasked": b"\x81\x02hi",
    "of a reserved kind": b"\x83\x80\x00\x00\x00\x00",
    "with reserved bits": b"\xf1\x80\x00\x00\x00\x00",
    "a long ping": b"\x89\xfe\x00\x80" + bytes(4 + 128),
    "of eight exabytes": b"\x81\xff" + struct.pack(">Q", 1 << 62) + bytes(4),
    "not UTF-8": b"\x81\x82\x00\x00\x00\x00\xff\xfe",
    "a continuation of nothing": b"\x80\x80\x00\x00\x00\x00",
    "half a header": b"\x81",
    "noise": os.urandom(5000),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_malformed_frame_closes_its_socket_at_most(server: Server, frame: bytes):
    with RawConnection(server) as connection:
        connection.send(request("/", *HANDSHAKE))
        assert connection.status() == 101
        connection.send(frame)


def test_upgrade_elsewhere_is_not_found(server: Server):
    for path in ("/health", "/api/sessions/active", "/no/such/path"):
        with RawConnection(server) as connection:
            connection.send(request(path, *HANDSHAKE))
            assert connection.status() == 404, path


def test_upgrade_from_another_site_is_forbidden(server: Server):
    with RawConnection(server) as connection:
        connection.send(request("/", *HANDSHAKE, "Origin: https://elsewhere.example"))
        assert connection.status() == 403


# Polling


@pytest.mark.parametrize("session", ["", "x", "x" * 5000, "../..", str(uuid.UUID(int=0))])
def test_unknown_polling_session_is_not_found(server: Server, session: str):
    for method, path in [("GET", "/signaling?fromtime=0"), ("GET", "/signaling"), ("POST", "/signaling/offer")]:
        body = {"connectionId": "x", "sdp": "x"} if method == "POST" else None
        response = fetch(method, f"{server.url}{path}", headers={"Session-Id": session}, json=body)
        assert response.status_code == 404, f"{method} {path}: {response.status_code}"


@pytest.mark.parametrize("since", ["-29500", "0", "", "x", "1e400", "9" * 400])
def test_polling_since_any_time_is_answered(server: Server, since: str):
    with PollingPeer(server.url) as peer:
        response = peer.http.get("/signaling", params={"fromtime": since})
        assert response.status_code in (200, 400) and (response.status_code == 400 or response.json()["messages"] == [])


def test_none_of_it_was_the_servers_own_fault(server: Server):
    """The last test of this file: an error in the log calls an operator, and a client's mistake must not."""
    errors = [line for line in server.log.read_text().splitlines() if '"level":"error"' in line]
    assert errors == [], f"{len(errors)} errors, such as {errors[0]:.300}"
