#!/usr/bin/env bash
# Installs the official clients of the Hugging Face Hub that the conformance test drives.
#
#   tools/hub-clients.sh [js] [python]        both without arguments
#
# Needs npm for the one, python3 with venv for the other, and a registry for each: PIP_INDEX_URL and
# npm's own settings choose which. What is there already is left as it is. Exit 1: something is missing.
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd -P)
clients=$home/hub-client/target/clients
mkdir -p "$clients"

js() {
  [[ -d $clients/node_modules/@huggingface/hub ]] && return
  command -v npm >/dev/null || { echo "hub-clients: npm expected on PATH but found none" >&2; return 1; }
  cp "$home/hub-client/src/test/conformance/package.json" "$clients/"
  npm install --prefix "$clients" --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000
}

python() {
  local venv=$clients/python
  "$venv/bin/python" -c 'import huggingface_hub' 2>/dev/null && return
  command -v python3 >/dev/null || { echo "hub-clients: python3 expected on PATH but found none" >&2; return 1; }
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 1 --timeout 20 huggingface_hub==2.0.0
}

(($#)) || set -- js python
failed=0
for client in "$@"; do
  case $client in
    js) js || failed=1 ;;
    python) python || failed=1 ;;
    *) echo "hub-clients: js or python expected but found $client" >&2; exit 2 ;;
  esac
done
exit "$failed"
