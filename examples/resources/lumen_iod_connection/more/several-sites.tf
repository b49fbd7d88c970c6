variable "branches" {
  description = "Site and bandwidth of each branch, by branch name."
  type        = map(object({ site = string, bandwidth = string }))
  default = {
    monroe     = { site = "PL0001247634", bandwidth = "100 Mbps" }
    shreveport = { site = "PL0001247635", bandwidth = "50 Mbps" }
  }
}

resource "lumen_iod_connection" "branch" {
  for_each = var.branches

  name           = "Branch ${each.key}"
  partner_id     = "43558"
  master_site_id = each.value.site
  bandwidth      = each.value.bandwidth

  # The limit applies to each connection.
  max_hourly_price = "1.00"
}

output "hourly_cost" {
  value = sum([for branch in lumen_iod_connection.branch : tonumber(branch.hourly_price)])
}
