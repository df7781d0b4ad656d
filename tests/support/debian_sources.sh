# Fetches Debian source packages without touching apt's own settings. Sourced; expects $cache, a folder of ours.
mkdir -p "$cache"

say() { printf '%s\n' "$*" >&2; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# apt with source lists and package lists of our own.
own_apt() {
  tool=$1; shift
  "$tool" -o Dir::Etc::sourcelist="$cache/apt/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$cache/apt/lists" -o Dir::Cache="$cache/apt/cache" -o APT::Get::List-Cleanup=0 \
    -o APT::Sandbox::User=root -o Acquire::Retries=2 "$@"
}

prepare_apt() {
  [ -f "$cache/apt/ready" ] && return 0
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial"
  suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-bookworm}")
  # The mirror that apt itself uses for this release.
  mirror=${BANYAN_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' |
    awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')}
  [ -n "$mirror" ] || { say "apt knows no mirror of $suite"; return 1; }
  printf 'deb %s %s main\ndeb-src %s %s main\n' "$mirror" "$suite" "$mirror" "$suite" > "$cache/apt/sources.list"
  say "fetching Debian's source index (about 20 MB) ..."
  own_apt apt-get update >"$cache/apt/update.log" 2>&1 || return 1
  : > "$cache/apt/ready"
}

# Packages that are missing; refuses when apt would remove anything.
install_packages() {
  missing=
  for wanted in "$@"; do
    dpkg-query -W -f '${Status}' "$wanted" 2>/dev/null | grep -q 'ok installed' || missing="$missing $wanted"
  done
  [ -z "$missing" ] && return 0
  plan=$(apt-get -s --no-install-recommends install $missing 2>&1) || return 1
  if printf '%s' "$plan" | grep -q '^Remv'; then
    say "apt would remove packages to install$missing"
    return 1
  fi
  say "installing$missing: $(apt-get --assume-no --no-install-recommends install $missing 2>/dev/null | grep -E '^(Need to get|After this)' | tr '\n' ' ')"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends install $missing >"$cache/install.log" 2>&1
}

# fetch PACKAGE: its unpacked source in $cache/PACKAGE/source
fetch() {
  [ -f "$cache/$1/source/CMakeLists.txt" ] && return 0
  mkdir -p "$cache/$1"
  prepare_apt || return 1
  say "fetching the source package $1 ..."
  (cd "$cache/$1" && own_apt apt-get source --download-only "$1" >fetch.log 2>&1 &&
    rm -rf source && dpkg-source --no-check -x ./*.dsc source >>fetch.log 2>&1)
}
