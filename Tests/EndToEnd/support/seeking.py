"""How soon a long file shows its first picture in Chromium's own player, and how soon another place of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playwright.async_api import Page

OPEN = """async (url) => {
    const video = Object.assign(document.createElement("video"), { muted: true, width: 320, preload: "auto" })
    const begin = performance.now()
    const since = () => performance.now() - begin
    const shown = new Promise((resolve) => video.requestVideoFrameCallback((_, { mediaTime }) => resolve(mediaTime)))
    const known = new Promise((resolve, reject) => {
        video.addEventListener("loadedmetadata", () => resolve(since()), { once: true })
        video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true })
    })
    video.src = url
    document.body.append(video)
    const metadata = await known
    const at = await shown
    return { duration: Number.isFinite(video.duration) ? video.duration : null, metadata, first: since(), at }
}"""

# The picture from before may still be on its way to the screen, so one from elsewhere is passed over.
SEEK = """async (target) => {
    const video = document.querySelector("video")
    const begin = performance.now()
    const since = () => performance.now() - begin
    const isSought = new Promise((resolve, reject) => {
        video.addEventListener("seeked", () => resolve(since()), { once: true })
        video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true })
    })
    const shown = new Promise((resolve) => {
        const next = () => video.requestVideoFrameCallback((_, { mediaTime }) => {
            if (!video.seeking || Math.abs(mediaTime - target) < 3) resolve({ at: mediaTime, picture: since() })
            else next()
        })
        next()
    })
    video.currentTime = target
    const seeked = await isSought
    return { target, seeked, ...await shown }
}"""


@dataclass
class Opened:
    """What is known of a file that was opened; times that it took in milliseconds."""

    duration: float | None
    metadata: float
    first: float
    at: float
    """Seconds of the file that the first picture is at."""


@dataclass
class Sought:
    """A seek; times that it took in milliseconds."""

    target: float
    seeked: float
    picture: float
    at: float
    """Seconds of the file that the picture is at."""

    @property
    def took(self) -> float:
        return max(self.seeked, self.picture)


async def open_file(page: Page, url: str, timeout: float = 30) -> Opened:
    """Puts the file into the page's only player, which stays paused."""
    return Opened(**await asyncio.wait_for(page.evaluate(OPEN, url), timeout))


async def seek(page: Page, target: float, timeout: float = 30) -> Sought:
    """Goes to a place; done when its picture is on the screen."""
    return Sought(**await asyncio.wait_for(page.evaluate(SEEK, target), timeout))
