terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1"
    }
  }
}

provider "lumen" {}

resource "lumen_iod_connection" "headquarters" {
  name           = "Headquarters"
  master_site_id = "PL0001247634"
  partner_id     = "43558"
  bandwidth      = "100 Mbps"

  # Planning fails if the site has become dearer than this, in USD per hour.
  max_hourly_price = "0.50"

  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }

  # Set it to true for connections that must not be ended by accident.
  deletion_protection = false

  timeouts {
    create = "90m"
  }
}
