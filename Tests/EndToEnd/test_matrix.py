"""Every route with every kind of caller and input. A cell that does not apply says why."""

import base64
import uuid
from collections.abc import Callable

import httpx
import pytest
import yaml
from support.api import Api, fetch
from support.cells import (
    BROKEN_JSON,
    COLUMNS,
    EXPIRED,
    HUGE_JSON,
    NO_BODY,
    NO_TOKEN,
    Cell,
    Request,
    Row,
    api,
    does_not_apply,
    gives,
    is_seen_by,
    malformed_id,
    own,
    see_nothing,
)
from support.media_rows import MEDIA
from support.paths import OPENAPI
from support.recording_rows import MAX_CHUNK_BYTES, RECORDINGS
from support.server import Server
from support.signaling import WebSocketPeer
from support.world import ADA, World
from websockets.exceptions import InvalidStatus

# Rows


def page(path: str, request: Callable[[World], Request], malformed: Cell) -> Row:
    """A page's shell: the same for everybody, without data."""
    nobody = does_not_apply("the shell is the same for everybody and holds no data")
    return Row("GET", path, request, gives(200), gives(200, as_=None), nobody, nobody, malformed, NO_BODY)


SESSIONS = [
    api(
        "POST",
        "/api/sessions/start",
        lambda world: {"as_": "bob", "path": "/api/sessions/start", "json": {"connectionId": str(uuid.uuid4())}},
        foreign=does_not_apply("everybody starts sessions of their own only"),
        malformed=BROKEN_JSON,
        too_large=HUGE_JSON,
    ),
    api(
        "POST",
        "/api/sessions/end/{sessionId}",
        lambda world: {"as_": "bob", "path": f"/api/sessions/end/{world.server.as_child('bob').start().id}"},
        malformed=malformed_id("/api/sessions/end/not-an-id"),
    ),
    api(
        "GET",
        "/api/sessions/active",
        own("/api/sessions/active"),
        foreign=is_seen_by(lambda world: see_nothing(world, "/api/sessions/active", world.session)),
        malformed=does_not_apply("nothing to get wrong: unknown parameters are ignored"),
    ),
    api(
        "GET",
        "/api/sessions",
        own("/api/sessions"),
        foreign=is_seen_by(lambda world: see_nothing(world, f"/api/sessions?user_id={ADA}", world.session)),
        malformed=gives(400, path="/api/sessions?cursor=!&limit=0"),
    ),
    api(
        "GET",
        "/api/sessions/{sessionId}",
        own("/api/sessions/{world.session}"),
        malformed=malformed_id("/api/sessions/not-an-id"),
    ),
    api(
        "POST",
        "/api/sessions/{sessionId}/viewers",
        own("/api/sessions/{world.session}/viewers"),
        malformed=malformed_id("/api/sessions/not-an-id/viewers"),
    ),
    api(
        "DELETE",
        "/api/sessions/{sessionId}/viewers/{viewerId}",
        lambda world: {"as_": ADA, "path": f"/api/sessions/{world.session}/viewers/{world.fresh_viewer()}"},
        malformed=gives(404, path=lambda world: f"/api/sessions/{world.session}/viewers/not-an-id"),
    ),
    api(
        "GET",
        "/api/sessions/{sessionId}/watch-links",
        own("/api/sessions/{world.session}/watch-links"),
        malformed=malformed_id("/api/sessions/not-an-id/watch-links"),
    ),
    api(
        "POST",
        "/api/sessions/{sessionId}/watch-links",
        own("/api/sessions/{world.session}/watch-links", json={"rights": ["live"]}),
        success=gives(201),
        malformed=gives(422, json={"rights": ["everything"]}),
        too_large=HUGE_JSON,
    ),
    api(
        "DELETE",
        "/api/watch-links/{linkId}",
        lambda world: {"as_": ADA, "path": f"/api/watch-links/{world.fresh_link()}"},
        malformed=malformed_id("/api/watch-links/not-an-id"),
    ),
]

