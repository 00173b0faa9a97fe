#!/usr/bin/env bash
# Installs the official clients of the Hugging Face Hub that the conformance test drives.
# Needs npm, and python3 with venv. PIP_INDEX_URL and npm's own settings choose where from.
set -euo pipefail
cd "$(dirname "$0")/../hub-client"
mkdir -p target/clients
cp src/test/conformance/package.json target/clients/
npm install --prefix target/clients --no-audit --no-fund
python3 -m venv target/clients/python
target/clients/python/bin/python -m pip install -q huggingface_hub==2.0.0
