#!/usr/bin/env python3
"""Takes a picture of every page of a running development server and looks for what nobody would be proud of.

Each page is opened on a desktop and on a phone, light and dark, under its real Content-Security-Policy. Console
errors, CSP violations, sideways scrolling and axe-core's findings are listed, and make the exit status 1.

    PORTHOLE_URL         the server, which has to be in development and listen on this machine
    PORTHOLE_ARTIFACTS   pictures go to its folder screenshots/ (default: artifacts)
    PORTHOLE_BINARY      the program, which also plays the headset (default: .build/debug/porthole)
    CHROMIUM             the browser (default: /usr/bin/chromium)
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from support.paths import ARTIFACTS, CHROMIUM
from support.stage import Stage

URL = os.environ.get("PORTHOLE_URL", "").rstrip("/")
PICTURES = ARTIFACTS / "screenshots"

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
SETTLED = "html[data-state]:not([data-state=loading])"


@dataclass
class Shot:
    """A page in one state, and what may be said on its console in that state."""

    name: str
    path: str
    signed_in: bool = True
    ready: str = "body"
    # Statuses that this state is about; the browser writes each onto the console.
    statuses: tuple[int, ...] = ()
    # Pages that hold a socket open never come to rest, so they get a moment.
    settle_ms: int = 400
    # What somebody does on it before.
    act: Callable[[Page], None] = lambda page: None
    # The whole page is taken with another size of the window, from which the pointer goes away.
    is_whole: bool = True


def still_shots(stage: Stage) -> list[Shot]:
    session = stage.going_on.id
    return [
        Shot("home", "/", ready="#ready:not([hidden])"),
        Shot("live", "/live", ready=f"{SETTLED} [data-session]"),
        Shot("live-signed-out", "/live", signed_in=False, ready="[data-message=signed-out]", statuses=(401,)),
        Shot("recordings", "/recordings", ready=f"{SETTLED} [data-recording]"),
        Shot("recording", f"/recordings/{stage.recording}", ready="html[data-state=ready]"),
        Shot("recording-preview", f"/recordings/{stage.recording}", ready="html[data-state=ready]", act=hover, is_whole=False),
        Shot("recording-marked", f"/recordings/{stage.recording}", ready="html[data-state=ready]", act=mark),
        Shot("recording-clipped", f"/recordings/{stage.recording}", ready="html[data-state=ready]", act=save_marked),
        Shot("recording-not-clipped", f"/recordings/{stage.recording}", ready="html[data-state=ready]", act=save_nothing),
        Shot("clip", f"/recordings/{stage.clip}", ready="#clip-of a"),
        Shot(
            "recording-denied",
            "/recordings/00000000-0000-4000-8000-000000000000",
            ready="html[data-state=denied]",
            statuses=(404,),
        ),
        Shot("watch", f"/watch/{session}", settle_ms=1500),
        Shot("watch-signed-out", f"/watch/{session}", signed_in=False, statuses=(401,), settle_ms=1500),
        Shot("receiver", f"/receiver?session={session}", settle_ms=1500),
        Shot("studio", f"/studio#token={stage.token}", settle_ms=1500),
        Shot("outbox", "/dev/outbox", ready=SETTLED),
        Shot("unsubscribe", "/unsubscribe/a-token", ready="#unsubscribe"),
        Shot("not-found", "/nowhere", statuses=(404,), ready="html[data-state=not-found]"),
    ]


LIVE = {"watch-live", "watch-clipped", "recording-running", "recording-running-clipped", "studio-live"}


def live_shots(stage: Stage) -> list[Shot]:
    """While a headset streams."""
    watch, recording = f"/watch/{stage.going_on.id}", f"/recordings/{stage.running_recording()}"
    found = "#rewind-row:not([hidden])"
    shots = [
        Shot("watch-live", watch, ready=found),
        Shot("watch-clipped", watch, ready=found, act=save_live),
        Shot("recording-running", f"{recording}#t=-2", ready="#live.lit", settle_ms=3000),
        Shot("recording-running-clipped", f"{recording}#t=-2", ready="#live.lit", act=save_live),
        # The last, since the player's other session ends with it.
        Shot("studio-live", f"/studio#token={stage.token}", act=stream, settle_ms=4000),
    ]
    assert {shot.name for shot in shots} == LIVE
    return shots


# What people do


def hover(page: Page) -> None:
    page.hover("#seek")
    page.wait_for_selector("#preview-picture:not([hidden])")


def mark(page: Page) -> None:
    for tenth, key in (("3", "i"), ("7", "o")):
        page.keyboard.press(tenth)
        page.keyboard.press(key)
    page.wait_for_selector("#clip-range:not([hidden])")


def save_marked(page: Page) -> None:
    mark(page)
    page.click("#save-moment")
    page.wait_for_selector("[data-clip=good]", timeout=30_000)


def save_nothing(page: Page) -> None:
    """Nothing was played yet, so there is no moment."""
    page.keyboard.press("c")
    page.wait_for_selector("[data-clip=bad]")


def save_live(page: Page) -> None:
    page.click("#save-moment")
    page.wait_for_selector("[data-clip=good]", timeout=30_000)


def stream(page: Page) -> None:
    """Until the page says that it is recorded."""
    page.click("#start")
    page.wait_for_selector("#recording-badge:not([hidden])", timeout=30_000)


class Photographer:
    """Opens pages in one browser and remembers what was wrong with them."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self.browser = browser
        self.stage = stage
        self.findings: list[str] = []
        # One sign-in for all pages.
        self.cookies = self.sign_in()

    def sign_in(self) -> dict:
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(f"{URL}/recordings#token={self.stage.token}")
        page.wait_for_selector(SETTLED)
        if "token" in page.url:
            self.findings.append("recordings: the token stays in the address bar")
        state = context.storage_state()
        context.close()
        return state

    def tour(self, shots: list[Shot], names: set[str]) -> int:
        """Takes all pictures of these, or only those of some names; says how many."""
        chosen = [shot for shot in shots if not names or shot.name in names]
        for shot in chosen:
            for size in SIZES:
                for scheme in SCHEMES:
                    self.take(shot, size, scheme)
        return len(chosen) * len(SIZES) * len(SCHEMES)

    def take(self, shot: Shot, size: str, scheme: str) -> None:
        label = f"{shot.name}-{size}-{scheme}"
        context = self.browser.new_context(
            viewport=SIZES[size],
            color_scheme=scheme,
            reduced_motion="reduce",
            is_mobile=size == "phone",
            has_touch=size == "phone",
            storage_state=self.cookies if shot.signed_in else None,
        )
        page = context.new_page()
        problems = listen(page, shot)
        try:
            page.goto(f"{URL}{shot.path}", wait_until="load")
            page.wait_for_selector(shot.ready, timeout=30_000)
            shot.act(page)
            page.wait_for_timeout(shot.settle_ms)
            problems += sideways(page)
            page.screenshot(path=PICTURES / f"{label}.png", full_page=shot.is_whole)
            problems += barriers(page)
        except Exception as error:  # A page that does not come up is one more finding, not the end of the tour.
            problems.append(f"did not come up: {str(error).splitlines()[0]}")
        finally:
            context.close()
        self.findings += [f"{label}: {problem}" for problem in problems]
        print("\n    ".join([f"  {label}: {'ok' if not problems else 'findings:'}", *problems]), flush=True)


