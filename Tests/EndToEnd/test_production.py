"""Production as operators run it: nginx in front, a mail server behind, consent by the studio's backend."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Frame, Page
from support.browser import Chromium, Person, Player, RecordingPage
from support.mail import Authority, MailServer
from support.media import webm
from support.paths import ROOT
from support.proxy import HttpsApi, Proxy
from support.server import Server
from support.signaling import WebSocketPeer
from support.tokens import user_token
from support.waiting import eventually
from websockets.exceptions import InvalidStatus

ADA, BOB = "ada", "bob"
MUM, DAD = "mum@example.org", "dad@example.org"
CONSENT = {"live": True, "record": True, "notify": True, "method": "web-form", "policy_version": "2026-01"}


@dataclass
class Production:
    """A server that only nginx reaches."""

    server: Server
    proxy: Proxy
    allowed_site: str
    other_site: str

    @property
    def url(self) -> str:
        return self.proxy.url

    @property
    def anybody(self) -> HttpsApi:
        return self.proxy.api()

    @property
    def backend(self) -> HttpsApi:
        return self.proxy.api(user_token("studio", role="service"))

    def child(self, name: str) -> HttpsApi:
        return self.proxy.api(user_token(name, name=name.title()))

    def socket(self, path: str, **options) -> WebSocketPeer:
        return WebSocketPeer(f"{self.proxy.websocket_url}{path}", ssl=self.proxy.trust, **options)

    def write_guardians(self, child: str, *addresses: str) -> None:
        guardians = [{"email": address, "name": address.split("@")[0].title()} for address in addresses]
        self.backend.json("PUT", f"/api/children/{child}/guardians", json={"guardians": guardians})

    def write_consent(self, child: str) -> None:
        self.backend.json("PUT", f"/api/children/{child}/consent", json=CONSENT)


@pytest.fixture
def run_production(
    make_server: Callable[..., Server], mail_server: MailServer, authority: Authority, tmp_path: Path
) -> Iterator[Callable[..., Production]]:
    proxies: list[Proxy] = []

    def run(**settings) -> Production:
        proxy = Proxy(tmp_path, authority)
        allowed, other = proxy.add_site(ROOT / "docs/examples"), proxy.add_site(ROOT / "docs/examples")
        server = make_server(
            **{
                "ENVIRONMENT": "production",
                "PUBLIC_URL": proxy.url,
                "TRUSTED_PROXIES": "127.0.0.1",
                "ALLOWED_ORIGINS": allowed,
                "SMTP_URL": mail_server.url,
                "SSL_CERT_FILE": authority.certificate,
                "FROM_EMAIL": "Porthole <porthole@example.org>",
                "COMBINE_GRACE_SECONDS": 20,
                "RECORDING_MODE": "browser",
            }
            | settings
        )
        proxies.append(proxy.start(server))
        return Production(server, proxy, allowed, other)

    yield run
    for proxy in proxies:
        proxy.stop()


@pytest.fixture
def production(run_production: Callable[..., Production]) -> Production:
    return run_production()


async def person(chromium: Chromium) -> Person:
    return await chromium.person(ignore_https_errors=True)


async def expect_one_cookie(holder: Person, partition: str) -> None:
    """The browser holds the page's cookie and no other, and only for pages under this site."""
    (cookie,) = await holder.context.cookies()
    told = {key: cookie.get(key) for key in ("name", "path", "secure", "httpOnly", "sameSite", "partitionKey")}
    assert told == {
        "name": "__Host-porthole",
        "path": "/",
        "secure": True,
        "httpOnly": True,
        "sameSite": "None",
        "partitionKey": partition,
    }


def sockets_of(visitor: Person) -> list[str]:
    """Where the pages that this visitor opens from now on open sockets; it grows."""
    urls: list[str] = []
    visitor.context.on("page", lambda page: page.on("websocket", lambda socket: urls.append(socket.url)))
    return urls


# The story


async def test_family_watches_and_replays_by_https(chromium: Chromium, production: Production, mail_server: MailServer):
    production.write_guardians(ADA, MUM, DAD)
    production.write_consent(ADA)
    child = production.child(ADA)

    headset, mum = await person(chromium), await person(chromium)
    sockets = sockets_of(headset), sockets_of(mum)
    studio = await headset.stream(production.url, child.token)
    (session,) = child.json("GET", "/api/sessions/active")

    link = (await mail_server.mail(MUM, "/watch/")).link("/watch/")
    assert link.startswith(f"{production.url}/watch/{session['id']}#token=ptw_")
    player = await mum.watch(link)
    await player.expect_live()
    await player.expect_no_token_in_address()
    for urls in sockets:
        assert urls and all(url.startswith(f"{production.proxy.websocket_url}/") for url in urls)
    assert not any("token" in url for url in sockets[1]), "the guardian's page comes by its cookie"
    await expect_one_cookie(mum, "https://localhost")

    async def has_recorded() -> bool:
        started = await player.data("recordingStarted")
        return bool(started) and await player.evaluate("() => Date.now()") - int(started) > 6000

    await eventually("a few seconds are recorded", has_recorded, timeout=30)
    await studio.stop()
    await player.expect_state("ended")
    recording = child.ready_recording(session["id"], timeout=40)
    assert recording["duration"] == pytest.approx(await player.recorder_wall_time(), abs=1)

    # Dad, who was away, replays it by his mail.
    replay = RecordingPage(await (await person(chromium)).page())
    await replay.page.goto((await mail_server.mail(DAD, "/recordings/")).link(f"{production.url}/recordings/"))
    await replay.expect_ready()
    await replay.play()
    await replay.expect_moving(frames=10)


