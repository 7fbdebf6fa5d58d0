"""`porthole simulate` as a publisher of a session, until it is told to stop."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

from .api import Api, Started
from .paths import BINARY
from .server import Server
from .waiting import wait_until


class SimulatedPublisher:
    """Exact to the frame: it sends a clip, and sends again what was lost."""

    def __init__(self, server: Server, started: Started, codec: str = "vp8", clip: Path | None = None):
        self._arguments = [BINARY, "simulate", "--json", "--publish", f"{server.url}/whip/{started.id}"]
        self._arguments += ["--token", started.ticket, "--codec", codec, *(["--clip", clip] if clip else [])]

    def __enter__(self) -> SimulatedPublisher:
        self._process = subprocess.Popen(
            self._arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        return self

    def leave(self) -> dict:
        """Ends its connection and says what it has sent: `connected_seconds`, `frames`, `retransmitted`, …"""
        self._process.send_signal(signal.SIGINT)
        output, errors = self._process.communicate(timeout=20)
        assert self._process.returncode == 0, errors + output
        (publisher,) = json.loads(output)["peers"]
        assert publisher["connects"] == 1 and publisher.get("error") is None, publisher
        return publisher

    def __exit__(self, *_) -> None:
        self._process.kill()
        self._process.communicate(timeout=10)


def wait_until_live(child: Api, session: str) -> None:
    wait_until("the session is live", lambda: child.session(session)["state"] == "live")
