"""Rows of the matrix for recordings: upload, list, look, download, save a moment, delete."""

import os
import uuid
from collections.abc import Callable

from .cells import HUGE_JSON, Request, api, gives, is_seen_by, malformed_id, own, see_nothing
from .media import webm
from .world import ADA, CLEO, World

MAX_CHUNK_BYTES = 300_000


def upload_form(world: World) -> Request:
    form = {"sessionId": world.session, "chunkNumber": "0", "runId": str(uuid.uuid4())}
    return {
        "as_": ADA,
        "path": "/api/recordings/upload",
        "data": form,
        "files": {"recording": ("chunk", webm()[:1000], "video/webm")},
    }


def huge_upload(world: World) -> dict:
    return {"recording": ("chunk", os.urandom(MAX_CHUNK_BYTES + 1), "video/webm")}


def of_server(rest: str, **options) -> Callable[[World], Request]:
    return lambda world: {"as_": CLEO, "path": f"/api/recordings/{world.server_recording}{rest}"} | options


RECORDINGS = [
    api(
        "POST",
        "/api/recordings/upload",
        upload_form,
        malformed=gives(400, data={"chunkNumber": "0"}),
        too_large=gives(413, files=huge_upload),
    ),
    api(
        "GET",
        "/api/recordings/session/{sessionId}",
        own("/api/recordings/session/{world.session}"),
        malformed=malformed_id("/api/recordings/session/not-an-id"),
    ),
    api(
        "GET",
        "/api/recordings",
        own("/api/recordings"),
        foreign=is_seen_by(lambda world: see_nothing(world, f"/api/recordings?user_id={ADA}", world.ready)),
        malformed=gives(400, path="/api/recordings?limit=many"),
    ),
    api(
        "GET",
        "/api/recordings/{recordingId}",
        own("/api/recordings/{world.ready}"),
        malformed=malformed_id("/api/recordings/not-an-id"),
    ),
    api(
        "GET",
        "/api/recordings/{recordingId}/download",
        own("/api/recordings/{world.ready}/download"),
        malformed=malformed_id("/api/recordings/not-an-id/download"),
    ),
    api(
        "DELETE",
        "/api/recordings/{recordingId}",
        lambda world: {"as_": ADA, "path": f"/api/recordings/{world.fresh_recording()}"},
        malformed=malformed_id("/api/recordings/not-an-id"),
    ),
    api(
        "GET",
        "/api/recordings/{recordingId}/segments/{number}",
        of_server("/segments/0"),
        malformed=gives(404, path=lambda world: f"/api/recordings/{world.server_recording}/segments/first"),
    ),
    api(
        "POST",
        "/api/recordings/{recordingId}/clips",
        of_server("/clips", json={"last": 1}),
        success=gives(202),
        malformed=gives(422, json={"last": -1}),
        too_large=HUGE_JSON,
    ),
]
