"""The main job: a headset streams, a family watches, it is recorded, they are told."""

import pytest
from conftest import Chromium
from support.api import Api
from support.browser import Person, Player, RecordingPage, Studio, with_query
from support.mail import Authority, MailServer
from support.media import probe
from support.server import Server
from support.tokens import user_token
from support.waiting import eventually

MUM, DAD = "mum@example.org", "dad@example.org"
GUARDIANS = [{"email": MUM, "name": "Mum"}, {"email": DAD, "name": "Dad"}]
RECORD_SECONDS = 12
"""Long enough for a chunk to be uploaded while the session runs."""

TRANSPORTS = {
    "by WebSocket": ("websocket", "websocket"),
    "by polling": ("http", "http"),
    "host by polling, viewers by WebSocket": ("http", "websocket"),
}


@pytest.fixture
def family_server(make_server, mail_server: MailServer, authority: Authority) -> Server:
    return make_server(
        SMTP_URL=mail_server.url,
        SSL_CERT_FILE=authority.certificate,
        FROM_EMAIL="Porthole <porthole@example.org>",
        COMBINE_GRACE_SECONDS=20,
        RECORDING_MODE="browser",
    )


@pytest.fixture
def peer_to_peer_server(make_server, mail_server: MailServer, authority: Authority) -> Server:
    """Where a viewer's browser is the only one to record (docs/decisions/0008)."""
    return make_server(
        MEDIA_MODE="p2p",
        SMTP_URL=mail_server.url,
        SSL_CERT_FILE=authority.certificate,
        FROM_EMAIL="Porthole <porthole@example.org>",
        COMBINE_GRACE_SECONDS=20,
        RECORDING_MODE="browser",
    )


async def headset(chromium: Chromium, server: Server, transport: str) -> tuple[Studio, str]:
    """The player's browser as headset, and the player's token."""
    token = user_token("ada", name="Ada", guardians=GUARDIANS)
    player = await chromium.person()
    return await player.stream(server.url, token, signaling=transport), token


async def guardian(chromium: Chromium, mails: MailServer, address: str, transport: str) -> tuple[Person, Player]:
    """Opens the link from the guardian's mail in a browser that has never been here."""
    mail = await mails.mail(address, "/watch/")
    person = await chromium.person()
    query = {"signaling": "http"} if transport == "http" else {}
    return person, await person.watch(with_query(mail.link("/watch/"), **query))


async def only_session(api: Api) -> str:
    sessions = api.json("GET", "/api/sessions/active")
    assert len(sessions) == 1
    return sessions[0]["id"]


async def ready_recording(api: Api, session: str) -> dict:
    def find() -> dict | None:
        recordings = api.recordings(session)
        assert len(recordings) <= 1, "one session, one recording"
        return next((recording for recording in recordings if recording["status"] == "ready"), None)

    return await eventually("the recording is ready", find, timeout=40, interval=0.5)


async def record_for(player: Player, seconds: float) -> None:
    async def has_recorded() -> bool:
        started = await player.data("recordingStarted")
        return bool(started) and await player.evaluate("() => Date.now()") - int(started) > seconds * 1000

    await eventually(f"{seconds} s are recorded", has_recorded, timeout=seconds + 20)


