"""A Porthole of the benchmark's own, and what the kernel says about it."""

import asyncio
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

SECRET = "a secret of the benchmark alone, 32 bytes or more"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def raise_descriptor_limit(wanted: int) -> None:
    """Allows this process and the server that it starts to hold one descriptor for each socket."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise SystemExit(f"needs {wanted} file descriptors, the hard limit is {hard} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Server:
    """Starts the program with limits that one machine playing thousands needs, and stops it."""

    def __init__(self, binary: pathlib.Path, web: pathlib.Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._home = tempfile.TemporaryDirectory(prefix="porthole-bench-")
        home = pathlib.Path(self._home.name)
        self.log = home / "log"
        settings = {
            "ENVIRONMENT": "development",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "DATA_DIR": str(home / "data"),
            "WEB_DIR": str(web),
            "JWT_SECRET": SECRET,
            "LOG_LEVEL": "warning",
            # All clients are one address here, and each subject asks far more often than a person.
            "SIGNALING_SOCKETS_PER_IP": "100000",
            "RATE_LIMIT_REQUESTS": "10000000",
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [binary, "serve"], cwd=home, env=os.environ | settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self, within: float = 30) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise SystemExit(f"the server ended while it started:\n{self.log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=1):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                await asyncio.sleep(0.1)
        raise SystemExit(f"the server was not ready after {within:.0f} s")

    def resident_bytes(self) -> int:
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise SystemExit("the server is gone")

    def cpu_seconds(self) -> float:
        # The program's name stands in parentheses and may hold spaces; utime and stime are fields 14 and 15.
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> float:
        """Ends the server as an operator would and returns how long that took."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise SystemExit("the server still ran 30 s after SIGTERM") from None
        finally:
            self._home.cleanup()
        if status != 0:
            raise SystemExit(f"the server ended with {status} after SIGTERM")
        return time.monotonic() - began
