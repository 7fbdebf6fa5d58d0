"""The running server against its own OpenAPI document, by schemathesis with all of its default checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate
from support.api import fetch
from support.paths import OPENAPI
from support.server import Server
from support.world import ADA, World

SUPPORT = Path(__file__).parent / "support"
CONFIGURATION = SUPPORT / "schemathesis.toml"


def test_document_is_valid_and_is_what_is_served(server: Server):
    document = yaml.safe_load(OPENAPI.read_text())
    validate(document)
    served = fetch("GET", f"{server.url}/openapi.yaml")
    assert served.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(served.text) == document


@pytest.mark.timeout(420)
def test_server_keeps_to_its_document(make_server, tmp_path: Path):
    server: Server = make_server(COMBINE_GRACE_SECONDS=1)
    world = World(server)
    things = {
        "PORTHOLE_TOKEN": world.token("studio"),
        "PORTHOLE_SESSION": world.session,
        "PORTHOLE_RECORDING": world.ready,
        "PORTHOLE_SERVER_RECORDING": world.server_recording,
        "PORTHOLE_CHILD": ADA,
        "PORTHOLE_TICKET": world.started.ticket,
        "PORTHOLE_POLLER": world.fresh_poller("studio"),
    }
    # One worker: Python 3.11 may take a source apart in one thread only, and property tests do so.
    result = subprocess.run(
        [Path(sys.executable).with_name("schemathesis"), "--no-color", "--config-file", CONFIGURATION]
        + ["run", OPENAPI, "--url", server.url, "--workers", "1"],
        env=os.environ | things | {"SCHEMATHESIS_HOOKS": str(SUPPORT / "schemathesis_hooks.py")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, findings(result.stdout) + result.stderr


def findings(output: str) -> str:
    """What is wrong, without the greeting and the statistics."""
    return output.partition("= FAILURES =")[2][:30_000] or output[-5000:]
