locals {
  # The hour of the plan, in UTC.
  hour      = tonumber(formatdate("h", plantimestamp()))
  is_backup = 2 <= local.hour && local.hour < 5
}

resource "lumen_iod_connection" "backup" {
  name             = "Backup"
  partner_id       = "43558"
  master_site_id   = "PL0001247634"
  bandwidth        = local.is_backup ? "500 Mbps" : "50 Mbps"
  max_hourly_price = "1.50"
}
