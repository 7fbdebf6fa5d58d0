# shellcheck shell=bash
# Sourced. Builds with SwiftPM and shows that it is alive: a first build takes minutes.

# build LOG ARGUMENTS…
#
# On a terminal one line counts the steps; elsewhere a line comes every 30 s. The whole output goes to
# LOG, and its errors to the terminal when the build fails.
build() {
  local log="$1" start=$SECONDS
  shift
  mkdir -p "$(dirname "$log")"
  : >"$log"
  swift build --package-path "$ROOT" "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  # An interrupted script must not leave a compiler behind.
  trap 'kill "$pid" 2>/dev/null || true' EXIT

  local heartbeat=30 next=$((SECONDS + 30)) progress
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    progress="$(build_progress "$log")"
    if [[ -n "$BOLD" ]]; then
      printf '\r\e[K    %s  %s' "$(span $((SECONDS - start)))" "$progress"
    elif ((SECONDS >= next)); then
      printf '    %s  %s\n' "$(span $((SECONDS - start)))" "$progress"
      next=$((SECONDS + heartbeat))
    fi
  done
  [[ -z "$BOLD" ]] || printf '\r\e[K'
  trap - EXIT

  local status=0
  wait "$pid" || status=$?
  if ((status != 0)); then
    build_errors "$log"
    bad "build (exit $status; the whole output is in ${log#"$ROOT"/})"
    return "$status"
  fi
  good "built in $(span $((SECONDS - start)))"
}

# build_release: the optimised program, for what measures. A folder of its own, so that debug and release builds do not
# undo each other. What is said goes to stderr, so that --json can be piped.
RELEASE="$ROOT/.build-release/release/porthole"
build_release() {
  build "$ARTIFACTS/build-release.log" --scratch-path "$ROOT/.build-release" --configuration release --product porthole >&2
}

# The newest of SwiftPM's messages, for example "[512/1043] Compiling NIOCore".
build_progress() {
  local line
  line="$(tail -c 2000 "$1" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 || true)"
  printf '%s' "${line:0:70}"
}

build_errors() {
  if grep -q 'error:' "$1"; then
    grep -A 4 'error:' "$1" | head -n 60
  else
    tail -n 40 "$1"
  fi >&2
}
