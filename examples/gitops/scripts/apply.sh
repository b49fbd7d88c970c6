#!/bin/sh
# Applies plan/tfplan, and nothing else, if the policy of this checkout accepts it.
set -eu
cd "$(dirname "$0")/.."

# Orders are written down there: the journal of the plan, which all runs share.
: "${LUMEN_ORDER_JOURNAL:?names the order journal, such as s3://example/lumen-orders}"

umask 077
terraform init -input=false -lockfile=readonly
# Read from the plan itself: the JSON beside it may say something else.
terraform show -json plan/tfplan >plan/plan.json
scripts/policy.sh

# It does not wait for the lock: once another apply is through, this plan is stale. A runner that
# stops this process stops Terraform itself, which then ends in good order.
exec terraform apply -input=false -lock-timeout=0s plan/tfplan
