#!/usr/bin/env bash
# Engines are pure: no I/O, no clock, no randomness, no concurrency, no logging. Time, keys and random
# numbers come in as arguments (docs/architecture.md, "Engine rules").
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

ENGINES=(Sources/RTP Sources/Recorder Sources/SFU Sources/Signaling Sources/WebRTC)

BANNED='\bimport +NIO|\b(async|await|actor|Task|Mutex|Logger)\b|\b(print|Date|UUID|sleep)\(|\.(now|random)\b'

# Comments may speak of what code must not do.
findings="$(
  find "${ENGINES[@]}" -name '*.swift' -print0 | sort -z | while IFS= read -r -d '' file; do
    sed 's://.*$::' "$file" | grep -nE "$BANNED" | sed "s:^:$file\::" || true
  done
)"
if [[ -n "$findings" ]]; then
  printf '%s\n' "$findings"
  exit 1
fi
