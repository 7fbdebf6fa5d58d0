"""A studio's own pages: the examples of the documents, on an origin that the server allows."""

import uuid
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from conftest import Chromium
from playwright.async_api import Frame, Page
from support.api import fetch
from support.browser import Player
from support.media import webm
from support.paths import ROOT
from support.server import Server
from support.site import Site
from support.tokens import user_token
from support.waiting import eventually

EXAMPLES = ROOT / "docs/examples"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(EXAMPLES) as site:
        yield site


async def player_frame(page: Page, server: Server) -> Frame:
    return await eventually(
        "the player is in the page",
        lambda: next((frame for frame in page.frames if frame.url.startswith(server.url)), None),
    )


async def test_iframe_example_shows_the_player(chromium: Chromium, make_server, site: Site):
    server: Server = make_server(ALLOWED_ORIGINS=site.origin)
    studio = await (await chromium.person()).stream(server.url, user_token("ada"))
    page = await (await chromium.person()).page()
    await page.goto(f"{site.origin}/iframe.html#watch={quote(await studio.watch_url(), safe='')}")
    assert "token" not in await page.evaluate("location.href")
    player = Player(await player_frame(page, server))
    await player.expect_live()
    await player.tap_for_sound()
    assert abs((await player.hear())["frequency"] - 440) < 10


async def test_api_example_lists_and_plays(chromium: Chromium, make_server, site: Site):
    server: Server = make_server(ALLOWED_ORIGINS=site.origin, COMBINE_GRACE_SECONDS=1)
    player = server.as_child("ada")
    session = player.start().id
    player.upload(session, webm(), 0, run=str(uuid.uuid4()), final=True).raise_for_status()
    player.end(session)
    player.ready_recording(session)
    player.start()

    page = await (await chromium.person()).page()
    await page.goto(f"{site.origin}/api.html#server={quote(server.url, safe='')}&token={player.token}")
    await page.get_by_text("Ready", exact=True).wait_for()
    assert await page.locator("#live li").count() == 1
    await page.locator("#recordings button").click()
    await eventually(
        "the recording is in the page's player",
        lambda: page.evaluate("document.querySelector('#player').readyState >= 1"),
    )
    assert await page.evaluate("document.querySelector('#player').duration") == pytest.approx(4, abs=0.3)


def frame_ancestors(server: Server, path: str) -> list[str]:
    policy = fetch("GET", f"{server.url}{path}").headers["Content-Security-Policy"]
    (directive,) = [part.split() for part in policy.split(";") if part.split()[0] == "frame-ancestors"]
    return directive[1:]


def test_only_the_player_may_be_embedded_and_only_by_whom_it_is_allowed(make_server):
    server: Server = make_server(ALLOWED_ORIGINS="https://studio.example")
    anything = uuid.uuid4()
    for path in (f"/watch/{anything}", "/receiver", f"/recordings/{anything}"):
        assert {"'self'", "https://studio.example"} <= set(frame_ancestors(server, path)), path
        assert "*" not in frame_ancestors(server, path)
    for path in ("/", "/studio", "/live", "/recordings"):
        assert frame_ancestors(server, path) == ["'none'"], path


def test_api_answers_allowed_origins_and_never_their_cookies(make_server):
    server: Server = make_server(ALLOWED_ORIGINS="https://studio.example")
    api = server.as_child("ada")
    allowed = api.get("/api/sessions/active", headers={"Origin": "https://studio.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://studio.example"
    assert "Origin" in allowed.headers["Vary"]
    other = api.get("/api/sessions/active", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    preflight = server.api().request(
        "OPTIONS",
        "/api/sessions/start",
        headers={
            "Origin": "https://studio.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert preflight.status_code in (200, 204)
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    for response in (allowed, other, preflight):
        assert "Access-Control-Allow-Credentials" not in response.headers
