"""What is broken degrades its own feature, shows in `/health`, and recovers by itself."""

import shutil
import uuid
from pathlib import Path

from support.api import fetch
from support.mail import Authority, MailServer
from support.media import webm
from support.server import Server, free_port
from support.waiting import wait_until

MUM = "mum@example.org"


def health(server: Server) -> dict:
    response = fetch("GET", f"{server.url}/health", timeout=5)
    assert response.status_code == 200, "only a lost database is worth a 503"
    return response.json()


def complaints(server: Server) -> list[str]:
    """What an administrator is told about whatever does not work."""
    checks = server.as_admin().json("GET", "/health")["checks"].values()
    return [check["message"] for check in checks if check["status"] not in ("ok", "off")]


def wait_for_status(server: Server, status: str, timeout: float = 40) -> None:
    wait_until(f"/health says {status}", lambda: health(server)["status"] == status, timeout, interval=0.5)


def test_missing_ffmpeg_delays_recordings_and_nothing_else(make_server, tmp_path: Path):
    ffmpeg = tmp_path / "ffmpeg"
    server: Server = make_server(FFMPEG_PATH=ffmpeg, COMBINE_GRACE_SECONDS=1)
    wait_for_status(server, "degraded")
    (message,) = complaints(server)
    assert "ffmpeg" in message

    player = server.as_child("ada")
    session = player.start().id
    player.upload(session, webm(), 0, run=str(uuid.uuid4()), final=True).raise_for_status()
    player.end(session)
    assert player.recordings(session)[0]["status"] == "processing"

    ffmpeg.symlink_to(shutil.which("ffmpeg"))
    wait_for_status(server, "ok")
    assert player.ready_recording(session, timeout=60)["duration"] > 3


def test_dead_mail_server_delays_mails_and_nothing_else(make_server, authority: Authority):
    mails = MailServer(authority, free_port(), implicit_tls=False)
    server: Server = make_server(SMTP_URL=mails.url, SSL_CERT_FILE=authority.certificate, FROM_EMAIL="porthole@example.org")
    session = server.as_child("ada", guardians=[{"email": MUM}]).start().id
    wait_for_status(server, "degraded")
    assert server.as_child("ada").session(session)["status"] == "active"

    mails.start()
    try:
        (mail,) = mails.wait_for(MUM, 1, timeout=60)
        assert f"/watch/{session}#token=ptw_" in mail.text
        wait_for_status(server, "ok")
        assert len(mails.mails(MUM)) == 1, "tried often, sent once"
    finally:
        mails.stop()


def test_mail_server_with_a_strangers_certificate_gets_no_mail(make_server, authority: Authority, tmp_path: Path):
    mails = MailServer(Authority(tmp_path), free_port(), implicit_tls=True).start()
    try:
        server: Server = make_server(SMTP_URL=mails.url, SSL_CERT_FILE=authority.certificate, FROM_EMAIL="porthole@example.org")
        server.as_child("ada", guardians=[{"email": MUM}]).start()
        wait_for_status(server, "degraded")
        assert mails.mails(MUM) == []
    finally:
        mails.stop()


def test_strangers_learn_nothing_from_health(make_server):
    server: Server = make_server()
    answer = health(server)
    assert "checks" not in answer
    assert all(isinstance(value, bool) for value in answer["features"].values())
    assert server.as_admin().json("GET", "/health")["checks"]
    assert "checks" not in server.as_child("ada").json("GET", "/health")
