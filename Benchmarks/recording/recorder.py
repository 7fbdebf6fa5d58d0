"""The server that records, the same one that does not, and what the system and /metrics say of it."""

import dataclasses
import os
import pathlib
import re
import time

from servers import Porthole
from sessions import SECRET, ask


@dataclasses.dataclass(frozen=True)
class Figures:
    """A server at a moment; two of them make a window."""

    at: float
    cpu_seconds: float
    resident_bytes: int
    disk_bytes: int
    """What the process has had written to disks, as the kernel counts it."""
    dropped: float | None
    """Packets that the recorder was not given; None: the server does not say."""


class Recorder(Porthole):
    """A release build in development mode, with sessions of its own."""

    def __init__(self, mode: str, core: int, log: pathlib.Path) -> None:
        super().__init__(core, log)
        self.name = f"porthole, RECORDING_MODE={mode}"
        self._mode = mode
        self.base = f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "JWT_SECRET": SECRET,
            "RECORDING_MODE": self._mode,
            "RECORDING_MIN_FREE_BYTES": "100000000",
        }

    def samples(self) -> dict[str, float]:
        """Every sample of /metrics by its name and labels."""
        text = ask("GET", f"{self.base}/metrics").decode()
        found = re.findall(r"^([a-zA-Z_:][^ #]*) ([0-9.eE+-]+)$", text, re.MULTILINE)
        return {name: float(value) for name, value in found}

    def figures(self) -> Figures:
        dropped = [value for name, value in self.samples().items() if "recording_packets_dropped" in name]
        process = pathlib.Path(f"/proc/{self.pid}")
        # The program's name stands in parentheses and may hold spaces; utime and stime are fields 14 and 15.
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        status = (process / "status").read_text()
        resident = re.search(r"VmRSS:\s+(\d+)", status)
        written = re.search(r"^write_bytes: (\d+)", (process / "io").read_text(), re.MULTILINE)
        assert resident is not None and written is not None
        return Figures(
            at=time.monotonic(),
            cpu_seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
            resident_bytes=int(resident[1]) * 1024,
            disk_bytes=int(written[1]),
            dropped=sum(dropped) if dropped else None,
        )
