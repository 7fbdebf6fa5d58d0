"""A server that dies loses nothing that it has acknowledged."""

import socket
import uuid
from pathlib import Path

import pytest
from support.api import Api
from support.media import chunks, webm
from support.server import Server
from support.signaling import WebSocketPeer
from support.waiting import wait_until

PIECES = 8


def upload_all(player: Api, session: str, run: str, pieces: list[bytes], numbers) -> None:
    for number in numbers:
        response = player.upload(session, pieces[number], number, run=run, final=number == len(pieces) - 1)
        assert response.status_code == 200, response.text


def undisturbed_file(player: Api, pieces: list[bytes]) -> bytes:
    session, run = player.start().id, str(uuid.uuid4())
    upload_all(player, session, run, pieces, range(len(pieces)))
    player.end(session)
    return player.file(player.ready_recording(session)["id"])


def half_an_upload(server: Server, player: Api, session: str, run: str, chunk: bytes) -> socket.socket:
    """A chunk of which the first half is sent, and the rest never comes."""
    request = player.http.build_request(
        "POST",
        "/api/recordings/upload",
        data={"sessionId": session, "chunkNumber": "4", "runId": run},
        files={"recording": ("chunk", chunk, "video/webm;codecs=vp8,opus")},
    )
    body = request.read()
    connection = socket.create_connection(("127.0.0.1", server.port))
    head = f"POST {request.url.path} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items()) + "\r\n"
    connection.sendall(head.encode() + body[: len(body) // 2])
    return connection


def test_kill_during_an_upload(make_server):
    server: Server = make_server(COMBINE_GRACE_SECONDS=20, SESSION_GRACE_SECONDS=60)
    player = server.as_child("ada")
    pieces = chunks(webm(), PIECES)
    expected = undisturbed_file(player, pieces)

    session, run = player.start().id, str(uuid.uuid4())
    upload_all(player, session, run, pieces, range(4))
    with half_an_upload(server, player, session, run, pieces[4]):
        wait_until("half of the chunk is there", lambda: staged_bytes(server) > 0)
        server.kill()
    server.restart()

    assert player.session(session)["status"] == "active", "the headset may come back within the grace"
    for number in range(4):
        answer = player.upload(session, pieces[number], number, run=run).json()
        assert answer["received"] == 4, "an acknowledged chunk is there, and half of one is none"
    upload_all(player, session, run, pieces, range(4, PIECES))
    player.end(session)
    assert player.file(player.ready_recording(session, missing_chunks=0)["id"]) == expected


def staged_bytes(server: Server) -> int:
    """Bytes of files that are in the store and not objects yet."""
    return sum(path.stat().st_size for path in server.data.rglob("*") if path.is_file() and "staging" in str(path))


@pytest.fixture
def slow_ffmpeg(tmp_path: Path) -> Path:
    """An ffmpeg that, while a file `hold` lies beside it, says that it has begun and then waits."""
    wrapper = tmp_path / "ffmpeg"
    wrapper.write_text(
        f"""#!/bin/sh
        case "$*" in
        *-i*) if [ -e {tmp_path}/hold ]; then
                  touch {tmp_path}/begun
                  while [ -e {tmp_path}/hold ]; do sleep 0.1; done
              fi ;;
        esac
        exec "$(PATH=/usr/local/bin:/usr/bin:/bin command -v ffmpeg)" "$@"
        """.replace("\n        ", "\n")
    )
    wrapper.chmod(0o755)
    return wrapper


def test_kill_during_combining(make_server, slow_ffmpeg: Path):
    server: Server = make_server(COMBINE_GRACE_SECONDS=1, FFMPEG_PATH=slow_ffmpeg)
    player = server.as_child("ada", guardians=[{"email": "mum@example.org"}])
    pieces = chunks(webm(), PIECES)
    expected = undisturbed_file(player, pieces)

    hold, begun = slow_ffmpeg.with_name("hold"), slow_ffmpeg.with_name("begun")
    hold.touch()
    session, run = player.start().id, str(uuid.uuid4())
    upload_all(player, session, run, pieces, range(PIECES))
    player.end(session)
    wait_until("combining has begun", begun.exists, timeout=20)
    assert player.recordings(session)[0]["status"] == "processing"
    server.kill()
    hold.unlink()
    server.restart()

    recording = player.ready_recording(session)
    assert player.file(recording["id"]) == expected
    assert recording["missing_chunks"] == 0
    wait_until("nothing half-made is left", lambda: staged_bytes(server) == 0, timeout=20)


def test_session_of_a_killed_server_ends_when_its_host_was_last_seen(make_server):
    server: Server = make_server(SESSION_GRACE_SECONDS=1)
    player = server.as_child("ada")
    started = player.start()
    with WebSocketPeer(started.signaling_url) as host:
        host.settle()
        wait_until("the host is seen", lambda: player.session(started.id)["state"] == "live")

        def last_seen() -> str | None:
            session = player.session(started.id)
            return session["last_seen_at"] if session["last_seen_at"] > session["started_at"] else None

        seen = wait_until("which is written down", last_seen, timeout=15)
        server.kill()
    server.restart()
    wait_until("the session has ended", lambda: player.session(started.id)["status"] == "ended", timeout=20)
    ended = player.session(started.id)["ended_at"]
    assert ended >= seen
    assert player.end(started.id)["duration"] >= 0


def test_second_server_on_the_same_data_is_refused(make_server):
    first: Server = make_server()
    second = make_server(start=False, DATA_DIR=first.data)
    second.start(ready=False)
    wait_until("the second server gives up", lambda: not second.is_running, timeout=15)
    assert second._process.returncode != 0
    first.assert_running()
    assert first.api().get("/health/ready").status_code == 200
