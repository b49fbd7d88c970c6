output "service_ids" {
  description = "Service IDs, by connection name."
  value       = { for name, connection in lumen_iod_connection.this : name => connection.service_id }
}

output "hourly_total" {
  description = "Total price of all connections, in USD per hour."
  value       = local.hourly_total

  precondition {
    condition     = local.hourly_total <= tonumber(var.max_hourly_total)
    error_message = "The connections cost ${local.hourly_total} USD per hour in total, which is more than max_hourly_total (${var.max_hourly_total})."
  }
}

locals {
  # The 0 is for a configuration without connections: sum() does not accept an empty list.
  hourly_total = sum(concat([0], [for it in lumen_iod_connection.this : tonumber(it.hourly_price)]))
}