def listen(page: Page, shot: Shot) -> list[str]:
    """What the page says on its console, where the browser also reports violations of the policy."""
    problems: list[str] = []
    expected = tuple(f"status of {status}" for status in shot.statuses)

    def heard(message) -> None:
        if message.type == "error" and not any(text in message.text for text in expected):
            problems.append(f"console: {message.text[:300]}")

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(f"uncaught: {str(error)[:300]}"))
    return problems


def sideways(page: Page) -> list[str]:
    width, shown = page.evaluate("() => { const e = document.documentElement; return [e.scrollWidth, e.clientWidth] }")
    return [f"scrolls sideways: {width} px on {shown} px"] if width > shown else []


def barriers(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"axe: {violation['id']} ({violation['impact']}): {json.dumps([n['target'] for n in violation['nodes']])[:300]}"
        for violation in violations
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="page", help="only these (default: all), such as live or recording")
    names = set(parser.parse_args().names)
    if not URL:
        parser.error("PORTHOLE_URL is not set")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stage = Stage.set(URL, Path(folder))
        # What a container needs; the pages are the server's own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        photographer = Photographer(browser, stage)
        taken = photographer.tour(still_shots(stage), names)
        if not names or names & LIVE:
            with stage.headset():
                taken += photographer.tour(live_shots(stage), names)
        browser.close()
    print(f"{taken} pictures, {len(photographer.findings)} findings")
    return 1 if photographer.findings or not taken else 0


if __name__ == "__main__":
    sys.exit(main())
