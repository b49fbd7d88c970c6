# What may run after an apply: connections of which the plan says the price, within the budget.
#
# The plan is the input, as `terraform show -json` writes it. The budget is data: budget.json.
package lumen.budget

import rego.v1

# Undefined unless everything is in order, so that a mistake in here refuses too.
allow if {
	count(refusals) == 0
	total <= budget
}

connections := [resource |
	some resource in input.resource_changes
	resource.mode == "managed"
	resource.type == "lumen_iod_connection"
]

# The price of every connection that runs after the apply, by address: new ones, changed ones, and
# those that stay as they are. Null where the plan does not know it.
prices[resource.address] := object.get(resource.change.after, "hourly_price", null) if {
	some resource in connections
	is_object(resource.change.after)
}

# What Terraform only forgets runs on.
prices[resource.address] := object.get(resource.change.before, "hourly_price", null) if {
	some resource in connections
	is_null(resource.change.after)
	"forget" in resource.change.actions
}

total := sum([micros(price) | some price in prices])

budget := micros(data.hourly_budget)

refusals contains "this is not a plan that could be applied" if not is_plan

refusals contains "the budget is not known: hourly_budget must be a decimal number as a text" if not budget

refusals contains sprintf("the price of %s is not known", [address]) if {
	some address, price in prices
	not micros(price)
}

refusals contains message if {
	total > budget
	message := sprintf(
		"%s USD an hour are %s more than the budget of %s",
		[usd(total), usd(total - budget), usd(budget)],
	)
}

is_plan if {
	is_object(input.planned_values)
	not input.errored
}

# What people read: each connection with its price, then the verdict.
report := concat("\n", array.concat(lines, verdict))

lines := [sprintf("%s: %s USD an hour", [address, shown(price)]) | some address, price in prices]

verdict := [sprintf("accepted: %s USD an hour, the budget is %s", [usd(total), usd(budget)])] if allow

verdict := [sprintf("refused: %s", [refusal]) | some refusal in refusals] if not allow

shown(price) := price if micros(price)

shown(price) := "unknown" if not micros(price)

# Prices are decimal numbers in texts. Millionths of a dollar are whole numbers, whose sums are exact.
micros(price) := round(to_number(price) * 1000000) if {
	is_string(price)
	regex.match(`^[0-9]+(\.[0-9]+)?$`, price)
}

usd(amount) := sprintf("%d.%s", [floor(amount / 1000000), cents]) if {
	digits := sprintf("%06d", [amount % 1000000])
	cents := trim_suffix(trim_suffix(digits, "00"), "00")
}
