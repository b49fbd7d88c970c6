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

# Passes on what Terraform writes about errors, and says in plain words at the end what it calls a bug
# of the provider: that a price has moved since the plan.
pass_on() {
  # Without a reader of its errors, Terraform would die in the middle of an order.
  trap '' HUP INT TERM
  rm -f plan/errors
  said=
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >&2 || :
    said="$said$line
"
  done
  printf '%s' "$said" | explain >&2
}

# Terraform frames, colours and wraps its errors. Each is about one attribute of one connection.
explain() {
  awk '
    { gsub(/\033\[[0-9;]*m/, ""); sub(/^│ ?/, ""); text = text " " $0 }

    function between(text, before, after,  start, end) {
      start = index(text, before)
      if (!start) return ""
      text = substr(text, start + length(before))
      end = index(text, after)
      return end ? substr(text, 1, end - 1) : ""
    }

    function plain(value) {
      gsub(/^cty\.StringVal\("|"\)$/, "", value)
      return value
    }

    END {
      gsub(/  +/, " ", text)
      count = split(text, errors, "Error: Provider produced inconsistent final plan")
      for (i = 2; i <= count; i++) {
        address = between(errors[i], "When expanding the plan for ", " to include new values")
        attribute = between(errors[i], "produced an invalid new value for .", ": was ")
        was = plain(between(errors[i], ": was ", ", but now "))
        now = plain(between(errors[i], ", but now ", ". This is a bug in the provider"))
        if (address !~ /(^|\.)lumen_iod_connection\./) continue
        if (now ~ /^cty\.UnknownVal/) {
          what = "Lumen could not be asked again for " attribute ", which was " was
        } else if (attribute == "hourly_price") {
          what = "The price has moved: " was " to " now " USD an hour"
        } else if (attribute == "monthly_price") {
          what = "The price has moved: " was " to " now " USD a month"
        } else {
          what = attribute " has changed: " was " to " now
        }
        print address ": " what ". Nothing was ordered. Plan again."
      }
    }
  '
}

rm -f plan/errors
mkfifo plan/errors
pass_on <plan/errors &

# It does not wait for the lock: once another apply is through, this plan is stale. A runner that
# stops this process stops Terraform itself, which then ends in good order.
exec terraform apply -input=false -lock-timeout=0s plan/tfplan 2>plan/errors