def child(method: str, suffix: str, request: Callable[[World], Request], **cells: Cell) -> Row:
    """What the studio does for a child. The ids of children are the studio's own, so none is malformed."""
    cells.setdefault("malformed", does_not_apply("any text names a child"))
    return api(method, f"/api/children/{{userId}}{suffix}", request, **cells)


def studio(path: str, **options) -> Callable[[World], Request]:
    return lambda world: {"as_": "studio", "path": path.format(child=world.fresh_child())} | options


CONSENT = {"live": True, "record": True, "notify": False}
CHILDREN = [
    child("GET", "/guardians", studio("/api/children/{child}/guardians")),
    child(
        "PUT",
        "/guardians",
        studio("/api/children/{child}/guardians", json={"guardians": [{"email": "dad@example.org"}]}),
        malformed=gives(422, json={"guardians": [{"email": "no address"}]}),
        too_large=HUGE_JSON,
    ),
    child("GET", "/consent", studio("/api/children/{child}/consent")),
    child(
        "PUT",
        "/consent",
        studio("/api/children/{child}/consent", json=CONSENT),
        malformed=gives(400, 422, json={"live": "perhaps"}),
        too_large=HUGE_JSON,
    ),
    child("DELETE", "/consent", studio("/api/children/{child}/consent")),
    child(
        "GET",
        "/access-log",
        studio("/api/children/{child}/access-log"),
        malformed=gives(400, path="/api/children/ada/access-log?cursor=!"),
    ),
    child("GET", "/retention", studio("/api/children/{child}/retention")),
    child(
        "PUT",
        "/retention",
        studio("/api/children/{child}/retention", json={"days": 7}),
        malformed=gives(422, json={"days": 0}),
        too_large=HUGE_JSON,
    ),
    child("DELETE", "/retention", studio("/api/children/{child}/retention")),
    child(
        "GET",
        "/deletions",
        studio("/api/children/{child}/deletions"),
        malformed=gives(400, path="/api/children/ada/deletions?cursor=!"),
    ),
    child("DELETE", "", studio("/api/children/{child}")),
]


# Logins of pages


def login(world: World) -> Request:
    return {"as_": None, "path": "/api/auth/session", "json": {"token": world.token(ADA)}}


def logout(world: World) -> Request:
    answer = world.server.api().post("/api/auth/session", json={"token": world.token(ADA)})
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    return {"as_": None, "path": "/api/auth/session", "headers": {"Cookie": cookie, "Origin": world.server.url}}


def from_another_site(request: Request, world: World) -> Request:
    return request | {"headers": request["headers"] | {"Origin": "https://elsewhere.example"}}


LOGINS = [
    Row(
        "POST",
        "/api/auth/session",
        login,
        success=gives(200),
        no_token=gives(400, 422, json={}),
        expired=gives(401, error="Token expired", json=lambda world: {"token": world.expired_token(ADA)}),
        foreign=gives(403, headers={"Origin": "https://elsewhere.example"}),
        malformed=gives(401, error="Invalid token", json={"token": "neither this nor that"}),
        too_large=HUGE_JSON,
    ),
    Row(
        "DELETE",
        "/api/auth/session",
        logout,
        success=gives(200),
        no_token=gives(401, error="No token provided", headers={}),
        expired=does_not_apply("a cookie that expired is an unknown cookie: see malformed"),
        foreign=Cell((403,), change=from_another_site),
        malformed=gives(401, headers=lambda world: {"Cookie": "porthole=unknown", "Origin": world.server.url}),
        too_large=NO_BODY,
    ),
]


# Signaling


def in_room(path: str, with_poller: bool = True, **options) -> Callable[[World], Request]:
    """As a viewer of Ada's session who polls."""

    def request(world: World) -> Request:
        headers = {"Session-Id": world.fresh_poller()} if with_poller else {}
        query = {"session": world.session, "role": "viewer"}
        return {"as_": ADA, "path": path, "params": query, "headers": headers} | options

    return request


