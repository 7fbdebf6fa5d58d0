"""A backup as docs/operations.md tells to take it: while the server runs, of no files but three."""

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from support.media import webm
from support.server import Server


def back_up(source: Path, target: Path) -> None:
    """The database first: what its rows name is there when the files are copied."""
    target.mkdir(mode=0o700)
    with closing(sqlite3.connect(source / "porthole.sqlite")) as live:
        with closing(sqlite3.connect(target / "porthole.sqlite")) as copy:
            live.backup(copy)
    for folder in ("objects", "keys"):
        shutil.copytree(source / folder, target / folder)


def test_backup_of_a_running_server_restores_recordings_and_links(
    make_server: Callable[..., Server], tmp_path: Path
):
    server = make_server(COMBINE_GRACE_SECONDS=1)
    player = server.as_child("ada")
    session = player.start().id
    player.upload(session, webm(), 0, run=str(uuid.uuid4()), final=True).raise_for_status()
    link = player.make_link(session, rights=["recording"])
    player.end(session)
    recording = player.ready_recording(session)["id"]
    file = player.file(recording)

    back_up(server.data, tmp_path / "backup")
    later = player.start().id
    server.stop()

    restored = make_server(DATA_DIR=tmp_path / "backup")
    player = restored.as_child("ada")
    assert player.file(recording) == file
    holder = restored.api(link["url"].split("#token=")[1])
    assert holder.get(f"/api/recordings/{recording}").status_code == 200, "mailed links still open"
    assert player.get(f"/api/sessions/{later}").status_code == 404, "what came after the backup is not in it"
