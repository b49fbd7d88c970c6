resource "lumen_iod_connection" "headquarters" {
  name           = "Headquarters"
  partner_id     = "43558"
  master_site_id = "PL0001247634"
  bandwidth      = "100 Mbps"

  lifecycle {
    create_before_destroy = true
  }
}
