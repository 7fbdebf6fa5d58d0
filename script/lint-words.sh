#!/usr/bin/env bash
# Words that do not belong into the repository: paths of somebody's machine, package mirrors (a machine's
# own setting), reminders that no issue tracks, and keys.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
cd "$ROOT"

status=0

# ban REASON PATTERN
ban() {
  local findings
  findings="$(
    git grep --untracked -nIE -e "$2" -- . ':!script/lint-words.sh' | cut -c 1-160
  )" || true
  if [[ -n "$findings" ]]; then
    printf '%s\n    (%s)\n' "$findings" "$1"
    status=1
  fi
}

ban "a path of one machine" '(^|[^[:alnum:]_.~/$}-])/(home|root|Users|work|workspace)/[[:alnum:]]'
ban "package mirrors are the machine's own setting" \
  '--(extra-)?index-url|--find-links|//[[:alnum:].-]*(pythonhosted|pypi|npmjs|artifactregistry)\.|//(deb|archive|security)\.'
ban "a reminder needs an issue: TODO(#12)" '(//|#|\*|--) *(TODO|FIXME|XXX)\b($|[^(]|\([^#])'
ban "a private key" '-----BEGIN [A-Z ]*PRIVATE KEY-----'

exit "$status"
