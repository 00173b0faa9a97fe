#!/usr/bin/env bash
# Makes adapter_pb2.py of the schema with the protoc that the Maven build fetched.
set -euo pipefail
cd "$(dirname "$0")"
protoc=$(ls "$HOME"/.m2/repository/com/google/protobuf/protoc/*/protoc-*-"$(uname -s | tr '[:upper:]' '[:lower:]')"-*.exe | tail -1)
tool=$(mktemp)
trap 'rm -f "$tool"' EXIT
cp "$protoc" "$tool"
chmod +x "$tool"
"$tool" -I ../../adapter-format/src/main/protobuf --python_out=. adapter.proto
