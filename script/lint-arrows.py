#!/usr/bin/env python3
"""Arrows between targets point downward (docs/architecture.md).

SwiftPM lets a target import whatever its dependencies happen to bring along. This compares what each target
imports with what the manifest declares for it, and what it declares with what the architecture allows.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Which targets of ours each target may name, beside itself.
ADAPTERS = {"HTTPAPI", "Identity", "Persistence", "Storage", "Remuxing", "Notifications", "MediaPlane"}
ALLOWED = {
    "CCurl": set(),
    "COpenSSL": set(),
    "CMediaSockets": set(),
    "RTP": set(),
    "WebRTC": {"RTP", "COpenSSL"},
    "SFU": {"RTP"},
    "Signaling": set(),
    "PortholeCore": set(),
    "HTTPAPI": {"PortholeCore", "Signaling"},
    "Identity": {"PortholeCore"},
    "Persistence": {"PortholeCore"},
    "Storage": {"PortholeCore"},
    "Remuxing": {"PortholeCore"},
    "Notifications": {"PortholeCore", "CCurl"},
    "MediaPlane": {"PortholeCore", "RTP", "WebRTC", "SFU", "Recorder", "CMediaSockets"},
    "Recorder": {"RTP"},
    "Simulation": {"RTP", "WebRTC", "Recorder", "CMediaSockets"},
    "PortholeApp": ADAPTERS | {"PortholeCore"},
    "porthole": {"PortholeApp", "Simulation", "RTP"},
    "TestSupport": {"PortholeCore", "RTP", "SFU", "WebRTC", "Recorder"},
}

# Modules that come with the toolchain, per target where that matters.
TOOLCHAIN = {
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl", "Darwin",
    "RegexBuilder", "Synchronization", "Testing",
}
PURE = {"Signaling": {"Foundation", "FoundationEssentials"}, "RTP": set(), "WebRTC": set(), "SFU": set(), "Recorder": set(), "PortholeCore": {"Foundation", "FoundationEssentials"}}

# Products whose module has another name.
MODULES_OF_PRODUCT = {"_NIOFileSystem": {"_NIOFileSystem", "NIOFileSystem"}}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)


def manifest() -> dict:
    # A scratch path of its own, so that a running build's lock is not waited for.
    with tempfile.TemporaryDirectory() as scratch:
        command = ["swift", "package", "--package-path", str(ROOT), "--scratch-path", scratch, "dump-package"]
        answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        raise SystemExit(f"swift package dump-package failed:\n{answer.stderr}")
    return json.loads(answer.stdout)


def declared_names(target: dict) -> set[str]:
    """The names of the targets and products that a target of the manifest declares."""
    names = set()
    for dependency in target["dependencies"]:
        kind, value = next(iter(dependency.items()))
        if kind not in {"byName", "product", "target"}:
            raise SystemExit(f"{target['name']}: unknown kind of dependency '{kind}'")
        names.add(value[0])
    return names


def modules(name: str) -> set[str]:
    return MODULES_OF_PRODUCT.get(name, {name})


def folder(target: dict) -> pathlib.Path:
    shelf = "Tests" if target["type"] == "test" else "Sources"
    return ROOT / (target.get("path") or f"{shelf}/{target['name']}")


def imports(target: dict) -> dict[str, str]:
    """The modules that a target imports, each with the first file that does."""
    found: dict[str, str] = {}
    for path in sorted(folder(target).rglob("*.swift")):
        for module in IMPORT.findall(path.read_text(encoding="utf-8")):
            found.setdefault(module, str(path.relative_to(ROOT)))
    return found


def findings_of(target: dict, ours: set[str]) -> list[str]:
    name, declared, imported = target["name"], declared_names(target), imports(target)
    findings = []
    if target["type"] != "test":
        if name not in ALLOWED:
            return [f"{name}: unknown to script/lint-arrows.py; say there what it may depend on"]
        findings += [
            f"Package.swift: {name} must not depend on {other}" for other in sorted((declared & ours) - ALLOWED[name])
        ]
    reachable = {name}.union(*(modules(dependency) for dependency in declared))
    toolchain = PURE.get(name, TOOLCHAIN)
    for module, path in sorted(imported.items()):
        if module not in reachable | toolchain:
            findings.append(f"{path}: {name} imports {module}, which it neither declares nor may take for granted")
    for dependency in sorted(declared):
        if modules(dependency).isdisjoint(imported):
            findings.append(f"Package.swift: {name} declares {dependency} and imports it nowhere")
    return findings


def main() -> int:
    targets = manifest()["targets"]
    ours = {target["name"] for target in targets}
    findings = [finding for target in targets for finding in findings_of(target, ours)]
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
