#!/bin/sh
# Says what would run and what that costs. Ends with 1 if the policy refuses the plan.
set -eu
cd "$(dirname "$0")/.."

# With --fail, an answer that is undefined ends with 1 as well: what can't be read is refused.
ask() {
  opa eval --fail --format raw --data policy --input plan/plan.json "$1"
}

ask data.lumen.budget.report
ask data.lumen.budget.allow >/dev/null