def by_ticket(path: str, with_poller: bool = True, **options) -> Callable[[World], Request]:
    """As the host, whose address holds its ticket."""

    def request(world: World) -> Request:
        headers = {"Session-Id": world.fresh_host_poller()} if with_poller else {}
        return {"as_": None, "path": path.format(ticket=world.started.ticket), "headers": headers} | options

    return request


def unknown_poller(request: Request, world: World) -> Request:
    return request | {"headers": {"Session-Id": str(uuid.uuid4())}}


def signaling(prefix: str, method: str, suffix: str, **options) -> Row:
    path = f"{prefix}/signaling{suffix}"
    is_opening = (method, suffix) == ("PUT", "")
    has_body = "json" in options
    cells = {"success": gives(200), "too_large": HUGE_JSON if has_body else NO_BODY}
    if method in ("PUT", "POST") and has_body:
        cells["malformed"] = gives(400, json={})
    elif is_opening:
        cells["malformed"] = gives(401, error="Invalid token", params={"session": "not-an-id"})
    elif method == "DELETE" and not suffix:
        # Stock servers say OK to whoever leaves.
        cells["malformed"] = Cell((200,), change=unknown_poller)
    else:
        cells["malformed"] = Cell((404,), change=unknown_poller)
    if prefix:
        ticket = does_not_apply("the ticket in the path is the credential: see expired and foreign")
        if is_opening:
            cells["malformed"] = gives(401, error="Invalid token", path=path.format(ticket="pth_x"))
        return Row(
            method,
            path,
            by_ticket(path, with_poller=not is_opening, **options),
            no_token=ticket,
            expired=Cell((401, 404), change=lambda request, world: request | {"path": path.format(ticket=world.ended_ticket)}),
            foreign=Cell((401,), "Invalid token", change=lambda request, world: request | {"path": forged(path, world)}),
            **cells,
        )
    return Row(
        method,
        path,
        in_room(path, with_poller=not is_opening, **options),
        no_token=NO_TOKEN,
        expired=EXPIRED,
        # As by socket: whoever a room is not for has no valid token for it. 404 says that a Session-Id is unknown.
        foreign=gives(401, error="Invalid token", as_="mallory"),
        **cells,
    )


def forged(path: str, world: World) -> str:
    """The ticket of one session with the proof of another."""
    id_, proof = world.started.ticket.removeprefix("pth_").split(".")
    other = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    assert other != id_
    return path.format(ticket=f"pth_{other}.{proof}")


CONNECTION = {"connectionId": "a-connection"}
DESCRIPTION = CONNECTION | {"sdp": "v=0"}
CANDIDATE = CONNECTION | {"candidate": "candidate:1", "sdpMLineIndex": 0, "sdpMid": "0"}
SIGNALING = [
    signaling(prefix, method, suffix, **options)
    for prefix in ("", "/t/{ticket}")
    for method, suffix, options in [
        ("PUT", "", {}),
        ("GET", "", {}),
        ("DELETE", "", {}),
        ("PUT", "/connection", {"json": CONNECTION}),
        ("GET", "/connection", {}),
        ("DELETE", "/connection", {"json": CONNECTION}),
        ("POST", "/offer", {"json": DESCRIPTION}),
        ("GET", "/offer", {}),
        ("POST", "/answer", {"json": DESCRIPTION}),
        ("GET", "/answer", {}),
        ("POST", "/candidate", {"json": CANDIDATE}),
        ("GET", "/candidate", {}),
    ]
]


def open_socket(world: World, query: str, session: str | None = None, **options) -> WebSocketPeer:
    path = f"/signaling/{session or world.session}"
    return WebSocketPeer(f"{world.server.websocket_url}{path}?role=viewer{query}", **options)


def socket_opens(world: World) -> None:
    with open_socket(world, f"&token={world.token(ADA)}") as peer:
        assert peer.connect(str(uuid.uuid4()))["polite"] is True


def socket_closes(reason: str, query: Callable[[World], str], session: str | None = None) -> Callable[[World], None]:
    def check(world: World) -> None:
        with open_socket(world, query(world), session) as peer:
            code, text = peer.expect_closed()
            assert code == 1008 and text.startswith(reason), (code, text)

    return check


