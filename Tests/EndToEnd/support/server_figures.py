"""What a server says about itself, and what the system says about its process."""

import os
import re

from .api import fetch
from .server import Server

TICKS = os.sysconf("SC_CLK_TCK")


def metrics(server: Server) -> dict[str, float]:
    """Every sample of `/metrics` by its name and labels."""
    response = fetch("GET", f"{server.url}/metrics")
    assert response.status_code == 200, response.status_code
    samples = re.findall(r"^([a-zA-Z_:][^ #]*(?:\{[^}]*\})?) ([0-9.eE+-]+)$", response.text, re.MULTILINE)
    return {name: float(value) for name, value in samples}


def total(samples: dict[str, float], *words: str) -> float:
    """The sum of all samples whose names and labels hold all of these words."""
    return sum(value for name, value in samples.items() if all(word in name for word in words))


def cpu_seconds(server: Server) -> float:
    with open(f"/proc/{server.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_megabytes(server: Server) -> float:
    with open(f"/proc/{server.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def open_files(server: Server) -> int:
    return len(os.listdir(f"/proc/{server.pid}/fd"))
