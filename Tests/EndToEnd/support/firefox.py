"""Firefox, driven by WebDriver BiDi, which is built in.

It never gathers a candidate of loopback, so it runs in a network of its own with an address (`netns`).
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from .netns import Namespace
from .server import free_port
from .waiting import eventually

PROGRAM = "firefox-esr"
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "media.autoplay.default": 0,
    "media.gmp-manager.updateEnabled": False,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "network.manage-offline-status": False,
    "remote.active-protocols": 1,
}


class Firefox:
    def __init__(self, namespace: Namespace):
        assert shutil.which(PROGRAM), f"{PROGRAM} is not installed (script/lib/packages.sh)"
        self._namespace = namespace
        self._profile = Path(tempfile.mkdtemp(prefix="porthole-firefox-"))
        self._answers: dict[int, asyncio.Future] = {}
        self._count = 0

    async def __aenter__(self) -> Firefox:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
        (self._profile / "user.js").write_text("".join(lines))
        port = free_port()
        arguments = ["--headless", "--no-remote", "--profile", self._profile, f"--remote-debugging-port={port}"]
        self._namespace.forward(port)
        self._process = subprocess.Popen(
            self._namespace.command(PROGRAM, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._socket = await eventually("Firefox listens", lambda: self._connect(port), timeout=40)
        self._reader = asyncio.create_task(self._read())
        await self._command("session.new", capabilities={})
        return self

    @staticmethod
    async def _connect(port: int) -> ClientConnection | None:
        try:
            return await connect(f"ws://127.0.0.1:{port}/session", max_size=None)
        except Exception:
            return None

    async def __aexit__(self, *_) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        shutil.rmtree(self._profile, ignore_errors=True)

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if (waiting := self._answers.pop(message.get("id"), None)) and not waiting.done():
                waiting.set_result(message)

    async def _command(self, method: str, **parameters) -> dict:
        self._count += 1
        answer = self._answers[self._count] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        message = await asyncio.wait_for(answer, 60)
        assert message.get("type") != "error", f"{method}: {message.get('message')}"
        return message["result"]

    async def open(self, url: str) -> FirefoxPage:
        context = (await self._command("browsingContext.create", type="tab"))["context"]
        await self._command("browsingContext.navigate", context=context, url=url, wait="complete")
        return FirefoxPage(self, context)


class FirefoxPage:
    def __init__(self, firefox: Firefox, context: str):
        self._firefox = firefox
        self._context = context

    async def evaluate(self, function: str, argument: Any = None) -> Any:
        expression = f"(async () => JSON.stringify(await ({function})({json.dumps(argument)})) ?? 'null')()"
        answer = await self._firefox._command(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])
