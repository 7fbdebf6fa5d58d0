"""What production refuses to start with, in one line each that gives nothing away."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.paths import BINARY
from support.server import Server
from support.tokens import JWT_SECRET

GOOD = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://porthole.example",
    "JWT_SECRET": JWT_SECRET,
    "PORTHOLE_SECRET": "another secret of this test that nobody could guess",
}
REFUSALS = {
    "no way to check tokens": ({"JWT_SECRET": ""}, "JWT_SECRET"),
    "short secret": ({"JWT_SECRET": "porthole-in-brief"}, "JWT_SECRET"),
    "secret of repeats": ({"JWT_SECRET": "abab" * 12}, "JWT_SECRET"),
    "published secret": ({"JWT_SECRET": "your-super-secret-jwt-token-with-at-least-32-characters-long"}, "JWT_SECRET"),
    "short secret of its own": ({"PORTHOLE_SECRET": "porthole-in-brief"}, "PORTHOLE_SECRET"),
    "http": ({"PUBLIC_URL": "http://porthole.example"}, "PUBLIC_URL"),
    "no address": ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
    "links by http": ({"STREAM_VIEWER_URL": "http://studio.example"}, "STREAM_VIEWER_URL"),
    "recordings for ever": ({"RECORDING_RETENTION_DAYS": "0"}, "ALLOW_INDEFINITE_RETENTION"),
    "open default room": ({"SIGNALING_ANONYMOUS": "true"}, "SIGNALING_ANONYMOUS"),
    "malformed mail server": ({"SMTP_URL": "smtps://porthole:hush-hush-password@"}, "SMTP_URL"),
}


def refused_start(folder: Path, **settings: str) -> list[str]:
    """What the program says, line by line, before it ends without a server."""
    inherited = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    result = subprocess.run(
        [BINARY, "serve"],
        env=inherited | {"DATA_DIR": str(folder / "data"), "PORT": "0"} | settings,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20,
    )
    assert result.returncode > 0, result.stdout
    assert not (folder / "data").exists(), "it has touched nothing"
    return result.stdout.splitlines()


@pytest.mark.parametrize(("change", "named"), REFUSALS.values(), ids=REFUSALS)
def test_production_does_not_start_with(change: dict[str, str], named: str, tmp_path: Path):
    settings = GOOD | change
    (line,) = refused_start(tmp_path, **settings)
    assert named in line
    for name in ("JWT_SECRET", "PORTHOLE_SECRET", "SMTP_URL"):
        assert not settings.get(name) or settings[name] not in line
    assert "hush" not in line, "nor a part of one"


def test_production_tells_everything_that_is_wrong_at_once(tmp_path: Path):
    lines = refused_start(tmp_path, ENVIRONMENT="production", RECORDING_RETENTION_DAYS="0")
    assert len(lines) == 3, lines
    for name in ("JWT_SECRET", "PUBLIC_URL", "RECORDING_RETENTION_DAYS"):
        assert any(name in line for line in lines), name


def test_production_starts_with_what_the_refused_ones_lack(make_server: Callable[..., Server]):
    make_server(**GOOD, ALLOW_INDEFINITE_RETENTION="true", RECORDING_RETENTION_DAYS="0")
