"""The servers that are compared. Each run gets a fresh one, alone on its core."""

import abc
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from machine import free_port, is_listening, pinned

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ServerFailed(Exception):
    pass


class Server(abc.ABC):
    """One process: started, found ready, measured by its id, ended."""

    name: str

    def __init__(self, core: int, log: pathlib.Path) -> None:
        self._core = core
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._home = tempfile.TemporaryDirectory(prefix="porthole-bench-")
        self.home = pathlib.Path(self._home.name)
        self.port = free_port(socket.SOCK_STREAM)
        self.media_port = free_port(socket.SOCK_DGRAM)

    @abc.abstractmethod
    def command(self) -> list[str]: ...

    @abc.abstractmethod
    def generator_arguments(self) -> list[str]: ...

    def environment(self) -> dict[str, str]:
        return {}

    def is_ready(self) -> bool:
        return is_listening(self.port)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> "Server":
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.home,
                env=os.environ | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=pinned(self._core),
            )
        deadline = time.monotonic() + 30
        try:
            while not self.is_ready():
                if self._process.poll() is not None:
                    raise ServerFailed(f"{self.name} ended while it started; see {self._log}")
                if time.monotonic() > deadline:
                    raise ServerFailed(f"{self.name} was not ready after 30 s; see {self._log}")
                time.sleep(0.05)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._home.cleanup()


class Porthole(Server):
    """This repository's server in development mode, where /whip/{name} and /whep/{name} need no session."""

    name = "porthole"
    binary = ROOT / ".build-release/release/porthole"

    def command(self) -> list[str]:
        return [str(self.binary), "serve"]

    def environment(self) -> dict[str, str]:
        url = f"http://127.0.0.1:{self.port}"
        return {
            "ENVIRONMENT": "development",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": url,
            "STREAM_VIEWER_URL": url,
            "DATA_DIR": str(self.home / "data"),
            "WEB_DIR": str(ROOT / "Web"),
            "LOG_LEVEL": "warning",
            "MEDIA_MODE": "sfu",
            "MEDIA_UDP_PORT": str(self.media_port),
            "MEDIA_TCP_PORT": str(self.port + 1),
            "MEDIA_ANNOUNCED_ADDRESSES": "127.0.0.1",
            # All viewers are one address and watch one publisher.
            "MAX_VIEWERS_PER_SESSION": "5000",
            "MAX_VIEWERS": "5000",
            "RATE_LIMIT_REQUESTS": "10000000",
        }

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=1):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def generator_arguments(self) -> list[str]:
        base = f"http://127.0.0.1:{self.port}"
        return ["-whip", f"{base}/whip/bench-{{pub}}", "-whep", f"{base}/whep/bench-{{pub}}"]


class Pion(Server):
    name = "pion"

    def __init__(self, core: int, log: pathlib.Path, binary: pathlib.Path, with_feedback: bool) -> None:
        super().__init__(core, log)
        self._binary = binary
        self._with_feedback = with_feedback

    def command(self) -> list[str]:
        command = [str(self._binary), "-http", f"127.0.0.1:{self.port}", "-udp", str(self.media_port)]
        return [*command, "-feedback"] if self._with_feedback else command

    def generator_arguments(self) -> list[str]:
        base = f"http://127.0.0.1:{self.port}"
        return ["-whip", f"{base}/whip/{{pub}}", "-whep", f"{base}/whep/{{pub}}"]


class Janus(Server):
    """VideoRoom over WebSocket, one event loop for all peers: better here than a thread for each, or two loops."""

    name = "janus"

    def __init__(self, core: int, log: pathlib.Path, loopback: pathlib.Path) -> None:
        super().__init__(core, log)
        self._loopback = loopback

    def command(self) -> list[str]:
        self._configure()
        return ["janus", "-F", str(self.home), "-C", str(self.home / "janus.jcfg")]

    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._loopback)}

    def generator_arguments(self) -> list[str]:
        return ["-janus", f"ws://127.0.0.1:{self.port}"]

    def _configure(self) -> None:
        libraries = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/janus"))), None)
        if libraries is None:
            raise ServerFailed("there is no Janus below /usr/lib (Debian: janus)")
        for folder, library in [("plugins", "libjanus_videoroom.so"), ("transports", "libjanus_websockets.so")]:
            (self.home / folder).mkdir()
            (self.home / folder / library).symlink_to(libraries / folder / library)
        home = self.home
        (home / "janus.jcfg").write_text(
            f"""
general: {{
    configs_folder = "{home}"
    plugins_folder = "{home}/plugins"
    transports_folder = "{home}/transports"
    debug_level = 2
    session_timeout = 0
    event_loops = 1
}}
certificates: {{}}
media: {{ ipv6 = false, rtp_port_range = "20000-31999" }}
nat: {{ ice_enforce_list = "127.0.0.1", ice_lite = false, full_trickle = false, ignore_mdns = true }}
"""
        )
        (home / "janus.transport.websockets.jcfg").write_text(
            f"""
general: {{ json = "compact", ws = true, ws_port = {self.port}, ws_interface = "lo", wss = false }}
admin: {{ admin_ws = false }}
"""
        )
        (home / "janus.plugin.videoroom.jcfg").write_text("general: {}\n")
