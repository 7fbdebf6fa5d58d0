#!/usr/bin/env python3
"""Takes a picture of every page of a running development server and looks for what nobody would be proud of.

Each page is opened on a desktop and on a phone, light and dark, under its real Content-Security-Policy. Console
errors, CSP violations, sideways scrolling and axe-core's findings are listed, and make the exit status 1.

    PORTHOLE_URL         the server, which has to be in development and listen on this machine
    PORTHOLE_ARTIFACTS   pictures go to its folder screenshots/ (default: artifacts)
    CHROMIUM             the browser (default: /usr/bin/chromium)
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

URL = os.environ.get("PORTHOLE_URL", "").rstrip("/")
PICTURES = Path(os.environ.get("PORTHOLE_ARTIFACTS", "artifacts")) / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

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


@dataclass
class Stage:
    """What was put onto the server for the pages to show."""

    token: str
    session: str
    recording: str
    shots: list[Shot] = field(default_factory=list)


def user_token() -> str:
    """The token of the player whom the development server's link to the studio signs in."""
    for link in httpx.get(f"{URL}/dev/links").raise_for_status().json()["links"]:
        address = urlsplit(link["url"])
        if address.path == "/studio":
            return parse_qs(address.fragment)["token"][0]
    sys.exit("the server hands out no link to the studio")


def moving_picture() -> bytes:
    """A recording as a browser would make it, with a picture worth a poster."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.webm"
        inputs = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=15:d=20", "-f", "lavfi", "-i", "sine=f=440:d=20"]
        video = ["-c:v", "libvpx", "-b:v", "600k", "-deadline", "realtime", "-cpu-used", "8"]
        subprocess.run(["ffmpeg", "-v", "error", *inputs, *video, "-c:a", "libopus", path], check=True)
        return path.read_bytes()


def set_stage() -> Stage:
    """One finished session with a recording that is ready, and one that goes on."""
    token = user_token()
    with httpx.Client(base_url=URL, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        finished = start_session(client, "screenshots-finished")
        upload = client.post(
            "/api/recordings/upload",
            data={"sessionId": finished, "chunkNumber": "0", "final": "true"},
            files={"recording": ("recording.webm", moving_picture(), "video/webm;codecs=vp8,opus")},
        )
        recording = upload.raise_for_status().json()["id"]
        client.post(f"/api/sessions/end/{finished}").raise_for_status()
        await_recording(client, recording)
        session = start_session(client, "screenshots-live")
    stage = Stage(token, session, recording)
    stage.shots = shots(stage)
    return stage


def start_session(client: httpx.Client, connection: str) -> str:
    metadata = {"platform": "screenshots", "version": "1"}
    body = {"connectionId": connection, "metadata": metadata}
    return client.post("/api/sessions/start", json=body).raise_for_status().json()["sessionId"]


def await_recording(client: httpx.Client, recording: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = client.get(f"/api/recordings/{recording}").raise_for_status().json()["status"]
        if status == "ready":
            return
        if status == "failed":
            sys.exit("the recording for the pictures failed")
        # Slow enough to leave the rate limit to the pages.
        time.sleep(3)
    sys.exit("the recording for the pictures was not ready after 60 s")


def shots(stage: Stage) -> list[Shot]:
    return [
        Shot("home", "/", ready="#ready:not([hidden])"),
        Shot("live", "/live", ready=f"{SETTLED} [data-session]"),
        Shot("live-signed-out", "/live", signed_in=False, ready="[data-message=signed-out]", statuses=(401,)),
        Shot("recordings", "/recordings", ready=f"{SETTLED} [data-recording]"),
        Shot("recording", f"/recordings/{stage.recording}", ready="html[data-state=ready]"),
        Shot(
            "recording-denied",
            "/recordings/00000000-0000-4000-8000-000000000000",
            ready="html[data-state=denied]",
            statuses=(404,),
        ),
        Shot("watch", f"/watch/{stage.session}", settle_ms=1500),
        Shot("watch-signed-out", f"/watch/{stage.session}", signed_in=False, statuses=(401,), settle_ms=1500),
        Shot("receiver", f"/receiver?session={stage.session}", settle_ms=1500),
        Shot("studio", f"/studio#token={stage.token}", settle_ms=1500),
        Shot("outbox", "/dev/outbox", ready=SETTLED),
        Shot("unsubscribe", "/unsubscribe/a-token", ready="#unsubscribe"),
        Shot("not-found", "/nowhere", statuses=(404,), ready="html[data-state=not-found]"),
    ]


class Photographer:
    """Opens pages in one browser and remembers what was wrong with them."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self.browser = browser
        self.stage = stage
        self.findings: list[str] = []
        # One sign-in for all pages: a hundred of them would run into the rate limit.
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
            page.wait_for_timeout(shot.settle_ms)
            problems += sideways(page)
            page.screenshot(path=PICTURES / f"{label}.png", full_page=True)
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
    stage = set_stage()
    chosen = [shot for shot in stage.shots if not names or shot.name in names]
    with sync_playwright() as playwright:
        # What a container needs; the pages are the server's own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        photographer = Photographer(browser, stage)
        for shot in chosen:
            for size in SIZES:
                for scheme in SCHEMES:
                    photographer.take(shot, size, scheme)
        browser.close()
    print(f"{len(chosen) * len(SIZES) * len(SCHEMES)} pictures, {len(photographer.findings)} findings")
    return 1 if photographer.findings or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
