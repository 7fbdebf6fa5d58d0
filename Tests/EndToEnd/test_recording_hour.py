"""An hour of recording opens at once, and every place of it is at hand."""

import asyncio
import json
import random
import subprocess
from pathlib import Path
from statistics import median

import pytest
from support.lab import lab_browser
from support.paths import BINARY
from support.ranges import RangeServer
from support.recordings import CONTAINERS
from support.seeking import open_file, seek
from support.witnesses import STRICT

HOUR = 3600
PLACES = 10
PATIENCE = 1 if STRICT else 5
"""By how much a machine that does other things may be slower."""
FIRST_PICTURE = 1000 * PATIENCE
SEEK = 500 * PATIENCE
KEY_FRAMES = 2.1
"""Seconds between key frames, and a frame."""
OPENING = 0.4
"""The share of the file that may be read until the first picture is there.

Most of it is what the player reads ahead, and what was on its way when it gave a request up: for the table at the end of an MP4
it gives up two.
"""


async def hour_of(codec: str, path: Path) -> dict:
    """An hour of the small clip, made by the server's recorder; what `porthole simulate` says of it."""
    process = await asyncio.create_subprocess_exec(
        BINARY, "simulate", "--json", "--record", path, "--duration", str(HOUR), "--codec", codec.lower(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode() + output.decode()
    return json.loads(output)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_an_hour_opens_and_seeks_at_once(tmp_path: Path, codec: str):
    file = tmp_path / f"hour.{CONTAINERS[codec].split('/')[1]}"
    report = await hour_of(codec, file)
    print(f"{codec}: {report['bytes'] / 1e6:.1f} MB in {report['elapsed_seconds']:.1f} s, {report['speed']:.0f} x real time")
    assert report["mime_type"].startswith(CONTAINERS[codec]) and report["bytes"] == file.stat().st_size
    # The clip is a little longer than eight seconds.
    assert report["seconds"] == pytest.approx(HOUR, abs=0.2) and report["frames"] == pytest.approx(HOUR * 30, rel=1e-4)

    with RangeServer(file, CONTAINERS[codec]) as server:
        async with lab_browser() as browser:
            page = await browser.new_page()
            await page.goto(server.base)
            opened = await open_file(page, server.url)
            requests, given = server.given
            print(
                f"{codec}: known after {opened.metadata:.0f} ms, first picture after {opened.first:.0f} ms, "
                f"{requests} requests, {given / 1e6:.2f} MB of {server.size / 1e6:.1f} MB"
            )
            # One in each tenth of the hour, and not in order.
            generator = random.Random(codec)
            places = [HOUR * (number + generator.random()) / PLACES for number in range(PLACES)]
            generator.shuffle(places)
            seeks = [await seek(page, place) for place in places]

    took = [one.took for one in seeks]
    away = [abs(one.at - one.target) for one in seeks]
    print(
        f"{codec}: seeks took {median(took):.0f} ms, the slowest {max(took):.0f} ms; {max(away):.3f} s away at most; "
        f"{[(round(one.target), round(one.took)) for one in seeks]}"
    )
    assert opened.duration == pytest.approx(HOUR, abs=0.2) and opened.at < 0.2, opened
    assert given < OPENING * server.size, f"{given} bytes were read until the first picture was there"
    assert max(away) < KEY_FRAMES, seeks
    assert opened.first < FIRST_PICTURE, opened
    assert max(took) < SEEK, seeks
