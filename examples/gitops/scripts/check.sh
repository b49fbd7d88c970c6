#!/bin/sh
# Checks what needs no credentials: the configuration's form, and the policy's own tests.
set -eu
cd "$(dirname "$0")/.."

terraform fmt -check -recursive
terraform init -input=false -backend=false -lockfile=readonly
terraform validate
opa test policy
