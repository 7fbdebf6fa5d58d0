"""FFmpeg as WHIP publisher: no candidates, no rtcp-mux-only, DTLS server. Debian's is too old; PyPI's speaks WHIP."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import imageio_ffmpeg

from .frames import Pictures, Ticker

WIDTH, HEIGHT, RATE = 640, 360, 30
H264 = ["-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast", "-tune", "zerolatency"]
H264 += ["-bf", "0", "-g", str(2 * RATE)]
OPUS = ["-c:a", "libopus", "-ac", "2", "-b:a", "48k"]


def raw_pictures(width: int, height: int) -> list[str]:
    return ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", str(RATE)]


def noisy_clip(path: Path, width: int, height: int, bitrate: int, seconds: int) -> Path:
    """Numbered pictures, half of them noise, of which no encoder saves a byte: a file of a constant bitrate."""
    command = ["ffmpeg", "-v", "error", *raw_pictures(width, height), "-i", "pipe:0"]
    command += ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}"]
    command += [*H264, "-x264-params", "nal-hrd=cbr", *OPUS]
    command += ["-b:v", str(bitrate), "-minrate", str(bitrate), "-maxrate", str(bitrate), "-bufsize", str(bitrate // 4)]
    encoder = subprocess.Popen([*command, path], stdin=subprocess.PIPE)
    pictures = Pictures(width, height, noise=0.5)
    for number in range(1, seconds * RATE + 1):
        encoder.stdin.write(pictures.make(number))
    encoder.stdin.close()
    assert encoder.wait() == 0
    return path


class FFmpegPublisher:
    """Numbered pictures in H264 and a tone in Opus; or a file that is sent as it is; or whatever ffmpeg is told to send."""

    def __init__(
        self,
        url: str,
        log: Path,
        token: str | None = None,
        is_dtls_client: bool = False,
        clip: Path | None = None,
        source: list[str] | None = None,
    ):
        self._log = open(log, "wb")
        self.log = log
        arguments = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "verbose", "-nostats"]
        if clip:
            arguments += ["-re", "-i", clip, "-c", "copy"]
        elif source:
            arguments += source
        else:
            arguments += [*raw_pictures(WIDTH, HEIGHT), "-use_wallclock_as_timestamps", "1", "-i", "pipe:0"]
            arguments += ["-f", "lavfi", "-re", "-i", "sine=frequency=440:sample_rate=48000"]
            arguments += [*H264, "-b:v", "1M", "-fps_mode", "passthrough", *OPUS]
        arguments += ["-f", "whip", *(["-whip_flags", "dtls_active"] if is_dtls_client else [])]
        arguments += [*(["-authorization", token] if token else []), url]
        self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log)
        self._is_running = True
        self._thread = threading.Thread(target=(lambda: None) if clip or source else self._feed, daemon=True)

    def __enter__(self) -> FFmpegPublisher:
        self._thread.start()
        return self

    def _feed(self) -> None:
        pictures, ticker, number = Pictures(WIDTH, HEIGHT), Ticker(RATE), 0
        while self._is_running:
            number += 1
            try:
                self._process.stdin.write(pictures.make(number).tobytes())
                self._process.stdin.flush()
            except OSError:
                return
            time.sleep(ticker.pause())

    def assert_running(self) -> None:
        assert self._process.poll() is None, f"FFmpeg ended:\n{self.log.read_text(errors='replace')[-1500:]}"

    def wait(self, timeout: float) -> None:
        """Until all of a source that has an end is sent."""
        code = self._process.wait(timeout)
        assert code == 0, f"FFmpeg ended with {code}:\n{self.log.read_text(errors='replace')[-1500:]}"

    def __exit__(self, *_) -> None:
        self._is_running = False
        self._thread.join(5)
        try:
            self._process.stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._log.close()
