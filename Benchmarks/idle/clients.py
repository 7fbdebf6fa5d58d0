"""What plays the headsets, the families and the studio's site: tokens, sockets, requests."""

import asyncio
import collections
import contextlib
import json
import time

import jwt
import websockets
from server import SECRET, Server


def user_token(subject: str) -> str:
    return jwt.encode({"sub": subject, "exp": int(time.time()) + 3600}, SECRET, algorithm="HS256")


class Connection:
    """One kept-alive HTTP/1.1 connection, as lean as Python allows, so that the server is what is measured."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, token: str, body: bytes = b"") -> tuple[int, bytes]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._server.port)
        self._writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._server.port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if headers.get("transfer-encoding") == "chunked":
            answer = await self._read_chunks()
        else:
            answer = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), answer

    async def _read_chunks(self) -> bytes:
        assert self._reader is not None
        answer = b""
        while True:
            size = int((await self._reader.readline()).split(b";")[0], 16)
            answer += (await self._reader.readexactly(size + 2))[:size]
            if size == 0:
                return answer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


async def start_session(connection: Connection, subject: str) -> str:
    status, answer = await connection.request(
        "POST", "/api/sessions/start", user_token(subject), json.dumps({"connectionId": subject}).encode()
    )
    if status != 200:
        raise SystemExit(f"POST /api/sessions/start answered {status}")
    return json.loads(answer)["sessionId"]


class IdleSockets:
    """Viewers who wait: sockets that say nothing and answer pings."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._sockets: list[websockets.ClientConnection] = []
        self._listeners: list[asyncio.Task[None]] = []
        self.closed = collections.Counter[str]()

    async def open(self, sessions: dict[str, str], count: int) -> None:
        """Opens `count` sockets, spread over the sessions (by subject), some at a time."""
        subjects = list(sessions)
        gate = asyncio.Semaphore(50)

        async def open_one(number: int) -> None:
            subject = subjects[number % len(subjects)]
            query = f"token={user_token(subject)}&role=viewer"
            # Addresses of loopback differ, as those of families do.
            source = f"127.0.{1 + number // 250}.{1 + number % 250}"
            async with gate:
                connection = await websockets.connect(
                    f"ws://127.0.0.1:{self._server.port}/signaling/{sessions[subject]}?{query}",
                    compression=None,
                    ping_interval=None,
                    open_timeout=30,
                    local_addr=(source, 0),
                )
            self._sockets.append(connection)
            self._listeners.append(asyncio.create_task(self._listen(connection)))

        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(open_one(number))

    async def _listen(self, connection: websockets.ClientConnection) -> None:
        async for _ in connection:
            pass
        self.closed[f"socket closed with {connection.close_code} {connection.close_reason}"] += 1

    async def close(self) -> None:
        for listener in self._listeners:
            listener.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)
        for connection in self._sockets:
            with contextlib.suppress(websockets.ConnectionClosed):
                connection.transport.abort()


class SteadyRequests:
    """Asks at a fixed rate whether answers come or not, so that a slow server cannot slow its own exam down."""

    def __init__(self, server: Server, subjects: list[str], rate: int, connections: int = 16) -> None:
        self._server = server
        self._tokens = [user_token(subject) for subject in subjects]
        self._rate = rate
        self._connections = connections
        self.latencies: list[float] = []
        self.errors = collections.Counter[str]()

    async def run(self, seconds: float) -> None:
        due: asyncio.Queue[tuple[float, str] | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._connections):
                group.create_task(self._work(due))
            began = time.monotonic()
            for number in range(int(seconds * self._rate)):
                at = began + number / self._rate
                await asyncio.sleep(max(0, at - time.monotonic()))
                due.put_nowait((at, self._tokens[number % len(self._tokens)]))
            for _ in range(self._connections):
                due.put_nowait(None)

    async def _work(self, due: asyncio.Queue[tuple[float, str] | None]) -> None:
        connection = Connection(self._server)
        while (job := await due.get()) is not None:
            at, token = job
            try:
                async with asyncio.timeout(10):
                    status, answer = await connection.request("GET", "/api/sessions/active", token)
                if status != 200:
                    self.errors[f"status {status}"] += 1
                elif len(json.loads(answer)) != 1:
                    self.errors["not exactly the caller's one session"] += 1
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self.errors[type(error).__name__] += 1
                connection.close()
                connection = Connection(self._server)
            # Counted from when it was due: waiting for a free connection is waiting too.
            self.latencies.append(time.monotonic() - at)
        connection.close()
