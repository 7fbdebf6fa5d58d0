"""The headsets of a run: sessions started by the API, each with `porthole simulate` as its publisher."""

import base64
import dataclasses
import hashlib
import hmac
import json
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

from machine import pinned

SECRET = "a secret of the benchmark alone, 32 bytes or more"


class RunFailed(Exception):
    pass


def user_token(subject: str) -> str:
    """HS256, RFC 7515."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    claims = {"sub": subject, "exp": int(time.time()) + 86_400}
    text = ".".join(part(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{text}.{part(hmac.digest(SECRET.encode(), text.encode(), hashlib.sha256))}"


def ask(method: str, url: str, token: str | None = None, body: dict[str, object] | None = None) -> bytes:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if method == "GET" else json.dumps(body or {}).encode()
    try:
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: bytes = answer.read()
            return found
    except urllib.error.HTTPError as error:
        raise RunFailed(f"{method} {url.partition('/api')[1]}… answered {error.code}") from None
    except OSError as error:
        raise RunFailed(f"{method}: {error}") from None


@dataclasses.dataclass
class Headset:
    """One session and its publisher."""

    base: str
    token: str
    codec: str
    session: str = ""
    report: dict[str, object] = dataclasses.field(default_factory=dict)
    _process: subprocess.Popen[str] | None = None

    def begin(self, binary: pathlib.Path, clip: pathlib.Path, core: int) -> None:
        draft: dict[str, object] = {"metadata": {"platform": "benchmark"}}
        answer = json.loads(ask("POST", f"{self.base}/api/sessions/start", self.token, draft))
        self.session = answer["sessionId"]
        command = [str(binary), "simulate", "--json", "--publish", f"{self.base}/whip/{self.session}"]
        command += ["--token", self.token, "--codec", self.codec, "--clip", str(clip)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=pinned(core),
        )

    def leave(self) -> None:
        """Asks the publisher to end; `finish` waits for it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def finish(self) -> None:
        """Reads the publisher's report, and ends the session."""
        assert self._process is not None
        try:
            output, errors = self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            raise RunFailed("a publisher did not come to an end") from None
        if self._process.returncode != 0:
            raise RunFailed(f"a publisher ended with {self._process.returncode}: {errors.strip()[-200:]}")
        report = json.loads(output)
        self.report = report["peers"][0] | {"processor_seconds": report["processor_seconds"], "seconds": report["seconds"]}
        ask("POST", f"{self.base}/api/sessions/end/{self.session}", self.token)

    def recordings(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(
            ask("GET", f"{self.base}/api/recordings/session/{self.session}", self.token)
        )
        return found

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
