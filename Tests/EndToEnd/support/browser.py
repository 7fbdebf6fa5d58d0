"""People with browsers: real Chromium, one profile each, without an autoplay flag."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Frame, Page, async_playwright

from .paths import CHROMIUM
from .waiting import eventually

ARGUMENTS = [
    "--no-sandbox",
    # Peers on one machine: a container has no multicast DNS, and sometimes no other interface than loopback.
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]

READ_FRAME = """async (selector) => {
    const { readFrameCounter } = await import("/assets/studio/frame-code.js")
    const video = document.querySelector(selector)
    if (!video || !video.videoWidth || video.readyState < 2) return null
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    const context = canvas.getContext("2d", { willReadFrequently: true })
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    return readFrameCounter(context, canvas.width, canvas.height)
}"""

HEAR = """async () => {
    const video = document.querySelector("#video")
    const audio = new AudioContext()
    const analyser = audio.createAnalyser()
    analyser.fftSize = 8192
    analyser.smoothingTimeConstant = 0
    audio.createMediaStreamSource(video.srcObject).connect(analyser)
    const bins = new Float32Array(analyser.frequencyBinCount)
    const heard = { frequency: 0, level: -Infinity }
    for (const deadline = performance.now() + 5000; performance.now() < deadline && heard.level < -60; ) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        analyser.getFloatFrequencyData(bins)
        bins.forEach((level, bin) => {
            const frequency = (bin * audio.sampleRate) / analyser.fftSize
            // The test picture's tone, without the beep an octave above it that each second begins with.
            if (frequency < 660 && level > heard.level) Object.assign(heard, { level, frequency })
        })
    }
    const isAudible = !video.muted && !video.paused && video.volume > 0 && audio.state === "running"
    await audio.close()
    return { ...heard, isAudible }
}"""


class Chromium:
    """The browser; every person has a context of their own."""

    def __init__(self, browser: Browser):
        self._browser = browser
        self.complaints: list[str] = []

    async def person(self, **options) -> "Person":
        context = await self._browser.new_context(viewport={"width": 1000, "height": 700}, **options)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("console", self._console)
        return Person(context)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)


@asynccontextmanager
async def launched_chromium() -> AsyncIterator[Chromium]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        chromium = Chromium(browser)
        try:
            yield chromium
        finally:
            await browser.close()
    assert not chromium.complaints, "pages complained:\n" + "\n".join(chromium.complaints)


class Person:
    """Somebody with a browser profile."""

    def __init__(self, context: BrowserContext):
        self.context = context

    async def page(self) -> Page:
        return await self.context.new_page()

    async def watch(self, url: str) -> "Player":
        page = await self.page()
        await page.goto(url)
        return Player(page)

    async def stream(self, base: str, token: str, **query: str) -> "Studio":
        """Opens `/studio` with the player's token and starts a small test picture."""
        options = {"size": "640x360", "fps": "30", "bitrate": "1000"} | query
        page = await self.page()
        await page.goto(f"{base}/studio?{'&'.join(f'{key}={value}' for key, value in options.items())}#token={token}")
        studio = Studio(page)
        await studio.start()
        return studio


def with_query(url: str, **query: str) -> str:
    """A link with more in its query; its fragment stays where it is."""
    parts = urlsplit(url)
    more = "&".join(f"{key}={value}" for key, value in query.items())
    return parts._replace(query=f"{parts.query}&{more}".lstrip("&")).geturl() if more else url


