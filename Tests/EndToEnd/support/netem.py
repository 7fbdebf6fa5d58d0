"""A bad network: a seeded UDP relay in front of a media port, as a process of its own.

The server announces the relay's address. Each peer that sends to it gets a flow with two directions, `up` to the
server and `down` to the peer; what a path does to datagrams is set for all flows or for one.
"""

from __future__ import annotations

import heapq
import json
import random
import select
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

BUFFER = 4 << 20


@dataclass
class Path:
    """What happens to datagrams in one direction."""

    loss: float = 0
    """Share of datagrams that never arrive."""
    delay: float = 0
    """Seconds."""
    jitter: float = 0
    """Up to so many seconds more, each datagram its own."""
    reorders: bool = False
    """Whether jitter lets datagrams overtake each other; without it a late one holds up those behind."""
    rate: float = 0
    """Bits per second; 0 is no limit."""
    queue: float = 0.3
    """Seconds that datagrams wait at the limit before the rest is dropped."""


@dataclass
class Direction:
    path: Path
    dice: random.Random
    free_at: float = 0
    last_due: float = 0
    counts: dict = field(default_factory=lambda: {"passed": 0, "lost": 0, "overflowed": 0, "bytes": 0})

    def due(self, size: int, now: float) -> float | None:
        """When a datagram arrives; never, if it does not."""
        path = self.path
        # The dice fall the same number of times for each datagram, whatever the path.
        is_lost, late = self.dice.random() < path.loss, self.dice.random() * path.jitter
        if is_lost:
            self.counts["lost"] += 1
            return None
        due = now
        if path.rate:
            begin = max(now, self.free_at)
            if begin - now > path.queue:
                self.counts["overflowed"] += 1
                return None
            self.free_at = due = begin + size * 8 / path.rate
        due += path.delay + late
        if not path.reorders:
            due = self.last_due = max(due, self.last_due)
        self.counts["passed"] += 1
        self.counts["bytes"] += size
        return due


class RelayProcess:
    """The relay itself: one thread, one loop."""

    def __init__(self, port: int, target: int, seed: int):
        self.target = ("127.0.0.1", target)
        self.seed = seed
        self.front = self._socket()
        self.front.bind(("127.0.0.1", port))
        self.poll = select.epoll()
        self.poll.register(self.front, select.EPOLLIN)
        self.poll.register(sys.stdin, select.EPOLLIN)
        self.flows: dict[int, tuple[socket.socket, dict[str, Direction]]] = {}
        """By the peer's port."""
        self.ports: dict[int, int] = {}
        """The peer's port by the descriptor of the flow's socket."""
        self.paths = {"up": Path(), "down": Path()}
        self.waiting: list = []
        self.count = 0

    @staticmethod
    def _socket() -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setblocking(False)
        return made

    def flow(self, port: int) -> tuple[socket.socket, dict[str, Direction]]:
        if port not in self.flows:
            back = self._socket()
            back.connect(self.target)
            self.poll.register(back, select.EPOLLIN)
            number = len(self.flows)
            directions = {
                name: Direction(Path(**asdict(path)), random.Random(f"{self.seed} {number} {name}"))
                for name, path in self.paths.items()
            }
            self.flows[port] = (back, directions)
            self.ports[back.fileno()] = port
        return self.flows[port]

    def run(self) -> None:
        while True:
            timeout = max(0, self.waiting[0][0] - time.monotonic()) if self.waiting else 1
            for descriptor, _ in self.poll.poll(timeout):
                if descriptor == self.front.fileno():
                    self.drain_front()
                elif descriptor == sys.stdin.fileno():
                    line = sys.stdin.readline()
                    if not line:
                        return
                    print(json.dumps(self.command(json.loads(line))), flush=True)
                else:
                    self.drain_back(self.ports[descriptor])
            self.deliver()

    def drain_front(self) -> None:
        for _ in range(64):
            try:
                data, (_, port) = self.front.recvfrom(65_536)
            except BlockingIOError:
                return
            back, directions = self.flow(port)
            self.hold(directions["up"], data, back, None)

    def drain_back(self, port: int) -> None:
        back, directions = self.flows[port]
        for _ in range(64):
            try:
                data = back.recv(65_536)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self.hold(directions["down"], data, self.front, ("127.0.0.1", port))

    def hold(self, direction: Direction, data: bytes, out: socket.socket, to: tuple | None) -> None:
        due = direction.due(len(data) + 28, time.monotonic())
        if due is not None:
            self.count += 1
            heapq.heappush(self.waiting, (due, self.count, out, data, to))

    def deliver(self) -> None:
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= now:
            _, _, out, data, to = heapq.heappop(self.waiting)
            try:
                out.sendto(data, to) if to else out.send(data)
            except (BlockingIOError, ConnectionRefusedError):
                pass

    def command(self, order: dict) -> dict:
        if "path" in order:
            path, name = Path(**order["path"]), order["direction"]
            if order["flow"] is None:
                self.paths[name] = path
            for port in [order["flow"]] if order["flow"] else self.flows:
                self.flows[port][1][name].path = path
        return {
            str(port): {name: direction.counts for name, direction in directions.items()}
            | {"server_sees": back.getsockname()[1]}
            for port, (back, directions) in self.flows.items()
        }


class Relay:
    """The relay as tests hold it."""

    def __init__(self, port: int, target: int, seed: int = 1):
        self.port = port
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(port), str(target), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.counts()

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        self._process.wait(5)

    def set(self, direction: str, path: Path, flow: int | None = None) -> None:
        """All flows, those to come as well, or the one of the peer with this port."""
        self._order({"direction": direction, "path": asdict(path), "flow": flow})

    def counts(self) -> dict[int, dict]:
        """By peer's port and direction: datagrams `passed`, `lost` by dice, `overflowed` at the limit."""
        return {int(port): counts for port, counts in self._order({}).items()}

    def flow_of(self, figures: dict) -> int:
        """The flow of a browser's connection; its own candidate has the port that the server sees."""
        assert figures["pair"]["remote"]["port"] == self.port, "the connection does not go through the relay"
        own = figures["pair"]["local"]["port"]
        (flow,) = [port for port, counts in self.counts().items() if own in (port, counts["server_sees"])]
        return flow

    def _order(self, order: dict) -> dict:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


if __name__ == "__main__":
    RelayProcess(*map(int, sys.argv[1:])).run()
