"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("PORTHOLE_BINARY", ROOT / ".build/debug/porthole"))
ARTIFACTS = Path(os.environ.get("PORTHOLE_ARTIFACTS", ROOT / "artifacts"))
LOGS = ARTIFACTS / "logs"
OPENAPI = ROOT / "Web/openapi.yaml"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
