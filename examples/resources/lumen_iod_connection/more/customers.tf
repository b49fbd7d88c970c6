# The connections of a second customer number, which must be attached to the same key.
provider "lumen" {
  alias           = "subsidiary"
  customer_number = "1-XYZ-42"

  contact = {
    name         = "Grace Hopper"
    email        = "noc@example.org"
    phone        = "+16157695678"
    organization = "Example Subsidiary"
  }
}

resource "lumen_iod_connection" "subsidiary" {
  provider       = lumen.subsidiary
  name           = "Subsidiary"
  partner_id     = "43558"
  master_site_id = "PL0001247634"
  bandwidth      = "100 Mbps"
}
