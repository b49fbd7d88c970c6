#!/bin/sh
# Lists the orders that never came into the state: those of a run that was cut off.
set -eu
cd "$(dirname "$0")/.."

# Without it, the list would be that of this machine, which is empty.
: "${LUMEN_ORDER_JOURNAL:?names the order journal, such as s3://example/lumen-orders}"

provider=$(find -L .terraform/providers -type f -name 'terraform-provider-lumen_*')
"$provider" journal list
