# Tests of this configuration at a simulated Lumen: see scripts/test.sh. After the last test, Terraform
# destroys what the tests applied.

# At the real Lumen, these tests would place orders. The fixed address prevents that.
provider "lumen" {
  base_url         = "http://127.0.0.1:8787"
  order_journal    = ".terraform/test-orders"
  max_hourly_price = "2.00"
  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }
}

variables {
  connections = {
    headquarters = { master_site_id = "PL0001247634", bandwidth = "100 Mbps" }
    branch       = { master_site_id = "PL0001247635", bandwidth = "50 Mbps" }
  }
}

run "a_plan_says_what_it_costs" {
  command = plan

  assert {
    condition     = lumen_iod_connection.this["headquarters"].hourly_price == "0.46"
    error_message = "100 Mbps costs ${lumen_iod_connection.this["headquarters"].hourly_price} USD per hour."
  }

  assert {
    condition     = output.hourly_total == 0.77
    error_message = "The two connections cost ${output.hourly_total} USD per hour in total."
  }
}

run "more_than_the_total_is_not_planned" {
  command = plan

  variables {
    max_hourly_total = "0.76"
  }

  expect_failures = [output.hourly_total]
}

run "a_site_without_on_demand_services_is_not_planned" {
  command = plan

  variables {
    connections = {
      nowhere = { master_site_id = "PL0001247686", bandwidth = "100 Mbps" }
    }
  }

  expect_failures = [data.lumen_location.site["nowhere"]]
}

run "both_are_ordered" {
  assert {
    condition     = alltrue([for it in lumen_iod_connection.this : it.status == "active"])
    error_message = "Not every connection is active."
  }
}

run "more_bandwidth_is_the_same_service_at_another_price" {
  variables {
    connections = {
      headquarters = { master_site_id = "PL0001247634", bandwidth = "200 Mbps" }
      branch       = { master_site_id = "PL0001247635", bandwidth = "50 Mbps" }
    }
  }

  assert {
    condition     = output.service_ids == run.both_are_ordered.service_ids
    error_message = "A connection was replaced."
  }

  assert {
    condition     = output.hourly_total == 0.99
    error_message = "The two connections cost ${output.hourly_total} USD per hour in total."
  }
}

run "what_is_left_out_is_ended" {
  variables {
    connections = {
      headquarters = { master_site_id = "PL0001247634", bandwidth = "200 Mbps" }
    }
  }

  assert {
    condition     = keys(output.service_ids) == ["headquarters"]
    error_message = "The branch connection still exists."
  }
}
