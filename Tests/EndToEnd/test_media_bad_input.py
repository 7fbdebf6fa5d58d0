"""Datagrams, connections and descriptions that nobody should send, while a family watches."""

import asyncio
import random
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from support import datagrams, sdp
from support.aio import AioPublisher
from support.api import fetch
from support.datagrams import Stranger
from support.lab import Lab
from support.server import Server, free_port
from support.server_figures import cpu_seconds, metrics, resident_megabytes, total
from support.witnesses import assert_smooth

FLOOD = 20_000


class Target:
    """A server with known media ports."""

    def __init__(self, make: Callable[..., Server]):
        self.port = free_port()
        self.server = make(MEDIA_UDP_PORT=self.port, MEDIA_TCP_PORT=self.port)

    def dropped(self) -> float:
        """Datagrams that went nowhere, for whatever reason."""
        samples = metrics(self.server)
        return total(samples, "media", "datagrams_of_strangers") + total(samples, "media", "datagrams_dropped")

    def assert_healthy(self) -> None:
        self.server.assert_running()
        assert fetch("GET", f"{self.server.url}/health").json()["status"] == "ok"


@pytest.fixture(scope="module")
def target(make_module_server) -> Target:
    return Target(make_module_server)


async def in_background(function: Callable, *arguments) -> None:
    await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


# Datagrams


async def test_family_does_not_notice_floods(target: Target, open_lab: Callable[[Server], Lab]):
    lab = await open_lab(target.server)
    await lab.publish("flooded", bitrate=500_000)
    viewer = await lab.watch("flooded")
    await viewer.expect_moving(10)
    dice = random.Random(11)
    # A user name that is somebody's costs a code over the datagram before the server knows better.
    names = f"{names_of(target, 'guessed')[0]}:mine"
    floods = {
        "anything": datagrams.garbage(dice, FLOOD),
        "checks by strangers": [datagrams.binding(f"{dice.randrange(1 << 32):x}:me", "guess") for _ in range(FLOOD)],
        "checks with a guessed password": [datagrams.check(names, f"{dice.randrange(1 << 96):024x}") for _ in range(FLOOD)],
    }
    for name, flood in floods.items():
        counted, spent, memory = target.dropped(), cpu_seconds(target.server), resident_megabytes(target.server)
        since = await viewer.now()
        with Stranger(target.port) as stranger:
            await in_background(stranger.send, *flood)
            answers = await asyncio.to_thread(stranger.answers)
        seen = await viewer.seen(since)
        cost = (cpu_seconds(target.server) - spent) / FLOOD * 1e6
        grown = resident_megabytes(target.server) - memory
        counted = target.dropped() - counted
        print(f"{name}: {cost:.0f} us of CPU each, {counted:.0f} counted, {grown:.1f} MB more")
        assert answers == [], f"{name}: {len(answers)} answers to strangers"
        assert counted >= FLOOD * 0.8, f"{name}: {counted:.0f} of {FLOOD} counted"
        assert cost < 100, f"{name}: {cost:.0f} us of CPU each"
        assert grown < 32, f"{name}: {grown:.1f} MB more"
        assert_smooth(seen, rate=20, gap=700)
    target.assert_healthy()


def names_of(target: Target, room: str, **offer) -> tuple[str, str]:
    """ICE user name and password of a connection that waits for a publisher named `mine`."""
    answer = fetch(
        "POST",
        f"{target.server.url}/whip/{room}",
        content=sdp.offer("sendonly", ufrag="mine", **offer),
        headers={"Content-Type": "application/sdp"},
    )
    return sdp.value(answer.text, "ice-ufrag"), sdp.value(answer.text, "ice-pwd")


def test_answers_are_never_larger_than_questions(target: Target):
    name, password = names_of(target, "small")
    questions = {
        "a check": datagrams.check(f"{name}:mine", password),
        "the smallest check": datagrams.binding(f"{name}:mine", password, fingerprint=False),
    }
    for kind, question in questions.items():
        with Stranger(target.port) as stranger:
            reply = stranger.ask(question)
            if kind == "a check":
                assert reply is not None and struct.unpack("!H", reply[:2])[0] == datagrams.SUCCESS
            assert reply is None or len(reply) <= len(question), f"{kind}: {len(reply)} bytes for {len(question)}"
    silent = {
        "the right name with a wrong password": datagrams.check(f"{name}:mine", "x" * 24),
        "the right name without a password": datagrams.binding(f"{name}:mine"),
        "a request without a name": datagrams.binding(),
        "somebody else's name": datagrams.check("nobody:mine", password),
        "a handshake without ICE": datagrams.client_hello(),
        "media without ICE": datagrams.rtp(1),
        "a report without ICE": struct.pack("!BBHI", 0x80, 201, 1, 1),
    }
    for kind, question in silent.items():
        with Stranger(target.port) as stranger:
            reply = stranger.ask(question)
            assert reply is None, f"{kind} is answered by {reply!r:.80}"


