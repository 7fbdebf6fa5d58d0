"""Whoever is recorded is told so, and so is everybody who watches, whether or not they may see the recording."""

import pytest
from conftest import Chromium
from playwright.async_api import Page, expect
from support.browser import Studio
from support.server import Server
from support.waiting import wait_until

CONSENT = {"live": True, "record": True, "notify": False}


async def expect_sign(page: Page, timeout: float = 15) -> None:
    await expect(page.locator("#recording-badge")).to_be_visible(timeout=timeout * 1000)
    await expect(page.locator("#recording-badge")).to_have_text("Recording")


async def expect_no_sign(page: Page, timeout: float = 10) -> None:
    await expect(page.locator("#recording-badge")).to_be_hidden(timeout=timeout * 1000)


def requests_for_recordings(page: Page) -> list[str]:
    """Their addresses, as they are made from now on."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if "/api/recordings/" in request.url else None)
    return addresses


async def test_headset_and_viewers_are_told_that_the_server_records(make_server, chromium: Chromium):
    # Where browsers record, too, their pages are cut when consent is withdrawn.
    server: Server = make_server(RECORDING_MODE="server")
    child = server.as_child("seen")
    headset = await (await chromium.person()).stream(server.url, child.token)
    await expect_sign(headset.page)
    session = await headset.data("session")
    assert child.session(session)["recording"] is True

    link = child.make_link(session, rights=["live"])
    mum = await (await chromium.person()).watch(link["url"])
    await mum.expect_live()
    await expect_sign(mum.page)
    await expect(mum.page.locator("#rewind-row")).to_be_hidden()

    server.as_studio().json("PUT", "/api/children/seen/consent", json=CONSENT | {"record": False})
    await expect_no_sign(headset.page)
    await expect_no_sign(mum.page)
    await headset.expect_state("live")
    assert child.session(session)["recording"] is False


@pytest.mark.parametrize("signaling", ["websocket", "http"])
async def test_sign_goes_with_the_stream(server: Server, chromium: Chromium, signaling: str):
    child = server.as_child(f"stopping-{signaling}")
    headset: Studio = await (await chromium.person()).stream(server.url, child.token, signaling=signaling)
    await expect_sign(headset.page, timeout=25)
    session = await headset.data("session")
    mum = await (await chromium.person()).watch(child.make_link(session)["url"])
    await expect_sign(mum.page)
    await headset.stop()
    await expect_no_sign(headset.page, timeout=1)
    await mum.expect_state("ended")
    await expect_no_sign(mum.page, timeout=1)


async def test_page_looks_for_the_recording_once(server: Server, chromium: Chromium):
    """However many come and go: what it asks counts against its limit."""
    child = server.as_child("busy")
    headset = await (await chromium.person()).stream(server.url, child.token)
    await expect_sign(headset.page)
    link = child.make_link(await headset.data("session"))
    page = await (await chromium.person()).page()
    requests = requests_for_recordings(page)
    await page.goto(link["url"])
    await expect(page.locator("#rewind-row")).to_be_visible(timeout=15_000)
    asked = len(requests)
    for _ in range(3):
        person = await chromium.person()
        await (await person.watch(child.make_link(await headset.data("session"))["url"])).expect_live()
        await person.context.close()
    assert 1 <= asked <= 3 and len(requests) == asked


async def test_nobody_is_told_so_where_nothing_is_recorded(make_server, chromium: Chromium):
    server: Server = make_server(RECORDING_MODE="off")
    child = server.as_child("unseen")
    headset = await (await chromium.person()).stream(server.url, child.token)
    session = await headset.data("session")
    wait_until("it is live", lambda: child.session(session)["state"] == "live")
    await headset.page.wait_for_timeout(2_000)
    await expect_no_sign(headset.page)
    assert child.session(session)["recording"] is False
