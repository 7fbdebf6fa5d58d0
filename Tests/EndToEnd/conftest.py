"""Fixtures: servers, their peers, a browser. Every test's servers log to artifacts/logs/<test>.log."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from support.browser import Chromium, launched_chromium
from support.lab import Lab, lab_browser
from support.mail import Authority, MailServer
from support.server import Server, free_port
from support.turn import TurnServer

# They log every address, tokens and all.
for name in ("aioice", "aiortc", "httpx", "mail.log"):
    logging.getLogger(name).setLevel(logging.ERROR)


def pytest_configure(config: pytest.Config) -> None:
    # aiosmtpd does not count implicit TLS as TLS.
    config.addinivalue_line("filterwarnings", "ignore:Requiring AUTH while not requiring TLS:UserWarning")


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


def _servers(name: str) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def make(start: bool = True, **settings) -> Server:
        number = f"-{len(servers) + 1}" if servers else ""
        server = Server(_slug(name) + number, **settings)
        servers.append(server)
        return server.start() if start else server

    yield make
    try:
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            server.discard()


@pytest.fixture
def make_server(request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Makes servers with settings of the test's own; stops them in order at its end."""
    yield from _servers(request.node.name)


@pytest.fixture(scope="module")
def make_module_server(request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """The same for all tests of a file."""
    yield from _servers(request.node.name.removesuffix(".py"))


@pytest.fixture(scope="module")
def server(make_module_server: Callable[..., Server]) -> Server:
    """A server with nothing special about it, for all tests of a file."""
    return make_module_server()


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    """A browser. Uncaught errors and broken content security policies in any page fail the test."""
    async with launched_chromium() as browser:
        yield browser


@pytest.fixture
async def open_lab() -> AsyncIterator[Callable[[Server], Awaitable[Lab]]]:
    """Opens pages with peers that are none of ours, on a server's origin."""
    async with lab_browser() as browser:
        yield lambda server: Lab.open(browser, server.url)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def mail_server(authority: Authority) -> Iterator[MailServer]:
    server = MailServer(authority, free_port(), implicit_tls=True).start()
    yield server
    server.stop()


@pytest.fixture
def turn_server(tmp_path: Path) -> Iterator[TurnServer]:
    if not TurnServer.is_installed():
        pytest.fail("coturn is not installed (script/lib/packages.sh)")
    server = TurnServer(tmp_path).start()
    yield server
    server.stop()
