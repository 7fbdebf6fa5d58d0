"""Bytes on a socket, for what no HTTP client would send."""

import socket
import time

from .server import Server


class RawConnection:
    def __init__(self, server: Server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=10)

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """The server may have hung up already."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def status(self, timeout: float = 10) -> int | None:
        """The status of the next answer; `None` when the server hangs up without one."""
        data = b""
        self.socket.settimeout(timeout)
        try:
            while b"\r\n" not in data:
                piece = self.socket.recv(4096)
                if not piece:
                    return None
                data += piece
        except ConnectionResetError:
            return None
        return int(data.split(b" ", 2)[1])

    def is_closed_within(self, seconds: float) -> bool:
        self.socket.settimeout(seconds)
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                if not self.socket.recv(4096):
                    return True
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True
        return False


def request(path: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
