"""The words of a table: rows are routes, cells are what a kind of caller or input gets from them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .api import Api
from .world import ADA, World

COLUMNS = ("success", "no_token", "expired", "foreign", "malformed", "too_large")

Request = dict[str, Any]
"""`as_` (who calls, or None), `path`, and options of httpx."""


@dataclass(frozen=True)
class Cell:
    """One call and what comes of it: the row's good request, changed."""

    status: tuple[int, ...] = ()
    error: str | None = None
    change: Callable[[Request, World], Request] = lambda request, world: request
    check: Callable[[World], None] | None = None
    reason: str = ""


@dataclass(frozen=True)
class Row:
    method: str
    path: str
    request: Callable[[World], Request]
    success: Cell
    no_token: Cell
    expired: Cell
    foreign: Cell
    malformed: Cell
    too_large: Cell

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


# Cells


def gives(*status: int, error: str | None = None, **changes) -> Cell:
    """These statuses for the good request with these options instead."""

    def change(request: Request, world: World) -> Request:
        return request | {key: value(world) if callable(value) else value for key, value in changes.items()}

    return Cell(status, error, change)


def does_not_apply(reason: str) -> Cell:
    return Cell(reason=reason)


def is_seen_by(check: Callable[[World], None]) -> Cell:
    return Cell(check=check)


def with_token(kind: str) -> Callable[[Request, World], Request]:
    def change(request: Request, world: World) -> Request:
        headers = dict(request.get("headers", {}))
        if kind == "expired":
            headers["Authorization"] = f"Bearer {world.expired_token(request['as_'])}"
        return request | {"as_": None, "headers": headers}

    return change


NO_TOKEN = Cell((401,), "No token provided", with_token("none"))
EXPIRED = Cell((401,), "Token expired", with_token("expired"))
NOT_YOURS = gives(404, as_="mallory")
NO_BODY = does_not_apply("the route takes no body, and reads none")
BROKEN_JSON = gives(400, json=None, content=b'{"unfinished": ', headers={"Content-Type": "application/json"})
HUGE_JSON = gives(413, json={"padding": "x" * 70_000})


def malformed_id(path: str) -> Cell:
    return gives(404, path=path)


# Rows


def api(method: str, path: str, request: Callable[[World], Request], **cells: Cell) -> Row:
    """A route below `/api`: demands a token and hides what is not the caller's."""
    defaults = {
        "success": gives(200),
        "no_token": NO_TOKEN,
        "expired": EXPIRED,
        "foreign": NOT_YOURS,
        "too_large": NO_BODY,
    }
    return Row(method, path, request, **(defaults | cells))


def own(path: str, **options) -> Callable[[World], Request]:
    return lambda world: {"as_": ADA, "path": path.format(world=world)} | options


def see_nothing(world: World, path: str, what: str) -> None:
    """The list is there, and what is somebody else's is not in it."""
    assert what in world.ada.get(path).text, "its owner sees it"
    response = Api(world.server.url, world.token("mallory")).get(path)
    assert response.status_code == 200 and what not in response.text
