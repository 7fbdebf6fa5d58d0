"""The load generator of the benchmarks: hundreds of peers in one process."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from .paths import ARTIFACTS, ROOT
from .server import Server

SOURCE = ROOT / "Benchmarks/sfu/loadgen"
PROGRAM = ARTIFACTS / "loadgen"


def build() -> Path:
    assert shutil.which("go"), "the load generator needs Go (Debian: golang-go golang-github-pion-webrtc.v3-dev)"
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
    subprocess.run(["go", "build", "-o", PROGRAM, "."], cwd=SOURCE, env=environment, check=True)
    return PROGRAM


def start(server: Server, room: str, publishers: int, viewers: int, seconds: float, *arguments: str) -> subprocess.Popen:
    """So many viewers for each publisher; `finish` gives the report."""
    rooms = f"{room}-{{pub}}"
    command = [PROGRAM, "-whip", f"{server.url}/whip/{rooms}", "-whep", f"{server.url}/whep/{rooms}"]
    command += ["-pubs", str(publishers), "-subs", str(viewers), "-duration", f"{seconds}s", "-pid", str(server.pid)]
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen) -> dict:
    output, _ = process.communicate()
    assert process.returncode == 0, f"the load generator ended with {process.returncode}"
    return json.loads(output)
