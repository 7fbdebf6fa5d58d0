"""Whoever is recorded is told so, and so is everybody who watches, whether or not they may see the recording."""

from conftest import Chromium
from playwright.async_api import expect
from support.server import Server
from support.waiting import wait_until

CONSENT = {"live": True, "record": True, "notify": False}


async def test_headset_and_viewers_are_told_that_the_server_records(make_server, chromium: Chromium):
    # Where browsers record, too, their pages are cut when consent is withdrawn.
    server: Server = make_server(RECORDING_MODE="server")
    child = server.as_child("seen")
    headset = await (await chromium.person()).stream(server.url, child.token, size="640x360")
    await expect(headset.page.locator("#recording-badge")).to_be_visible(timeout=15_000)
    assert await headset.data("recorded") == "true"
    session = await headset.data("session")
    assert child.session(session)["recording"] is True

    link = child.make_link(session, rights=["live"])
    mum = await (await chromium.person()).watch(link["url"])
    await mum.expect_live()
    badge = mum.page.locator("#recording-badge")
    await expect(badge).to_have_text("Recording", timeout=15_000)
    await expect(mum.page.locator("#rewind-row")).to_be_hidden()

    server.as_studio().json("PUT", "/api/children/seen/consent", json=CONSENT | {"record": False})
    await expect(headset.page.locator("#recording-badge")).to_be_hidden(timeout=10_000)
    await expect(badge).to_be_hidden(timeout=10_000)
    await headset.expect_state("live")
    assert child.session(session)["recording"] is False


async def test_nobody_is_told_so_where_nothing_is_recorded(make_server, chromium: Chromium):
    server: Server = make_server(RECORDING_MODE="off")
    child = server.as_child("unseen")
    headset = await (await chromium.person()).stream(server.url, child.token, size="640x360")
    session = await headset.data("session")
    wait_until("it is live", lambda: child.session(session)["state"] == "live")
    await headset.page.wait_for_timeout(2_000)
    await expect(headset.page.locator("#recording-badge")).to_be_hidden()
    assert child.session(session)["recording"] is False
