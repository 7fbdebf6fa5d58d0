"""Saving a moment: clips of recordings that run and of ones that are over."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Chromium
from playwright.async_api import Page, expect
from support.api import Api
from support.browser import Player, RecordingPage
from support.recordings import File, finish, only_file, running_recording
from support.server import Server
from support.simulated import SimulatedPublisher, wait_until_live
from support.waiting import eventually, wait_until

LONGEST_WAY_TO_A_KEY_FRAME = 10
SECONDS = 12
WANTED = 8

NO_STRETCHES: list[dict[str, float]] = [
    {},
    {"last": 0},
    {"last": -1},
    {"last": 601},
    {"start": 1},
    {"start": 5, "end": 5},
    {"start": 5, "end": 1},
    {"start": 1000, "end": 1010},
    {"last": 5, "start": 0, "end": 5},
]


def request_clip(child: Api, recording: str, **stretch: float) -> dict:
    answer = child.post(f"/api/recordings/{recording}/clips", json=stretch)
    assert answer.status_code == 202, answer.text
    clip = answer.json()
    assert clip["status"] == "processing" and clip["clip"]["recording_id"] == recording
    assert answer.headers["Location"] == f"/api/recordings/{clip['id']}"
    return clip


def ready_clip(child: Api, clip: str) -> dict:
    def find() -> dict | None:
        found = child.json("GET", f"/api/recordings/{clip}")
        assert found["status"] != "failed", found
        return found if found["status"] == "ready" else None

    return wait_until("the clip is made", find, timeout=20)


def assert_is_clip(child: Api, clip: dict, wanted: float, directory: Path) -> File:
    """What is wanted is in it, from the key frame before on; it decodes, and its row says what it is."""
    file = only_file(child, clip, directory)
    print(f"wanted {wanted:.3f} s of {clip['clip']}, got {file.duration:.3f} s, {file.length:.3f} s of packets")
    assert file.codecs.keys() == {"video", "audio"} and file.of("video")[0].is_key
    for length in (file.duration, file.length):
        assert wanted - 0.25 <= length <= wanted + LONGEST_WAY_TO_A_KEY_FRAME + 0.5
    return file


@pytest.mark.timeout(120)
@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_moment_of_what_runs(server: Server, chromium: Chromium, tmp_path: Path, codec: str):
    child = server.as_child(f"moment-{codec}")
    started = child.start()
    mum = await chromium.person()
    link = child.make_link(started.id, rights=["live", "recording"])["url"]
    with SimulatedPublisher(server, started, codec):
        await asyncio.to_thread(wait_until_live, child, started.id)
        watch = await mum.watch(link)
        await watch.expect_state("live")
        recording = await asyncio.to_thread(running_recording, child, started.id)
        await asyncio.sleep(SECONDS)

        # By the API.
        by_api = ready_clip(child, request_clip(child, recording["id"], last=WANTED)["id"])
        assert_is_clip(child, by_api, WANTED, tmp_path)

        # On the page that shows it live, and on the one that plays it while it grows.
        await watch.page.click("#save-moment")
        live = await saved(watch.page)
        page = await mum.page()
        await page.goto(f"{server.url}/recordings/{recording['id']}#t=-2")
        await expect(page.locator("#live.lit")).to_be_visible()
        await expect(page.locator("#moment-words")).to_have_text("Keeps the last 30 s")
        await page.keyboard.press("c")
        growing = await saved(page)
        for clip in (live, growing):
            # As long as the recording was by then, which was less than 30 s.
            row = ready_clip(child, clip)
            assert row["clip"]["start"] == 0 and row["clip"]["end"] > SECONDS
            assert_is_clip(child, row, row["clip"]["end"], tmp_path)

        # It plays by its own link.
        await page.click("a:has-text('Open clip')")
        await assert_plays(RecordingPage(page), row["duration"])
    finish_with_clips(child, started.id)
    log = server.as_studio().json("GET", f"/api/children/moment-{codec}/access-log")["entries"]
    assert sum(entry["action"] == "clipped" for entry in log) == 3
    # The page of the session that is over leads to the recording, not to a clip of it.
    await watch.expect_state("ended")
    await expect(watch.page.locator("#note-link")).to_have_attribute("href", f"/recordings/{recording['id']}", timeout=30_000)


def finish_with_clips(child: Api, session: str) -> dict:
    """Ends the session; its recording, which is the only one that is no clip."""
    child.end(session)

    def find() -> dict | None:
        (recording,) = [one for one in child.recordings(session) if one["clip"] is None]
        return recording if recording["status"] == "ready" else None

    return wait_until("the recording is ready", find, timeout=30)


async def saved(page: Page) -> str:
    """The id of the clip that the page says it has saved."""
    notice = page.locator("[data-clip=good]").last
    await expect(notice).to_be_visible(timeout=20_000)
    return (await notice.locator("a").get_attribute("href")).rsplit("/", 1)[1]


async def assert_plays(page: RecordingPage, duration: float) -> None:
    await page.expect_state("ready")
    await page.expect_ready()
    assert await page.duration() == pytest.approx(duration, abs=0.2)
    await expect(page.page.locator("#moment")).to_be_hidden()
    await page.play()

    async def plays() -> bool:
        return await page.time() > 1

    await eventually("the clip plays", plays)


@pytest.mark.timeout(120)
async def test_marked_range_of_what_is_over(server: Server, chromium: Chromium, tmp_path: Path):
    child = server.as_child("marking")
    started = child.start()
    link = child.make_link(started.id, rights=["live", "recording"])["url"]
    with SimulatedPublisher(server, started):
        await asyncio.to_thread(wait_until_live, child, started.id)
        await asyncio.sleep(SECONDS)
    recording = finish(child, started.id)

    # By the link that she was mailed, which shows nothing of a recording yet.
    mum = await chromium.person(permissions=["clipboard-read", "clipboard-write"])
    player: Player = await mum.watch(link)
    await player.expect_state("ended")
    page = RecordingPage(player.page)
    await page.page.goto(f"{server.url}/recordings/{recording['id']}")
    await page.expect_state("ready")

    # Nothing was played yet.
    await page.page.keyboard.press("c")
    await expect(page.page.locator("[data-clip=bad]")).to_contain_text("too short")
    await page.page.click("[data-clip=bad] [aria-label=Hide]")

    await page.seek(4)
    await page.page.keyboard.press("i")
    await page.seek(9)
    await page.page.click("#mark-end")
    band, track = page.page.locator("#clip-range"), page.page.locator(".clip-track")
    await expect(band).to_be_visible()
    share = (await band.bounding_box())["width"] / (await track.bounding_box())["width"]
    assert share == pytest.approx(5 / recording["duration"], abs=0.02)
    await expect(page.page.locator("#moment-words")).to_have_text("0:04 – 0:09 · 5 s")
    await page.page.click("#save-moment")
    clip = ready_clip(child, await saved(page.page))
    await expect(band).to_be_hidden()
    assert (clip["clip"]["start"], clip["clip"]["end"]) == (pytest.approx(4, abs=0.1), pytest.approx(9, abs=0.1))
    assert_is_clip(child, clip, 5, tmp_path)

    # Its link, in another browser of hers.
    await page.page.click("text=Copy link")
    await expect(page.page.locator("text=Copied")).to_be_visible()
    address = await page.page.evaluate("() => navigator.clipboard.readText()")
    assert address == f"{server.url}/recordings/{clip['id']}"
    other = RecordingPage(await (await chromium.person()).page())
    await other.page.goto(f"{address}#{link.split('#')[1]}")
    await assert_plays(other, clip["duration"])
    await expect(other.page.locator("#clip-of")).to_contain_text("A clip: 0:04 – 0:09 of the recording of Today")
    await expect(other.page.locator("#clip-of a")).to_have_attribute("href", f"/recordings/{recording['id']}#t=4")

    # The library tells them apart.
    await other.page.goto(f"{server.url}/recordings")
    await expect(other.page.locator(f"[data-recording='{clip['id']}']")).to_contain_text("Clip at")
    await expect(other.page.locator(f"[data-recording='{recording['id']}']")).to_contain_text("Session at")

    # The clip outlives what it is cut from.
    child.json("DELETE", f"/api/recordings/{recording['id']}")
    await other.page.goto(address)
    await assert_plays(other, clip["duration"])
    await expect(other.page.locator("#clip-of")).to_contain_text("of a recording that is not there any more")


def test_what_is_no_stretch_is_refused(server: Server):
    child = server.as_child("refused")
    started = child.start()
    with SimulatedPublisher(server, started):
        wait_until_live(child, started.id)
        recording = running_recording(child, started.id)["id"]
        for stretch in NO_STRETCHES:
            answer = child.post(f"/api/recordings/{recording}/clips", json=stretch)
            assert answer.status_code == 422, f"{stretch}: {answer.status_code} {answer.text}"
        clip = ready_clip(child, request_clip(child, recording, start=0, end=1)["id"])
        assert child.post(f"/api/recordings/{clip['id']}/clips", json={"last": 1}).status_code == 409
        only_live = server.api(child.make_link(started.id, rights=["live"])["url"].split("token=")[1])
        assert only_live.post(f"/api/recordings/{recording}/clips", json={"last": 1}).status_code == 403
