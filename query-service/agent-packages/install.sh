#!/bin/sh
# Installs the Elves agent on this host, or brings it to the release of the center that serves this script. Paste it as root:
#
#   curl -fsS CENTER/agent/install.sh | ELVES_JOIN_TOKEN=TOKEN sh
#
# Run it again at any time: identity, journal and settings stay. It needs sh, tar, gzip, and curl or wget. `sh -s -- --own-user` makes a user
# of its own for the agent. ELVES_GATEWAY_URL, ELVES_AGENT_IP, ELVES_AGENT_NAME and ELVES_AGENT_LABELS in the environment go into the settings too.
set -eu

center='@CENTER@'
gateway='@GATEWAY@'
release='@RELEASE@'
# Architecture, SHA-256 and name of each archive.
packages='@PACKAGES@'
# What signed the certificate of the center, where hosts do not trust it by themselves.
authority='@AUTHORITY@'

opt=/opt/elves-agent
config=/etc/elves-agent/agent.env
data=/var/lib/elves-agent

say() { echo "elves-agent: $*"; }
fail() {
  echo "elves-agent: $*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The SHA-256 in this script says whether the bytes are right, whoever sent them.
fetch() {
  if has curl; then curl -fsSk --retry 3 -o "$2" "$1"
  elif has wget; then wget -q --no-check-certificate -O "$2" "$1"
  else fail "this host has neither curl nor wget"
  fi
}

sha256_of() {
  if has sha256sum; then sha256sum "$1"
  elif has shasum; then shasum -a 256 "$1"
  elif has openssl; then openssl dgst -sha256 -r "$1"
  else fail "this host has none of sha256sum, shasum and openssl, to check what was fetched"
  fi
}

architecture() {
  [ "$(uname -s)" = Linux ] || fail "$(uname -s) is not supported yet, only Linux"
  case $(uname -m) in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "$(uname -m) is not supported, only x86_64 and aarch64" ;;
  esac
}

# Unpacks the archive to $opt.new and tries it.
unpack() {
  rm -rf "$opt.new"
  mkdir -p "$opt.new"
  fetch "$center/agent/packages/$2" "$opt.new/archive" || fail "$center/agent/packages/$2 can not be fetched"
  got=$(sha256_of "$opt.new/archive")
  [ "${got%% *}" = "$1" ] || fail "what $center sent as $2 is not what it should be: SHA-256 ${got%% *}, not $1"
  tar -xzf "$opt.new/archive" -C "$opt.new"
  rm "$opt.new/archive"
  "$opt.new/bin/elves-agent" --version >/dev/null || fail "the agent does not run here: it needs glibc 2.28 or later and libstdc++ (no musl)"
  echo "$1" >"$opt.new/ARCHIVE"
}

# Writes NAME='value' into the settings, in place of an earlier value.
set_value() {
  case $2 in *\'*) fail "$1 must not contain a quotation mark" ;; esac
  (
    umask 077
    { grep -v "^$1=" "$config" || true; } >"$config.new"
    # `echo` of some shells takes a backslash for an escape.
    printf "%s='%s'\n" "$1" "$2" >>"$config.new"
  )
  mv "$config.new" "$config"
}

settings() {
  mkdir -p "${config%/*}"
  if [ ! -e "$config" ]; then cp "$opt/share/agent.env" "$config"; fi
  if [ -n "$authority" ]; then
    echo "$authority" >"${config%/*}/center-ca.pem"
  fi
  set_value ELVES_GATEWAY_URL "${ELVES_GATEWAY_URL:-$gateway}"
  for name in ELVES_JOIN_TOKEN ELVES_AGENT_IP ELVES_AGENT_NAME ELVES_AGENT_LABELS; do
    eval "value=\${$name:-}"
    if [ -n "$value" ]; then set_value "$name" "$value"; fi
  done
  chmod 600 "$config"
}

make_user() {
  id elves-agent >/dev/null 2>&1 || useradd --system --user-group --home-dir "$data" --shell /usr/sbin/nologin elves-agent
  mkdir -p "$data"
  chmod 700 "$data"
  chown -R elves-agent "$data" "$config"
}

start() {
  if [ ! -d /run/systemd/system ]; then
    say "there is no systemd here. Start the agent with: $opt/bin/elves-agent"
    return
  fi
  units=/etc/systemd/system
  cp "$opt/share/elves-agent.service" "$units/elves-agent.service"
  if [ "$own_user" = yes ]; then
    mkdir -p "$units/elves-agent.service.d"
    cp "$opt/share/own-user.conf" "$units/elves-agent.service.d/own-user.conf"
  fi
  systemctl daemon-reload
  systemctl enable elves-agent.service >/dev/null 2>&1
  systemctl restart elves-agent.service
  say "it runs as a service: journalctl -u elves-agent shows its log"
}

# A function, so that a script that arrived in part does nothing.
main() {
  own_user=no
  for argument; do
    case $argument in
      --own-user) own_user=yes ;;
      *) fail "unknown: $argument" ;;
    esac
  done
  [ "$(id -u)" = 0 ] || fail "it has to be installed as root"
  for tool in tar gzip; do has "$tool" || fail "this host has no $tool"; done
  arch=$(architecture)
  line=$(echo "$packages" | grep "^$arch ") || fail "the center has no package of release $release for linux-$arch: npm run package-agent makes it"
  # shellcheck disable=SC2086 # three words
  set -- $line
  umask 022
  # Whoever has made the user once means it.
  if id elves-agent >/dev/null 2>&1; then own_user=yes; fi
  if [ "$(cat "$opt/ARCHIVE" 2>/dev/null)" = "$2" ]; then
    say "release $release is there already"
  else
    unpack "$2" "$3"
    rm -rf "$opt.old"
    if [ -e "$opt" ]; then mv "$opt" "$opt.old"; fi
    mv "$opt.new" "$opt"
    rm -rf "$opt.old"
    say "installed release $release to $opt"
  fi
  mkdir -p /usr/local/bin
  ln -sf "$opt/bin/elves-agent" /usr/local/bin/elves-agent
  settings
  if [ "$own_user" = yes ]; then make_user; fi
  say "its settings are in $config, its data is in $data"
  start
}

main "$@"