# Without consent


def test_nothing_is_recorded_mailed_or_shown_without_consent(production: Production, mail_server: MailServer):
    production.write_guardians(ADA, MUM)
    child = production.child(ADA)
    started = child.start()
    assert started.answer["consent"] == {"live": False, "record": False, "notify": False}
    assert started.signaling_url.startswith(f"{production.proxy.websocket_url}/")

    session = f"/api/sessions/{started.id}"
    guardian = production.proxy.api(user_token("mum", role="guardian", email=MUM))
    link = child.make_link(started.id, rights=["live", "recording", "record"])
    for caller in (guardian, production.proxy.api(link["url"].split("#token=")[1])):
        assert caller.get(session).status_code == 404
        assert caller.json("GET", "/api/sessions/active") == []
        assert caller.get(f"/api/recordings/session/{started.id}").status_code == 404
        assert caller.upload(started.id, webm()).status_code == 404
        with production.socket(f"/signaling/{started.id}?role=viewer&token={caller.token}") as viewer:
            assert viewer.expect_closed()[0] == 1008
    assert production.backend.get(session).status_code == 200, "the studio sees it"

    refused = child.upload(started.id, webm())
    assert refused.status_code == 403, refused.text
    assert child.recordings(started.id) == []
    child.end(started.id)

    # What comes to somebody later shows that nothing was on its way before.
    production.write_guardians(BOB, DAD)
    production.write_consent(BOB)
    production.child(BOB).start()
    mail_server.wait_for(DAD, 1)
    assert mail_server.mails(MUM) == []


def test_guardian_may_watch_as_soon_as_consent_is_written_and_no_longer_than_that(production: Production):
    production.write_guardians(ADA, MUM)
    started = production.child(ADA).start()
    guardian = production.proxy.api(user_token("mum", role="guardian", email=MUM))
    path = f"/signaling/{started.id}?role=viewer&token={guardian.token}"
    production.write_consent(ADA)
    assert guardian.get(f"/api/sessions/{started.id}").status_code == 200
    with production.socket(path) as viewer:
        viewer.settle()
        production.backend.delete(f"/api/children/{ADA}/consent").raise_for_status()
        viewer.expect_closed()
    assert guardian.get(f"/api/sessions/{started.id}").status_code == 404


# What strangers find


def test_doors_of_development_are_shut(production: Production):
    anybody = production.anybody
    for path in ("/dev", "/dev/outbox", "/dev/links"):
        for caller in (anybody, production.proxy.api(user_token("operator", role="admin"))):
            assert caller.get(path).status_code == 404, path
    assert anybody.json("GET", "/health")["environment"] == "production"
    assert "#token=" not in anybody.get("/").text
    assert "#token=" not in production.server.output, "nor does it print links"


def test_default_room_is_closed(production: Production):
    with production.socket("/") as stock:
        assert stock.expect_closed() == (1008, "No token provided")
    refused = production.anybody.put("/signaling")
    assert (refused.status_code, refused.json()["error"]) == (401, "No token provided")


def test_foreign_pages_open_no_sockets(production: Production):
    path = f"/signaling/{production.child(ADA).start().id}?token={user_token(ADA)}"
    with production.socket(path, origin=production.allowed_site) as socket:
        socket.settle()
    for origin in (production.other_site, "http://localhost:8080", "null"):
        with pytest.raises(InvalidStatus) as refusal:
            production.socket(path, origin=origin)
        assert refusal.value.response.status_code == 403, origin


def test_headers_of_pages_fit_https(production: Production):
    anything = uuid.uuid4()
    for path in (f"/watch/{anything}", "/receiver", f"/recordings/{anything}", "/", "/studio", "/live", "/recordings"):
        headers = production.anybody.get(path).headers
        assert "max-age=31536000" in headers["Strict-Transport-Security"], path
        policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == ["'self'"]
        assert policy["connect-src"] == ["'self'", production.proxy.websocket_url]
        is_player = path not in ("/", "/studio", "/live", "/recordings")
        assert policy["frame-ancestors"] == (["'self'", production.allowed_site] if is_player else ["'none'"]), path
    assert "Strict-Transport-Security" in production.anybody.get("/api/sessions/active").headers


