"""Events of WHEP: a player is told that the picture is there, that it is gone, and how many watch."""

import json
import re
import threading

import httpx
import pytest
from support import sdp
from support.aio import AioPublisher, AioViewer
from support.api import NO_AUTHORITIES, fetch
from support.server import Server
from support.waiting import eventually

EVENTS = "urn:ietf:params:whep:ext:core:server-sent-events"


class Stream:
    """A stream of server-sent events, read as it comes."""

    def __init__(self, url: str):
        self.events: list[tuple[str, dict]] = []
        self.is_over = False
        self._client = httpx.Client(verify=NO_AUTHORITIES, timeout=None)
        self._thread = threading.Thread(target=self._read, args=(url,), daemon=True)
        self._thread.start()

    def _read(self, url: str) -> None:
        try:
            with self._client.stream("GET", url) as response:
                assert response.headers["Content-Type"].startswith("text/event-stream"), response.headers
                name = None
                for line in response.iter_lines():
                    if line.startswith("event:"):
                        name = line[6:].strip()
                    elif line.startswith("data:") and name:
                        self.events.append((name, json.loads(line[5:])))
        except httpx.TransportError:
            pass
        self.is_over = True

    def newest(self, name: str) -> dict | None:
        return next((data for event, data in reversed(self.events) if event == name), None)


async def watch(server: Server, room: str) -> httpx.Response:
    headers = {"Content-Type": "application/sdp"}

    def answer() -> httpx.Response | None:
        response = fetch("POST", f"{server.url}/whep/{room}", content=sdp.offer("recvonly"), headers=headers)
        return None if response.status_code == 409 else response

    response = await eventually("there is something to watch", answer)
    assert response.status_code == 201, response.text
    return response


def events_url(server: Server, answer: httpx.Response) -> tuple[str, set[str]]:
    (link,) = [link for link in answer.headers.get_list("Link", split_commas=False) if EVENTS in link]
    target, names = re.match(r"<([^>]+)>", link)[1], re.search(r'events="([^"]*)"', link)[1]
    return str(httpx.URL(server.url).join(target)), set(names.split(","))


async def test_player_is_told(server: Server):
    async with await AioPublisher().start(f"{server.url}/whip/told") as publisher:
        answer = await watch(server, "told")
        url, names = events_url(server, answer)
        assert {"active", "inactive", "viewercount"} <= names
        created = fetch("POST", url, json=["active", "inactive", "viewercount"])
        assert created.status_code == 201, created.text
        stream = Stream(str(httpx.URL(url).join(created.headers["Location"])))

        async with await AioViewer().start(f"{server.url}/whep/told"):
            await eventually("a viewer is counted", lambda: (stream.newest("viewercount") or {}).get("viewercount", 0) >= 1)
        await publisher.close()
        await eventually("the picture is gone", lambda: "inactive" in [name for name, _ in stream.events], timeout=20)
        before = len(stream.events)
        async with await AioPublisher().start(f"{server.url}/whip/told"):
            await eventually(
                "the picture is back", lambda: "active" in [name for name, _ in stream.events[before:]], timeout=20
            )
    fetch("DELETE", f"{server.url}{answer.headers['Location']}")
    await eventually("the stream ends with the session", lambda: stream.is_over)


@pytest.mark.parametrize("body", [b'["unknown"]', b'{"a": 1}', b"[", b"[1]"])
async def test_unknown_events_are_refused(server: Server, body: bytes):
    async with await AioPublisher().start(f"{server.url}/whip/unknown"):
        url, _ = events_url(server, await watch(server, "unknown"))
        answer = fetch("POST", url, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
