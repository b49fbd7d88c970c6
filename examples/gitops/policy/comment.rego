# The plan in a few lines of Markdown, for whoever reviews the pull request.
package lumen.comment

import data.lumen.budget
import rego.v1

markdown := concat("\n", array.concat(array.concat(head, rows), array.concat([""], budget.verdict)))

head := [
	"### What this costs",
	"",
	"| connection | bandwidth | what happens | USD an hour |",
	"|---|---|---|---:|",
]

rows := [row |
	some resource in budget.connections
	row := sprintf("| `%s` | %s | %s | %s |", [
		resource.address,
		bandwidth(resource.change),
		concat(", ", resource.change.actions),
		price(resource.address),
	])
]

bandwidth(change) := object.get(change.after, "bandwidth", "unknown") if {
	is_object(change.after)
	not is_other(change)
}

bandwidth(change) := sprintf("%s, was %s", [change.after.bandwidth, change.before.bandwidth]) if is_other(change)

bandwidth(change) := sprintf("was %s", [change.before.bandwidth]) if is_null(change.after)

is_other(change) if change.after.bandwidth != change.before.bandwidth

price(address) := budget.shown(budget.prices[address])

price(address) := "0" if not address in object.keys(budget.prices)
