"""A blank page on the server's own origin with peers that are none of ours: publishers and viewers to measure with."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from .browser import ARGUMENTS
from .paths import CHROMIUM
from .waiting import eventually

SCRIPT = Path(__file__).with_name("lab.js")
LAB_ARGUMENTS = [
    *[argument for argument in ARGUMENTS if not argument.startswith("--disable-features")],
    # A page that the test itself answers for counts as public, and may not open sockets to this machine.
    "--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-gpu",
]
CLOCK_WRAP = 2**28


async def spy(context: BrowserContext) -> None:
    """From now on `witness` looks into the connections of this person's pages."""
    await context.add_init_script(f"{SCRIPT.read_text()}\nlab.spy()")


async def witness(page: Page, timeout: float = 20) -> Viewer:
    """The newest connection of one of our own pages that is connected."""

    async def find() -> Viewer | None:
        index = await page.evaluate("lab.connected()")
        return None if index < 0 else Viewer(page, index)

    return await eventually("the page has a connection", find, timeout)


class Lab:
    """A page that publishes and watches by WHIP and WHEP."""

    def __init__(self, page: Page, base: str):
        self.page = page
        self.base = base

    @classmethod
    async def open(cls, browser: Browser, base: str) -> Lab:
        context = await browser.new_context()
        page = await context.new_page()
        # The page is not the server's, only its origin is: no policy of our pages holds it back.
        await page.route(f"{base}/lab", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        await page.goto(f"{base}/lab")
        await page.add_script_tag(content=SCRIPT.read_text())
        return cls(page, base)

    async def publish(self, room: str, **options) -> Peer:
        url = f"{self.base}/whip/{room}"
        return Peer(self.page, await self.page.evaluate("([url, options]) => lab.publish(url, options)", [url, options]))

    async def watch(self, room: str, patience: float = 15, **options) -> Viewer:
        """Asks again while nobody publishes, as players do."""
        url = f"{self.base}/whep/{room}"

        async def join() -> Viewer | None:
            try:
                index = await self.page.evaluate("([url, options]) => lab.watch(url, options)", [url, options])
            except PlaywrightError as error:
                if f"{url}: 409" in str(error):
                    return None
                raise
            return Viewer(self.page, index)

        return await eventually("there is something to watch", join, patience)

    async def close(self) -> None:
        await self.page.context.close()


@dataclass
class Peer:
    """One peer connection in a lab's page."""

    page: Page
    index: int

    async def evaluate(self, body: str, argument: Any = None) -> Any:
        """`body` sees the peer as `peer` and what is passed as `argument`."""
        function = f"async ([index, argument]) => {{ const peer = lab.peers[index]; {body} }}"
        return await self.page.evaluate(function, [self.index, argument])

    async def marks(self) -> dict[str, float]:
        """Milliseconds by the clock: `connected`; of viewers `started`, `posted`, `answered`, `presented`; `closed`."""
        return await self.evaluate("return peer.marks")

    async def figures(self) -> dict:
        return await self.page.evaluate("index => lab.figures(index)", self.index)

    async def outbound(self, kind: str = "video") -> dict:
        return _only((await self.figures())["outbound"], kind)

    async def inbound(self, kind: str = "video") -> dict:
        return _only((await self.figures())["inbound"], kind)

    async def pause(self) -> None:
        """A publisher shows no new pictures until it goes on."""
        await self.evaluate("peer.isPaused = true")

    async def resume(self) -> None:
        await self.evaluate("peer.isPaused = false")

    async def frame(self) -> int:
        """The number of the publisher's newest picture."""
        return await self.evaluate("return peer.frame")

    async def close(self, silent: bool = False) -> int | None:
        """Ends the WHIP or WHEP session by DELETE; silently, as a crash does, it does not."""
        return await self.evaluate("return await peer.close(argument)", silent)


class Viewer(Peer):
    """A viewer, and every picture that its decoder gave."""

    async def seen(self, since: float = 0) -> list[Seen]:
        rows = await self.evaluate("return peer.take(argument)", since)
        return [Seen(*row) for row in rows]

    async def now(self) -> float:
        return await self.evaluate("return lab.clock()")

    async def expect_moving(self, frames: int = 20, timeout: float = 20) -> list[Seen]:
        """Pictures rise in number, none goes back."""
        since = await self.now()

        async def enough() -> list[Seen] | None:
            seen = [one for one in await self.seen(since) if one.number is not None]
            return seen if len(seen) >= frames else None

        seen = await eventually(f"{frames} more numbered pictures", enough, timeout)
        numbers = [one.number for one in seen]
        assert numbers == sorted(numbers), f"the picture went back: {numbers}"
        return seen


@dataclass
class Seen:
    """A decoded picture: when by the page's clock (milliseconds), its number and the source's clock in it."""

    at: float
    number: int | None
    clock: int | None

    @property
    def age(self) -> float | None:
        """Milliseconds behind the source, which runs on the same machine."""
        if self.clock is None:
            return None
        return (self.at - self.clock + CLOCK_WRAP / 2) % CLOCK_WRAP - CLOCK_WRAP / 2


def longest_gap(seen: list[Seen]) -> float:
    """The longest time between two pictures, in milliseconds."""
    return max((later.at - earlier.at for earlier, later in zip(seen, seen[1:])), default=float("inf"))


def frame_rate(seen: list[Seen]) -> float:
    return (len(seen) - 1) / ((seen[-1].at - seen[0].at) / 1000) if len(seen) > 1 else 0


def _only(reports: list[dict], kind: str) -> dict:
    (report,) = [report for report in reports if report["kind"] == kind]
    return report


@asynccontextmanager
async def lab_browser(*arguments: str, executable: str | os.PathLike = CHROMIUM) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=[*LAB_ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            await browser.close()
