terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

resource "lumen_iod_connection" "headquarters" {
  name           = "Headquarters"
  master_site_id = "PL0001247634"
  partner_id     = "43558"
  bandwidth      = "100 Mbps"

  # The plan fails if the connection costs more than this, in USD per hour.
  max_hourly_price = "0.50"

  contact = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }

  # Set to true to protect the connection from being destroyed by accident.
  deletion_protection = false

  timeouts {
    create = "90m"
  }
}
