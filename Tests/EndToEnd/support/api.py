"""The HTTP API as its callers use it."""

import ssl
import uuid
from dataclasses import dataclass

import httpx

from .waiting import wait_until

# Reading all of the system's authorities takes longer than most requests, and nothing here speaks TLS.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def fetch(method: str, url: str | httpx.URL, **options) -> httpx.Response:
    """One request of somebody who keeps no cookies."""
    with httpx.Client(verify=NO_AUTHORITIES, timeout=30) as client:
        return client.request(method, url, **options)


@dataclass
class Started:
    """What `POST /api/sessions/start` answered."""

    answer: dict

    @property
    def id(self) -> str:
        return self.answer["sessionId"]

    @property
    def signaling_url(self) -> str:
        return self.answer["ingest"]["signalingUrl"]

    @property
    def signaling_http_url(self) -> str:
        return self.answer["ingest"]["signalingHttpUrl"]

    @property
    def ticket(self) -> str:
        return self.signaling_http_url.rsplit("/", 1)[1]


class Api:
    """One caller with one token, or none."""

    def __init__(self, base: str, token: str | None = None):
        self.token = token
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=base, headers=headers, timeout=30, verify=NO_AUTHORITIES)

    def request(self, method: str, path: str, **options) -> httpx.Response:
        return self.http.request(method, path, **options)

    def get(self, path: str, **options) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options) -> httpx.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options) -> httpx.Response:
        return self.request("PUT", path, **options)

    def delete(self, path: str, **options) -> httpx.Response:
        return self.request("DELETE", path, **options)

    def json(self, method: str, path: str, **options):
        """The answer of a request that must succeed."""
        response = self.request(method, path, **options)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text:.300}"
        return response.json()

    # Sessions

    def start(self, connection_id: str | None = None, **metadata) -> Started:
        body = {"connectionId": connection_id or str(uuid.uuid4()), "metadata": metadata}
        return Started(self.json("POST", "/api/sessions/start", json=body))

    def end(self, session: str) -> dict:
        return self.json("POST", f"/api/sessions/end/{session}")

    def session(self, session: str) -> dict:
        return self.json("GET", f"/api/sessions/{session}")

    def make_link(self, session: str, **draft) -> dict:
        return self.json("POST", f"/api/sessions/{session}/watch-links", json=draft)

    # Recordings

    def upload(
        self,
        session: str,
        chunk: bytes,
        number: int | None = 0,
        *,
        run: str | None = None,
        final: bool = False,
        media_type: str = "video/webm;codecs=vp8,opus",
        **fields: str,
    ) -> httpx.Response:
        form = {"sessionId": session} | fields
        if number is not None:
            form["chunkNumber"] = str(number)
        if run is not None:
            form["runId"] = run
        if final:
            form["final"] = "true"
        files = {"recording": ("chunk", chunk, media_type)}
        return self.post("/api/recordings/upload", data=form, files=files)

    def recordings(self, session: str) -> list[dict]:
        return self.json("GET", f"/api/recordings/session/{session}")

    def ready_recording(self, session: str, timeout: float = 30, **expected) -> dict:
        """The session's only recording, once it is ready and as expected."""

        def find() -> dict | None:
            recordings = self.recordings(session)
            assert len(recordings) <= 1, f"{len(recordings)} recordings of one session"
            for recording in recordings:
                assert recording["status"] != "failed", recording
                if recording["status"] == "ready" and all(recording[key] == value for key, value in expected.items()):
                    return recording
            return None

        return wait_until(f"the recording is ready {expected or ''}", find, timeout)

    def signed_url(self, recording: str) -> str:
        return self.json("GET", f"/api/recordings/{recording}/download")["url"]

    def file(self, recording: str) -> bytes:
        """The bytes behind the signed URL, fetched without any header."""
        response = fetch("GET", self.signed_url(recording))
        assert response.status_code == 200, response.status_code
        return response.content
