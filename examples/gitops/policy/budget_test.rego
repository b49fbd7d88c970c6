package lumen.budget_test

import data.lumen.budget
import data.lumen.comment
import rego.v1

test_the_budget_may_be_used_up if {
	budget.allow with input as plan([costing("a", "0.46"), costing("b", "0.54")]) with data.hourly_budget as "1.00"
}

test_more_than_the_budget_is_refused if {
	refused := budget.refusals with input as plan([costing("a", "0.46"), costing("b", "1.65")]) with data.hourly_budget as "1.00"
	refused == {"2.11 USD an hour are 1.11 more than the budget of 1.00"}
	not budget.allow with input as plan([costing("a", "0.46"), costing("b", "1.65")]) with data.hourly_budget as "1.00"
}

test_the_report_names_connections_prices_and_budget if {
	report := budget.report with input as plan([costing("a", "0.4625"), unknown("b")]) with data.hourly_budget as "1.00"
	report == concat("\n", [
		"a: 0.4625 USD an hour",
		"b: unknown USD an hour",
		"refused: the price of b is not known",
	])
}

test_what_does_not_change_counts if {
	not budget.allow with input as plan([unchanged("a", "1.65")]) with data.hourly_budget as "1.00"
}

test_what_is_destroyed_costs_nothing if {
	budget.allow with input as plan([destroyed("a", "1.65")]) with data.hourly_budget as "1.00"
}

test_what_is_forgotten_runs_on if {
	not budget.allow with input as plan([forgotten("a", "1.65")]) with data.hourly_budget as "1.00"
}

test_other_resources_cost_nothing if {
	number := {"address": "n", "mode": "managed", "type": "lumen_voice_tn_reservation", "change": {"after": {}}}
	looked_up := object.union(costing("d", "1.65"), {"mode": "data"})
	budget.allow with input as plan([number, looked_up]) with data.hourly_budget as "1.00"
}

test_sums_are_exact if {
	ten := [costing(sprintf("%d", [number]), "0.1") | some number in numbers.range(1, 10)]
	budget.allow with input as plan(ten) with data.hourly_budget as "1"
	not budget.allow with input as plan(ten) with data.hourly_budget as "0.999999"
}

test_an_unknown_price_is_refused if {
	refused := budget.refusals with input as plan([unknown("a")]) with data.hourly_budget as "1.00"
	refused == {"the price of a is not known"}
}

test_what_is_no_price_is_refused if {
	every price in [null, true, 0.46, "", "free", "-1", "0x10", "1e9", "1 USD"] {
		not budget.allow with input as plan([costing("a", price)]) with data.hourly_budget as "1.00"
	}
}

test_nothing_is_accepted_without_a_budget if {
	not budget.allow with input as plan([]) with data.hourly_budget as 1
	not budget.allow with input as plan([]) with data.hourly_budget as null
}

test_only_a_plan_is_accepted if {
	budget.allow with input as plan([]) with data.hourly_budget as "1.00"
	not budget.allow with input as {} with data.hourly_budget as "1.00"
	not budget.allow with input as object.union(plan([]), {"errored": true}) with data.hourly_budget as "1.00"
}

test_the_comment_has_a_line_for_each_connection if {
	changes := [costing("a", "0.46"), grown("b", "0.46"), destroyed("c", "0.46"), unknown("d")]
	markdown := comment.markdown with input as plan(changes) with data.hourly_budget as "1.00"
	every line in [
		"| `a` | 100 Mbps | create | 0.46 |",
		"| `b` | 100 Mbps, was 50 Mbps | update | 0.46 |",
		"| `c` | was 100 Mbps | delete | 0 |",
		"| `d` | 100 Mbps | create | unknown |",
		"refused: the price of d is not known",
	] {
		line in split(markdown, "\n")
	}
}

plan(changes) := {"planned_values": {}, "errored": false, "resource_changes": changes}

connection(address, change) := {
	"address": address,
	"mode": "managed",
	"type": "lumen_iod_connection",
	"change": change,
}

costing(address, price) := connection(address, {"actions": ["create"], "before": null, "after": running(price)})

unchanged(address, price) := connection(address, {"actions": ["no-op"], "before": running(price), "after": running(price)})

destroyed(address, price) := connection(address, {"actions": ["delete"], "before": running(price), "after": null})

forgotten(address, price) := connection(address, {"actions": ["forget"], "before": running(price), "after": null})

grown(address, price) := connection(address, {
	"actions": ["update"],
	"before": {"bandwidth": "50 Mbps", "hourly_price": "0.31"},
	"after": running(price),
})

unknown(address) := connection(address, {
	"actions": ["create"],
	"before": null,
	"after": {"bandwidth": "100 Mbps"},
	"after_unknown": {"hourly_price": true},
})

running(price) := {"bandwidth": "100 Mbps", "hourly_price": price}