@pytest.mark.parametrize(("host", "viewers"), TRANSPORTS.values(), ids=TRANSPORTS)
async def test_family_watches_and_keeps_a_session(
    chromium: Chromium, family_server: Server, mail_server: MailServer, host: str, viewers: str
):
    server, mails = family_server, mail_server
    studio, token = await headset(chromium, server, host)
    child = server.api(token)
    session = await only_session(child)

    # Mum taps the link in her mail and sees the picture; sound comes after one tap.
    mum, mums = await guardian(chromium, mails, MUM, viewers)
    await mums.expect_live()
    await mums.expect_no_token_in_address()
    assert await mums.data("signaling") == viewers
    assert await mums.data("sound") == "off" and not await mums.may_play_sound(), "no browser allows sound by itself"
    await mums.tap_for_sound()
    heard = await mums.hear()
    assert heard["isAudible"] and abs(heard["frequency"] - 440) < 10 and heard["level"] > -60, heard

    # Dad and a friend join; the headset sees all three.
    _, dads = await guardian(chromium, mails, DAD, viewers)
    friend = await chromium.person()
    friends = await friend.watch(await studio.watch_url())
    await dads.expect_live()
    await friends.expect_live()
    await studio.expect_watchers(3)
    assert child.session(session)["state"] == "live"

    # Dad reloads the page and goes on where the game is.
    before = await dads.first_frame()
    await dads.page.reload()
    await dads.expect_state("live")
    assert await dads.expect_moving() > before
    await studio.expect_watchers(3)

    # Exactly one of them records.
    recording_pages = [page for page in (mums, dads, friends) if await page.is_recording()]
    assert recording_pages == [mums], "the first of them records"
    await record_for(mums, RECORD_SECONDS)

    # The headset comes off.
    await studio.stop()
    for player in (mums, dads, friends):
        await player.expect_state("ended")
    recording = await ready_recording(child, session)
    wall_time = await mums.recorder_wall_time()
    facts = probe(child.file(recording["id"]))
    assert set(facts["codecs"]) == {"video", "audio"}
    assert facts["duration"] == pytest.approx(recording["duration"], abs=1)
    assert facts["duration"] == pytest.approx(wall_time, abs=1)
    assert (recording["width"], recording["height"]) == (640, 360)
    assert recording["gaps"] == [] and recording["missing_chunks"] == 0 and not recording["truncated"]

    # Mum replays it by the link in her last mail.
    ready = await mails.mail(MUM, "/recordings/", timeout=30)
    page = RecordingPage(await (await chromium.person()).page())
    await page.page.goto(ready.link("/recordings/"))
    await replay(page, recording["duration"])

    # Each got three mails, and no more.
    for address in (MUM, DAD):
        await mails.mail(address, "/recordings/")
        assert len(mails.mails(address)) == 3, [mail.subject for mail in mails.mails(address)]
    assert ready.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{server.url}/unsubscribe/" in ready.message["List-Unsubscribe"]
    assert ready.link("/recordings/") in ready.html.replace("&amp;", "&")


async def replay(page: RecordingPage, duration: float) -> None:
    """Plays and seeks, and sees by the numbers in the picture that it is really there."""
    await page.expect_ready()
    assert await page.duration() == pytest.approx(duration, abs=1)
    await page.play()
    early = await page.expect_moving(frames=10)
    await page.seek(duration * 0.7)

    async def is_later() -> bool:
        number = await page.frame()
        return number is not None and number > early + duration * 0.3 * 30 / 2

    await eventually("the picture after the seek is a later one", is_later)
    assert await page.time() >= duration * 0.65
    await page.seek(0.5)

    async def is_early() -> bool:
        return await page.time() < duration * 0.5 and (await page.frame() or 1 << 28) < early + 3 * 30

    await eventually("the picture after seeking back is an early one", is_early)


async def test_recorder_reloads_and_one_recording_has_one_honest_gap(
    chromium: Chromium, peer_to_peer_server: Server, mail_server: MailServer
):
    family_server = peer_to_peer_server
    studio, token = await headset(chromium, family_server, "websocket")
    child = family_server.api(token)
    session = await only_session(child)
    _, mums = await guardian(chromium, mail_server, MUM, "websocket")
    await mums.expect_live()
    await record_for(mums, RECORD_SECONDS)

    await mums.page.reload()
    await mums.expect_live()
    await record_for(mums, 4)
    await studio.stop()
    await mums.expect_state("ended")

    recording = await ready_recording(child, session)
    second_run = await mums.recorder_wall_time()
    assert recording["missing_chunks"] == 0
    assert len(recording["gaps"]) == 1, recording["gaps"]
    gap = recording["gaps"][0]
    # The first run reached the server up to its last slice or two.
    assert RECORD_SECONDS - 2.5 < gap["position"] < RECORD_SECONDS + 6
    assert 0 < gap["duration"] < 15
    assert recording["duration"] == pytest.approx(gap["position"] + second_run, abs=1)
    assert probe(child.file(recording["id"]))["duration"] == pytest.approx(recording["duration"], abs=1)
