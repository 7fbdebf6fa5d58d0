"""The pages of recordings, as a family uses them: watching what still grows, seek pictures, several files as one."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from conftest import Chromium
from playwright.async_api import expect
from support.api import Api, Started, fetch
from support.browser import Person, Player, RecordingPage
from support.lab import Lab, Peer
from support.recordings import connected, finish, running_recording, segment_url
from support.server import Server
from support.waiting import eventually
from test_media_return import publish_again


@dataclass
class Family:
    """A child whose headset streams numbered pictures, and somebody who has come by a link."""

    child: Api
    started: Started
    lab: Lab
    headset: Peer
    mum: Person
    player: Player

    @property
    def session(self) -> str:
        return self.started.id

    async def open_recording(self, recording: str) -> RecordingPage:
        """Its page in mum's browser, which her link has signed in."""
        page = RecordingPage(await self.mum.page())
        await page.page.goto(f"{self.lab.base}/recordings/{recording}")
        return page


async def gather(server: Server, lab: Lab, chromium: Chromium, name: str, codec: str) -> Family:
    child = server.as_child(name)
    started = child.start()
    headset = await connected(await lab.publish(started.id, token=started.ticket, codec=codec))
    link = child.make_link(started.id, rights=["live", "recording", "download"])
    mum = await chromium.person()
    player = await mum.watch(link["url"])
    await player.expect_live()
    return Family(child, started, lab, headset, mum, player)


async def hold(page: RecordingPage, what: str, condition: Callable[[float], bool], timeout: float = 20) -> float:
    """Until the time line says so; gives where it is."""

    async def holds() -> float | None:
        at = await page.time()
        return at + 0.001 if condition(at) else None

    return await eventually(what, holds, timeout)


async def until_sent(headset: Peer, pictures: int) -> None:
    async def is_sent() -> bool:
        return await headset.frame() > pictures

    await eventually(f"{pictures} pictures are sent", is_sent, timeout=30)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_watching_from_the_beginning_while_it_grows(
    server: Server, open_lab: Callable[[Server], Lab], chromium: Chromium, codec: str
):
    family = await gather(server, await open_lab(server), chromium, f"growing-{codec}", codec)
    recording = running_recording(family.child, family.session)

    # From the live picture back to what was before, and to live again.
    watch = family.player.page
    await expect(watch.locator("#recording-badge")).to_have_text("Recording", timeout=15_000)
    await watch.click("#rewind-all", timeout=15_000)
    page = RecordingPage(watch)
    await page.expect_state("recording")
    assert page.address.endswith(f"/recordings/{recording['id']}#t=0")
    await page.expect_moving(frames=10)
    assert await page.time() < 8, "it begins at the beginning"
    await watch.click("#watch-live")
    await Player(watch).expect_live()
    await until_sent(family.headset, 10 * 30)
    await watch.click("#rewind-all", timeout=15_000)
    await page.expect_state("recording")

    # It grows while it is watched.
    early = await page.length()
    await page.expect_moving(frames=20)

    async def has_grown() -> bool:
        return await page.length() > early + 5

    await eventually("the time line grows", has_grown, timeout=20)

    # LIVE goes to the edge: nearly what the headset shows now.
    assert not await page.is_at_edge()
    await watch.click("#live")
    await eventually("the edge is on the screen", page.is_at_edge)
    live = await page.expect_moving(frames=10)
    behind = await family.headset.frame() - live
    print(f"{codec}: {behind} pictures behind the headset")
    assert 0 <= behind < 7 * 30

    # And back, by a seek.
    await page.seek(1)
    await hold(page, "it is back near the beginning", lambda at: at < 4)
    assert not await page.is_at_edge()
    assert await page.expect_moving(frames=10) < live - 90

    # The headset comes off while it plays: the page goes on with the finished file by itself.
    at = await hold(page, "it plays on", lambda at: at > 4)
    await family.headset.close()
    family.child.end(family.session)
    await page.expect_state("ready", timeout=90)
    ready = family.child.ready_recording(family.session, source="server")
    await hold(page, "it is where it was", lambda now: now >= at)
    assert await watch.evaluate("() => !document.querySelector('#video').paused"), "it plays on"
    await expect(watch.locator("#live")).to_be_hidden()
    assert await page.duration() == pytest.approx(ready["duration"], abs=0.2)
    await page.expect_moving(frames=10)


