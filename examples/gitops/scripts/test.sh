#!/bin/sh
# Runs the tests under tests/ at a simulated Lumen. Start it before, and export what it prints:
# lumen-simulator
set -eu
cd "$(dirname "$0")/.."

terraform init -input=false -backend=false -lockfile=readonly
terraform test
