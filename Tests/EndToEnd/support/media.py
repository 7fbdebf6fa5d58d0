"""Recordings as a browser would make them, and a look into files."""

import functools
import json
import random
import subprocess
import tempfile
from pathlib import Path


@functools.cache
def webm(seconds: int = 4) -> bytes:
    """A live WebM as MediaRecorder writes it: no duration, no index, size unknown."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "run.webm"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc=size=320x180:rate=15:duration={seconds}"]
            + ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]
            + ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "400k", "-g", "30"]
            + ["-c:a", "libopus", "-b:a", "48k", "-live", "1", str(path)],
            check=True,
        )
        return path.read_bytes()


def chunks(data: bytes, count: int) -> list[bytes]:
    """Cut as a timeslice cuts: anywhere."""
    rng = random.Random(7)
    cuts = sorted(rng.sample(range(1, len(data)), count - 1))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)])]


def probe(data: bytes) -> dict:
    """What ffprobe says of a file: `codecs` by kind, `duration` in seconds."""
    with tempfile.NamedTemporaryFile(suffix=".media") as file:
        file.write(data)
        file.flush()
        result = subprocess.run(
            ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", file.name],
            check=True,
            capture_output=True,
        )
    facts = json.loads(result.stdout)
    return {
        "codecs": {stream["codec_type"]: stream["codec_name"] for stream in facts["streams"]},
        "duration": float(facts["format"]["duration"]),
    }
