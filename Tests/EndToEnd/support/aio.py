"""aiortc as WHIP publisher and WHEP viewer: a second implementation of everything, in Python."""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Callable
from typing import Self
from urllib.parse import urljoin

import aioice.ice
import httpx
import numpy as np
from aiortc import AudioStreamTrack, MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import VideoFrame

from .api import NO_AUTHORITIES
from .frames import Pictures, read_code
from .waiting import eventually

# It leaves out loopback, and these tests have nothing else.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

CLOCK = fractions.Fraction(1, 90_000)


class NumberedTrack(MediaStreamTrack):
    kind = "video"

    def __init__(self, width: int, height: int, fps: int):
        super().__init__()
        self._pictures = Pictures(width, height)
        self._fps = fps
        self._start: float | None = None
        self.number = 0

    async def recv(self) -> VideoFrame:
        self._start = self._start or time.monotonic()
        self.number += 1
        await asyncio.sleep(max(0, self._start + self.number / self._fps - time.monotonic()))
        frame = VideoFrame.from_ndarray(self._pictures.make(self.number), format="yuv420p")
        frame.pts, frame.time_base = self.number * 90_000 // self._fps, CLOCK
        return frame


class AioPeer:
    def __init__(self):
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._location: str | None = None
        self._headers: dict[str, str] = {}
        self.change_offer: Callable[[str], str] = lambda text: text
        """What is sent instead of its own offer."""
        self.patience = 15.0
        """Seconds until it has to be connected."""

    async def _negotiate(self, url: str, token: str | None) -> None:
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        await self.connection.setLocalDescription(await self.connection.createOffer())
        async with httpx.AsyncClient(verify=NO_AUTHORITIES, timeout=20) as client:
            headers = self._headers | {"Content-Type": "application/sdp"}
            offer = self.change_offer(self.connection.localDescription.sdp)
            response = await client.post(url, content=offer, headers=headers)
            for _ in range(10):
                if response.status_code != 409:
                    break
                # A publisher's first packets may still be on their way.
                await asyncio.sleep(0.5)
                response = await client.post(url, content=offer, headers=headers)
        assert response.status_code == 201, f"{response.status_code} {response.text:.300}"
        self._location = urljoin(url, response.headers["Location"])
        await self.connection.setRemoteDescription(RTCSessionDescription(response.text, "answer"))

        async def is_connected() -> bool:
            assert self.connection.connectionState != "failed", "aiortc could not connect"
            return self.connection.connectionState == "connected"

        await eventually("aiortc is connected", is_connected, self.patience)

    async def close(self) -> None:
        if self._location:
            async with httpx.AsyncClient(verify=NO_AUTHORITIES) as client:
                await client.delete(self._location, headers=self._headers)
        await self.connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()


class AioPublisher(AioPeer):
    """Numbered pictures (VP8 or H264) and silence."""

    def __init__(self, width: int = 640, height: int = 360, fps: int = 30):
        super().__init__()
        self.track = NumberedTrack(width, height, fps)
        self.connection.addTransceiver(self.track, "sendonly")
        self.connection.addTransceiver(AudioStreamTrack(), "sendonly")

    async def start(self, url: str, token: str | None = None) -> Self:
        await self._negotiate(url, token)
        return self


class AioViewer(AioPeer):
    def __init__(self):
        super().__init__()
        self.numbers: list[int | None] = []
        """What each decoded picture says."""
        self.sounds = 0
        """Decoded frames of audio."""
        self._tasks: list[asyncio.Task] = []
        self.connection.addTransceiver("video", "recvonly")
        self.connection.addTransceiver("audio", "recvonly")
        self.connection.on("track", lambda track: self._tasks.append(asyncio.create_task(self._consume(track))))

    async def start(self, url: str, token: str | None = None) -> Self:
        await self._negotiate(url, token)
        return self

    async def _consume(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    plane = frame.planes[0]
                    luma = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
                    self.numbers.append(read_code(luma))
                else:
                    self.sounds += 1
        except MediaStreamError:
            pass

    async def expect_moving(self, frames: int = 30, timeout: float = 20) -> None:
        start, sounds = len(self.numbers), self.sounds
        await eventually(f"aiortc has decoded {frames} pictures", lambda: len(self.numbers) >= start + frames, timeout)
        seen = [number for number in self.numbers[start:] if number is not None]
        assert len(seen) >= frames * 0.9 and seen == sorted(seen), f"odd pictures: {self.numbers[start:]}"
        assert self.sounds > sounds, "no sound"

    async def close(self) -> None:
        await super().close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
