"""Rows of the matrix for media: WHIP, WHEP, their connections and events, and what is said of them."""

import functools
from collections.abc import Callable

from . import sdp
from .api import fetch
from .cells import EXPIRED, NO_BODY, NO_TOKEN, NOT_YOURS, Cell, Request, Row, does_not_apply, gives
from .world import ADA, World

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*"}
HUGE = sdp.offer("sendonly") + "a=x:" + "y" * 70_000 + "\r\n"

WATCHES = does_not_apply("needs a publisher whose media arrives: test_media_whip.py, test_media_events.py")


def media(method: str, path: str, request: Callable[[World], Request], **cells: Cell) -> Row:
    """A route of media: demands a right to the session and hides what is not the caller's."""
    defaults = {"no_token": NO_TOKEN, "expired": EXPIRED, "foreign": NOT_YOURS, "too_large": NO_BODY}
    return Row(method, path, request, **(defaults | cells))


def endpoint(kind: str, **options) -> Callable[[World], Request]:
    return lambda world: {"as_": ADA, "path": f"/{kind}/{world.session}"} | options


def publish(world: World) -> str:
    """The path of a new connection of Ada's, which never sends anything."""
    headers = SDP | {"Authorization": f"Bearer {world.started.ticket}"}
    url = f"{world.server.url}/whip/{world.session}"
    answer = fetch("POST", url, content=sdp.offer("sendonly"), headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


@functools.cache
def connection(world: World) -> str:
    """One for all tests: there may be few in a session."""
    return publish(world)


def published(**options) -> Callable[[World], Request]:
    return lambda world: {"as_": ADA, "path": connection(world)} | options


def watched(rest: str = "", **options) -> Callable[[World], Request]:
    """A connection that is not there, for callers who would not be told if it were."""
    return lambda world: {"as_": ADA, "path": f"/whep/{world.session}/nothing{rest}"} | options


OFFER = {"content": sdp.offer("sendonly"), "headers": SDP}
CHANGE = {"content": sdp.fragment(sdp.offer("sendonly"), ufrag="another"), "headers": FRAGMENT}
ASK = {"json": ["active"]}
NO_SESSION = gives(404, path="/whip/not-an-id")
NO_CONNECTION = gives(404, path=lambda world: f"/whip/{world.session}/nothing")
NO_VIEWER = gives(404)

MEDIA = [
    media("GET", "/whip/{room}", endpoint("whip"), success=gives(204), malformed=NO_SESSION),
    media(
        "POST",
        "/whip/{room}",
        endpoint("whip", **OFFER),
        success=gives(201),
        malformed=gives(400, content="hello"),
        too_large=gives(413, content=HUGE),
    ),
    media("GET", "/whip/{room}/{resource}", published(), success=gives(204), malformed=NO_CONNECTION),
    media(
        "PATCH",
        "/whip/{room}/{resource}",
        published(**CHANGE),
        success=gives(200),
        malformed=NO_CONNECTION,
        too_large=gives(413, content=HUGE),
    ),
    media("DELETE", "/whip/{room}/{resource}", published(), success=gives(200, path=publish), malformed=NO_CONNECTION),
    media("GET", "/whep/{room}", endpoint("whep"), success=gives(204), malformed=gives(404, path="/whep/not-an-id")),
    media(
        "POST",
        "/whep/{room}",
        endpoint("whep", **OFFER),
        success=WATCHES,
        malformed=gives(404, path="/whep/not-an-id"),
        too_large=gives(413, content=HUGE),
    ),
    media("GET", "/whep/{room}/{resource}", watched(), success=WATCHES, malformed=NO_VIEWER),
    media("PATCH", "/whep/{room}/{resource}", watched(**CHANGE), success=WATCHES, malformed=NO_VIEWER),
    media("DELETE", "/whep/{room}/{resource}", watched(), success=WATCHES, malformed=NO_VIEWER),
    media("POST", "/whep/{room}/{resource}/events", watched("/events", **ASK), success=WATCHES, malformed=NO_VIEWER),
    media("GET", "/whep/{room}/{resource}/events/{stream}", watched("/events/x"), success=WATCHES, malformed=NO_VIEWER),
    media("DELETE", "/whep/{room}/{resource}/events/{stream}", watched("/events/x"), success=WATCHES, malformed=NO_VIEWER),
    media(
        "GET",
        "/api/sessions/{sessionId}/media",
        lambda world: {"as_": ADA, "path": f"/api/sessions/{world.session}/media"},
        success=gives(200),
        malformed=gives(404, path="/api/sessions/not-an-id/media"),
    ),
]
