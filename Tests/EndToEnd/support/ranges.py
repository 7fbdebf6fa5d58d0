"""A small HTTP server that gives one file by ranges, and knows what it gave."""

from __future__ import annotations

import re
import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

PIECE = 32 * 1024
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class RangeServer:
    """`url` is the file; every other address is a blank page of the same origin."""

    def __init__(self, file: Path, media_type: str):
        self.size = file.stat().st_size
        self._given = 0
        self._requests = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(file, media_type))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.url = f"{self.base}/file"

    @property
    def given(self) -> tuple[int, int]:
        """Requests for the file, and bytes of it that the system took: what a reader has, and what is on its way."""
        with self._lock:
            return self._requests, self._given

    def __enter__(self) -> RangeServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _count(self, *, requests: int = 0, count: int = 0) -> None:
        with self._lock:
            self._requests += requests
            self._given += count

    def _handler(self, file: Path, media_type: str) -> type[BaseHTTPRequestHandler]:
        ranges = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                # What waits here is counted as given, so little may wait.
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * PIECE)
                super().setup()

            def do_GET(self) -> None:
                if self.path != "/file":
                    return self._answer(HTTPStatus.OK, "text/html", b"<!doctype html>")
                ranges._count(requests=1)
                asked = RANGE.fullmatch(self.headers.get("Range", "bytes=0-"))
                first = int(asked[1]) if asked else 0
                last = min(int(asked[2]) if asked and asked[2] else ranges.size, ranges.size - 1)
                if not asked or first > last:
                    unsatisfied = {"Content-Range": f"bytes */{ranges.size}"}
                    return self._answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "text/plain", b"", unsatisfied)
                self._give(first, last)

            def _answer(self, status: HTTPStatus, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in ({"Content-Type": kind, "Content-Length": str(len(body))} | (more or {})).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def _give(self, first: int, last: int) -> None:
                self.send_response(HTTPStatus.PARTIAL_CONTENT)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(last + 1 - first))
                self.send_header("Content-Range", f"bytes {first}-{last}/{ranges.size}")
                self.send_header("Accept-Ranges", "bytes")
                self.end_headers()
                with file.open("rb") as source:
                    source.seek(first)
                    try:
                        self._copy(source, last + 1 - first)
                    except (BrokenPipeError, ConnectionResetError):
                        # Players leave as soon as they know enough.
                        self.close_connection = True

            def _copy(self, source: BinaryIO, count: int) -> None:
                while count:
                    piece = source.read(min(PIECE, count))
                    self.wfile.write(piece)
                    ranges._count(count=len(piece))
                    count -= len(piece)

            def log_message(self, *_) -> None:
                pass

        return Handler
