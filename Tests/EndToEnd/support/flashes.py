"""Pictures that flash and sound that beeps at every second, and by how much the one is behind the other in a file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from statistics import median

import av

from .ffmpeg import OPUS

RATE = 25
"""So that every frame begins with a packet of sound, of 20 ms."""

PICTURES = f"color=c=black:s=640x360:r={RATE},drawbox=c=white:t=fill:enable='lt(mod(n,{RATE}),3)'"
SOUND = "aevalsrc=exprs='0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.1)':s=48000"
H264 = ["-c:v", "libx264", "-profile:v", "baseline", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-bf", "0"]
H264 += ["-g", str(RATE), "-sc_threshold", "0", "-x264-params", "slices=1:sliced-threads=0"]
VP8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-g", str(RATE)]
VP8 += ["-auto-alt-ref", "0", "-lag-in-frames", "0"]


def lavfi(seconds: float) -> list[str]:
    """What ffmpeg makes and sends as it happens."""
    # By itself it sends the first half second at once.
    pace = ["-re", "-readrate_initial_burst", "0.001", "-f", "lavfi"]
    inputs = [*pace, "-i", PICTURES, *pace, "-i", SOUND]
    return [*inputs, "-t", str(seconds), *H264, "-tune", "zerolatency", "-b:v", "1M", *OPUS]


def clip(directory: Path, codec: str) -> Path:
    """Eight seconds, for who sends it again and again: its end goes on with its begin."""
    path = directory / f"flashes-{codec}.mkv"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", PICTURES, "-f", "lavfi", "-i", SOUND]
    command += ["-t", "8", *{"h264": H264, "vp8": VP8}[codec], *OPUS, path]
    subprocess.run(command, check=True)
    return path


def flashes(path: Path) -> list[float]:
    """When it turns light, in seconds."""
    times, was_light = [], True
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            is_light = frame.reformat(32, 18, "gray").to_ndarray().mean() > 128
            if is_light and not was_light:
                times.append(frame.time)
            was_light = is_light
    return times


def beeps(path: Path) -> list[float]:
    """When it turns loud, in seconds, to a millisecond."""
    levels: list[tuple[float, float]] = []
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            samples = frame.to_ndarray()
            if not frame.format.is_planar:
                samples = samples.reshape(-1, frame.layout.nb_channels).T
            step = frame.sample_rate // 1000
            mono = abs(samples[0].astype(float))
            levels += [
                (frame.time + start / frame.sample_rate, mono[start : start + step].max())
                for start in range(0, len(mono), step)
            ]
    loud = max(level for _, level in levels) / 2
    times, last_loud = [], float("-inf")
    for at, level in levels:
        if level > loud:
            if at - last_loud > 0.2:
                times.append(at)
            last_loud = at
    return times


def skews(path: Path) -> list[float]:
    """By how much each beep is behind its flash, in milliseconds; below 0 if it is ahead."""
    sounds = beeps(path)
    assert sounds, f"nothing is heard in {path.name}"
    pairs = [(flash, min(sounds, key=lambda beep: abs(beep - flash))) for flash in flashes(path)]
    return [(beep - flash) * 1000 for flash, beep in pairs if abs(beep - flash) < 0.5]


def thirds(values: list[float]) -> dict[str, list[float]]:
    """What was measured at start, middle and end, three times each."""
    assert len(values) >= 6, f"only {len(values)} flashes with beeps: {values}"
    middle = len(values) // 2
    return {"start": values[:3], "middle": values[middle - 1 : middle + 2], "end": values[-3:]}


def typical(path: Path) -> dict[str, float]:
    """The skew at start, middle and end, without what a single late picture adds."""
    return {when: median(values) for when, values in thirds(skews(path)).items()}
