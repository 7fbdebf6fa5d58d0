"""Firefox watches what Chromium streams; both and the server have a network of their own (`support/netns.py`)."""

import pytest
from support.browser import READ_FRAME
from support.firefox import Firefox, FirefoxPage
from support.lab import Lab, lab_browser
from support.netns import ADDRESS, Namespace
from support.paths import CHROMIUM
from support.waiting import eventually

SOUND = """async () => {
    const { srcObject } = document.querySelector("#video")
    const audio = srcObject.getAudioTracks()
    return { tracks: audio.length, isLive: audio.every(({ readyState, muted }) => readyState === "live" && !muted) }
}"""


@pytest.fixture
def namespace():
    with Namespace() as made:
        yield made


async def frame(page: FirefoxPage) -> int | None:
    return await page.evaluate(READ_FRAME, "#video")


async def test_firefox_watches(make_server, namespace: Namespace, tmp_path):
    """Debian's Firefox has no H264 (it would download it)."""
    server = make_server(
        start=False, wrapper=namespace.command, MEDIA_ANNOUNCED_ADDRESSES=ADDRESS, MEDIA_CODECS="VP8,VP9,AV1"
    )
    namespace.forward(server.port)
    server.start()
    child = server.as_child("ada")
    started = child.start()
    link = child.make_link(started.id)["url"]
    chromium = namespace.wrapper(tmp_path, CHROMIUM)
    async with lab_browser(executable=chromium) as browser, Firefox(namespace) as firefox:
        lab = await Lab.open(browser, server.url)
        publisher = await lab.publish(started.id, token=started.ticket)
        page = await firefox.open(link)
        first = (await eventually("a numbered picture is on the screen", lambda: numbered(page), timeout=30))[0]

        async def moved() -> bool:
            return ((await frame(page)) or 0) >= first + 60

        await eventually("the picture moves in Firefox", moved)
        assert (await publisher.outbound())["mimeType"] == "video/VP8"
        sound = await page.evaluate(SOUND)
        assert sound == {"tracks": 1, "isLive": True}


async def numbered(page: FirefoxPage) -> tuple[int] | None:
    number = await frame(page)
    return None if number is None else (number,)
