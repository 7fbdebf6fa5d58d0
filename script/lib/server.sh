# shellcheck shell=bash
# Sourced. A server of its own for a script: development mode, a free port, a data directory that goes away.

SERVER_PID=''
SERVER_HOME=''

# start_server NAME BINARY: sets SERVER_PID, SERVER_URL, SERVER_OUTPUT and SERVER_LOG.
#
# Links that the server prints for people hold tokens and go to its standard output, which is thrown away;
# its log goes to artifacts/logs/NAME.log, where script/canaries finds it.
start_server() {
  local name="$1" binary="$2" port
  port="$(free_port)"
  SERVER_HOME="$(mktemp -d)"
  SERVER_URL="http://127.0.0.1:$port"
  SERVER_OUTPUT="$SERVER_HOME/output"
  SERVER_LOG="$ARTIFACTS/logs/$name.log"
  mkdir -p "$ARTIFACTS/logs"
  trap stop_server_quietly EXIT
  # What a developer's .env says must not decide the outcome, so the settings that matter here are given.
  (
    cd "$ROOT"
    ENVIRONMENT=development HOST=127.0.0.1 PORT="$port" DATA_DIR="$SERVER_HOME/data" \
      PUBLIC_URL="$SERVER_URL" STREAM_VIEWER_URL="$SERVER_URL" \
      exec "$binary" serve >"$SERVER_OUTPUT" 2>"$SERVER_LOG" </dev/null
  ) &
  SERVER_PID=$!
  await_ready
}

# The links come once the server listens, so they are waited for as well.
await_ready() {
  local deadline=$((SECONDS + 60))
  until curl -fsS -o /dev/null --max-time 2 "$SERVER_URL/health/ready" 2>/dev/null &&
    [[ -n "$(server_links)" ]]; do
    if ! kill -0 "$SERVER_PID" 2>/dev/null; then
      show_server_output
      bad "the server ended while it started"
      return 1
    fi
    if ((SECONDS > deadline)); then
      show_server_output
      bad "after 60 s the server was not ready, or had printed no link on its standard output"
      return 1
    fi
    sleep 0.2
  done
}

# Every link below the server's own address that it printed for people, in order, each once.
server_links() {
  grep -v '^{' "$SERVER_OUTPUT" 2>/dev/null | grep -oE "$SERVER_URL[^[:space:]\"'<>]*" | awk '!seen[$0]++' || true
}

# Asks the server to end as an operator would; fails unless it does so cleanly within ten seconds.
stop_server() {
  local start=$SECONDS status=0
  kill -TERM "$SERVER_PID"
  while kill -0 "$SERVER_PID" 2>/dev/null; do
    if ((SECONDS - start > 10)); then
      kill -KILL "$SERVER_PID"
      show_server_output
      bad "the server still ran 10 s after SIGTERM"
      return 1
    fi
    sleep 0.1
  done
  wait "$SERVER_PID" || status=$?
  SERVER_PID=''
  if ((status != 0)); then
    show_server_output
    bad "the server ended with $status after SIGTERM"
    return 1
  fi
  good "stopped cleanly after SIGTERM in $((SECONDS - start)) s"
}

# Printed links hold tokens, so fragments and queries stay out of what is shown.
show_server_output() {
  tail -n 30 "$SERVER_OUTPUT" "$SERVER_LOG" 2>/dev/null | sed -E 's/[#?](token=)[^[:space:]"]*/#\1…/g' >&2
}

stop_server_quietly() {
  [[ -z "$SERVER_PID" ]] || kill -KILL "$SERVER_PID" 2>/dev/null || true
  [[ -z "$SERVER_HOME" ]] || rm -rf "$SERVER_HOME"
}
