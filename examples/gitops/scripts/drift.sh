#!/bin/sh
# Looks whether what runs is what was merged. Ends with 0 if it is, with 2 if it is not, and with
# anything else if that can't be told.
set -eu
cd "$(dirname "$0")/.."

# The plan closes the entries of orders that the state has by now.
: "${LUMEN_ORDER_JOURNAL:?names the order journal, such as s3://example/lumen-orders}"

look() {
  terraform init -input=false -lockfile=readonly &&
    terraform plan -input=false -lock-timeout=5m -detailed-exitcode
}

found=0
look || found=$?

case $found in
  0) echo "No drift: what runs is what was merged." ;;
  2) echo "Drift: the plan above would undo it." >&2 ;;
  *) echo "Whether there is drift is not known: see the error above." >&2 ;;
esac
exit "$found"