def test_handshake_comes_from_validated_addresses_only(target: Target):
    """A flight of certificates is much larger than a ClientHello: nobody gets it sent to somebody else."""
    name, password = names_of(target, "validated", setup="active")
    with Stranger(target.port) as other, Stranger(target.port) as peer:
        assert peer.ask(datagrams.check(f"{name}:mine", password))
        assert other.ask(datagrams.client_hello()) is None
        flight = peer.ask(datagrams.client_hello())
        assert flight is not None and flight[0] in (21, 22), "the peer itself is answered, if by an alert"
    target.assert_healthy()


@pytest.mark.parametrize(
    ("suites", "is_taken"), [(datagrams.STRONG_SUITES, True), *(((suite,), False) for suite in datagrams.WEAK_SUITES)]
)
def test_weak_suites_are_refused(target: Target, suites: tuple[int, ...], is_taken: bool):
    name, password = names_of(target, "suites", setup="active")
    with Stranger(target.port) as peer:
        assert peer.ask(datagrams.check(f"{name}:mine", password))
        flight = peer.ask(datagrams.client_hello(suites))
    assert flight is not None
    kind, first = flight[0], flight[13]
    if is_taken:
        assert (kind, first) == (datagrams.HANDSHAKE, datagrams.SERVER_HELLO), flight[:20].hex()
    else:
        assert (kind, flight[13:15]) == (datagrams.ALERT, datagrams.HANDSHAKE_FAILURE), flight[:20].hex()


async def test_replayed_and_bent_packets_of_a_real_publisher(target: Target, open_lab: Callable[[Server], Lab]):
    dice = random.Random(5)
    lab = await open_lab(target.server)
    before = metrics(target.server)
    async with await AioPublisher().start(f"{target.server.url}/whip/bent") as publisher:
        (ice,) = {sender.transport.transport for sender in publisher.connection.getSenders()}
        send = ice._send
        old: list[bytes] = []

        async def send_worse(data: bytes) -> None:
            await send(data)
            if not 128 <= data[0] < 192:
                return
            bent = bytearray(data)
            bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
            old.append(data)
            for worse in (data, bytes(bent), data[: dice.randrange(len(data))], dice.choice(old[-400:])):
                await send(worse)

        viewer = await lab.watch("bent")
        ice._send = send_worse
        await asyncio.sleep(0.5)
        seen = await viewer.expect_moving(90)
        ice._send = send
        during = metrics(target.server)
    assert_smooth(seen, rate=20)
    await viewer.close()
    after = metrics(target.server)
    for word in ("replayed", "unauthentic"):
        grown = total(during, "media", word) - total(before, "media", word)
        print(f"{word}: {grown:.0f}")
        assert grown > 10, f"{word}: {grown:.0f} counted"
        assert total(after, "media", word) >= total(during, "media", word), f"{word}: a counter that falls is none"
    target.assert_healthy()


# ICE over TCP


def test_half_open_connections_are_few_and_short(target: Target):
    opened = []
    try:
        for _ in range(100):
            connection = socket.create_connection(("127.0.0.1", target.port), timeout=2)
            connection.setblocking(False)
            opened.append(connection)
        time.sleep(1)
        held = sum(not is_closed(connection) for connection in opened)
        assert 0 < held <= 64, f"{held} connections are held"
        start = time.monotonic()
        while any(not is_closed(connection) for connection in opened) and time.monotonic() - start < 8:
            time.sleep(0.2)
        assert all(is_closed(connection) for connection in opened), "5 s to a valid check, then it is over"
    finally:
        for connection in opened:
            connection.close()
    target.assert_healthy()


def test_nonsense_over_tcp_ends(target: Target):
    hello = datagrams.client_hello()
    checks = [datagrams.binding("a:b", "guess")] * 50
    nonsense = {
        "a web browser": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "a frame without an end": b"\xff\xff" + b"x" * 200,
        "empty frames": b"\0\0" * 500,
        "checks by a stranger": b"".join(struct.pack("!H", len(one)) + one for one in checks),
        "a handshake without ICE": struct.pack("!H", len(hello)) + hello,
    }
    with ThreadPoolExecutor(len(nonsense)) as pool:
        answers = dict(zip(nonsense, pool.map(partial(everything_back, target.port), nonsense.values())))
    for name, received in answers.items():
        assert received is not None, f"{name}: still open after 8 s"
        assert len(received) <= len(nonsense[name]), f"{name}: {len(received)} bytes for {len(nonsense[name])}"
    target.assert_healthy()


def everything_back(port: int, data: bytes) -> bytes | None:
    """What the server sends until it hangs up; `None` if it does not."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=8) as connection:
        try:
            connection.sendall(data)
            while piece := connection.recv(65_536):
                received += piece
        except (BrokenPipeError, ConnectionResetError):
            pass
        except TimeoutError:
            return None
    return received


def test_frames_in_single_bytes(target: Target):
    """Slow is not wrong: a check that comes byte by byte is answered."""
    name, password = names_of(target, "slowly")
    question = datagrams.check(f"{name}:mine", password)
    with socket.create_connection(("127.0.0.1", target.port), timeout=4) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in struct.pack("!H", len(question)) + question:
            connection.sendall(bytes([byte]))
        reply = connection.recv(4096)
    assert struct.unpack("!H", reply[:2])[0] == len(reply) - 2
    assert struct.unpack("!H", reply[2:4])[0] == datagrams.SUCCESS


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
