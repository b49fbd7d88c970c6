#!/bin/sh
# Lists the open orders, such as those of a run that was interrupted. Ends with 2 if one of them needs
# attention.
set -eu
cd "$(dirname "$0")/.."

# Without it, the list would be that of this machine, which is empty.
: "${LUMEN_ORDER_JOURNAL:?names the order journal, such as s3://example/lumen-orders}"

provider=$(find -L .terraform/providers -type f -name 'terraform-provider-lumen_*')

# A journal in a shared folder does not exist before the first order.
"$provider" journal list --missing-ok