# Other sites


async def framed(page: Page, url: str) -> Frame:
    def find() -> Frame | None:
        return next((frame for frame in page.frames if frame.url.startswith(url)), None)

    return await eventually("the player is in the page", find)


async def test_allowed_site_embeds_the_player_with_a_cookie_of_its_own(
    chromium: Chromium, production: Production, mail_server: MailServer
):
    production.write_guardians(ADA, MUM)
    production.write_consent(ADA)
    await (await person(chromium)).stream(production.url, user_token(ADA))
    link = (await mail_server.mail(MUM, "/watch/")).link("/watch/")

    mum = await person(chromium)
    page = await mum.page()
    await page.goto(f"{production.allowed_site}/iframe.html#watch={quote(link, safe='')}")
    frame = await framed(page, production.url)
    player = Player(frame)
    await player.expect_live()
    await player.tap_for_sound()
    assert abs((await player.hear())["frequency"] - 440) < 10

    await expect_one_cookie(mum, "https://127.0.0.1")
    plain = "() => { document.cookie = 'plain=1; Secure; SameSite=None'; return document.cookie }"
    assert await frame.evaluate(plain) == "", "this browser keeps no other third party's cookie"

    # The cookie opens the player again without the token, but inside this site alone.
    address = frame.url
    assert "#" not in address
    await page.goto(f"{production.allowed_site}/iframe.html?again#watch={quote(address, safe='')}")
    await Player(await framed(page, production.url)).expect_live()
    alone = await mum.watch(address)
    await alone.expect_state("denied")


async def test_site_that_is_not_allowed_gets_nothing(
    chromium: Chromium, production: Production, mail_server: MailServer
):
    production.write_guardians(ADA, MUM)
    production.write_consent(ADA)
    child = production.child(ADA)
    session = child.start().id
    link = (await mail_server.mail(MUM, "/watch/")).link("/watch/")

    visitor = await person(chromium)
    page = await visitor.page()
    await page.goto(f"{production.other_site}/iframe.html#watch={quote(link, safe='')}")
    await eventually("the browser refuses", lambda: any("frame-ancestors" in text for text in chromium.complaints))
    chromium.complaints.clear()
    assert not [frame for frame in page.frames if frame.url.startswith(production.url)]
    assert await visitor.context.cookies() == []

    # Nor does it read anything by fetch, with the child's own token.
    read = """async ([url, token]) => {
        try {
            return (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status
        } catch (error) {
            return error.name
        }
    }"""
    arguments = [f"{production.url}/api/sessions/{session}", child.token]
    assert await page.evaluate(read, arguments) == "TypeError"
    await page.goto(f"{production.allowed_site}/iframe.html")
    assert await page.evaluate(read, arguments) == 200


# Through the proxy


def test_strangers_are_limited_by_the_address_that_the_proxy_saw(run_production: Callable[..., Production]):
    production = run_production(RATE_LIMIT_REQUESTS=3)

    def ask(address: str, forged: str | None = None) -> int:
        headers = {} if forged is None else {"X-Forwarded-For": forged, "X-Real-IP": forged}
        return production.proxy.api(address=address).get("/api/sessions/active", headers=headers).status_code

    assert [ask("127.0.0.2") for _ in range(4)] == [401, 401, 401, 429]
    assert ask("127.0.0.3") == 401, "somebody else behind the same proxy"
    assert ask("127.0.0.2", forged="198.51.100.7") == 429, "what a client says of itself is not believed"
    assert [ask("127.0.0.3", forged="127.0.0.2") for _ in range(3)] == [401, 401, 429]


def peers_of(port: int) -> set[int]:
    """Ports at the other end of the server's open connections (proc(5), `net/tcp`)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[2].split(":")[1], 16) for row in rows if row[3] == "01" and row[1].endswith(f":{port:04X}")}


def test_sockets_open_on_connections_that_the_proxy_keeps(production: Production):
    started = production.child(ADA).start()
    path = started.signaling_url.removeprefix(production.proxy.websocket_url)
    caller = production.anybody
    for round in range(20):
        assert caller.get("/health").status_code == 200
        kept = peers_of(production.server.port)
        with production.socket(path) as host:
            host.settle()
            assert kept and peers_of(production.server.port) <= kept, f"round {round}: by a new connection"
    assert caller.get("/health").status_code == 200


def test_largest_chunk_passes_and_a_larger_one_is_refused_by_the_server(production: Production):
    production.write_consent(ADA)
    child = production.child(ADA)
    session, run = child.start().id, str(uuid.uuid4())
    chunk = os.urandom(1_000_000) * 16
    answer = child.upload(session, chunk, 0, run=run)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.json()["received"] == 1
    refused = child.upload(session, chunk + b"more", 1, run=run)
    assert refused.status_code == 413 and refused.json()["error"]
    assert child.recordings(session)[0]["file_size"] == len(chunk)
