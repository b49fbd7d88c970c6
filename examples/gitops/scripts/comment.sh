#!/bin/sh
# Writes what the plan means in Markdown, for the pull request.
set -eu
cd "$(dirname "$0")/.."

opa eval --fail --format raw --data policy --input plan/plan.json data.lumen.comment.markdown
