resource "lumen_iod_connection" "branch" {
  name           = "Branch"
  partner_id     = "43558"
  master_site_id = "PL0001247635"
  bandwidth      = "100 Mbps"
  wait_for       = "accepted"
}