def socket_is_refused_to_other_sites(world: World) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        open_socket(world, f"&token={world.token(ADA)}", origin="https://elsewhere.example")
    assert refusal.value.response.status_code == 403
    socket_closes("", lambda world: f"&token={world.token('mallory')}")(world)


def socket_refuses_huge_messages(world: World) -> None:
    with open_socket(world, f"&token={world.token(ADA)}") as peer:
        peer.offer("a-connection", "x" * 70_000)
        assert peer.expect_closed()[0] == 1009


SOCKET = Row(
    "GET",
    "/signaling/{sessionId}",
    own("/signaling/{world.session}"),
    success=is_seen_by(socket_opens),
    no_token=is_seen_by(socket_closes("No token provided", lambda world: "")),
    expired=is_seen_by(socket_closes("Invalid token", lambda world: f"&token={world.expired_token(ADA)}")),
    foreign=is_seen_by(socket_is_refused_to_other_sites),
    malformed=is_seen_by(socket_closes("", lambda world: f"&token={world.token(ADA)}", session="not-an-id")),
    too_large=is_seen_by(socket_refuses_huge_messages),
)


# Pages, files, operation


def signed(world: World) -> Request:
    return {"as_": None, "path": str(world.object_url)}


def resigned(**changes: str) -> Cell:
    return gives(403, path=lambda world: str(world.object_url.copy_merge_params(changes)))


def another_object(world: World) -> str:
    url = world.object_url
    return str(url.copy_with(path=url.path + "x"))


def everybody(path: str) -> Row:
    same = does_not_apply("the same for everybody")
    nothing = does_not_apply("nothing to get wrong: unknown parameters are ignored")
    return Row("GET", path, own(path), gives(200), gives(200, as_=None), same, same, nothing, NO_BODY)


def tells(path: str, member: str, who: str) -> Row:
    """A route that tells some callers more."""

    def shows(world: World) -> None:
        assert member in Api(world.server.url, world.token(who)).json("GET", path)

    def hides(caller: Callable[[World], str | None]) -> Cell:
        def check(world: World) -> None:
            response = Api(world.server.url, caller(world)).get(path)
            assert response.status_code in (200, 401) and member not in response.json()

        return is_seen_by(check)

    return Row(
        "GET",
        path,
        own(path),
        success=is_seen_by(shows),
        no_token=hides(lambda world: None),
        expired=hides(lambda world: world.expired_token(who)),
        foreign=hides(lambda world: world.token("mallory"))
        if who == "operator"
        else does_not_apply("every user may watch something, and needs a path to it"),
        malformed=does_not_apply("nothing to get wrong: unknown parameters are ignored"),
        too_large=NO_BODY,
    )


OTHERS = [
    tells("/health", "checks", "operator"),
    everybody("/health/live"),
    everybody("/health/ready"),
    tells("/config", "iceServers", ADA),
    everybody("/openapi.yaml"),
    everybody("/metrics"),
    page("/", own("/"), does_not_apply("nothing to get wrong")),
    page("/receiver", own("/receiver"), gives(200, path="/receiver?session=not-an-id")),
    page("/watch/{sessionId}", own("/watch/{world.session}"), gives(200, path="/watch/not-an-id")),
    page("/live", own("/live"), does_not_apply("nothing to get wrong")),
    page("/recordings", own("/recordings"), does_not_apply("nothing to get wrong")),
    page("/recordings/{recordingId}", own("/recordings/{world.ready}"), gives(200, path="/recordings/not-an-id")),
    page("/studio", own("/studio"), does_not_apply("nothing to get wrong")),
    page("/dev/outbox", own("/dev/outbox"), does_not_apply("nothing to get wrong")),
    page("/unsubscribe/{token}", own("/unsubscribe/{world.unsubscribe_token}"), gives(200, path="/unsubscribe/ptu_x")),
    Row(
        "POST",
        "/unsubscribe/{token}",
        lambda world: {
            "as_": None,
            "path": f"/unsubscribe/{world.unsubscribe_token}",
            "data": {"List-Unsubscribe": "One-Click"},
        },
        success=gives(200),
        no_token=does_not_apply("the token in the path is the credential (RFC 8058)"),
        expired=does_not_apply("it never expires: an old mail must be able to stop mails"),
        foreign=gives(404, path=lambda world: f"/unsubscribe/{world.started.ticket.replace('pth_', 'ptu_')}"),
        malformed=gives(404, path="/unsubscribe/ptu_x"),
        too_large=gives(413, data={"List-Unsubscribe": "x" * 70_000}),
    ),
    Row(
        "GET",
        "/objects/{key}",
        signed,
        success=gives(200),
        no_token=gives(403, path=lambda world: world.object_url.path),
        expired=resigned(expires="1700000000"),
        foreign=gives(403, path=another_object),
        malformed=resigned(signature="x"),
        too_large=NO_BODY,
    ),
]

