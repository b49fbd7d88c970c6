#!/bin/sh
# Lists the orders that never came into the state: those of a run that was cut off.
set -eu
cd "$(dirname "$0")/.."

provider=$(find -L .terraform/providers -type f -name 'terraform-provider-lumen_*')
"$provider" journal list
