"""`porthole simulate` and `porthole demo`: pictures without a headset and without a browser."""

import asyncio
import json
import os
import re
import signal
import subprocess
import urllib.parse
from collections.abc import Callable, Iterator

import pytest
from support.paths import BINARY, ROOT
from support.server import Server, free_port
from support.tokens import JWT_SECRET
from support.waiting import wait_until


async def simulate(*arguments: str | int, expect: int = 0) -> dict:
    """The report of a run."""
    process = await asyncio.create_subprocess_exec(
        BINARY, "simulate", "--json", *map(str, arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    output, errors = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == expect, errors.decode() + output.decode()
    return json.loads(output)


def of(report: dict, role: str) -> list[dict]:
    return [peer for peer in report["peers"] if peer["role"] == role]


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_rooms_with_viewers(server: Server, codec: str):
    report = await simulate(
        "--server", server.url, "--name", codec, "--codec", codec,
        "--publishers", 2, "--viewers", 2, "--duration", 12,
    )  # fmt: skip
    publishers, viewers = of(report, "publisher"), of(report, "viewer")
    assert len(publishers) == 2 and len(viewers) == 4
    for publisher in publishers:
        assert publisher["connects"] == 1 and publisher["frames"] >= 250, publisher
    for viewer in viewers:
        # They come before there is anything to watch, and come again.
        assert viewer["connects"] == 1 and viewer["frames"] >= 100, viewer
        assert viewer["lost"] == 0 and viewer["undecodable"] == 0, viewer
        assert viewer["first_frame_seconds"] < 5, viewer
    assert all(peer.get("error") is None for peer in report["peers"]), report


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_clip_of_a_bitrate(server: Server, tmp_path, codec: str):
    """As much as a headset sends, made by ffmpeg once."""
    report = await simulate(
        "--server", server.url, "--name", f"rate-{codec}", "--codec", codec, "--bitrate", "3M", "--clip-dir", tmp_path,
        "--viewers", 1, "--duration", 12,
    )  # fmt: skip
    (publisher,), (viewer,) = of(report, "publisher"), of(report, "viewer")
    rate = publisher["bytes"] * 8 / publisher["connected_seconds"]
    print(f"{rate / 1e6:.2f} Mbit/s")
    assert 2.5e6 < rate < 4e6, f"{rate / 1e6:.2f} Mbit/s"
    assert viewer["frames"] >= 100 and viewer["lost"] == 0 and viewer["undecodable"] == 0, viewer
    assert [path.name for path in tmp_path.iterdir()] == [f"{codec}-3000k.mkv"]


async def test_everybody_comes_back_after_a_restart(make_server: Callable[..., Server]):
    server = make_server()
    run = asyncio.create_task(
        simulate("--server", server.url, "--publishers", 1, "--viewers", 2, "--duration", 25)
    )
    await asyncio.sleep(8)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.restart)
    report = await run
    for peer in report["peers"]:
        assert peer["connects"] == 2, report
    # The clip runs at 30 frames a second; some seconds are lost until all have noticed and are there again.
    assert all(viewer["frames"] > 200 for viewer in of(report, "viewer")), report


async def test_who_is_refused_says_so(make_server: Callable[..., Server]):
    server = make_server()
    report = await simulate(
        "--publish", f"{server.url}/whip/6f1c2b0e-6d0b-4f0e-9b1e-0f4f4f6e2a11", "--token", "nonsense",
        "--duration", 10, expect=1,
    )  # fmt: skip
    assert report["peers"][0]["is_refused"], report
    assert report["seconds"] < 9, "nobody waits for what will not come"


@pytest.fixture
def demo(tmp_path) -> Iterator[str]:
    """What a running demo has printed, once there is a link to watch."""
    port = free_port()
    environment = {key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH") if key in os.environ} | {
        "PORT": str(port),
        "DATA_DIR": str(tmp_path / "data"),
        "WEB_DIR": str(ROOT / "Web"),
        "JWT_SECRET": JWT_SECRET,
        "MEDIA_UDP_PORT": "0",
        "MEDIA_TCP_PORT": "0",
        "MEDIA_ANNOUNCED_ADDRESSES": "127.0.0.1",
    }
    output = tmp_path / "output"
    with open(output, "wb") as stdout:
        process = subprocess.Popen(
            [BINARY, "demo"], env=environment, cwd=tmp_path, stdout=stdout, stderr=subprocess.PIPE
        )
    try:
        wait_until("a link to watch is printed", lambda: "/watch/" in output.read_text(), timeout=30)
        yield output.read_text()
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=15)
        assert process.returncode == 0, log.decode()[-2000:]
        assert "POST /api/sessions/end/{sessionId} 200" in log.decode(), "the headset ends its session"
    finally:
        process.kill()
        process.wait(10)


async def test_demo_streams_to_its_link(demo: str):
    link = re.search(r"Watch\s+(http\S+/watch/(\S+)#token=(\S+))", demo)
    assert link, demo
    base = urllib.parse.urlsplit(link[1])
    report = await simulate(
        "--watch", f"{base.scheme}://{base.netloc}/whep/{link[2]}", "--token", link[3], "--duration", 6
    )
    (viewer,) = report["peers"]
    assert viewer["frames"] >= 100 and viewer["undecodable"] == 0, viewer
