"""A real TURN server."""

import shutil
import subprocess
from pathlib import Path

from .server import free_port
from .waiting import wait_until

SECRET = "north"


class TurnServer:
    """coturn on loopback with a shared secret. `allow-loopback-peers` is for tests alone."""

    def __init__(self, directory: Path):
        self.port = free_port()
        self.log = directory / "turn.log"
        configuration = directory / "turnserver.conf"
        configuration.write_text(
            f"""
            listening-ip=127.0.0.1
            relay-ip=127.0.0.1
            listening-port={self.port}
            min-port=41000
            max-port=41100
            realm=porthole.test
            use-auth-secret
            static-auth-secret={SECRET}
            fingerprint
            no-tls
            no-dtls
            allow-loopback-peers
            cli-password=unused
            no-cli
            verbose
            userdb={directory}/turn.db
            pidfile={directory}/turn.pid
            log-file={self.log}
            simple-log
            """.replace("            ", "")
        )
        self._configuration = configuration
        self._process: subprocess.Popen | None = None

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("turnserver") is not None

    def start(self) -> "TurnServer":
        self._process = subprocess.Popen(
            ["turnserver", "-c", self._configuration],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until("coturn listens", lambda: "IPv4. UDP listener opened on: 127.0.0.1" in self.text, timeout=15)
        return self

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
