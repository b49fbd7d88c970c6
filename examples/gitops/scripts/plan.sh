#!/bin/sh
# Plans: plan/tfplan is what apply.sh applies, plan/plan.json is the same for the policy.
set -eu
cd "$(dirname "$0")/.."

# Orders are written down there: all runs must share it, and a plan needs it as well as its apply.
: "${LUMEN_ORDER_JOURNAL:?names the order journal, such as s3://example/lumen-orders}"

# A plan shows prices and what runs where; only this user may read it.
umask 077
mkdir -p plan
terraform init -input=false -lockfile=readonly
terraform plan -input=false -lock-timeout=5m -out=plan/tfplan
terraform show -json plan/tfplan >plan/plan.json
