#!/usr/bin/env bash
# A file above 400 lines makes a reader ask why; above 600 it is two files.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

WARN=400
LIMIT=600

# "path  reason": files that may be longer.
EXCEPTIONS=()

is_excepted() {
  local entry
  for entry in "${EXCEPTIONS[@]}"; do
    [[ "${entry%%  *}" == "$1" ]] && return
  done
  return 1
}

status=0
while read -r lines path; do
  if ((lines <= WARN)) || [[ "$path" == total ]] || is_excepted "$path"; then
    continue
  elif ((lines > LIMIT)); then
    echo "$path: $lines lines, $LIMIT at most"
    status=1
  else
    echo "note: $path has $lines lines; above $LIMIT lint fails"
  fi
done < <(
  git ls-files --cached --others --exclude-standard -z -- '*.swift' '*.js' '*.py' '*.sh' 'script/*' |
    xargs -0 --no-run-if-empty sh -c 'for f; do [ ! -f "$f" ] || printf "%s %s\n" "$(wc -l <"$f")" "$f"; done' sh
)
exit "$status"
