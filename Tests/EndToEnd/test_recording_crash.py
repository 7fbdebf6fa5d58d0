"""A server that is killed while it records loses at most a second."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.api import Api, Started
from support.lab import Lab, Peer
from support.recordings import (
    CONTAINERS,
    connected,
    connected_at,
    files_of,
    ready_mails,
    running_recording,
    sent_seconds,
)
from support.server import Server, free_port
from support.simulated import SimulatedPublisher
from support.traces import syncs
from support.waiting import wait_until
from support.witnesses import STRICT
from test_media_return import publish_again

ROUNDS = range(20 if STRICT else 3)
AGAIN = 3
"""Seconds that a publisher who is back sends."""
LOSS = 1.0


@dataclass
class Stream:
    """A child that streams."""

    child: Api
    started: Started
    publisher: Peer
    codec: str
    sent: float = 0

    @classmethod
    async def begin(cls, server: Server, lab: Lab, name: str, codec: str) -> "Stream":
        guardians = [{"email": f"{name}-mum@example.org", "name": "Mum"}]
        child = server.as_child(name, name=name.title(), guardians=guardians)
        started = child.start()
        publisher = await lab.publish(started.id, token=started.ticket, codec=codec)
        return cls(child, started, await connected(publisher), codec)

    async def was_killed(self, at: float) -> None:
        """What has left until then was sent; what its publisher does now reaches nobody."""
        self.sent += at - await connected_at(self.publisher)
        await self.publisher.close(silent=True)

    async def go_on(self, lab: Lab, seconds: float) -> None:
        options = {"token": self.started.ticket, "codec": self.codec}
        self.publisher = await connected(await publish_again(lab, self.started.id, **options))
        await asyncio.sleep(seconds)
        await self.publisher.close()
        self.sent += await sent_seconds(self.publisher)

    def assert_kept(self, server: Server, directory: Path) -> str:
        """One recording, at most a second shorter than what was sent; its id."""
        recording = self.child.ready_recording(self.started.id, timeout=40, source="server")
        assert recording["failure"] is None
        files = files_of(self.child, recording, directory)
        assert all(segment["mime_type"].startswith(CONTAINERS[self.codec]) for segment in recording["segments"])
        lengths = [file.length for file in files]
        print(f"{self.codec}: {self.sent:.3f} s sent, recorded {[round(length, 3) for length in lengths]}")
        assert self.sent - LOSS <= sum(lengths) <= self.sent + 0.3, f"{self.sent:.3f} s sent, recorded {lengths}"
        wait_until("there is a mail", lambda: ready_mails(server, recording["id"]) > 0, timeout=20)
        return recording["id"]


@pytest.mark.parametrize("number", ROUNDS)
async def test_killed_while_two_stream(make_server, open_lab: Callable[[Server], Lab], tmp_path: Path, number: int):
    """One of them comes back. The other's session is ended, in every second round by its grace."""
    ends_by_grace = number % 2 == 1
    port = free_port()
    grace = 10 if ends_by_grace else 60
    server: Server = make_server(MEDIA_UDP_PORT=port, MEDIA_TCP_PORT=port, SESSION_GRACE_SECONDS=grace)
    lab = await open_lab(server)
    codecs = ["VP8", "H264"] if number % 4 < 2 else ["H264", "VP8"]
    returns, stays_away = [await Stream.begin(server, lab, f"{codec}-{number}".lower(), codec) for codec in codecs]

    moment = random.uniform(1, 6)
    print(f"killed {moment:.3f} s after both were connected")
    await asyncio.sleep(moment)
    killed = time.time()
    server.kill()
    for stream in (returns, stays_away):
        await stream.was_killed(killed)
    server.restart()

    for stream in (returns, stays_away):
        (recording,) = stream.child.recordings(stream.started.id)
        assert recording["source"] == "server" and recording["status"] == "recording", recording
    await returns.go_on(lab, AGAIN)
    returns.child.end(returns.started.id)
    if not ends_by_grace:
        stays_away.child.end(stays_away.started.id)
    kept = [stream.assert_kept(server, tmp_path) for stream in (returns, stays_away)]

    # What is ready stays ready, and nobody is told again.
    server.kill()
    server.restart()
    await asyncio.sleep(1.5)
    for stream, recording in zip((returns, stays_away), kept):
        assert stream.child.ready_recording(stream.started.id)["id"] == recording
        assert ready_mails(server, recording) == 1


def test_files_are_durable_every_second(make_server, tmp_path: Path):
    server: Server = make_server()
    child = server.as_child("ada")
    started = child.start()
    seconds = 6
    with SimulatedPublisher(server, started):
        running_recording(child, started.id)
        calls = syncs(server.pid, seconds, tmp_path / "strace.log", of="/recordings/")
    gaps = [later - earlier for earlier, later in zip(calls, calls[1:])]
    print(f"{len(calls)} times in {seconds} s, the longest time between two {max(gaps, default=0):.2f} s")
    assert len(calls) >= seconds - 1, f"{len(calls)} calls of fdatasync in {seconds} s"
    # A second, and what the call itself and a busy machine take.
    assert max(gaps) <= 1.3, f"{max(gaps):.2f} s without fdatasync"
