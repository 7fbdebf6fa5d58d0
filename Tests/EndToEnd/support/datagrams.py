"""What strangers may send to the media port."""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
import socket
import struct
import time
import zlib

MAGIC = 0x2112A442
BINDING, SUCCESS, ERROR = 0x0001, 0x0101, 0x0111
USERNAME, INTEGRITY, PRIORITY, USE_CANDIDATE, FINGERPRINT = 0x0006, 0x0008, 0x0024, 0x0025, 0x8028
CONTROLLING = 0x802A


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def binding(username: str | None = None, password: str | None = None, *extra: bytes, fingerprint: bool = True) -> bytes:
    """A Binding request (RFC 8489), with a valid MESSAGE-INTEGRITY if there is a password."""
    body = b"".join(extra)
    if username is not None:
        body = attribute(USERNAME, username.encode()) + body
    head = lambda length: struct.pack("!HHI", BINDING, length, MAGIC) + transaction  # noqa: E731
    transaction = secrets.token_bytes(12)
    if password is not None:
        mac = hmac.new(password.encode(), head(len(body) + 24) + body, hashlib.sha1).digest()
        body += attribute(INTEGRITY, mac)
    if fingerprint:
        crc = zlib.crc32(head(len(body) + 8) + body) ^ 0x5354554E
        body += attribute(FINGERPRINT, struct.pack("!I", crc))
    return head(len(body)) + body


def check(username: str, password: str) -> bytes:
    """A connectivity check as a browser sends it."""
    priority = attribute(PRIORITY, struct.pack("!I", 1_853_824_767))
    return binding(username, password, priority, attribute(CONTROLLING, secrets.token_bytes(8)), attribute(USE_CANDIDATE, b""))


# DTLS 1.2 (RFC 6347, RFC 5246 §7): content types, and what comes behind the record's header.
ALERT, HANDSHAKE = 21, 22
SERVER_HELLO = 2
HANDSHAKE_FAILURE = b"\x02\x28"

STRONG_SUITES = (0xC02B, 0xC02F)
"""ECDHE with AES-GCM."""
WEAK_SUITES = (0x002F, 0x0035, 0x009C, 0xC009, 0xC013, 0xC00A)
"""Without forward secrecy, or with CBC."""


def client_hello(suites: tuple[int, ...] = STRONG_SUITES) -> bytes:
    """The first datagram of a DTLS 1.2 handshake."""
    offered = struct.pack(f"!H{len(suites)}H", 2 * len(suites), *suites)
    groups, points = struct.pack("!HHHH", 10, 4, 2, 23), struct.pack("!HHBB", 11, 2, 1, 0)
    signatures = struct.pack("!HHHHH", 13, 6, 4, 0x0403, 0x0804)
    extensions = groups + points + signatures + struct.pack("!HHHHB", 14, 5, 2, 7, 0)
    body = b"\xfe\xfd" + secrets.token_bytes(32) + b"\0\0" + offered + b"\x01\0" + struct.pack("!H", len(extensions)) + extensions
    length = len(body).to_bytes(3, "big")
    handshake = b"\x01" + length + b"\0\0" + b"\0\0\0" + length + body
    return b"\x16\xfe\xfd" + bytes(8) + struct.pack("!H", len(handshake)) + handshake


def rtp(sequence: int, size: int = 1000) -> bytes:
    return struct.pack("!BBHII", 0x80, 96, sequence & 0xFFFF, sequence * 3000 & 0xFFFFFFFF, 0x1234) + secrets.token_bytes(size)


def garbage(dice: random.Random, count: int) -> list[bytes]:
    """Of every kind by the first byte, of every length, and requests cut short or bent."""
    made = []
    for number in range(count):
        choice = number % 6
        if choice == 0:
            made.append(dice.randbytes(dice.randrange(0, 1500)))
        elif choice == 1:
            made.append(bytes([dice.choice([0, 1, 20, 22, 63, 128, 191])]) + dice.randbytes(dice.randrange(0, 200)))
        elif choice == 2:
            request = binding(f"{secrets.token_hex(4)}:{secrets.token_hex(2)}", "wrong")
            made.append(request[: dice.randrange(len(request))])
        elif choice == 3:
            request = bytearray(binding(f"{secrets.token_hex(4)}:{secrets.token_hex(2)}", "wrong"))
            request[dice.randrange(len(request))] ^= 1 << dice.randrange(8)
            made.append(bytes(request))
        elif choice == 4:
            hello = bytearray(client_hello())
            hello[dice.randrange(len(hello))] ^= 1 << dice.randrange(8)
            made.append(bytes(hello))
        else:
            packet = bytearray(rtp(number, dice.randrange(0, 1200)))
            packet[0] = dice.randrange(128, 192)
            made.append(bytes(packet))
    return made


class Stranger:
    """A socket that counts what comes back."""

    def __init__(self, port: int):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self.sent = 0

    def __enter__(self) -> Stranger:
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def send(self, *datagrams: bytes, rate: float = 20_000) -> None:
        start = time.monotonic()
        for number, datagram in enumerate(datagrams):
            self._socket.send(datagram)
            self.sent += 1
            if number % 50 == 0:
                time.sleep(max(0, start + number / rate - time.monotonic()))

    def answers(self, wait: float = 0.5) -> list[bytes]:
        """All that comes within so many seconds of silence."""
        answers = []
        self._socket.settimeout(wait)
        while True:
            try:
                answers.append(self._socket.recv(65_536))
            except (TimeoutError, ConnectionRefusedError):
                return answers

    def ask(self, datagram: bytes) -> bytes | None:
        self.send(datagram)
        answers = self.answers(0.3)
        return answers[0] if answers else None
