"""A headset that vanishes, comes back, and then streams with another codec: one recording."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.lab import Lab
from support.playback import assert_plays_and_seeks
from support.recordings import connected, connected_at, files_of, finish, segment_url
from support.server import Server
from test_media_return import publish_again

AWAY = 10
STREAMS = 6


async def test_vanishes_returns_and_changes_its_codec(
    server: Server, open_lab: Callable[[Server], Lab], tmp_path: Path
):
    child = server.as_child("ada")
    started = child.start()
    headset = await open_lab(server)
    publisher = await connected(await headset.publish(started.id, token=started.ticket, codec="VP8"))
    begin = await connected_at(publisher)
    await asyncio.sleep(STREAMS)

    # Its battery is empty.
    vanished = time.time()
    await publisher.close(silent=True)
    await headset.close()
    await asyncio.sleep(AWAY)
    headset = await open_lab(server)
    publisher = await connected(await publish_again(headset, started.id, token=started.ticket, codec="VP8"))
    returned = await connected_at(publisher)
    await asyncio.sleep(STREAMS)
    (recording,) = child.recordings(started.id)
    assert recording["status"] == "recording" and len(recording["segments"]) == 1

    # The application starts again with other settings.
    await publisher.close()
    changed = time.time()
    publisher = await connected(await publish_again(headset, started.id, token=started.ticket, codec="H264"))
    resumed = await connected_at(publisher)
    await asyncio.sleep(STREAMS)
    await publisher.close()
    end = time.time()

    recording = finish(child, started.id)
    first, second = recording["segments"]
    assert first["mime_type"].startswith("video/webm") and second["mime_type"].startswith("video/mp4")
    files = files_of(child, recording, tmp_path)
    print(f"segments {[(one['start'], one['duration']) for one in (first, second)]}, gaps {recording['gaps']}")
    print(f"on the wall: away from {vanished - begin:.3f} to {returned - begin:.3f},")
    print(f"another codec from {changed - begin:.3f} to {resumed - begin:.3f}, over at {end - begin:.3f}")

    # The time line is that of the clock on the wall.
    assert recording["duration"] == pytest.approx(end - begin, abs=0.5)
    assert first["start"] == pytest.approx(0, abs=0.01)
    assert second["start"] == pytest.approx(resumed - begin, abs=1)
    assert second["duration"] == pytest.approx(end - resumed, abs=0.5)
    assert first["start"] + first["duration"] <= second["start"] + 0.05
    assert files[0].length == pytest.approx(changed - begin, abs=1.2)

    # One gap, and it says how long nobody streamed; a change of codec takes a moment.
    (gap,) = [gap for gap in recording["gaps"] if gap["duration"] > 3]
    assert gap["position"] == pytest.approx(vanished - begin, abs=1)
    assert gap["duration"] == pytest.approx(returned - vanished, abs=1.5)
    assert len(recording["gaps"]) <= 2, recording["gaps"]

    for segment, file in zip((first, second), files):
        # The middle of the first one is the gap, where the last picture stays.
        await assert_plays_and_seeks(headset, segment_url(child, segment), file.duration, place=0.85)
