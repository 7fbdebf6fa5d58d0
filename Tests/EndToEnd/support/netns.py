"""A network of one's own, without being root: loopback, an interface with an address, a default route, nftables.

There is no netem on many kernels; here packets are dropped by nftables and slowed down by `tc tbf`.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

SETUP = """
set -e
ip link set lo up
ip link add outer type veth peer name inner
ip addr add 10.77.0.1/24 dev outer
ip link set outer up
ip link set inner up
ip route add default via 10.77.0.2
echo ready
exec sleep infinity
"""

ADDRESS = "10.77.0.1"


class Namespace:
    """Processes started by `command` see this network, and files as ever."""

    def __init__(self):
        self._holder = subprocess.Popen(
            ["unshare", "-rn", "sh", "-c", SETUP],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self._holder.stdout.readline() != "ready\n":
            reason = self._holder.stderr.read().strip()
            self._holder.wait()
            raise AssertionError(f"this test needs a network namespace, and there is none here: {reason}")
        self._forwards: list[subprocess.Popen] = []

    def __enter__(self) -> Namespace:
        return self

    def __exit__(self, *_) -> None:
        for process in [*self._forwards, self._holder]:
            process.kill()
            process.wait(5)

    def command(self, *arguments: str | Path) -> list[str]:
        return ["nsenter", "-t", str(self._holder.pid), "-U", "-n", "--preserve-credentials", *map(str, arguments)]

    def run(self, *arguments: str) -> str:
        result = subprocess.run(self.command(*arguments), capture_output=True, text=True)
        assert result.returncode == 0, f"{' '.join(arguments)}: {result.stderr}"
        return result.stdout

    def wrapper(self, directory: Path, program: str | Path) -> Path:
        """A script that runs a program in here, for those who start it by its path alone."""
        script = directory / f"{Path(program).name}-in-namespace"
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.command(program))} "$@"\n')
        script.chmod(0o755)
        return script

    def forward(self, port: int) -> None:
        """Lets the world outside reach a TCP port in here, by the same number on loopback."""
        # A socket belongs to the network in which it was made, whoever accepts on it later.
        listener = socket.create_server(("127.0.0.1", port))
        command = self.command(sys.executable, __file__, str(listener.fileno()), str(port))
        self._forwards.append(subprocess.Popen(command, pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL))
        listener.close()

    def drop_udp(self, port: int) -> None:
        """As a firewall does that lets only TCP through."""
        self.run("nft", "add", "table", "inet", "wall")
        self.run("nft", "add", "chain", "inet", "wall", "in", "{ type filter hook input priority 0 ; }")
        self.run("nft", "add", "rule", "inet", "wall", "in", "udp", "dport", str(port), "counter", "drop")

    def dropped(self) -> int:
        """Packets that the firewall dropped."""
        words = self.run("nft", "list", "table", "inet", "wall").split()
        return int(words[words.index("packets") + 1])


def _forward(descriptor: int, port: int) -> None:
    """Runs inside: takes connections from outside on an inherited socket."""
    import selectors

    listener = socket.socket(fileno=descriptor)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                outside, _ = listener.accept()
                try:
                    inside = socket.create_connection(("127.0.0.1", port), timeout=5)
                except OSError:
                    outside.close()
                    continue
                inside.settimeout(None)
                selector.register(outside, selectors.EVENT_READ, inside)
                selector.register(inside, selectors.EVENT_READ, outside)
                continue
            source, sink = key.fileobj, key.data
            try:
                data = source.recv(65_536)
                sink.sendall(data)
            except OSError:
                data = b""
            if not data:
                for one in (source, sink):
                    try:
                        selector.unregister(one)
                    except (KeyError, ValueError):
                        pass
                    one.close()


if __name__ == "__main__":
    _forward(int(sys.argv[1]), int(sys.argv[2]))