async def test_seek_bar_shows_pictures(server: Server, open_lab: Callable[[Server], Lab], chromium: Chromium):
    family = await gather(server, await open_lab(server), chromium, "previewed", "VP8")
    await until_sent(family.headset, pictures=200)
    await family.headset.close()
    recording = finish(family.child, family.session)

    def strip() -> dict | None:
        (segment,) = family.child.recordings(family.session)[0]["segments"]
        return segment["strip"]

    assert (await eventually("there is a strip", strip, timeout=40))["count"] >= 1
    page = (await family.open_recording(recording["id"])).page
    await expect(page.locator("html")).to_have_attribute("data-state", "ready")
    await page.hover("#seek")
    await expect(page.locator("#preview-picture")).to_be_visible()
    assert "blob:" in await page.locator("#preview-picture").evaluate("(picture) => picture.style.backgroundImage")
    await expect(page.locator("#preview-time")).to_have_text(re.compile(r"^0:0[3-6]$"))
    await page.mouse.move(5, 5)
    await expect(page.locator("#preview")).to_be_hidden()


@pytest.mark.timeout(120)
async def test_two_files_play_as_one_and_come_as_an_archive(
    server: Server, open_lab: Callable[[Server], Lab], chromium: Chromium
):
    family = await gather(server, await open_lab(server), chromium, "changing", "VP8")
    await until_sent(family.headset, pictures=150)
    await family.headset.close()
    again = await connected(await publish_again(family.lab, family.session, token=family.started.ticket, codec="H264"))

    def second() -> bool:
        return len(family.child.recordings(family.session)[0]["segments"]) == 2

    await eventually("there is a second file", second)
    await until_sent(again, pictures=150)
    await again.close()
    recording = finish(family.child, family.session)
    first, last = recording["segments"]
    assert first["mime_type"].startswith("video/webm") and last["mime_type"].startswith("video/mp4")

    # One time line.
    page = await family.open_recording(recording["id"])
    await page.expect_state("ready")
    assert await page.length() == pytest.approx(recording["duration"], abs=0.2)
    await page.seek(first["duration"] - 2)
    await page.play()
    source = "() => document.querySelector('#video').currentSrc.split('?')[0].split('.').pop()"
    assert await page.evaluate(source) == "webm"

    async def has_changed() -> bool:
        return await page.evaluate(source) == "mp4" and await page.time() > 1

    await eventually("the second file plays on", has_changed, timeout=20)
    await page.expect_moving(frames=10)
    assert await page.position() > last["start"]

    # One download.
    async with page.page.expect_download() as saving:
        await page.page.click("#download")
    download = await saving.value
    assert download.suggested_filename.endswith(".zip"), download.suggested_filename
    with zipfile.ZipFile(await download.path()) as archive:
        assert archive.testzip() is None
        sums = [hashlib.sha256(archive.read(name)).hexdigest() for name in sorted(archive.namelist())]
        print(archive.namelist())
    assert sums == [first["sha256"], last["sha256"]]
    by_api = family.child.json("GET", f"/api/recordings/{recording['id']}/download?download=1")["url"]
    assert len(zipfile.ZipFile(io.BytesIO(fetch("GET", by_api).content)).namelist()) == 2
    for segment in (first, last):
        saved = family.child.json("GET", f"{segment['url']}?download=1")["url"]
        response = fetch("GET", saved)
        assert "attachment" in response.headers["Content-Disposition"]
        assert response.content == fetch("GET", segment_url(family.child, segment)).content
