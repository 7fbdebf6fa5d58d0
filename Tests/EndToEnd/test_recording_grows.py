"""A recording can be read from its begin while it is made."""

import re
import time
from pathlib import Path

import pytest
from support.api import fetch
from support.recordings import CONTAINERS, File, finish, only_file, read_range, running_recording, segment_url
from support.server import Server
from support.simulated import SimulatedPublisher

CLUSTER = b"\x1f\x43\xb6\x75"


def head(data: bytes, codec: str) -> int:
    """The bytes before the media, with room for what is known only in the end."""
    position = data.index(b"moof") - 4 if codec == "H264" else data.index(CLUSTER)
    assert 0 < position < len(data)
    return position


def settled(data: bytes) -> bytes:
    """Without the sizes of clusters: one that grows says that its size is not known, which readers take as well."""
    return re.sub(re.escape(CLUSTER) + rb"\x01.{7}", CLUSTER, data, flags=re.DOTALL)


def saved(data: bytes, path: Path) -> File:
    path.write_bytes(data)
    return File(path)


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_what_is_written_can_be_read(server: Server, tmp_path: Path, codec: str):
    child = server.as_child(f"growing-{codec}")
    started = child.start()
    prefixes: list[bytes] = []
    with SimulatedPublisher(server, started, codec.lower()) as publisher:
        (segment,) = running_recording(child, started.id)["segments"]
        assert segment["duration"] is None and segment["sha256"] is None
        assert segment["mime_type"].startswith(CONTAINERS[codec])
        url = segment_url(child, segment)
        for _ in range(3):
            time.sleep(3)
            prefixes.append(read_range(url, 0))
        publisher.leave()

    # Each of them plays as far as it goes, and goes further than the one before.
    lengths = []
    for number, prefix in enumerate(prefixes):
        file = saved(prefix, tmp_path / f"prefix-{number}")
        assert file.codecs == {"video": codec.lower(), "audio": "opus"}
        assert file.of("video")[0].is_key
        lengths.append(file.length)
    print(f"{codec}: {[len(prefix) for prefix in prefixes]} bytes, {[round(length, 2) for length in lengths]} s")
    for earlier, later in zip(lengths, lengths[1:]):
        assert later - earlier == pytest.approx(3, abs=1.2)

    recording = finish(child, started.id)
    whole = only_file(child, recording, tmp_path).path.read_bytes()
    for earlier, later in zip(prefixes, [*prefixes[1:], whole]):
        begin = head(earlier, codec)
        assert head(later, codec) == begin
        same = settled(later[begin : len(earlier)]) == settled(earlier[begin:])
        assert same, "what was once read has changed"
    # Afterwards as well, by the same route, in pieces.
    (segment,) = recording["segments"]
    url = segment_url(child, segment)
    assert read_range(url, begin, begin + 999) == whole[begin : begin + 1000]
    assert read_range(url, len(whole) - 10) == whole[-10:]
    assert fetch("GET", url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416


def test_strangers_read_nothing(server: Server):
    child = server.as_child("ada")
    started = child.start()
    with SimulatedPublisher(server, started):
        (segment,) = running_recording(child, started.id)["segments"]
        assert server.api().get(segment["url"]).status_code == 401
        assert server.as_child("mallory").get(segment["url"]).status_code == 404
        beyond = segment["url"].rsplit("/", 1)[0] + "/7"
        assert child.get(beyond).status_code == 404
        unsigned = segment_url(child, segment).split("?")[0]
        assert fetch("GET", unsigned).status_code in (400, 401, 403, 404)
