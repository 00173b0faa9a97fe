#!/usr/bin/env bash
# Runs Debian's docker-registry (apt-get install docker-registry) on loopback, in a temporary
# directory, at a port of its own choice, which is the first line of the output. Ends, and removes
# the directory, when its input ends. With a file of names and bcrypt hashes as its argument, it
# asks for a name and a password.
set -euo pipefail
program=$(command -v docker-registry)
directory=$(mktemp -d)
cleanup() {
  [ -z "${registry:-}" ] || kill "$registry" 2>/dev/null || true
  rm -rf "$directory"
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

cat >"$directory/config.yml" <<CONFIG
version: 0.1
log:
  accesslog:
    disabled: true
storage:
  delete:
    enabled: true
  filesystem:
    rootdirectory: $directory/store
http:
  addr: 127.0.0.1:0
CONFIG
if [ $# -gt 0 ]; then
  cat >>"$directory/config.yml" <<CONFIG
auth:
  htpasswd:
    realm: test
    path: $(realpath "$1")
CONFIG
fi

: >"$directory/log"
"$program" serve "$directory/config.yml" >"$directory/log" 2>&1 </dev/null &
registry=$!
for _ in $(seq 100); do
  port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$directory/log")
  [ -z "$port" ] || break
  kill -0 "$registry" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$port" ]; then
  cat "$directory/log" >&2
  exit 1
fi
echo "$port"
cat >/dev/null
