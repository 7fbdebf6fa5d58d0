"""Unity Render Streaming signaling in plain Python, by WebSocket and by polling, behind one face.

Both kinds of peer give what they receive in the flat form of the polling protocol:
`{type, connectionId, sdp?, polite?, candidate?, sdpMLineIndex?, sdpMid?, message?}`.
"""

import json
import time
import uuid
from contextlib import ExitStack

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from .api import NO_AUTHORITIES
from .waiting import wait_until


class Peer:
    """What the two transports have in common: an inbox that is read in order."""

    def __init__(self):
        self.inbox: list[dict] = []
        self.connections: set[str] = set()
        """What this peer has had to do with."""

    def expect(self, kind: str, connection_id: str | None = None, timeout: float = 5) -> dict:
        """The next message of this kind, taken out of the inbox."""

        def find() -> dict | None:
            self.fetch()
            for message in self.inbox:
                if message["type"] == kind and connection_id in (None, message.get("connectionId")):
                    self.inbox.remove(message)
                    self.connections.add(message.get("connectionId", ""))
                    return message
            return None

        return wait_until(f"a peer gets {kind} {connection_id or ''}", find, timeout, interval=0.02)

    def expect_nothing(self) -> None:
        """What the server has sent so far was all expected; that strangers leave is no surprise in a public room."""
        self.settle()
        surprises = [
            message
            for message in self.inbox
            if message["type"] != "disconnect" or message["connectionId"] in self.connections
        ]
        assert surprises == [], f"unexpected: {surprises}"

    def fetch(self) -> None:
        raise NotImplementedError

    def settle(self) -> None:
        """Returns when everything that the server has for this peer is in the inbox."""
        raise NotImplementedError


class WebSocketPeer(Peer):
    """A peer by WebSocket. Without `origin` it is no browser, as Unity is none."""

    def __init__(self, url: str, **options):
        super().__init__()
        self._closing = ExitStack()
        self.socket = self._closing.enter_context(
            connect(url, open_timeout=10, close_timeout=2, max_size=None, **options)
        )
        self.close_code: int | None = None
        self.close_reason = ""

    def __enter__(self) -> "WebSocketPeer":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def send(self, message: dict) -> None:
        self.socket.send(json.dumps(message))

    def connect(self, connection_id: str) -> dict:
        self.connections.add(connection_id)
        self.send({"type": "connect", "connectionId": connection_id})
        return self.expect("connect", connection_id)

    def disconnect(self, connection_id: str) -> None:
        self.send({"type": "disconnect", "connectionId": connection_id})

    def offer(self, connection_id: str, sdp: str = "offer") -> None:
        self._describe("offer", connection_id, sdp)

    def answer(self, connection_id: str, sdp: str = "answer") -> None:
        self._describe("answer", connection_id, sdp)

    def candidate(self, connection_id: str, candidate: str, index, mid) -> None:
        data = {"candidate": candidate, "sdpMLineIndex": index, "sdpMid": mid, "connectionId": connection_id}
        self.send({"type": "candidate", "from": connection_id, "data": data})

    def _describe(self, kind: str, connection_id: str, sdp: str) -> None:
        self.send({"type": kind, "from": connection_id, "data": {"sdp": sdp, "connectionId": connection_id}})

    def fetch(self) -> None:
        try:
            while True:
                self._take(json.loads(self.socket.recv(timeout=0.02)))
        except TimeoutError:
            pass
        except ConnectionClosed as closed:
            if closed.rcvd:
                self.close_code, self.close_reason = closed.rcvd.code, closed.rcvd.reason
            else:
                self.close_code = 1006

    def _take(self, message: dict) -> None:
        if "data" in message:
            message = message["data"] | {"type": message["type"], "connectionId": message["from"]}
        self.inbox.append(message)

    def settle(self) -> None:
        # The server answers in order, so what was under way comes before this reply.
        marker = str(uuid.uuid4())
        self.connect(marker)

    def expect_closed(self, timeout: float = 10) -> tuple[int, str]:
        def is_closed() -> bool:
            self.fetch()
            return self.close_code is not None

        wait_until("the server closes the socket", is_closed, timeout)
        return self.close_code, self.close_reason

    def close(self) -> None:
        self._closing.close()


class PollingPeer(Peer):
    """A peer by HTTP polling."""

    def __init__(self, base: str, token: str | None = None, **query: str):
        super().__init__()
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=base, headers=headers, params=query, timeout=10, verify=NO_AUTHORITIES)
        response = self.http.put("/signaling")
        assert response.status_code == 200, f"{response.status_code} {response.text}"
        self.http.headers["Session-Id"] = response.json()["sessionId"]
        self._from = 0
        self._seen: list[dict] = []

    def __enter__(self) -> "PollingPeer":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def request(self, method: str, path: str, body: dict | None = None) -> httpx.Response:
        return self.http.request(method, f"/signaling{path}", json=body)

    def _must(self, method: str, path: str, body: dict) -> httpx.Response:
        response = self.request(method, path, body)
        assert response.status_code == 200, f"{method} {path}: {response.status_code} {response.text:.200}"
        return response

    def connect(self, connection_id: str) -> dict:
        self.connections.add(connection_id)
        return self._must("PUT", "/connection", {"connectionId": connection_id}).json()

    def disconnect(self, connection_id: str) -> None:
        self._must("DELETE", "/connection", {"connectionId": connection_id})

    def offer(self, connection_id: str, sdp: str = "offer") -> None:
        self._must("POST", "/offer", {"connectionId": connection_id, "sdp": sdp})

    def answer(self, connection_id: str, sdp: str = "answer") -> None:
        self._must("POST", "/answer", {"connectionId": connection_id, "sdp": sdp})

    def candidate(self, connection_id: str, candidate: str, index, mid) -> None:
        body = {"connectionId": connection_id, "candidate": candidate, "sdpMLineIndex": index, "sdpMid": mid}
        self._must("POST", "/candidate", body)

    def poll(self) -> httpx.Response:
        return self.http.get("/signaling", params={"fromtime": self._from})

    def fetch(self) -> None:
        response = self.poll()
        assert response.status_code == 200, f"{response.status_code} {response.text:.200}"
        answer = response.json()
        self._from = answer["datetime"]
        for message in answer["messages"]:
            # `connect` comes with every poll, and the filter by time is inclusive.
            if message["type"] != "connect" and message not in self._seen:
                self._seen.append(message)
                self.inbox.append(message)

    def settle(self) -> None:
        self.fetch()

    def close(self) -> None:
        self.http.delete("/signaling")
        self.http.close()


def unique_id() -> str:
    return str(uuid.uuid4())


def milliseconds() -> float:
    return time.time() * 1000
