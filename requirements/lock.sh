#!/bin/sh
# Writes the locks: exact versions with hashes for every platform the wheels exist for. serve.txt is
# resolved under dev.txt, so that what is tested is what is served.
set -eu
cd "$(dirname "$0")/.."
lock() {
  uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --custom-compile-command "make lock" "$@"
}
lock --extra train --extra dev --output-file requirements/dev.txt
lock --constraint requirements/dev.txt --output-file requirements/serve.txt
