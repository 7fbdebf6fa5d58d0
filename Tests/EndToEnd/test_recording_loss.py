"""A lossy path to the server costs the recording no picture: what is lost is sent again."""

import time
from pathlib import Path as FilePath

from support.netem import Path, Relay
from support.recordings import SECONDS, File, finish, only_file
from support.server import Server
from support.simulated import SimulatedPublisher, wait_until_live
from support.waiting import wait_until
from test_media_loss import relayed  # noqa: F401

RATE = 30
"""Of the clip."""
TAIL = 1.5
"""Seconds without loss at the end: that the last packet is lost would show only when more came."""


def new_flow(relay: Relay, known: set[int]) -> int:
    """The port of a peer that has come to the relay."""
    (port,) = wait_until("somebody comes by the relay", lambda: relay.counts().keys() - known)
    return port


def holes(file: File) -> list[float]:
    """Where two pictures are further apart than one, in seconds."""
    pictures = file.of("video")
    return [two.at for one, two in zip(pictures, pictures[1:]) if two.at - one.at > 1.5 / RATE]


def test_five_percent_loss_costs_no_picture(relayed, tmp_path: FilePath):  # noqa: F811
    """Compared with the same clip, sent at the same time for as long over a path that loses nothing."""
    server: Server
    relay: Relay
    server, relay = relayed
    names = ("lossless", "lossy")
    children = {name: server.as_child(name) for name in names}
    sessions = {name: child.start() for name, child in children.items()}
    publishers = {name: SimulatedPublisher(server, sessions[name], "vp8") for name in names}
    with publishers["lossless"]:
        wait_until_live(children["lossless"], sessions["lossless"].id)
        known = set(relay.counts())
        with publishers["lossy"]:
            flow = new_flow(relay, known)
            wait_until_live(children["lossy"], sessions["lossy"].id)
            for direction in ("up", "down"):
                relay.set(direction, Path(loss=0.05), flow)
            time.sleep(SECONDS)
            for direction in ("up", "down"):
                relay.set(direction, Path(), flow)
            time.sleep(TAIL)
            counts = relay.counts()[flow]
            reports = {name: publishers[name].leave() for name in ("lossy", "lossless")}
    files = {name: only_file(children[name], finish(children[name], sessions[name].id), tmp_path) for name in names}

    # The last picture may have been under way when its publisher left.
    missing = {name: reports[name]["frames"] - len(files[name].of("video")) for name in names}
    print(f"{missing} of { {name: reports[name]['frames'] for name in names} } pictures are missing; {counts}")
    print(f"sent again: {reports['lossy']['retransmitted']}, and without loss {reports['lossless']['retransmitted']}")
    assert counts["up"]["lost"] > SECONDS and counts["down"]["lost"] > 0, counts
    assert reports["lossy"]["retransmitted"] >= counts["up"]["lost"] * 0.8
    for name in names:
        assert 0 <= missing[name] <= 1, f"{name}: {missing[name]} pictures are missing"
        assert holes(files[name]) == [], f"{name}: pictures are missing at {holes(files[name])}"
