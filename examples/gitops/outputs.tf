output "service_ids" {
  description = "The services at Lumen, by name."
  value       = { for name, connection in lumen_iod_connection.this : name => connection.service_id }
}

output "hourly_total" {
  description = "What all of them cost together, in USD per hour."
  value       = local.hourly_total

  precondition {
    condition     = local.hourly_total <= tonumber(var.max_hourly_total)
    error_message = "The connections cost ${local.hourly_total} USD an hour together, more than max_hourly_total (${var.max_hourly_total})."
  }
}

locals {
  # 0 is for a configuration without connections.
  hourly_total = sum(concat([0], [for it in lumen_iod_connection.this : tonumber(it.hourly_price)]))
}