ROWS = [*SESSIONS, *RECORDINGS, *CHILDREN, *LOGINS, *SIGNALING, SOCKET, *MEDIA, *OTHERS]
CELLS = [
    pytest.param(row, column, id=f"{row.name} - {column}")
    for row in ROWS
    for column in COLUMNS
    if not getattr(row, column).reason
]


@pytest.fixture(scope="module")
def world(make_module_server) -> World:
    server: Server = make_module_server(
        SIGNALING_ANONYMOUS="false",
        MAX_CHUNK_BYTES=MAX_CHUNK_BYTES,
        COMBINE_GRACE_SECONDS=1,
        SIGNALING_SOCKETS_PER_IP=1000,
    )
    return World(server)


def test_every_route_of_the_document_has_a_row():
    paths = yaml.safe_load(OPENAPI.read_text())["paths"]
    methods = {"get", "put", "post", "delete", "patch", "head", "options"}
    documented = {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in methods}
    assert documented == {row.name for row in ROWS}


@pytest.mark.parametrize(("row", "column"), CELLS)
def test_cell(world: World, row: Row, column: str):
    cell: Cell = getattr(row, column)
    if cell.check:
        cell.check(world)
        return
    request = cell.change(row.request(world), world)
    response = send(world, row.method, request)
    assert response.status_code in cell.status, f"{response.status_code}: {response.text:.300}"
    assert response.headers["X-Request-Id"]
    if response.status_code >= 400 and "/signaling" not in row.path:
        expect_problem(response)
    if cell.error:
        assert response.json()["error"] == cell.error
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def send(world: World, method: str, request: Request) -> httpx.Response:
    options = dict(request)
    who, path = options.pop("as_"), options.pop("path")
    headers = dict(options.pop("headers", {}))
    if who:
        headers["Authorization"] = f"Bearer {world.token(who)}"
    return fetch(method, httpx.URL(world.server.url).join(path), headers=headers, timeout=10, **options)


def expect_problem(response: httpx.Response) -> None:
    """RFC 9457, with the text that existing clients read."""
    assert response.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert isinstance(problem["error"], str) and problem["error"]


@pytest.mark.parametrize("path", sorted({row.path for row in ROWS}))
def test_other_methods_are_not_allowed(world: World, path: str):
    """405 with `Allow`; Hummingbird's router alone would answer 404."""
    allowed = {row.method for row in ROWS if row.path == path}
    filled = path.format(
        sessionId=world.session,
        viewerId=uuid.uuid4(),
        linkId=uuid.uuid4(),
        recordingId=uuid.uuid4(),
        number=0,
        userId=ADA,
        ticket=world.started.ticket,
        token=world.unsubscribe_token,
        key="recordings/x",
        room=world.session,
        resource="x",
        stream="x",
    )
    other = next(method for method in ("PATCH", "DELETE", "PUT") if method not in allowed)
    response = fetch(other, f"{world.server.url}{filled}", headers={"Authorization": f"Bearer {world.token(ADA)}"})
    assert response.status_code == 405
    assert allowed <= {method.strip() for method in response.headers["Allow"].split(",")}
