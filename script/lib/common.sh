# shellcheck shell=bash
# Sourced by every script: strict mode, the repository's root, and how to speak.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
ARTIFACTS="${PORTHOLE_ARTIFACTS:-$ROOT/artifacts}"

if [[ -t 1 && -z "${CI:-}" && -z "${NO_COLOR:-}" ]]; then
  BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' DIM=$'\e[2m' PLAIN=$'\e[0m'
else
  BOLD='' RED='' GREEN='' DIM='' PLAIN=''
fi

say() { printf '%s\n' "${BOLD}==>${PLAIN} $*"; }
good() { printf '%s\n' "${GREEN}ok${PLAIN}   $*"; }
bad() { printf '%s\n' "${RED}fail${PLAIN} $*"; }
die() {
  printf '%s\n' "${RED}error:${PLAIN} $*" >&2
  exit 1
}

# Minutes and seconds of a span in seconds.
span() { printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); }

# A TCP port of the loopback interface that nobody listens on, below the ephemeral range so that no
# outgoing connection takes it in the meantime.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  die "found no free port on 127.0.0.1"
}

# Prints a script's own header comment as its help.
usage_of() { awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$1"; }
