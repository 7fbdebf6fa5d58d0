"""What a process asks of the system, by strace."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path


def syncs(pid: int, seconds: float, log: Path, of: str) -> list[float]:
    """When a process made files durable whose paths hold `of`: seconds of the day, in order."""
    assert shutil.which("strace"), "this test needs strace, and it is not installed (script/lib/packages.sh)"
    command = ["strace", "-f", "-y", "-ttt", "-e", "trace=fdatasync", "-o", log, "-p", str(pid)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert "attached" in errors, f"strace cannot look into the server: {errors.strip()}"
    # 1234  1700000000.123456 fdatasync(12</data/recordings/…/0.webm>) = 0
    calls = re.findall(r"^\d+ +(\d+\.\d+) fdatasync\(\d+<([^>]*)>", log.read_text(), re.MULTILINE)
    return [float(at) for at, path in calls if of in path]
