"""A full disk refuses what would not fit, loses nothing that was acknowledged, and is over when there is room again."""

import errno
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.api import fetch
from support.media import chunks, webm
from support.server import Server
from support.waiting import wait_until

MEGABYTE = 1_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 40 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"only root may mount a small disk: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path, leaving: int) -> Path:
    """A file that takes all room but so many bytes."""
    filler = disk / "filler"
    free = int(subprocess.run(["stat", "-f", "-c", "%a %S", disk], capture_output=True, text=True).stdout.split()[0]) * 4096
    with open(filler, "wb") as file:
        file.write(bytes(free - leaving))
    return filler


def fill_up(filler: Path) -> None:
    """Takes the last of the room."""
    try:
        with open(filler, "ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    except OSError as error:
        assert error.errno == errno.ENOSPC


def status(server: Server) -> str:
    return fetch("GET", f"{server.url}/health").json()["status"]


def storage(server: Server) -> str:
    return server.as_admin().json("GET", "/health")["checks"]["storage"]["message"]


def test_full_disk_refuses_uploads_and_keeps_what_it_has(make_server, small_disk: Path):
    server: Server = make_server(
        DATA_DIR=small_disk / "data",
        RECORDING_MIN_FREE_BYTES=5 * MEGABYTE,
        COMBINE_GRACE_SECONDS=60,
        SESSION_GRACE_SECONDS=60,
    )
    player = server.as_child("ada")
    session, run = player.start().id, str(uuid.uuid4())
    pieces = chunks(webm(), 4)
    for number in (0, 1):
        player.upload(session, pieces[number], number, run=run).raise_for_status()
    assert status(server) == "ok"

    # Little room: what runs goes on, new recordings do not begin, and the operator is told.
    filler = fill(small_disk, leaving=2 * MEGABYTE)
    wait_until("/health warns", lambda: status(server) == "degraded", interval=0.5)
    assert "MB are free" in storage(server)
    player.upload(session, pieces[2], 2, run=run).raise_for_status()
    other = player.start().id
    refused = player.upload(other, pieces[0], 0, run=str(uuid.uuid4()))
    assert refused.status_code == 503 and "Retry-After" in refused.headers

    # No room at all: a clear no, to be tried again.
    fill_up(filler)
    refused = player.upload(session, pieces[3] + bytes(MEGABYTE), 3, run=run)
    assert refused.status_code == 503 and "Retry-After" in refused.headers
    assert fetch("GET", f"{server.url}/health/live").status_code == 200
    assert status(server) != "ok"

    # Room again: it goes on by itself, and nothing is missing.
    filler.unlink()
    wait_until("/health is well again", lambda: status(server) == "ok", timeout=30, interval=0.5)
    player.upload(session, pieces[3], 3, run=run, final=True).raise_for_status()
    player.end(session)
    recording = player.ready_recording(session, missing_chunks=0)
    assert recording["duration"] > 3 and not recording["truncated"]
