"""The server under test: the real program, with a port, a data directory and a log of its own."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx

from .api import Api, fetch
from .paths import BINARY, LOGS, ROOT
from .tokens import JWT_SECRET, user_token
from .waiting import wait_until


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """`porthole serve`, with settings as an operator gives them: by environment."""

    def __init__(self, name: str, *, wrapper: Callable[..., list[str]] | None = None, **settings: str | int | Path):
        self.name = name
        self._command = wrapper(BINARY, "serve") if wrapper else [BINARY, "serve"]
        self.home = Path(tempfile.mkdtemp(prefix="porthole-e2e-"))
        self.data = self.home / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = LOGS / f"{name}.log"
        self._settings = {
            "ENVIRONMENT": "development",
            "HOST": "127.0.0.1",
            "PORT": self.port,
            "PUBLIC_URL": self.url,
            "DATA_DIR": self.data,
            "WEB_DIR": ROOT / "Web",
            "JWT_SECRET": JWT_SECRET,
            # Ports of its own, and the only address that all peers on this machine have in common.
            "MEDIA_UDP_PORT": 0,
            "MEDIA_TCP_PORT": 0,
            "MEDIA_ANNOUNCED_ADDRESSES": "127.0.0.1",
            # The limits have tests of their own; the others must not run into them.
            "RATE_LIMIT_REQUESTS": 1_000_000,
            "CHUNK_UPLOADS_PER_MINUTE": 1_000_000,
            # Uploads of browsers are taken, too.
            "RECORDING_MODE": "both",
            # Whatever would put a secret into the log does so when most is logged.
            "LOG_LEVEL": "trace",
            "LOG_FORMAT": "json",
        } | settings
        self._process: subprocess.Popen | None = None

    # Life

    def start(self, ready: bool = True) -> "Server":
        assert BINARY.exists(), f"no program at {BINARY}: build it, or set PORTHOLE_BINARY"
        LOGS.mkdir(parents=True, exist_ok=True)
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH") if key in os.environ}
        environment = inherited | {key: str(value) for key, value in self._settings.items()}
        # Links for people hold tokens and go to standard output; only the log is kept and searched for secrets.
        with open(self.home / "output", "ab") as output, open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
            )
        if ready:
            wait_until(f"{self.name} is ready", self._is_ready, timeout=30)
        return self

    def _is_ready(self) -> bool:
        self.assert_running()
        try:
            return fetch("GET", f"{self.url}/health/ready", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def assert_running(self) -> None:
        if not self.is_running:
            code = self._process.returncode if self._process else None
            raise AssertionError(f"{self.name} ended with {code}; the end of its log:\n{self.log_tail()}")

    def log_tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def output(self) -> str:
        """What it printed for people."""
        return (self.home / "output").read_text(errors="replace")

    def kill(self) -> None:
        """As a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        """As an operator does; it must end by itself, in order and soon."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
            raise AssertionError(f"{self.name} still ran 15 s after SIGTERM:\n{self.log_tail()}") from None
        assert code == 0, f"{self.name} ended with {code} after SIGTERM:\n{self.log_tail()}"

    def restart(self, **settings: str | int | Path) -> "Server":
        """Starts again on the same data, after a kill or stop."""
        assert not self.is_running
        self._settings |= settings
        return self.start()

    def discard(self) -> None:
        if self.is_running:
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    # Callers

    def api(self, token: str | None = None) -> Api:
        return Api(self.url, token)

    def as_child(self, child: str, **claims) -> Api:
        """The headset's app: the token of the player itself."""
        return self.api(user_token(child, **claims))

    def as_studio(self) -> Api:
        """The studio's own backend."""
        return self.api(user_token("studio", role="service"))

    def as_admin(self) -> Api:
        return self.api(user_token("operator", role="admin"))

    @property
    def websocket_url(self) -> str:
        return self.url.replace("http", "ws", 1)
