#!/usr/bin/env bash
# Installs what a part of the project needs, and says nothing when it is there already.
#
#   script/lib/packages.sh run | test | bench | fresh
#
# run    build and serve
# test   the above, browsers, network namespaces' tools, nginx, a TURN server, tsc, and the Python environment in .venv
# bench  run, and what the media plane is compared with: Janus, Go with Pion, a C compiler
# fresh  debootstrap, for script/fresh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What the Swift toolchain itself asks of Debian, then headers, then what the server calls.
RUN_PACKAGES=(
  git binutils libc6-dev libgcc-12-dev libstdc++-12-dev libncurses6 libcurl4 libxml2
  libsqlite3-dev zlib1g-dev pkg-config libcurl4-openssl-dev libssl-dev
  ca-certificates curl ffmpeg
)
TEST_PACKAGES=(
  chromium coturn firefox-esr fonts-dejavu-core iproute2 make nftables nginx node-typescript python3 python3-venv strace
)
BENCH_PACKAGES=(gcc golang-go golang-github-pion-webrtc.v3-dev janus liburing-dev libsrtp2-dev openssl python3)
FRESH_PACKAGES=(debootstrap)

REQUIREMENTS="$ROOT/Tests/EndToEnd/requirements.txt"

is_installed() {
  [[ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" == ii* ]]
}

# Runs a command as root: directly, or by sudo, which may ask only a person at a terminal.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

require_swift() {
  command -v swift >/dev/null && return
  die "no 'swift' on PATH. Porthole builds with Swift 6.3 or later: install it from
       https://www.swift.org/install/linux/ and add its usr/bin to PATH."
}

# Without dpkg there is no telling by name, so the things themselves are asked for.
require_without_apt() {
  local missing=()
  command -v curl >/dev/null || missing+=(curl)
  command -v ffmpeg >/dev/null || missing+=(ffmpeg)
  command -v pkg-config >/dev/null || missing+=(pkg-config)
  local library
  for library in libcurl openssl sqlite3 zlib; do
    pkg-config --exists "$library" 2>/dev/null || missing+=("$library (headers)")
  done
  ((${#missing[@]} == 0)) && return
  die "missing: $(IFS=,; echo "${missing[*]}" | sed 's/,/, /g'). There is no apt here to install them with.
       On Debian 12 the packages are: $*"
}

# Debian starts the servers that it installs, now and at every boot. Tests and benchmarks run nginx, coturn and Janus
# as children of their own, so this machine gets no service: policy-rc.d(8) for now, systemctl for the boots to come.
WITHOUT_SERVICES='
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap "rm -f $policy" EXIT
    trap "exit 1" INT TERM
    printf "#!/bin/sh\nexit 101\n" >"$policy"
    chmod 755 "$policy"
  fi
  DEBIAN_FRONTEND=noninteractive "$@" || exit
  [ -d /run/systemd/system ] || exit 0
  for package in "$@"; do
    case "$package" in nginx | coturn | janus) systemctl disable --quiet "$package" ;; esac
  done
'

install_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    require_without_apt "$@"
    return
  fi
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return

  local command="apt-get install -y --no-install-recommends ${missing[*]}"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    die "packages are missing and there is no sudo. As root, run:
       $command"
  fi
  say "installing ${missing[*]}"
  local log
  log="$(mktemp)"
  if ! {
    as_root apt-get update -q && as_root sh -c "$WITHOUT_SERVICES" sh $command
  } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "could not install packages. By hand, as root:
       apt-get update && $command"
  fi
  rm -f "$log"
}

# The Python that makes .venv: Debian's own first, because it is the one that python3-venv belongs to.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  die "the tests need Python 3.11 or later with its venv module (Debian: python3-venv)"
}

install_venv() {
  local stamp="$ROOT/.venv/.requirements"
  cmp -s "$REQUIREMENTS" "$stamp" && return
  say "installing the Python packages of the tests into .venv"
  local python
  python="$(find_python)"
  # --clear, so that an environment left half-made does not linger.
  "$python" -m venv --clear "$ROOT/.venv"
  "$ROOT/.venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$REQUIREMENTS" </dev/null || die "pip could not install $REQUIREMENTS"
  cp "$REQUIREMENTS" "$stamp"
}

need() {
  case "$1" in
    run)
      install_packages "${RUN_PACKAGES[@]}"
      require_swift
      ;;
    test)
      install_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
      require_swift
      install_venv
      ;;
    bench)
      install_packages "${RUN_PACKAGES[@]}" "${BENCH_PACKAGES[@]}"
      require_swift
      ;;
    fresh) install_packages "${FRESH_PACKAGES[@]}" git ;;
    *) die "usage: script/lib/packages.sh run|test|bench|fresh" ;;
  esac
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  need "${1:-}"
fi
