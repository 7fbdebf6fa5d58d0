"""What a development server is given for pictures of its pages to be taken: sessions, recordings, a clip."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from .api import Api, Started, fetch
from .simulated import SimulatedPublisher
from .waiting import wait_until

RECORDED_SECONDS = 24
INTERVAL = 0.5


def user_token(url: str) -> str:
    """The token of the player whom the development server's link to the studio signs in."""
    for link in fetch("GET", f"{url}/dev/links").raise_for_status().json()["links"]:
        address = urlsplit(link["url"])
        if address.path == "/studio":
            return parse_qs(address.fragment)["token"][0]
    sys.exit("the server hands out no link to the studio")


def moving_picture(path: Path) -> Path:
    """A film with a picture worth a poster."""
    inputs = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=15:d=20", "-f", "lavfi", "-i", "sine=f=440:d=20"]
    video = ["-c:v", "libvpx", "-b:v", "600k", "-deadline", "realtime", "-cpu-used", "8", "-g", "30"]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, *video, "-c:a", "libopus", path], check=True)
    return path


@dataclass
class Stage:
    """A session with a recording and a clip of that, and one that goes on."""

    url: str
    token: str
    recording: str
    clip: str
    going_on: Started
    film: Path

    @classmethod
    def set(cls, url: str, folder: Path) -> Stage:
        token = user_token(url)
        film = moving_picture(folder / "film.webm")
        child = Api(url, token)
        recorded = make_recording(url, child, film)
        clip = child.json("POST", f"/api/recordings/{recorded}/clips", json={"start": 8, "end": 16})["id"]
        await_recording(child, clip, "ready")
        return cls(url, token, recorded, clip, start_session(child, "live"), film)

    @cached_property
    def child(self) -> Api:
        return Api(self.url, self.token)

    def headset(self) -> SimulatedPublisher:
        """Streams into the session that goes on, until it is left."""
        return publisher(self.url, self.going_on, self.film)

    def running_recording(self) -> str:
        """What is recorded of that."""

        def find() -> str | None:
            return next((one["id"] for one in self.child.recordings(self.going_on.id) if one["segments"]), None)

        return wait_until("the session is being recorded", find, timeout=30, interval=INTERVAL)


def publisher(url: str, started: Started, film: Path) -> SimulatedPublisher:
    return SimulatedPublisher(SimpleNamespace(url=url), started, clip=film)


def start_session(child: Api, name: str) -> Started:
    return child.start(f"screenshots-{name}-{uuid.uuid4()}", platform="screenshots", version="1")


def make_recording(url: str, child: Api, film: Path) -> str:
    started = start_session(child, "recorded")
    with publisher(url, started, film):
        time.sleep(RECORDED_SECONDS)
    child.end(started.id)
    (recording,) = child.recordings(started.id)
    await_recording(child, recording["id"], "ready")

    def has_strip() -> bool:
        (segment,) = child.json("GET", f"/api/recordings/{recording['id']}")["segments"]
        return segment["strip"] is not None

    wait_until("there are pictures for the seek bar", has_strip, timeout=60, interval=INTERVAL)
    return recording["id"]


def await_recording(child: Api, recording: str, status: str) -> None:
    def is_there() -> bool:
        found = child.json("GET", f"/api/recordings/{recording}")["status"]
        assert found != "failed", "a recording for the pictures failed"
        return found == status

    wait_until(f"a recording for the pictures is {status}", is_there, timeout=60, interval=INTERVAL)
