"""A stand-in for a Unity application: its signaling here, byte for byte, its media in a blank Chromium page."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import httpx
from playwright.async_api import Page
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from .api import NO_AUTHORITIES
from .browser import Person
from .paths import ROOT

FRAGMENT = 1016
"""Longer messages leave Unity's WebSocket library as fragments of this size."""


class UnityApp:
    """What `Broadcast` and `SingleConnection` share: a page with peer connections and a transport."""

    def __init__(self, page: Page, handler: str):
        self._page = page
        self._handler = handler
        self._task: asyncio.Task | None = None
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def running(cls, person: Person, handler: str, base: str) -> AsyncIterator[Self]:
        """`handler` is `broadcast` or `single`."""
        app = cls(await person.page(), handler)
        await app._page.expose_function("signal", app._send_in_turn)
        picture = (ROOT / "Web/studio/frame-code.js").read_text().replace("export function", "function")
        # A page may make sound once somebody has touched it.
        await app._page.mouse.click(1, 1)
        script = Path(__file__).with_name("unity.js").read_text()
        await app._page.add_script_tag(content=f"{picture}\n{script}")
        await app._open(base)
        app._task = asyncio.create_task(app._listen())
        try:
            yield app
        finally:
            app._task.cancel()
            await asyncio.gather(app._task, return_exceptions=True)
            await app._close()

    async def receive(self, message: dict) -> None:
        await self._page.evaluate(f"message => unity.{self._handler}(message)", message)

    async def problems(self) -> list[str]:
        """What would have thrown, or gone unanswered, in Unity."""
        return await self._page.evaluate("unity.problems")

    async def states(self) -> list[str]:
        """Of each of its connections."""
        return await self._page.evaluate("unity.states()")

    async def kill(self) -> float:
        """Its media stops and nobody is told; the seconds for which it was connected."""
        return await self._page.evaluate("unity.kill()")

    async def _send_in_turn(self, message: dict) -> None:
        """Unity sends from its main thread, one message after the other."""
        async with self._turn:
            await self.send(message)

    async def send(self, message: dict) -> None:
        raise NotImplementedError

    async def _open(self, base: str) -> None:
        raise NotImplementedError

    async def _listen(self) -> None:
        raise NotImplementedError

    async def _close(self) -> None:
        raise NotImplementedError


class UnityWebSocket(UnityApp):
    """WebSocketSignaling.cs: JsonUtility writes every field; connect and disconnect are put together by hand."""

    async def _open(self, base: str) -> None:
        self._socket = await connect(base.replace("http", "ws", 1), max_size=None)

    async def connect(self, connection_id: str) -> None:
        await self.send({"type": "connect", "connectionId": connection_id})

    async def send(self, message: dict) -> None:
        kind, connection_id = message["type"], message["connectionId"]
        if kind in ("connect", "disconnect"):
            await self._socket.send(f'{{"type":"{kind}", "connectionId":"{connection_id}"}}')
            return
        data = {"connectionId": connection_id}
        if kind == "candidate":
            data |= {key: message[key] for key in ("candidate", "sdpMid", "sdpMLineIndex")}
        else:
            data |= {"sdp": message["sdp"], "type": kind, "polite": False}
        text = json.dumps({"from": connection_id, "to": "", "type": kind, "data": data}, separators=(",", ":"))
        pieces = [text[start : start + FRAGMENT] for start in range(0, len(text), FRAGMENT)]
        await self._socket.send(pieces if len(pieces) > 1 else text)

    async def _listen(self) -> None:
        try:
            async for text in self._socket:
                message = json.loads(text)
                data = message.get("data", {})
                await self.receive(
                    data | {"type": message["type"], "connectionId": message.get("connectionId") or message.get("from")}
                    | ({"polite": message["polite"]} if "polite" in message else {})
                )
        except ConnectionClosed:
            pass

    async def _close(self) -> None:
        await self._socket.close()


class UnityHTTP(UnityApp):
    """HttpSignaling.cs: a new TCP connection for every call, only 200 counts, polls at an interval."""

    INTERVAL = 0.5

    async def _open(self, base: str) -> None:
        self._base = base
        self._session = (await self._call("PUT", ""))["sessionId"]

    async def _call(self, method: str, path: str, body: dict | None = None) -> dict:
        headers = {"Connection": "close", "Content-Type": "application/json"}
        if path or method != "PUT":
            headers["Session-Id"] = self._session
        content = None if body is None else json.dumps(body)
        async with httpx.AsyncClient(verify=NO_AUTHORITIES) as client:
            response = await client.request(method, f"{self._base}/signaling{path}", headers=headers, content=content)
        assert response.status_code == 200, f"{method} {path}: {response.status_code}"
        return response.json() if response.headers["content-type"].startswith("application/json") else {}

    async def connect(self, connection_id: str) -> None:
        answer = await self._call("PUT", "/connection", {"connectionId": connection_id})
        await self.receive({"type": "connect"} | answer)

    async def send(self, message: dict) -> None:
        kind, body = message["type"], {key: value for key, value in message.items() if key != "type"}
        if kind == "disconnect":
            await self._call("DELETE", "/connection", body)
        elif kind == "candidate":
            await self._call("POST", "/candidate", body)
        else:
            await self._call("POST", f"/{kind}", body | {"type": kind, "polite": False})

    async def _listen(self) -> None:
        # Unity's first number is a clock's milliseconds less 30000, and the last answer's time from then on.
        since: str | int = random.randrange(1000) - 30_000
        seen: set[str] = set()
        while True:
            answer = await self._call("GET", f"?fromtime={since}")
            since = str(answer["datetime"])
            for message in answer["messages"]:
                key = json.dumps(message, sort_keys=True)
                if message["type"] != "connect" and key not in seen:
                    seen.add(key)
                    await self.receive(message)
            await asyncio.sleep(self.INTERVAL)

    async def _close(self) -> None:
        await self._call("DELETE", "")


TRANSPORTS = {"websocket": UnityWebSocket, "http": UnityHTTP}
