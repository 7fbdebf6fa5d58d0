"""Recordings that the server makes: waiting for them, fetching their files, what ffprobe and ffmpeg say of these."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .api import Api, fetch
from .lab import Peer
from .outbox import outbox
from .server import Server
from .waiting import eventually, wait_until
from .witnesses import STRICT

SECONDS = 60 if STRICT else 12
"""How long the sources send."""

OWN_ROUNDING = "non monotonically increasing dts to muxer"

CONTAINERS = {"VP8": "video/webm", "VP9": "video/webm", "AV1": "video/webm", "H264": "video/mp4"}


# Files


@dataclass
class Packet:
    """A frame of picture or sound in a file; times in seconds."""

    kind: str
    at: float
    duration: float
    is_key: bool

    @property
    def end(self) -> float:
        return self.at + self.duration


@dataclass
class File:
    """A file, looked at with the tools that everybody has."""

    path: Path

    @cached_property
    def facts(self) -> dict:
        command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_packets", "-of", "json", self.path]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 0, f"ffprobe on {self.path.name}: {result.stderr[-500:]}"
        return json.loads(result.stdout)

    @property
    def codecs(self) -> dict[str, str]:
        return {stream["codec_type"]: stream["codec_name"] for stream in self.facts["streams"]}

    @property
    def duration(self) -> float:
        """As its container says it."""
        return float(self.facts["format"]["duration"])

    @cached_property
    def packets(self) -> list[Packet]:
        return [
            Packet(one["codec_type"], float(one["pts_time"]), float(one.get("duration_time", 0)), "K" in one["flags"])
            for one in self.facts["packets"]
        ]

    def of(self, kind: str) -> list[Packet]:
        """Packets of `video` or `audio`, in the order in which they are shown."""
        return sorted((packet for packet in self.packets if packet.kind == kind), key=lambda packet: packet.at)

    @property
    def length(self) -> float:
        """From the begin of the first packet to the end of the last one."""
        return max(packet.end for packet in self.packets) - max(0, min(packet.at for packet in self.packets))

    def assert_decodes(self) -> None:
        """Every picture and all of the sound, without a word of complaint."""
        complaints = self._decode()
        # Of pictures at no constant rate it guesses one, and complains about times that it has rounded itself.
        if complaints and all(OWN_ROUNDING in line for line in complaints):
            print(f"{self.path.name}: ffmpeg complains {len(complaints)} times about its own rounding")
            complaints = self._decode("-enc_time_base", "-1")
        assert complaints == [], f"{self.path.name}: {complaints[:10]}"

    def _decode(self, *options: str) -> list[str]:
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", self.path, *options, "-f", "null", "-"]
        result = subprocess.run(command, capture_output=True, text=True)
        return result.stderr.splitlines() or ([] if result.returncode == 0 else [f"status {result.returncode}"])


# Recordings


def segment_url(api: Api, segment: dict) -> str:
    """A signed URL, that needs no header; while the recording runs, too."""
    return api.json("GET", segment["url"])["url"]


def read_range(url: str, first: int, last: int | None = None) -> bytes:
    """As players read."""
    response = fetch("GET", url, headers={"Range": f"bytes={first}-{'' if last is None else last}"})
    assert response.status_code == 206, f"{response.status_code} {response.text:.200}"
    assert response.headers["Content-Range"].startswith(f"bytes {first}-"), response.headers["Content-Range"]
    return response.content


def finish(child: Api, session: str, timeout: float = 30) -> dict:
    """Ends the session; its only recording, once it is ready."""
    child.end(session)
    return child.ready_recording(session, timeout, source="server")


def running_recording(child: Api, session: str, timeout: float = 10) -> dict:
    """The session's recording, once there is one with a file."""

    def find() -> dict | None:
        recordings = child.recordings(session)
        assert len(recordings) <= 1, f"{len(recordings)} recordings of one session"
        return next((one for one in recordings if one["status"] == "recording" and one["segments"]), None)

    return wait_until("the session is being recorded", find, timeout)


def files_of(child: Api, recording: dict, directory: Path) -> list[File]:
    """All files of a ready recording: each is what its row says, and decodes without complaint."""
    assert recording["status"] == "ready" and recording["source"] == "server", recording
    files = []
    for number, segment in enumerate(recording["segments"]):
        assert segment["number"] == number
        data = fetch("GET", segment_url(child, segment)).raise_for_status().content
        file = File(directory / f"{recording['id']}-{number}")
        file.path.write_bytes(data)
        assert segment["sha256"] == hashlib.sha256(data).hexdigest()
        assert segment["file_size"] == len(data)
        assert abs(segment["duration"] - file.duration) < 0.1, f"{segment} is {file.duration:.3f} s long"
        file.assert_decodes()
        files.append(file)
    assert recording["file_size"] == sum(segment["file_size"] for segment in recording["segments"])
    first, last = recording["segments"][0], recording["segments"][-1]
    assert recording["mime_type"] == first["mime_type"]
    assert abs(recording["duration"] - (last["start"] + last["duration"])) < 0.1, recording
    return files


def only_file(child: Api, recording: dict, directory: Path) -> File:
    """The file of a recording that has one, which is also what is downloaded."""
    (file,) = files_of(child, recording, directory)
    assert child.file(recording["id"]) == file.path.read_bytes()
    return file


def local_files(server: Server, session: str = "*") -> list[Path]:
    """What the server is writing, on its own disk."""
    return [path for path in (server.data / "recordings").glob(f"{session}/*/*") if path.is_file()]


def ready_mails(server: Server, recording: str) -> int:
    """How many mails say that it can be watched."""
    return sum(f"/recordings/{recording}" in mail.text for mail in outbox(server))


# Publishers in a browser


async def connected(publisher: Peer) -> Peer:
    """The publisher, once its media can flow."""

    async def is_connected() -> bool:
        return "connected" in await publisher.marks()

    await eventually("the publisher is connected", is_connected)
    return publisher


async def connected_at(publisher: Peer) -> float:
    """As `time.time()` says it."""
    return (await publisher.marks())["connected"] / 1000


async def sent_seconds(publisher: Peer) -> float:
    """For how long a publisher that is closed could send: it had pictures and sound before, and after."""
    marks = await publisher.marks()
    return (marks["closed"] - marks["connected"]) / 1000


# Length


def assert_as_long(file: File, sent: float, what: str, tolerance: float = 0.2) -> None:
    """By its container and by its packets as many seconds as were sent."""
    print(f"{what}: {sent:.3f} s sent, {file.duration:.3f} s by the container, {file.length:.3f} s by packets")
    assert abs(file.duration - sent) <= tolerance, f"{what}: {file.duration:.3f} s by the container, {sent:.3f} s sent"
    assert abs(file.length - sent) <= tolerance, f"{what}: {file.length:.3f} s of packets, {sent:.3f} s sent"