class VideoPage:
    """A page, or a frame in one, with `<video id="video">` and its state on the root element."""

    def __init__(self, page: Page | Frame):
        self.page = page
        self._devtools: CDPSession | None = None

    async def evaluate(self, function: str, argument: Any = None) -> Any:
        """Looks into the page. Unlike Playwright's own `evaluate` it does not count as a tap of the person."""
        if isinstance(self.page, Frame):
            return await self.page.evaluate(function, argument)
        if self._devtools is None:
            self._devtools = await self.page.context.new_cdp_session(self.page)
        answer = await self._devtools.send(
            "Runtime.evaluate",
            {"expression": f"({function})({json.dumps(argument)})", "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def data(self, name: str) -> str | None:
        return await self.evaluate("name => document.documentElement.dataset[name] ?? null", name)

    async def expect_state(self, *states: str, timeout: float = 30) -> None:
        async def is_there() -> bool:
            return await self.data("state") in states

        await eventually(f"the page says {' or '.join(states)}", is_there, timeout)

    async def frame(self, selector: str = "#video") -> int | None:
        """The number in the picture that is on the screen now."""
        return await self.evaluate(READ_FRAME, selector)

    async def first_frame(self, timeout: float = 20) -> int:
        async def read() -> tuple[int] | None:
            number = await self.frame()
            return None if number is None else (number,)

        return (await eventually("a numbered picture is on the screen", read, timeout))[0]

    async def expect_moving(self, frames: int = 20, timeout: float = 20) -> int:
        """Watches the numbers in the picture rise; gives the last one."""
        first = last = await self.first_frame(timeout)

        async def rose() -> bool:
            nonlocal last
            number = await self.frame()
            if number is not None:
                assert number >= last, f"the picture went back from {last} to {number}"
                last = number
            return last >= first + frames

        await eventually(f"{frames} frames after {first} have come", rose, timeout)
        return last

    @property
    def address(self) -> str:
        return self.page.url


class Player(VideoPage):
    """`/watch` and `/receiver`."""

    async def expect_live(self, timeout: float = 30) -> int:
        await self.expect_state("live", timeout=timeout)
        return await self.expect_moving()

    async def expect_no_token_in_address(self) -> None:
        async def is_stripped() -> bool:
            return not re.search("token|ptw_|eyJ", await self.evaluate("() => location.href"))

        await eventually("the token has left the address bar", is_stripped)

    async def may_play_sound(self) -> bool:
        return await self.evaluate("() => new AudioContext().state") == "running"

    async def tap_for_sound(self) -> None:
        await self.page.click("#sound")

    async def hear(self) -> dict:
        """The loudest frequency of what is being played."""
        return await self.evaluate(HEAR)

    async def is_recording(self) -> bool:
        return await self.data("recording") == "recording"

    async def recorder_wall_time(self) -> float:
        """Seconds from start to stop of the page's recorder, by the page's clock."""
        started, stopped = await self.data("recordingStarted"), await self.data("recordingStopped")
        assert started and stopped, "the page has not recorded"
        return (int(stopped) - int(started)) / 1000


class Studio(VideoPage):
    """`/studio`, the headset in a browser."""

    async def start(self) -> None:
        await self.page.click("#start")
        await self.expect_state("live")

    async def stop(self) -> None:
        await self.page.click("#stop")
        await self.expect_state("stopped")

    async def watch_url(self) -> str:
        return await self.page.get_attribute("#watch-url", "href")

    async def expect_watchers(self, count: int, timeout: float = 20) -> None:
        async def has_them() -> bool:
            return await self.data("viewers") == str(count)

        await eventually(f"the headset sees {count} viewers", has_them, timeout)


class RecordingPage(VideoPage):
    """`/recordings/{id}`."""

    async def expect_ready(self, timeout: float = 30) -> None:
        async def is_ready() -> bool:
            return await self.evaluate("() => document.querySelector('#video')?.readyState >= 1")

        await eventually("the recording is in the player", is_ready, timeout)

    async def play(self) -> None:
        await self.page.click("#play")

    async def time(self) -> float:
        return await self.evaluate("() => document.querySelector('#video').currentTime")

    async def duration(self) -> float:
        return await self.evaluate("() => document.querySelector('#video').duration")

    async def position(self) -> float:
        """Where the time line says that it is: of all files together, and of what is not over."""
        return await self.evaluate("() => Number(document.querySelector('#seek').value)")

    async def length(self) -> float:
        return await self.evaluate("() => Number(document.querySelector('#seek').max)")

    async def is_at_edge(self) -> bool:
        """Whether LIVE is lit."""
        return await self.evaluate("() => document.querySelector('#live').matches('.lit:not([hidden])')")

    async def seek(self, seconds: float) -> None:
        """As a person does: by moving the slider."""
        await self.evaluate(
            """(seconds) => {
                const slider = document.querySelector("#seek")
                slider.value = String(seconds)
                slider.dispatchEvent(new Event("input", { bubbles: true }))
                slider.dispatchEvent(new Event("change", { bubbles: true }))
            }""",
            seconds,
        )
