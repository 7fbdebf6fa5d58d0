"""A child that is erased, or whose recording is not agreed to any more, is recorded no longer; nothing is left."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.api import Started, fetch
from support.lab import Lab
from support.leftovers import files_below, leftovers
from support.outbox import outbox
from support.recordings import File, finish, local_files, ready_mails, running_recording, segment_url
from support.server import Server
from support.simulated import SimulatedPublisher, wait_until_live
from support.waiting import wait_until

CHILD, NAME, MUM, MUMS_NAME = "child-7f3ab2", "Xanthippe", "xanthippes-mum@example.org", "Polyxena"
CONSENT = {"live": True, "record": True, "notify": True, "method": "web-form", "policy_version": "2026-01"}
RUNS = 4


@pytest.fixture
def erasing(make_server) -> Server:
    """A server with a disk of its own, on which nobody else is."""
    return make_server()


@pytest.mark.parametrize("when", ["while it runs", "when it is ready"])
def test_erased_child_leaves_nothing(erasing: Server, when: str):
    server = erasing
    child = server.as_child(CHILD, name=NAME, guardians=[{"email": MUM, "name": MUMS_NAME}])
    started = child.start(deviceModel="Headset of Xanthippe")
    with SimulatedPublisher(server, started):
        recording = running_recording(child, started.id)
        time.sleep(RUNS)
        link = segment_url(child, recording["segments"][0])
        if when == "when it is ready":
            recording = finish(child, started.id)
            link = child.signed_url(recording["id"])
            wait_until("her guardian is told", lambda: ready_mails(server, recording["id"]) == 1, timeout=20)
            assert files_below(server, "objects") and not files_below(server, "recordings")
        else:
            assert local_files(server, started.id)
            wait_until("her guardian is told", lambda: outbox(server), timeout=20)
        words = (CHILD, NAME, MUM, MUMS_NAME, started.id, recording["id"], started.answer["roomName"])
        assert leftovers(server, *words), "there is something to erase"

        answer = server.as_studio().json("DELETE", f"/api/children/{CHILD}")
        assert answer["success"] and answer["recordings"] == 1 and answer["sessions"] == 1, answer

        # At once, and its publisher, who tries to come back, brings none of it back.
        wait_until("no file is left", lambda: not files_below(server, "recordings", "objects"), timeout=5)
        time.sleep(3)
    assert files_below(server, "recordings", "objects") == []
    wait_until("no word is left", lambda: not leftovers(server, *words), timeout=15, interval=0.5)
    assert server.as_studio().get(f"/api/recordings/{recording['id']}").status_code == 404
    assert fetch("GET", link).status_code in (403, 404, 410)
    (stone,) = server.as_studio().json("GET", f"/api/children/{CHILD}/deletions")["deletions"]
    assert (stone["reason"], stone["recordings"], stone["recording_id"]) == ("erased", 1, None)
    server.assert_running()


async def test_withdrawn_consent_ends_the_recording_and_not_the_stream(
    make_server, open_lab: Callable[[Server], Lab], tmp_path: Path
):
    # Where browsers record, too, their pages are cut: they must not go on.
    server: Server = make_server(RECORDING_MODE="server")
    child = server.as_child("ada")
    started, lab = child.start(), await open_lab(server)
    with SimulatedPublisher(server, started) as publisher:
        wait_until_live(child, started.id)
        begin = time.monotonic()
        running_recording(child, started.id)
        viewer = await lab.watch(started.id, token=child.token)
        await asyncio.sleep(RUNS)
        withdrawn = CONSENT | {"record": False}
        server.as_studio().json("PUT", "/api/children/ada/consent", json=withdrawn)
        recorded = time.monotonic() - begin

        await asyncio.sleep(1)
        sizes = _sizes(server, started)
        before = await viewer.inbound()
        await asyncio.sleep(3)
        # What was agreed to may go to the store meanwhile.
        assert _sizes(server, started).items() <= sizes.items(), "nothing is written any more"
        after = await viewer.inbound()
        assert after["framesDecoded"] - before["framesDecoded"] > 30, "who may watch goes on watching"
        assert child.session(started.id)["state"] == "live"
        assert all(one["status"] != "recording" for one in child.recordings(started.id))
        publisher.leave()
    child.end(started.id)

    # If what was recorded with consent is kept, then not a moment more than that.
    wait_until("nothing is in the making", lambda: _are_over(child.recordings(started.id)), timeout=20)
    for recording in child.recordings(started.id):
        if recording["status"] == "ready":
            path = tmp_path / "recording"
            path.write_bytes(child.file(recording["id"]))
            print(f"{recorded:.3f} s with consent, {File(path).length:.3f} s recorded")
            assert File(path).length <= recorded + 1


def _sizes(server: Server, started: Started) -> dict[str, int]:
    """What the server is writing of a session; a file that has gone to the store does not grow, either."""
    return {path.name: path.stat().st_size for path in local_files(server, started.id)}


def _are_over(recordings: list[dict]) -> bool:
    return all(one["status"] in ("ready", "failed") for one in recordings)
