# shellcheck shell=bash
# Sourced by script/fresh, inside its mount namespace. Makes a bare Debian root and gives it what the host
# has been told about its network: package sources, certificates, proxies, git's rewritten addresses.

# make_base TARBALL: a minimal Debian, made once and kept.
make_base() {
  local tarball="$1" folder mirror
  [[ ! -s "$tarball" ]] || return 0
  say "making a minimal Debian $SUITE (once; a few minutes)"
  mirror="$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$SUITE" '$1 == suite { print $2; exit }')"
  folder="$(mktemp -d "$FRESH/base.XXXXXX")"
  # shellcheck disable=SC2086
  if ! nice -n 19 debootstrap --variant=minbase "$SUITE" "$folder" ${mirror:+"$mirror"} >"$FRESH/debootstrap.log" 2>&1; then
    tail -n 20 "$FRESH/debootstrap.log" >&2
    rm -rf "$folder"
    die "debootstrap failed (the whole output is in ${FRESH#"$ROOT"/}/debootstrap.log)"
  fi
  rm -rf "$folder"/var/cache/apt/archives/*.deb
  tar -C "$folder" -cf "$tarball.part" .
  mv "$tarball.part" "$tarball"
  rm -rf "$folder"
}

# Copies a file or folder of the host to the same place in the root.
carry() {
  local path
  for path in "$@"; do
    [[ -e "$path" ]] || continue
    mkdir -p "$TARGET$(dirname "$path")"
    cp -rL --remove-destination "$path" "$TARGET$(dirname "$path")/"
  done
}

# Shows a folder of the host at the same place in the root, read-only.
lend() {
  local path
  for path in "$@"; do
    [[ -d "$path" ]] || continue
    mkdir -p "$TARGET$path"
    mount --bind "$path" "$TARGET$path"
    mount -o remount,bind,ro "$TARGET$path"
  done
}

mount_system() {
  mount -t proc proc "$TARGET/proc"
  mount --rbind /dev "$TARGET/dev"
  mount -t tmpfs tmpfs "$TARGET/dev/shm"
}

carry_network() {
  carry /etc/resolv.conf /etc/hosts /usr/local/share/ca-certificates
  # Another release's sources would bring another release's packages.
  if [[ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" == "$SUITE" ]]; then
    rm -f "$TARGET/etc/apt/sources.list"
    carry /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/apt.conf /etc/apt/auth.conf.d \
      /etc/apt/keyrings /etc/apt/trusted.gpg.d /usr/share/keyrings
  fi
}

# pip's settings by file and by environment; folders of packages that they name are lent.
carry_pip() {
  carry /etc/pip.conf /etc/xdg/pip
  local file
  for file in "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
    [[ ! -f "$file" ]] || install -D -m 600 "$file" "$TARGET/root/${file#"$HOME"/}"
  done
  local path
  while read -r path; do
    lend "$path"
  done < <(
    { cat /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf" 2>/dev/null; env | grep '^PIP_'; } |
      grep -oE '(^|[ =]|file://)/[^ ,]+' | sed -E 's,^([ =]|file://),,' | grep -vE '^/(etc|usr|bin|lib)(/|$)' | sort -u
  )
}

# Only rewritten addresses: the rest of a person's git configuration is nobody's business here.
carry_git() {
  local key value base
  git config --file "$TARGET/etc/gitconfig" safe.directory '*'
  while read -r key value; do
    git config --file "$TARGET/etc/gitconfig" --add "$key" "$value"
    base="${key#url.}"
    base="${base%.insteadof}"
    base="${base#file://}"
    mountpoint -q "$TARGET$base" 2>/dev/null || lend "${base%/}"
  done < <(git -C / config --get-regexp '^url\..*\.insteadof$')
}

# The toolchain's own folder, wherever a launcher on PATH leads to.
lend_toolchain() {
  local resources
  resources="$(swiftc -print-target-info | sed -n 's,.*"runtimeResourcePath": "\(.*\)".*,\1,p')"
  TOOLCHAIN="${resources%/lib/swift}"
  [[ -x "$TOOLCHAIN/bin/swift" ]] || die "cannot tell where the Swift toolchain is installed"
  [[ "$TOOLCHAIN" != /usr ]] || die "the toolchain is installed into /usr, so it cannot be lent to another root"
  lend "$TOOLCHAIN"
}

# in_root COMMAND…: as root of the bare Debian, with nothing of the host's environment but its network's.
in_root() {
  local -a environment=()
  local entry
  while IFS= read -r entry; do
    environment+=("$entry")
  done < <(env | grep -iE '^(PIP_[A-Z_]+|https?_proxy|no_proxy|all_proxy)=' || true)
  chroot "$TARGET" /usr/bin/env -i HOME=/root LANG=C.UTF-8 CI=true \
    PATH="$TOOLCHAIN/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    "${environment[@]}" "$@"
}
